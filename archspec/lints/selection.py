"""Which findings are wanted: by the beginnings of their codes, the longest that fits having its way."""

from collections.abc import Mapping, Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import NamedTuple

from archspec.core.diagnostic import Diagnostic, Rule
from archspec.core.source import Source

STRICT = "AS701"


class Selection(NamedTuple):
    """What to report.

    select:   beginnings of codes to report; without any, all but the rules that are opt-in
    extend:   beginnings to report as well, also of opt-in rules
    ignore:   beginnings to leave out
    per_file: beginnings to leave out in the files whose name or path fits a pattern
    folder:   what these patterns start from, however a file is named and wherever the command runs
    base:     what decides on rules of which nothing here is said, unless all that is wanted is in `select`
    """

    select: Sequence[str] = ()
    extend: Sequence[str] = ()
    ignore: Sequence[str] = ()
    per_file: Mapping[str, Sequence[str]] = {}
    folder: Path = Path()
    base: "Selection | None" = None

    def runs(self, rule: Rule) -> bool:
        """Whether a rule is wanted at all."""
        chosen, ignored = max(_fit(rule.code, self.select), _fit(rule.code, self.extend)), _fit(rule.code, self.ignore)
        if max(chosen, ignored) >= 0:
            return chosen > ignored
        if self.select:
            return False
        return self.base.runs(rule) if self.base is not None else not rule.opt_in

    def wanted(self, one: Diagnostic) -> bool:
        """Whether a finding is wanted where it stands."""
        if not self.runs(one.rule):
            return False
        left_out = [pattern for pattern, codes in self.per_file.items() if _fit(one.rule.code, codes) >= 0]
        names = _names(one.span.source, self.folder.resolve()) if left_out else ()
        return not any(fnmatch(name, pattern) for pattern in left_out for name in names)


def _names(source: Source, folder: Path) -> tuple[str, ...]:
    """What patterns can say of a file: its name, its path, and that from a folder on."""
    path = Path(source.path or source.name).resolve()
    below = (path.relative_to(folder).as_posix(),) if path.is_relative_to(folder) else ()
    return (path.name, path.as_posix(), *below)


def _fit(code: str, starts: Sequence[str]) -> int:
    """The length of the longest beginning that fits; -1 where none does."""
    return max((len(start) for start in starts if code.startswith(start)), default=-1)


EVERYTHING = Selection()
