"""Which calls of a forward method stand within another: `self.relu(self.bn1(self.conv1(x)))` on one line."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from archspec.core.layer import FunctionCall, Methods, ModuleCall
from archspec.core.shape import Shape
from archspec.design import ALWAYS, Apply, Graph, Instance
from archspec.emit.python_code import WIDTH, Code, Nest, flat

_NESTED = 3  # modules called on one line
_ROOM = len("y: Tensor = ")


class Held(NamedTuple):
    """A call that is not written yet: the step that reads its value may take it in.

    variables: those that it reads
    reads:     the values that it reads, those made within it included
    calls:     the modules called in it
    heavy:     whether one of them computes, as convolutions do; a line has one of these
    atomic:    whether a method can be called of it, or an operator applied, without parentheses
    typed:     whether Python knows that it gives a tensor: what modules return, it does not
    """

    value: int
    node: Apply | Instance
    code: Code
    variables: tuple[str, ...]
    reads: tuple[int, ...]
    shape: Shape
    calls: int
    heavy: bool
    atomic: bool
    typed: bool


def may_wait(node: Apply | Instance, uses: int) -> bool:
    """Whether a step can be left for its reader to take in."""
    made = None if type(node) is Instance else node.layer.call  # type: ignore[union-attr]
    return node.phase == ALWAYS and len(node.outputs) == 1 and uses == 1 and not isinstance(made, Methods)


def taken(held: Sequence[Held], node: Apply | Instance, graph: Graph, shapes: bool) -> int:
    """How many of the last held calls a step takes in as its operands.

    They run in the order in which they stand. With `shapes`, of which a line says one, all on it have the same.
    """
    if node.phase != ALWAYS or len(node.outputs) != 1 or not held:
        return 0
    form = _form(node)
    if form == "methods":
        return 0
    waiting = {one.value: one for one in held}
    operands = [waiting[value] for value in node.inputs if value in waiting]
    if not operands or operands != list(held[-len(operands) :]):
        operands = operands[-1:] if operands and operands[-1] == held[-1] else []
    shape = graph.shapes[node.outputs[0]]
    if shapes:
        operands = _while(operands, lambda one: one.shape == shape)
    if form in ("infix", "method", "index"):
        operands = _while(operands, lambda one: one.atomic)
    if len(node.inputs) > 1:
        operands = _while(operands, lambda one: one.calls <= 1)
    if len(node.inputs) > 2 and len(operands) < len(node.inputs):
        return 0
    if len(node.inputs) == 1 and any(one.calls + _calls(node) > _NESTED for one in operands):
        return 0
    if len(node.inputs) == 1 and is_heavy(node) and any(one.heavy for one in operands):
        return 0
    return len(operands)


def _while(operands: Sequence[Held], fits: Any) -> list[Held]:
    """The last operands, back to the first one that does not fit."""
    kept: list[Held] = []
    for one in reversed(operands):
        if not fits(one):
            break
        kept.insert(0, one)
    return kept


def fits(code: Code, indent: int, comment: str) -> bool:
    """Whether a call is short enough to stand within another line; one that lists values may take three."""
    room = WIDTH - indent - _ROOM - (len(comment) + 4 if comment else 0)
    if len(flat(code)) <= room:
        return True
    return isinstance(code, Nest) and len(code.items) > 1 and len(flat(code)) - len(code.head) <= WIDTH - indent - 4


def holding(
    node: Apply | Instance, code: Code, variables: Sequence[str], operands: Sequence[Held], shape: Shape
) -> Held:
    """A step with what it took in, held."""
    form = _form(node)
    typed = form == "typed" or (form in ("infix", "method", "index") and not operands)
    return Held(
        node.outputs[0],
        node,
        code,
        tuple(dict.fromkeys([*variables, *(name for one in operands for name in one.variables)])),
        (*node.inputs, *(value for one in operands for value in one.reads)),
        shape,
        _calls(node) + sum(one.calls for one in operands),
        is_heavy(node) or any(one.heavy for one in operands),
        form != "infix",
        typed,
    )


def is_heavy(node: Apply | Instance) -> bool:
    return type(node) is Instance or bool(node.layer.products)  # type: ignore[union-attr]


def _calls(node: Apply | Instance) -> int:
    return 1 if type(node) is Instance or isinstance(node.layer.call, ModuleCall) else 0  # type: ignore[union-attr]


def _form(node: Apply | Instance) -> str:
    if type(node) is Instance:
        return "module"
    made = node.layer.call  # type: ignore[union-attr]
    if isinstance(made, FunctionCall):
        if made.form in ("arguments", "list"):
            return "typed" if made.target.startswith(("torch.", "F.")) else "module"
        return made.form
    return "methods" if isinstance(made, Methods) else "module"
