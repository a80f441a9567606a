"""The input sizes that fit, for people and for programs."""
