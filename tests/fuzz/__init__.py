"""Fuzzing: whatever stands in a spec, `check` finds or finds not, and never fails.

Inputs come from three makers: shipped specs whose bytes, tokens or lines are changed (`mutations`), random specs that
are right (`random_specs`), and right ones broken in exactly one way (`breakage`). `probes` is what must hold of each. A
small share runs with the tests; `make fuzz FUZZ_INPUTS=10000` runs as many as wanted (`python -m fuzz --help`).
"""
