"""How much a spec may ask for. Flags change these, a spec cannot: what a stranger wrote is read in bounded time."""

from typing import NamedTuple


class Limits(NamedTuple):
    file_bytes: int = 2 * 2**20
    import_files: int = 64
    import_depth: int = 16
    nesting: int = 64  # of brackets in the text, and of blocks within blocks
    expression_depth: int = 256
    identifier: int = 64
    string: int = 4096
    distinct_layers: int = 100_000
    diagnostics: int = 1_000
    rank: int = 8
    size: int = 2**31 - 1
    elements: int = 2**48
    integer: int = 2**53
    repeats: int = 10**9
    evaluations: int = 2_000_000  # expression nodes in one run: comprehensions within comprehensions end


DEFAULT_LIMITS = Limits()
