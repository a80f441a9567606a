"""`archspec check --fix`: checking and mending in turn, until there is nothing more to mend."""

from collections.abc import Callable, Sequence
from pathlib import Path

from archspec.api import Checked
from archspec.cli.fmt import print_difference, save_text
from archspec.cli.options import UsageError
from archspec.lints.fixes import mended
from archspec.targets import find

ROUNDS = 10  # a fix may bring out another finding; no chain of them is longer


def fix(check: Callable[[], Checked], targets: Sequence[str], unsafe: bool) -> Checked:
    """Mend the files of the targets; what is left to report. Raises `UsageError`."""
    paths = _paths(targets)
    for _ in range(ROUNDS):
        found = check()
        texts = mended(found.diagnostics, unsafe, paths)
        if not texts:
            break
        for source, text in texts.items():
            assert source.path is not None
            save_text(source.path, text)
    return check()


def show(found: Checked, targets: Sequence[str], unsafe: bool) -> bool:
    """Print what `fix` would change at first, and whether that is anything. Raises `UsageError`."""
    texts = mended(found.diagnostics, unsafe, _paths(targets))
    for source, text in texts.items():
        print_difference(source, text)
    return bool(texts)


def _paths(targets: Sequence[str]) -> list[Path]:
    paths = [one.path for target in targets for one in find(target)]
    if any(path is None for path in paths):
        raise UsageError("standard input cannot be mended: give a file")
    return [path for path in paths if path is not None]
