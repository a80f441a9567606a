"""Manual pages: of a rule, of an operator, and the list of operators. They are what their declarations say."""

import sys
from collections.abc import Sequence
from inspect import cleandoc

from archspec.core.diagnostic import Rule
from archspec.core.report.style import PLAIN, Style
from archspec.emit.columns import shown
from archspec.emit.summary.totals import facts, set_in
from archspec.ops import INITIALISERS, OPERATORS
from archspec.ops.base import Declared, Parameter
from archspec.ops.kinds import spelled


def rule_page(rule: Rule, style: Style = PLAIN, room: int | None = None) -> str:
    """A rule's code, name and severity, and its documentation."""
    title = style.row((f"{rule.code} {rule.name}", "strong"), ("  ", ""), (str(rule.severity), str(rule.severity)))
    return "\n".join([title, "", *_prose(rule.docs, style, room)]) + "\n"


def _prose(docs: str | None, style: Style, room: int | None) -> list[str]:
    """A docstring, its paragraphs broken anew where there is less room; what is set in stays as it is."""
    lines: list[str] = []
    for paragraph in cleandoc(docs or "").split("\n\n"):
        if room is None or any(line[:1].isspace() for line in paragraph.splitlines()):
            lines += [shown(line, style) for line in paragraph.splitlines()]
        else:
            lines += set_in(" ".join(paragraph.split()), style, room)
        lines.append("")
    return lines[:-1]


def operator_list(style: Style = PLAIN, room: int | None = None) -> str:
    """Every operator with the first sentence of its page, by family; then the initialisers."""
    lines: list[str] = []
    for module, members in families():
        title = set_in(first_sentence(getattr(sys.modules.get(module), "__doc__", "")) or module, style, room)
        lines += [style.row((line, "strong")) for line in title]
        rows = [(one.name, first_sentence(one.__doc__)) for one in members]
        lines += [f"  {line}" for line in facts(rows, style, _less(room, 2))]
        lines.append("")
    return "\n".join(lines[:-1]) + "\n"


def families() -> list[tuple[str, list[type[Declared]]]]:
    """The operators by the modules that declare them; then the initialisers."""
    found: dict[str, list[type[Declared]]] = {}
    for operator in (*OPERATORS.values(), *INITIALISERS.values()):
        found.setdefault(operator.__module__, []).append(operator)
    return sorted(found.items(), key=lambda family: "initialisers" in family[0])


def first_sentence(docs: str | None) -> str:
    """The first sentence of a docstring, or what stands before its first colon in a list of things."""
    text = " ".join(cleandoc(docs or "").split("\n\n", 1)[0].split())
    end = text.find(". ")
    return (text if end < 0 else text[: end + 1]).rstrip(".")


def operator_page(operator: type[Declared], style: Style = PLAIN, room: int | None = None) -> str:
    """How an operator is written, its documentation, and its parameters."""
    declared = list(operator.parameters.values())
    lines = [style.row((shown(line, style), "strong")) for line in _signature(operator.name, declared, room)]
    lines += ["", *_prose(operator.__doc__, style, room)]
    if declared:
        lines += ["", style.row(("Parameters:", "strong"))]
        for one in declared:
            name = one.name if one.required else f"{one.name}={spelled(one.default)}"
            lines.append(style.row(("    ", ""), (shown(name, style), "strong")))
            lines += [f"        {line}" for line in set_in(one.docs, style, _less(room, 8))]
            lines += [f"        {line}" for line in set_in(one.kind.words, style, _less(room, 8))]
    return "\n".join(lines) + "\n"


def _less(room: int | None, columns: int) -> int | None:
    return None if room is None else room - columns


def _signature(name: str, declared: Sequence[Parameter], room: int | None) -> list[str]:
    """`conv(out, kernel, stride=1, …)`, broken below its bracket."""
    words = [one.name if one.required else f"{one.name}={spelled(one.default)}" for one in declared]
    lines = [f"{name}("]
    for at, word in enumerate(words):
        piece = word + ("," if at < len(words) - 1 else ")")
        if room is not None and len(lines[-1]) + len(piece) + 1 > room and len(lines[-1]) > len(name) + 1:
            lines.append(" " * (len(name) + 1) + piece)
        else:
            lines[-1] += ("" if lines[-1].endswith("(") else " ") + piece
    return lines if words else [name]
