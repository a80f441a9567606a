"""Running the command line in this process."""

import pytest
from commands import Ran, Run

from archspec.cli.main import main


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """The command with these arguments: its exit code and what it printed."""

    def command(*arguments: object) -> Ran:
        capsys.readouterr()
        code = main([str(one) for one in arguments])
        printed = capsys.readouterr()
        return Ran(code, printed.out, printed.err)

    return command
