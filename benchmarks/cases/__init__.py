"""The cases by theme, a file each. Every file has `cases(folder)`; specs that a case needs are written there."""
