"""Linting texts in tests: writing them to files, their other form, and the places that their comments mark."""

import re
from inspect import cleandoc
from pathlib import Path
from typing import NamedTuple

import archspec
from archspec.core.diagnostic import Diagnostic
from archspec.core.source import Source
from archspec.emit.convert import convert
from archspec.lints.selection import Selection

_CARETS = re.compile(r"^(\s*#\s*)(\^+)\s*$")
_NETWORK = re.compile(
    r"^network example( \(.*\))? \{\n((?:    (?:input|task|#) [^\n]*\n)+)(.*?)^\}\n", re.MULTILINE | re.DOTALL
)


class Mark(NamedTuple):
    """Line and columns from one, the end excluded."""

    line: int
    start: int
    end: int


def marks(text: str) -> list[Mark]:
    """The places above lines of carets: `#   ^^^^`."""
    found = []
    for number, line in enumerate(text.split("\n")):
        match = _CARETS.match(line)
        if match:
            found.append(Mark(number, match.start(2) + 1, match.end(2) + 1))
    return found


def place(one: Diagnostic) -> Mark:
    line, column = one.span.source.position(one.span.start)
    return Mark(line, column, column + one.span.end - one.span.start)


def examples(docs: str | None, title: str) -> str:
    """The spec that is set in below the line that begins with a title."""
    lines = cleandoc(docs or "").split("\n")
    start = next(at for at, line in enumerate(lines) if line.startswith(title)) + 1
    kept: list[str] = []
    for line in lines[start:]:
        if line and not line.startswith("    "):
            break
        kept.append(line[4:])
    return "\n".join(kept).strip("\n") + "\n"


def as_yaml(text: str) -> str:
    return convert(Source("example.arch", text), to_yaml=True)


def in_a_block(text: str) -> str:
    """The example with what its network does in a block, at the same lines; its input must come first."""
    match = _NETWORK.search(text)
    assert match, text
    network = f"network example {{\n{match[2]}    wrapped: Wrapped\n}}\n"
    lines = "\n" * match[2].count("\n")
    return f"{text[: match.start()]}block Wrapped {{\n{lines}{match[3]}}}\n{text[match.end() :]}{network}"


def lint(folder: Path, text: str, extend: str = "", name: str = "example.arch") -> tuple[Diagnostic, ...]:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    selection = Selection(extend=(extend,) if extend else ())
    return archspec.check(path, selection=selection).diagnostics


def codes(found: tuple[Diagnostic, ...]) -> list[str]:
    return [one.rule.code for one in found]
