"""YAML nodes to text: lists and mappings of values on one line where they fit, lists of layers down the page."""

import re
from collections.abc import Iterable

from archspec.core.source import Source, Span
from archspec.syntax.yaml_events import Mapping, Node, Scalar, Sequence
from archspec.syntax.yaml_scalars import is_string

WIDTH = 100
STEP = 2
LONGEST_KEY = 900  # YAML looks for the `:` behind a key for 1,024 characters

NOWHERE = Span(Source("", ""), 0, 0)

# what plain text can neither begin with nor hold, on its own and within brackets
_BEGINS = re.compile(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`]|-(?=[^\s,\[\]{}])")
_HOLDS = re.compile(r": |:$| #|[\t\n]|^---|^\.\.\.")
_FLOW = re.compile(r"[,\[\]{}]")
_PRINTABLE = re.compile("[ -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*")
_ESCAPES = {"\n": "\\n", "\t": "\\t", '"': '\\"', "\\": "\\\\"}


class Layers(Sequence):
    """A list of layers or definitions: one to a line, however short."""

    __slots__ = ()


class Lines(Mapping):
    """A mapping of definitions: one to a line."""

    __slots__ = ()


def text(value: str) -> Scalar:
    """A string, in quotes where it would be read as something else without them."""
    return Scalar(value, '"', NOWHERE)


def quoted(value: str) -> Scalar:
    """A string that reads better in quotes."""
    return Scalar(value, "'", NOWHERE)


def plain(value: str) -> Scalar:
    """A number, boolean or null as YAML spells it."""
    return Scalar(value, "", NOWHERE)


def sequence(items: Iterable[Node]) -> Sequence:
    return Sequence(tuple(items), NOWHERE)


def layers(items: Iterable[Node]) -> Layers:
    return Layers(tuple(items), NOWHERE)


def mapping(*pairs: tuple[str | Scalar, Node]) -> Mapping:
    return Mapping(tuple((text(key) if isinstance(key, str) else key, value) for key, value in pairs), NOWHERE)


def lines(*pairs: tuple[str | Scalar, Node]) -> Lines:
    return Lines(mapping(*pairs).pairs, NOWHERE)


def lay_out(node: Node) -> str:
    """The text of a document."""
    return "\n".join(_block(node, 0)) + "\n"


# --- on one line ---


def on_one_line(node: Node) -> str:
    """A node as an item of a list: a mapping of one pair has no braces."""
    return _flow(node, in_list=True)


def _scalar(node: Scalar, flow: bool) -> str:
    value = node.text
    if not node.style:
        return value
    if node.style == '"' and _is_bare(value) and not (flow and _FLOW.search(value)):
        return value
    if not _PRINTABLE.fullmatch(value) or ("'" in value and not ('"' in value or "\\" in value)):
        return _double(value)
    if '"' in value or "\\" in value:
        return "'" + value.replace("'", "''") + "'"
    return f'"{value}"'


def _is_bare(value: str) -> bool:
    """Whether plain text is read back as this string."""
    if value != value.strip() or value == "<<" or not is_string(value):
        return False
    return bool(_BEGINS.match(value) and not _HOLDS.search(value) and _PRINTABLE.fullmatch(value))


def _double(value: str) -> str:
    return '"' + "".join(_ESCAPES.get(one) or _escaped(one) for one in value) + '"'


def _escaped(character: str) -> str:
    if _PRINTABLE.fullmatch(character):
        return character
    code = ord(character)
    return f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"


def _flow(node: Node, in_list: bool = False) -> str:
    """A node on one line; a mapping of one pair needs no braces in a list."""
    if isinstance(node, Scalar):
        return _scalar(node, flow=True)
    if isinstance(node, Sequence):
        return "[" + ", ".join(_flow(item, in_list=True) for item in node.items) + "]"
    inner = ", ".join(f"{_scalar(key, flow=True)}: {_flow(value)}" for key, value in node.pairs)
    return inner if in_list and len(node.pairs) == 1 else "{" + inner + "}"


def _fits(node: Node, room: int) -> bool:
    """Whether a node goes on one line of so much room."""
    return not _has_layers(node) and len(_flow(node)) <= room


def _has_layers(node: Node) -> bool:
    if isinstance(node, Layers | Lines):
        return len(node[0]) > 0
    if isinstance(node, Sequence):
        return any(_has_layers(item) for item in node.items)
    return isinstance(node, Mapping) and any(_has_layers(value) for _, value in node.pairs)


# --- over several lines ---


def _block(node: Node, indent: int) -> list[str]:
    """The lines of a node that begins at a column; the first is not indented."""
    if isinstance(node, Scalar):
        return [_scalar(node, flow=False)]
    if isinstance(node, Sequence):
        if not node.items or _fits(node, WIDTH - indent):
            return [_flow(node)]
        lines: list[str] = []
        for item in node.items:
            first, *rest = _block(item, indent + STEP)
            lines += [f"- {first}", *rest] if not lines else [f"{' ' * indent}- {first}", *rest]
        return lines
    if not node.pairs:
        return ["{}"]
    lines = []
    for key, value in node.pairs:
        made = _pair(key, value, indent)
        lines += made if not lines else [" " * indent + made[0], *made[1:]]
    return lines


def _pair(key: Scalar, value: Node, indent: int) -> list[str]:
    name = _scalar(key, flow=False)
    if len(name) > LONGEST_KEY:
        inner = _block(value, indent + STEP)
        return [f"? {name}", f"{' ' * indent}: {inner[0]}", *inner[1:]]
    room = WIDTH - indent - len(name) - 2
    if isinstance(value, Scalar):
        return [f"{name}: {_scalar(value, flow=False)}"]
    if (isinstance(value, Sequence) and not value.items) or _fits(value, room):
        return [f"{name}: {_flow(value)}"]
    inner = _block(value, indent + STEP)
    return [f"{name}:", " " * (indent + STEP) + inner[0], *inner[1:]]
