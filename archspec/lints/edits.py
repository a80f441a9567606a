"""Edits of calls, in text and in YAML."""

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
