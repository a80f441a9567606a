"""Running the command line in this process."""

from collections.abc import Callable
from typing import NamedTuple

import pytest

from archspec.cli.main import main


class Ran(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture(autouse=True)
def plain_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the surroundings say of the terminal is up to each test."""
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "ARCHSPEC_DEBUG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """The command with these arguments: its exit code and what it printed."""

    def command(*arguments: object) -> Ran:
        capsys.readouterr()
        code = main([str(one) for one in arguments])
        printed = capsys.readouterr()
        return Ran(code, printed.out, printed.err)

    return command
