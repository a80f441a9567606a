"""What running a command gives; the fixture `run` of `tests/cli` runs one in this process."""

from collections.abc import Callable
from typing import NamedTuple


class Ran(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Ran]
