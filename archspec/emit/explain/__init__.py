"""Explanations: where each number of a network comes from."""
