"""The version of the language that a file says it is written in: `archspec 1` at its top."""

from collections.abc import Callable, Iterable

from archspec.core.diagnostic import Diagnostic, Label, rule
from archspec.core.source import Span
from archspec.syntax import tree

CURRENT = 1  # the version that files without a line of their own are read as
READ = (1,)  # the versions that this release reads

VERSION = rule(
    "AS105",
    "language-version",
    """A version of the language that cannot be read, or one that does not stand at the top.

    `archspec 1` (`archspec: 1` in YAML) may open a file, before every definition and once. It says for which version of
    the language the file was written; a later one may hold what this release does not know, so that the rest of the
    file is not looked at. `docs/versions.md` says what changes with a version and what does not.
    """,
)


def checked(
    file: tree.File, problems: tuple[Diagnostic, ...], defined: Callable[[], Iterable[str]]
) -> tuple[tree.File, tuple[Diagnostic, ...]]:
    """The file and its errors, if it can be read: of another version there is one error only.

    `defined` finds the names of all that the file defines, as far as that shows without reading it.
    """
    written = [item for item in file.items if isinstance(item, tree.Version)]
    if not written:
        return file, problems
    first = written[0]
    if first.text not in map(str, READ):
        known = " and ".join(map(str, READ))
        message = f"this release reads version {known} of the language, not {first.text}"
        newer = first.text.isdigit() and int(first.text) > CURRENT
        help = f"a newer release of archspec reads it; for this one write `archspec {CURRENT}`" if newer else ""
        help = help or f"write `archspec {CURRENT}`, or leave it out"
        return tree.File(file.source, (), frozenset(defined())), (_error(message, first.span, help),)
    late = [item for at, item in enumerate(file.items) if at and isinstance(item, tree.Version)]
    more = tuple(
        _error("the version stands at the top of a file, once", one.span, "before every definition") for one in late
    )
    return file, (*problems, *more)


def _error(message: str, span: Span, help: str) -> Diagnostic:
    return Diagnostic(VERSION, message, (Label(span),), (), help)
