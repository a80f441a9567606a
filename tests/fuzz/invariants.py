"""Changes of a text that mean nothing, and what of its findings they must leave as it is."""

import re
from pathlib import Path
from random import Random
from typing import NamedTuple

import archspec
from archspec.core.diagnostic import Diagnostic
from archspec.core.source import Source
from archspec.syntax import tree
from archspec.syntax.parser import parse
from fuzz.probes import ALL, LIMITS

_PIECE = re.compile(r'"(?:[^"\\\n]|\\.)*"|#[^\n]*|[A-Za-z_]\w*|.', re.ASCII | re.DOTALL)


class Essence(NamedTuple):
    """What a finding says, wherever it stands."""

    code: str
    message: str
    help: str
    notes: tuple[str, ...]
    path: str
    networks: tuple[str, ...]
    labels: tuple[str, ...]
    trail: tuple[str, ...]


def findings(path: Path, text: str) -> tuple[Diagnostic, ...]:
    """What every rule has to say of a text."""
    path.write_text(text, encoding="utf-8")
    return archspec.check(path, limits=LIMITS, selection=ALL).diagnostics


def essence(one: Diagnostic) -> Essence:
    labels = tuple(label.text for label in one.labels)
    return Essence(
        one.rule.code, one.message, one.help, one.notes, one.path, one.networks, labels,
        tuple(f"{frame.path}: {frame.block}" for frame in one.trail),
    )  # fmt: skip


def blocks(text: str) -> list[tree.Block]:
    return [item for item in parse(Source("spec.arch", text))[0].items if isinstance(item, tree.Block)]


def renamed(text: str, names: dict[str, str]) -> str:
    """A text in which blocks go by other names; strings and comments are left alone."""
    return _PIECE.sub(lambda match: names.get(match[0], match[0]), text)


def reordered(text: str, random: Random) -> str:
    """A text whose blocks stand in another order, each where another one stood."""
    found = blocks(text)
    moved = found[:]
    random.shuffle(moved)
    pieces, end = [], 0
    for old, new in zip(found, moved, strict=True):
        pieces += [text[end : old.span.start], new.span.text]
        end = old.span.end
    return "".join(pieces) + text[end:]
