"""Text in, tree out."""
