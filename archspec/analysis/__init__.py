"""Analyses of a design: summaries that compose at instances, and walks over the flat view."""
