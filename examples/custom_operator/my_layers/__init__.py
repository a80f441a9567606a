"""Layers of one's own: `operators` declares them for archspec, `modules` are they in torch."""
