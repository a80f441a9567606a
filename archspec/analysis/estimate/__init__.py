"""Predicting a device: the memory of a step and the least time it takes."""
