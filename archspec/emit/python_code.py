"""Python text: names that are safe to generate, literals, remembered expressions, and lines that fit.

Nothing but literals, names made safe here and the fixed words of the emitters is ever printed, so that no name or
string of a spec can become code.
"""

import ast
import builtins
import keyword
import re
from collections.abc import Collection, Mapping, Sequence
from threading import RLock
from typing import Any, NamedTuple

from archspec.core.number import Expr, Literal, Operation, Symbol, plain

WIDTH = 88
_one_at_a_time = RLock()
_TAKEN = frozenset({"self", "nn", "torch", "Tensor", "F", "partial", "OrderedDict", "Callable", "Any"})
_BINDING = {
    "or": 1, "and": 2, "not": 3, "==": 4, "!=": 4, "<": 4, "<=": 4, ">": 4, ">=": 4,
    "+": 5, "-": 5, "*": 6, "/": 6, "//": 6, "%": 6, "neg": 7, "**": 8,
}  # fmt: skip


class Unsayable(Exception):
    """An expression that generated source does not say."""


def identifier(name: str) -> str:
    """A Python name for a name of the spec: itself, unless Python or the generated source has taken it."""
    made = re.sub(r"\W", "_", name, flags=re.ASCII) or "_"
    if made[0].isdigit():
        made = f"_{made}"
    return f"{made}_" if keyword.iskeyword(made) or made in _TAKEN or hasattr(builtins, made) else made


def class_name(name: str) -> str:
    """`resnet50` is `Resnet50`, `mnist_inception` is `MnistInception`; names in camel case stay as they are."""
    made = "".join(part[:1].upper() + part[1:] for part in re.split(r"[^A-Za-z0-9]+", name))
    return identifier(f"_{made}" if not made or made[0].isdigit() else made)


def literal(value: Any) -> str:
    """A plain value as Python, strings in double quotes."""
    value = plain(value)
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, tuple):
        items = ", ".join(literal(item) for item in value)
        return f"({items},)" if len(value) == 1 else f"({items})"
    return repr(value)


def quoted(text: str) -> str:
    made = repr(text)
    return made if made[0] == '"' else '"' + made[1:-1].replace('"', '\\"').replace("\\'", "'") + '"'


def docstring(text: str) -> str:
    """A text that stays within its triple quotes."""
    made = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    made = "".join(c if c.isprintable() or c == "\n" else f"\\x{ord(c):02x}" if ord(c) < 256 else "?" for c in made)
    return made[:-1] + '\\"' if made.endswith('"') else made


def expression(made: Expr, names: Mapping[str, str], outside: int = 0) -> str:
    """A remembered expression as Python. Raises `Unsayable` for symbols without a name and operators without a form."""
    if type(made) is Literal:
        return literal(made.value)
    if type(made) is Symbol:
        if made.name not in names:
            raise Unsayable(made.name)
        return names[made.name]
    assert type(made) is Operation
    operator, operands = made.operator, made.operands
    if operator == "[]":
        return f"{expression(operands[0], names, 9)}[{expression(operands[1], names)}]"
    if operator in ("min", "max"):
        return f"{operator}({', '.join(expression(one, names) for one in operands)})"
    if operator not in _BINDING:
        raise Unsayable(operator)
    binding = _BINDING[operator]
    if operator == "neg":
        text = f"-{expression(operands[0], names, binding)}"
    elif operator == "not":
        text = f"not {expression(operands[0], names, binding)}"
    elif operator == "**":
        base, power = expression(operands[0], names, binding + 1), expression(operands[1], names, binding)
        simple = all(re.fullmatch(r"-?[\w.]+", one) for one in (base, power))  # as formatters have it
        text = f"{base}**{power}" if simple else f"{base} ** {power}"
    else:
        right = binding if operator in ("and", "or") else binding + 1
        text = f"{expression(operands[0], names, binding)} {operator} {expression(operands[1], names, right)}"
    return f"({text})" if binding < outside else text


class Nest(NamedTuple):
    """Code in brackets: `head` up to and with the opening bracket, the items, the closing bracket and what follows.

    Items are separated by commas, or by nothing but a line break or space where `comma` is false (no space where they
    are `tight`).
    """

    head: str
    items: tuple["Code", ...]
    tail: str
    comma: bool = True
    comments: tuple[str, ...] = ()  # beside the items; they then stand on lines of their own
    soft: bool = False  # the brackets are there for line breaks only
    tight: bool = False


