"""Benchmarks: each figure as a ratio or a difference within one run, against the bar it has to keep. `make bench`."""
