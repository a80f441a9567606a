"""Edits of calls, lists and lines, in text and in YAML."""

import re

from archspec.core.diagnostic import Edit
from archspec.core.source import Span

_TEXT = re.compile(r"\w+\s*\(.*\)", re.DOTALL)
_YAML = re.compile(r"\w+:\s*\[.*\]", re.DOTALL)


def argument(call: Span, name: str, value: str) -> Edit | None:
    """The edit that gives a call an argument, or changes it there; none where the call is not written plainly."""
    text = call.text
    if _TEXT.fullmatch(text):
        sign, close = "=", ")"
    elif _YAML.fullmatch(text):
        sign, close = ": ", "]"
    else:
        return None
    known = re.search(rf"\b{name}\s*{sign.strip()}\s*", text)
    if known:
        old = re.compile(r"true|false|none|\d+").match(text, known.end())
        if old is None:
            return None
        return Edit(call._replace(start=call.start + old.start(), end=call.start + old.end()), value)
    before = text[: -len(close)].rstrip()
    comma = "" if before.endswith(("(", "[", ",")) else ", "
    at = call.start + len(before)
    return Edit(Span(call.source, at, at), f"{comma}{name}{sign}{value}")


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
