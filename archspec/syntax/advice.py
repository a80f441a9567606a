"""What to write instead, where the parser met what cannot stand there: slips, and the habits of other languages."""

import re
from collections.abc import Callable
from typing import NamedTuple

from archspec.core.nearest import did_you_mean
from archspec.core.source import Source, Span
from archspec.syntax.lexer import Token

_DEFINITIONS = ["block", "network", "let", "fn", "default", "from", "archspec"]
_STATEMENTS = {"input", "output", "shared", "expect", "assert", "if", "for", "repeat", "residual", "else", "skip"}
_PACKAGES = {"F", "keras", "layers", "nn", "self", "tf", "torch"}
_REACH = 200  # characters to either side that are looked at
# the beginning of a spec in YAML
_YAML = r"(?:\s++|#[^\n]*+)*+(?:-\s++)?(?:archspec|block|default|fn|from|let|network)\s*+:"


class Met(NamedTuple):
    """A token where it cannot stand.

    accepted:  the kinds of tokens that could stand there
    before:    the text that leads to it
    after:     the text behind it
    word:      the name right before it, where there is one
    statement: the word that its statement begins with
    """

    token: Token
    accepted: frozenset[str]
    before: str
    after: str
    word: str
    statement: str


def advice(source: Source, start: int, span: Span, token: Token, accepted: frozenset[str]) -> str:
    """What to write instead of a token of a text that is read from `start` on; nothing where nobody knows."""
    if re.compile(_YAML).match(source.text, start):
        return "this reads like YAML: the name of such a file ends in `.arch.yaml`"
    text = str(token)
    if "NETWORK" in accepted:
        said = _ELSEWHERE.get(text) or did_you_mean(text, _DEFINITIONS)
        return said or "a file holds `block`, `network`, `let`, `fn`, `default` and `from … import`"
    before = source.text[max(start, span.start - _REACH) : span.start].rstrip()
    after = source.text[span.end : span.end + _REACH]
    word = re.search(r"[A-Za-z_][A-Za-z0-9_]*$", before)
    first = re.match(r"\s*([A-Za-z_]*)", re.split(r"[\n;{}]", before)[-1])
    met = Met(token, accepted, before, after, word[0] if word else "", first[1] if first else "")
    if token.kind == "NUMBER" and met.word and "_ARROW" in accepted:
        return f"arguments stand in parentheses: `{met.word}({token})`"
    if token.kind == "_NL":
        return "within parentheses an expression may go on on the next line" if "NUMBER" in accepted else ""
    if text in _OF:
        return _OF[text](met)
    if met.statement == "return":
        return "there is no `return`: what the last step makes is what leaves"
    return _FOLLOWS.get(text) or _ELSEWHERE.get(text, "")


def _colon(met: Met) -> str:
    if "LBRACE" in met.accepted and (met.word not in _STATEMENTS or met.after.lstrip(" \t").startswith("\n")):
        return "a body stands in braces: `{ … }`"
    return _in_quotes(met) or "an argument is given with `=`, and a label stands at the start of a step"


def _equal(met: Met) -> str:
    if met.after.startswith(">"):
        return "`->` leads to the next step"
    if met.word == "in":
        return "`in` is the input of the block, whose sizes are known: channels that enter are never given"
    if met.statement in ("if", "else", "assert") or ("CMP" in met.accepted and "_ARROW" not in met.accepted):
        return "two values are compared with `==`"
    return _in_quotes(met) or "a step is named with `:`, a value with `let name = …`"


def _in_quotes(met: Met) -> str:
    if met.word not in _STATEMENTS:
        return ""
    return f'`{met.word}` is a word of the language: as a label it stands in quotes, `"{met.word}":`'


def _parenthesis(met: Met) -> str:
    if not met.before.endswith(":"):
        return ""
    sizes = re.match(r"[\d\s,]+(?=\))", met.after)
    if met.statement == "input" and sizes:
        return f"a shape stands in square brackets: `[{sizes[0].strip(' ,')}]`"
    return "values are read before the label: `(value) -> label: step`"


def _comma(met: Met) -> str:
    """`kernel=(3, 3)`."""
    opened = re.search(r"[,=(]\s*\(\s*([^(),]*)$", met.before)
    if opened is None:
        return ""
    rest = re.match(r"[^()]*(?=\))", met.after)
    return f"a list stands in square brackets: `[{opened[1].strip()},{rest[0] if rest else ' …'}]`"


def _dot(met: Met) -> str:
    if met.word not in _PACKAGES:
        return ""
    return "operators are called by their own names: `conv`, `maxpool`, `relu`; `archspec ops` lists them"


def _plus(met: Met) -> str:
    return "values are added by `residual { … }` and `add { … }`" if "_ARROW" in met.accepted else ""


def _in(met: Met) -> str:
    return "`in` is the input of the block: `in.channels`, or `(in) -> …`"


_OF: dict[str, Callable[[Met], str]] = {
    ":": _colon, "=": _equal, "(": _parenthesis, ",": _comma, ".": _dot, "+": _plus, "in": _in,
}  # fmt: skip
_FOLLOWS = {"skip": "`skip { … }` follows the body of a `residual`", "else": "`else { … }` follows the body of an `if`"}
_ELSEWHERE = {
    "//": "a comment begins with `#`",
    "class": "did you mean `block`?",
    "def": "did you mean `block`, or `fn` for a function of numbers?",
    "elif": "did you mean `else if`?",
    "import": 'write `from "blocks.arch" import Name`',
    "model": "did you mean `network`?",
}
