"""`archspec check --fix`: checking and mending in turn, until there is nothing more to mend."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from archspec.api import Checked
from archspec.cli.fmt import print_difference, save_text
from archspec.cli.options import UsageError
from archspec.core.source import Source
from archspec.lints.fixes import mended, removed
from archspec.targets import find

ROUNDS = 100  # a fix may bring out another finding, and unsafe ones are applied one by one


class Fixed(NamedTuple):
    """What is left to report, how many fixes were applied, and to which files."""

    left: Checked
    fixes: int
    files: frozenset[Path]


def fix(check: Callable[[], Checked], targets: Sequence[str], unsafe: bool) -> Fixed:
    """Mend the files of the targets. What removes no finding is taken back, and ends it. Raises `UsageError`."""
    paths = _paths(targets)
    fixes, files = 0, set[Path]()
    seen: set[tuple[str, str]] = set()  # texts of files: what goes round in circles comes back to one
    found = check()
    for _ in range(ROUNDS):
        made = mended(found.diagnostics, unsafe, paths)
        seen |= {(source.name, source.text) for source in made.texts}
        if not made.texts or any((source.name, text) in seen for source, text in made.texts.items()):
            break
        _save(made.texts)
        after = check()
        gone = removed(made, found.diagnostics, after.diagnostics)
        if not gone:
            _save({source: source.text for source in made.texts})
            break
        fixes += gone
        files.update(source.path for source in made.texts if source.path is not None)
        found = after
    return Fixed(found, fixes, frozenset(files))


def _save(texts: Mapping[Source, str]) -> None:
    for source, text in texts.items():
        assert source.path is not None
        save_text(source.path, text)


def show(found: Checked, targets: Sequence[str], unsafe: bool) -> bool:
    """Print what `fix` would change at first, and whether that is anything. Raises `UsageError`."""
    texts = mended(found.diagnostics, unsafe, _paths(targets)).texts
    for source, text in texts.items():
        print_difference(source, text)
    return bool(texts)


def _paths(targets: Sequence[str]) -> list[Path]:
    paths = [one.path for target in targets for one in find(target)]
    if any(path is None for path in paths):
        raise UsageError("standard input cannot be mended: give a file")
    return [path for path in paths if path is not None]
