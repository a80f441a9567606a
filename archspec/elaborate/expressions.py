"""The value of an expression in a frame: names, sizes, arithmetic, lists. Numbers remember how they came about."""

import math
import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from archspec.core.limits import Limits
from archspec.core.number import derived, plain
from archspec.elaborate import rules
from archspec.elaborate.budget import Budget, extent
from archspec.elaborate.builtins import LONGEST
from archspec.elaborate.report import Poison, Report
from archspec.elaborate.scope import MISSING, POISONED, Frame
from archspec.elaborate.sizes import SIZES, axis_role, named_size
from archspec.elaborate.values import (
    NUMBERS,
    View,
    described,
    is_number,
    loosely_equal,
    spelled_value,
)
from archspec.ops.kinds import spelled
from archspec.syntax import tree


def _power(left: Any, right: Any) -> Any:
    """A power, refused before it is computed where it cannot be within bounds."""
    left, right = plain(left), plain(right)
    if isinstance(left, int) and isinstance(right, int) and right >= 0:
        if abs(left) > 1 and right * math.log2(abs(left)) > 64:
            raise OverflowError
        return left**right
    made = float(left) ** float(right)
    if isinstance(made, complex):
        raise OverflowError
    return made


_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": _power,
}
_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


_CONSTANTS = ("true", "false", "none")


