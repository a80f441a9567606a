"""Lints: advice on designs that have no error. One file a lint, with its page in its docstring; `run` runs them all."""