Code = str | Nest


def flat(code: Code) -> str:
    if isinstance(code, str):
        return code
    separator = ", " if code.comma else "" if code.tight else " "
    inside = separator.join(flat(item) for item in code.items)
    return inside if code.soft else code.head + inside + code.tail


def call(function: str, arguments: Sequence[Code], keywords: Sequence[tuple[str, Code]] = ()) -> Nest:
    return Nest(f"{function}(", (*arguments, *(_keyword(name, value) for name, value in keywords)), ")")


def _keyword(name: str, value: Code) -> Code:
    if isinstance(value, str):
        return f"{name}={value}"
    return value._replace(head=f"{name}={value.head}", soft=False)


def lines(code: Code, indent: int, before: str = "", after: str = "") -> list[str]:
    """Code as lines of at most `WIDTH` characters where that can be, broken at brackets from the outside in."""
    margin = " " * indent
    whole = margin + before + flat(code) + after
    commented = isinstance(code, Nest) and any(code.comments)
    if isinstance(code, str) or not code.items or (len(whole) <= WIDTH and not commented and not _has_comments(code)):
        return [whole]
    inner = " " * (indent + 4)
    separator = ", " if code.comma else " "
    body = separator.join(flat(item) for item in code.items)
    head = margin + before + code.head
    tail = margin + code.tail + after
    is_call = code.head[-2:-1].isalnum() or code.head[-2:-1] == "_"  # a list of values has a line for each
    if is_call and not commented and not _has_comments(code) and len(inner) + len(body) <= WIDTH and code.comma:
        return [head, inner + body, tail]
    if not code.comma and not code.tight and len(inner) + len(body) <= WIDTH and not _has_comments(code):
        return [head, inner + body, tail]
    made = [head]
    for at, item in enumerate(code.items):
        part = lines(item, indent + 4, "", "," if code.comma else "")
        if code.comments and code.comments[at]:
            part[-1] += f"  # {code.comments[at]}"
        made.extend(part)
    return [*made, tail]


def _has_comments(code: Code) -> bool:
    return isinstance(code, Nest) and (any(code.comments) or any(_has_comments(item) for item in code.items))


_ALLOWED = (
    ast.Module, ast.ClassDef, ast.FunctionDef, ast.Import, ast.ImportFrom, ast.alias, ast.arguments, ast.arg, ast.Expr,
    ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return, ast.If, ast.For, ast.Call, ast.keyword, ast.Attribute,
    ast.Name, ast.Load, ast.Store, ast.Constant, ast.Tuple, ast.List, ast.Dict, ast.Subscript, ast.Slice, ast.Starred,
    ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.GeneratorExp, ast.ListComp, ast.comprehension,
    ast.JoinedStr, ast.FormattedValue, ast.operator, ast.unaryop, ast.boolop, ast.cmpop,
)  # fmt: skip
_IMPORTS = frozenset({"torch", "torch.nn", "typing", "collections", "collections.abc", "functools"})


def parsed(source: str) -> ast.Module:
    """Python text as a tree.

    In Python 3.11, trees under construction count their depth together: threads have to take turns, or one may end in
    "AST constructor recursion depth mismatch" where the collector lets another one go on in the middle.
    """
    with _one_at_a_time:
        return ast.parse(source)


def verify(source: str, modules: Collection[str] = ()) -> None:
    """Parse generated source back and refuse what no emitter writes. Raises `ValueError`: a bug in archspec.

    It may import from torch and from these modules.
    """
    for node in ast.walk(parsed(source)):
        if not isinstance(node, _ALLOWED):
            raise ValueError(f"generated source holds {type(node).__name__}")
        if isinstance(node, ast.ImportFrom) and node.module not in {*_IMPORTS, *modules}:
            raise ValueError(f"generated source imports from {node.module}")
        if isinstance(node, ast.Import) and any(one.name not in _IMPORTS for one in node.names):
            raise ValueError("generated source imports more than torch")
        if isinstance(node, ast.Attribute) and node.attr.startswith("__") and node.attr != "__init__":
            raise ValueError(f"generated source reads {node.attr}")
