"""The calls of a forward method as Python: functions, methods, indices."""

import keyword
from collections.abc import Sequence
from typing import Any

from archspec.core.layer import Cut, FunctionCall, Methods
from archspec.design import Indexed
from archspec.emit.python_code import Code, Nest, flat, literal


def is_attribute(name: str) -> bool:
    """Whether a child's name can be written as an attribute."""
    return name.isascii() and name.isidentifier() and not keyword.iskeyword(name)


def index(name: Any, counters: tuple[str, ...]) -> str:
    if not isinstance(name, Indexed):
        return str(name)
    terms = [c if step == 1 else f"{step} * {c}" for step, c in zip(name.steps, counters, strict=True)]
    return " + ".join(terms) + (f" + {name.start}" if name.start else "")


def function(made: FunctionCall, inputs: Sequence[Code], used: set[str]) -> Code:
    """A function of values as Python. Operands of an operator, and what a method or an index is taken of, are atoms."""
    used.add(made.target)
    options = [literal(value) for value in made.arguments] if made.form != "index" else []
    options += [f"{key}={literal(value)}" for key, value in made.keywords.items()]
    if made.form == "infix":
        return f" {made.target} ".join([*map(flat, inputs), *options])
    if made.form == "index":
        return f"{flat(inputs[0])}[:, {', '.join(map(_index_text, made.arguments))}]"
    if made.form == "method":
        return Nest(f"{flat(inputs[0])}.{made.target}(", (*inputs[1:], *options), ")")
    if made.form == "list":
        return Nest(f"{made.target}(", (Nest("[", tuple(inputs), "]"), *options), ")")
    return Nest(f"{made.target}(", (*inputs, *options), ")")


def chain(made: Methods, value: str, target: str) -> list[Code]:
    """Methods of a value as the right sides of assignments to `target`.

    What splits an axis is a function of torch's: as a method it has no types.
    """
    written: list[Code] = []
    waiting: list[FunctionCall] = []
    for one in made.calls:
        if one.target != "unflatten":
            waiting.append(one)
            continue
        if waiting:
            written.append(methods(target if written else value, waiting))
            waiting = []
        written.append(Nest("torch.unflatten(", (target if written else value, *_options(one)), ")"))
    if waiting:
        written.append(methods(target if written else value, waiting))
    return written


def methods(value: Code, calls: Sequence[FunctionCall]) -> Code:
    """Methods one after the other."""
    texts = [f".{one.target}({', '.join(_options(one))})" for one in calls]
    value = flat(value)
    if len(value) <= 4:  # as formatters have it, the first method stays with a short name
        value, texts = value + texts[0], texts[1:]
    return Nest("(", (value, *texts), ")", False, soft=True, tight=True) if texts else value


def _options(made: FunctionCall) -> list[str]:
    return [*map(literal, made.arguments), *(f"{key}={literal(one)}" for key, one in made.keywords.items())]


def _index_text(at: Any) -> str:
    if not isinstance(at, Cut):
        return literal(at)
    start, stop, step = ("" if one is None else literal(one) for one in at)
    return f"{start}:{stop}" + (f":{step}" if step else "")
