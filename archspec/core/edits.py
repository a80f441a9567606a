"""Edits of calls, lists and lines, in text and in YAML."""

import re
from collections.abc import Iterable
from typing import Any, ClassVar, Protocol

from archspec.core.diagnostic import Edit
from archspec.core.source import Source, Span


def edited(source: Source, edits: Iterable[Edit]) -> str:
    """The text of a source with those edits applied that are of it; they do not touch each other."""
    text = source.text
    for edit in sorted(edits, key=lambda edit: edit.span[1:], reverse=True):
        if edit.span.source is source:
            text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


def moved(at: int, source: Source, edits: Iterable[Edit]) -> int:
    """Where a character of a source stands once edits are applied that it is no part of."""
    before = [edit for edit in edits if edit.span.source is source and edit.span.end <= at]
    return at + sum(len(edit.text) - len(edit.span.text) for edit in before)


class Callee(Protocol):
    """What is called: an operator, with its parameters in the order in which arguments without names take them."""

    name: ClassVar[str]
    parameters: ClassVar[dict[str, Any]]


def argument(call: Span, callee: Callee, name: str, value: str) -> Edit | None:
    """The edit that gives a call an argument, or changes it there; none where the call is not written plainly.

    Nor is there one for a call by another name, whose arguments may stand at other places.
    """
    from archspec.core.written import is_literal, written  # which only fixes need

    found = written(call)
    if found is None or found.name != callee.name:
        return None
    old = found.given(name, list(callee.parameters))
    if old is not None:
        return Edit(old, value) if is_literal(old) else None
    new = f"{name}: {value}" if found.is_yaml else f"{name}={value}"
    if found.alone:
        return Edit(found.inside, f"[{found.inside.text}, {new}]")
    if not found.items:
        return Edit(found.inside._replace(end=found.inside.start), new)
    last = found.items[-1]
    return Edit(last._replace(start=last.end), f", {new}")


def left_out(item: Span) -> Edit | None:
    """The edit that takes an item out of a list that is written with commas; none where it is the only one."""
    text = item.source.text
    after = re.compile(r"[ \t]*,\s*").match(text, item.end)
    if after:
        return Edit(item._replace(end=after.end()), "")
    before = re.search(r",\s*$", text[: item.start])
    return Edit(item._replace(start=before.start()), "") if before else None


def without_lines(span: Span) -> Edit | None:
    """The edit that deletes the lines of a span; none where something else stands on them."""
    text = span.source.text
    start = text.rfind("\n", 0, span.start) + 1
    end = text.find("\n", span.end)
    end = len(text) if end < 0 else end
    if text[start : span.start].strip(" \t") or text[span.end : end].strip(" \t"):
        return None
    return Edit(span._replace(start=start, end=min(end + 1, len(text))), "")


def without_comment(comment: Span) -> Edit:
    """The edit that deletes a comment to the end of its line, or the line where nothing else stands on it."""
    text = comment.source.text
    end = text.find("\n", comment.start)
    whole = comment._replace(end=len(text) if end < 0 else end)
    alone = without_lines(whole)
    if alone is not None:
        return alone
    return Edit(whole._replace(start=len(text[: comment.start].rstrip(" \t"))), "")


def followed_by(step: Span, *steps: str) -> Edit | None:
    """The edit that puts steps behind one: in its chain, in YAML on lines of their own; none where it is not plain."""
    source = step.source
    if not source.is_yaml:
        return Edit(Span(source, step.end, step.end), "".join(f" -> {one}" for one in steps))
    line = source.text[source.text.rfind("\n", 0, step.start) + 1 : step.start]
    item = re.match(r"[ ]*- ", line)
    end = source.text.find("\n", step.end)
    end = len(source.text) if end < 0 else end
    if item is None or "\n" in step.text or source.text[step.end : end].strip(" }]"):
        return None
    return Edit(Span(source, end, end), "".join(f"\n{item[0]}{one}" for one in steps))


def preceded_by(step: Span, *steps: str) -> Edit | None:
    """The edit that puts steps before one and its label; none where it is not plain."""
    source, text = step.source, step.source.text
    start = step.start
    if not source.is_yaml:
        label = re.search(r"(?:\w+|\"[^\"\n]*\")[ \t]*:[ \t]*$", text[: step.start])
        start = label.start() if label else start
        return Edit(Span(source, start, start), "".join(f"{one} -> " for one in steps))
    line = text.rfind("\n", 0, step.start) + 1
    item = re.fullmatch(r"([ ]*- )(?:[\w\"-]+: )?\{?", text[line : step.start])
    if item is not None:
        return Edit(Span(source, line, line), "".join(f"{item[1]}{one}\n" for one in steps))
    among = re.search(r"[\[,][ ]*((?:[\w\"-]+: )?\{?)$", text[line : step.start])
    if among is None:
        return None
    at = line + among.start(1)
    return Edit(Span(source, at, at), "".join(f"{one}, " for one in steps))


def without_step(step: Span) -> Edit | None:
    """The edit that takes a step without a label out of a chain or list; none where it is not plain."""
    source = step.source
    text = source.text
    if source.is_yaml:
        line = text.rfind("\n", 0, step.start) + 1
        if re.fullmatch(r"[ ]*- \{?", text[line : step.start]):
            return without_lines(step._replace(start=line + len(text[line:].split("-")[0]), end=_closed(step)))
        brace = text[: step.start].rstrip(" ").endswith("{")
        item = step._replace(start=text.rfind("{", 0, step.start), end=_closed(step)) if brace else step
        return left_out(item)
    before = re.search(r"\s*->\s*$", text[: step.start])
    if before:
        return Edit(step._replace(start=before.start()), "")
    after = re.compile(r"[ \t]*->\s*").match(text, step.end)
    if after and text[: step.start].rstrip(" \t").endswith(("\n", "{", ";")):
        return Edit(step._replace(end=after.end()), "")
    return without_lines(step)


def _closed(step: Span) -> int:
    """Where a step in YAML ends, with the brace that may stand around it."""
    after = re.compile(r" *\}").match(step.source.text, step.end)
    return after.end() if after else step.end