class Expressions:
    """Evaluates expressions; everything wrong goes to the report, and `Poison` says that there is no value."""

    dispatch: ClassVar[Mapping[type, Callable[[Any, Any, Frame], Any]]] = {}

    def __init__(self, report: Report, limits: Limits, budget: Budget) -> None:
        self.report = report
        self.limits = limits
        self.budget = budget
        self.deepest = limits.expression_depth
        self.largest = limits.integer
        self.depth = 0  # expressions around the one at hand, those of functions that call it among them
        self.calls: list[str] = []  # the functions being evaluated
        self.training: bool | None = None  # what `training` means; none outside conditions
        self.read_training = False
        self.offered: tuple[str, ...] = ()  # names that mean something besides: in promises, the figures
        self.reads: set[str] = set()  # the roles of axes whose sizes the module at hand has read

    def value(self, node: tree.Expression, frame: Frame) -> Any:
        """The value of an expression. Raises `Poison` once it is reported that there is none."""
        budget = self.budget
        budget.steps += 1
        if budget.steps > budget.most_steps:
            budget.spend(0, node.span)
        if self.depth >= self.deepest:
            raise self.budget.too_deep(f"expressions and functions are nested more than {self.depth} deep", node.span)
        if type(node) is tree.Constant:
            return self._checked(node.value, node)
        self.depth += 1
        try:
            return self.dispatch[type(node)](self, node, frame)
        finally:
            self.depth -= 1

    def values(self, nodes: Iterable[tree.Expression], frame: Frame) -> list[Any]:
        """The values of several expressions, all of them evaluated so that each error shows."""
        made: list[Any] = []
        broken: Poison | None = None
        for node in nodes:
            try:
                made.append(self.value(node, frame))
            except Poison as poison:
                broken = poison
        if broken is not None:
            raise broken
        return made

    def condition(self, node: tree.Expression, frame: Frame) -> bool:
        value = self.value(node, frame)
        if not isinstance(value, bool):
            help = f"compare it: `{node.span.text} > 0`" if is_number(value) else ""
            raise self._error(rules.CONDITION, f"{spelled_value(value)} is neither true nor false", node, help)
        return value

    def integer(self, node: tree.Expression, frame: Frame, least: int, what: str) -> int:
        value = self.integer_value(self.value(node, frame), node, what)
        if value < least:
            raise self._error(rules.EXPRESSION, f"{what} is {plain(value)}, less than {least}", node)
        return value

    def integer_value(self, value: Any, node: tree.Expression, what: str = "the size") -> int:
        if isinstance(value, float) and value.is_integer():
            return int(value)  # whole, however it was computed
        if isinstance(value, bool) or not isinstance(value, int):
            raise self._error(rules.EXPRESSION, f"{what} is {spelled_value(value)}, not an integer", node)
        return value

    def items(self, node: tree.Expression, frame: Frame) -> tuple[Any, ...]:
        value: Any = self.value(node, frame)
        if type(value) is not tuple:
            help = f"`range({node.span.text})` counts up to it" if isinstance(value, int) else ""
            raise self._error(rules.EXPRESSION, f"{spelled_value(value)} is not a list", node, help)
        return value

    def _error(self, rule: Any, message: str, node: Any, help: str = "", label: str = "") -> Poison:
        return self.report.error(rule, message, node.span, help=help, label=label)

    # --- leaves ---

    def string(self, node: tree.String, frame: Frame) -> str:
        texts = [part if isinstance(part, str) else self._part(part, frame) for part in node.parts]
        return self._text("".join(texts), node)

    def _text(self, made: str, node: Any) -> str:
        limit = self.limits.string
        if len(made) > limit:
            raise self._error(rules.EXPRESSION, f"a string of {len(made):,} characters; the limit is {limit:,}", node)
        return made

    def _part(self, node: tree.Expression, frame: Frame) -> str:
        value = self.value(node, frame)
        if isinstance(value, str):
            return value
        if isinstance(value, int | float):
            return spelled(value)
        raise self._error(rules.EXPRESSION, f"{described(value)} cannot stand in a string", node)

    def name(self, node: tree.Name, frame: Frame) -> Any:
        if node.id == "training":
            if self.training is None:
                help = "write `if training { … }`"
                raise self._error(rules.TRAINING, "`training` stands in the condition of an `if` only", node, help)
            self.read_training = True
            return self.training
        if node.id == "in":
            return self._view(node, frame)
        found = frame.lookup(node.id)
        if found is POISONED:
            raise Poison(node.id)
        if found is MISSING:
            if frame.builder is not None and frame.builder.find(node.id) is not None:
                help = f"a value is read as `({node.id}) -> …`; its sizes are `{node.id}.channels`, `{node.id}.shape`"
                raise self._error(rules.UNKNOWN_NAME, f"`{node.id}` is a value of the graph, not a number", node, help)
            raise self._error(rules.UNKNOWN_NAME, f"nothing here is called `{node.id}`", node, self._meant(node, frame))
        return found

    def _meant(self, node: tree.Name, frame: Frame) -> str:
        """What an unknown name may have been meant to be: a word that operators take, or the nearest name."""
        from archspec.elaborate.vocabulary import is_word  # which only errors need

        if is_word(node.id):
            return f'words stand in quotes: `"{node.id}"`'
        return self.budget.closest(node.id, [*_CONSTANTS, *self.offered, *frame.visible()])

    def _view(self, node: tree.Name, frame: Frame) -> View:
        """`in` or a label, for its shape."""
        builder = frame.builder
        if builder is None:
            raise self._error(rules.UNKNOWN_NAME, f"`{node.id}` means nothing outside a block", node)
        values = builder.block_inputs() if node.id == "in" else builder.find(node.id)
        if values is None:
            help = self.budget.closest(node.id, [*frame.visible(), *builder.readable()])
            raise self._error(rules.UNKNOWN_NAME, f"nothing here is called `{node.id}`", node, help)
        shapes = builder.shapes_of(values)
        if shapes is None:
            raise Poison(node.id)
        if len(shapes) != 1:
            raise self._error(rules.PORTS, f"`{node.id}` is {len(shapes)} values here: name one of them", node)
        return View(shapes[0], node.span)

    def here(self, node: tree.Here, frame: Frame) -> Any:
        builder = frame.builder
        if builder is None:
            raise self._error(rules.UNKNOWN_NAME, f"`.{node.attribute}` means nothing outside a block", node)
        shapes = builder.current_shapes()
        if shapes is None:
            raise Poison("here")
        if len(shapes) != 1:
            raise self._error(rules.PORTS, f"`.{node.attribute}` of {len(shapes)} values", node)
        return self._size(View(shapes[0], node.span), node.attribute, node)

    # --- parts ---

    def attribute(self, node: tree.Attribute, frame: Frame) -> Any:
        base = node.base
        if isinstance(base, tree.Name) and base.id != "in" and frame.local(base.id) is MISSING:
            view = self._view(base, frame)
        else:
            view = self.value(base, frame)
            if type(view) is not View:
                raise self._error(rules.EXPRESSION, f"{described(view)} has no `.{node.attribute}`", node)
        return self._size(view, node.attribute, node)

    def _size(self, view: View, attribute: str, node: Any) -> Any:
        shape = view.shape
        if shape is None:
            raise Poison(attribute)
        if attribute == "shape":
            self.reads.update(shape.roles)
            return shape.sizes
        if attribute == "rank":
            return shape.rank
        made = named_size(shape, attribute)
        if made is None:
            if attribute not in SIZES:
                help = self.budget.closest(attribute, [*SIZES, "shape", "rank"])
                raise self._error(rules.EXPRESSION, f"a value has no `.{attribute}`", node, help)
            raise self._error(rules.EXPRESSION, f"a value of shape {shape} has no {attribute}", node)
        self.reads.update(axis_role(shape, attribute))
        return made

    def item(self, node: tree.Item, frame: Frame) -> Any:
        base = self.value(node.base, frame)
        if type(base) is not tuple and not isinstance(base, str):
            raise self._error(rules.EXPRESSION, f"{described(base)} has no entries", node.base)
        index = self.integer(node.index, frame, -(2**31), "the index")
        if not -len(base) <= index < len(base):
            entries = f"{len(base)} entr{'y' if len(base) == 1 else 'ies'}"
            raise self._error(rules.EXPRESSION, f"index {plain(index)} of a list with {entries}", node)
        return base[index]

    def slice(self, node: tree.Slice, frame: Frame) -> Any:
        base = self.value(node.base, frame)
        if type(base) is not tuple and not isinstance(base, str):
            raise self._error(rules.EXPRESSION, f"{described(base)} has no entries", node.base)
        start = None if node.start is None else self.integer(node.start, frame, -(2**31), "the index")
        stop = None if node.stop is None else self.integer(node.stop, frame, -(2**31), "the index")
        made = base[start:stop]
        self.budget.copy(made, node.span)
        return made

    # --- operators ---

    def unary(self, node: tree.Unary, frame: Frame) -> Any:
        if node.operator == "not":
            return not self.condition(node.operand, frame)
        value = self.value(node.operand, frame)
        if not is_number(value):
            raise self._error(rules.EXPRESSION, f"`{node.operator}` of {described(value)}", node)
        return value if node.operator == "+" else derived(-value, "neg", value)

    def binary(self, node: tree.Binary, frame: Frame) -> Any:
        sign = node.operator
        if sign == "and":
            return self.condition(node.left, frame) and self.condition(node.right, frame)
        if sign == "or":
            return self.condition(node.left, frame) or self.condition(node.right, frame)
        try:
            left = self.value(node.left, frame)
        except Poison:
            self.value(node.right, frame)  # so that its error shows as well
            raise
        right = self.value(node.right, frame)
        if type(left) not in NUMBERS or type(right) not in NUMBERS:
            return self._joined(node, left, right)
        try:
            made = _ARITHMETIC[sign](left, right)
        except ZeroDivisionError:
            raise self._error(rules.EXPRESSION, "a division by zero", node) from None
        except OverflowError:
            raise self._error(rules.EXPRESSION, "a number too large", node) from None
        return derived(self._checked(made, node), sign, left, right)

    def _joined(self, node: tree.Binary, left: Any, right: Any) -> Any:
        """`+` and `*` of lists and strings."""
        made: Any = None
        if node.operator == "+" and type(left) is type(right) and type(left) in (tuple, str):
            made = left + right
        elif node.operator == "*":
            parts, times = (left, right) if type(left) in (tuple, str) else (right, left)
            if type(parts) in (tuple, str) and isinstance(times, int) and not isinstance(times, bool):
                if len(parts) * max(0, times) > LONGEST:
                    message = f"a list of {len(parts) * times:,} entries; the limit is {LONGEST:,}"
                    raise self._error(rules.EXPRESSION, message, node)
                made = parts * max(0, int(times))
        if made is None:
            message = f"`{node.operator}` of {described(left)} and {described(right)}"
            raise self._error(rules.EXPRESSION, message, node)
        if isinstance(made, str):
            return self._text(made, node)
        return self.checked_list(made, node)

    def _checked(self, value: Any, node: Any) -> Any:
        if type(value) is int and -self.largest <= value <= self.largest:
            return value  # as nearly all are
        if isinstance(value, float) and not math.isfinite(value):
            raise self._error(rules.EXPRESSION, "a number too large", node)
        if isinstance(value, int) and abs(value) > self.largest:
            raise self._error(rules.EXPRESSION, "an integer beyond 2^53", node)
        return value

    def compare(self, node: tree.Compare, frame: Frame) -> bool:
        values = self.values(node.operands, frame)
        holds = True
        for left, sign, right in zip(values, node.operators, values[1:], strict=False):
            if sign in ("==", "!="):
                self.budget.spend(sum(extent(one, self.limits.nesting)[0] for one in (left, right)), node.span)
                same = loosely_equal(left, right)
                holds = holds and (same if sign == "==" else not same)
                continue
            if not (is_number(left) and is_number(right)):
                raise self._error(rules.EXPRESSION, f"`{sign}` of {described(left)} and {described(right)}", node)
            holds = holds and _ORDER[sign](left, right)
        return holds

    def choose(self, node: tree.Choose, frame: Frame) -> Any:
        return self.value(node.value if self.condition(node.condition, frame) else node.other, frame)

    # --- lists and calls ---

    def list_(self, node: tree.List, frame: Frame) -> tuple[Any, ...]:
        return self.checked_list(tuple(self.values(node.items, frame)), node)

    def comprehension(self, node: tree.Comprehension, frame: Frame) -> tuple[Any, ...]:
        made: list[Any] = []
        for item in self.items(node.source, frame):
            inner = frame.inner()
            self.bind(node.targets, item, inner, node.source)
            if node.condition is None or self.condition(node.condition, inner):
                made.append(self.value(node.item, inner))
        return self.checked_list(tuple(made), node)

    def checked_list(self, made: tuple[Any, ...], node: Any) -> tuple[Any, ...]:
        self.budget.check_list(made, node.span)
        return made

    def bind(self, targets: tuple[tree.Target, ...], value: Any, frame: Frame, node: Any) -> None:
        """Bind targets to a value; several targets, or a list of them, take a list apart."""
        if len(targets) == 1:
            target = targets[0]
            if target.name is not None:
                frame.names[target.name] = value
            elif target.parts:
                self._take_apart(target.parts, value, frame, target)
            return
        self._take_apart(targets, value, frame, node)

    def _take_apart(self, targets: tuple[tree.Target, ...], value: Any, frame: Frame, node: Any) -> None:
        if type(value) is not tuple:
            raise self._error(rules.EXPRESSION, f"{spelled_value(value)} is not a list to take apart", node)
        if len(value) != len(targets):
            message = f"{len(targets)} names for a list of {len(value)} entries"
            raise self._error(rules.EXPRESSION, message, node)
        for target, item in zip(targets, value, strict=True):
            self.bind((target,), item, frame, target)
