"""The value of an expression in a frame. Numbers remember how they came about (`core.number`)."""

import math
from collections.abc import Callable, Iterator
from typing import Any

from archspec.core.limits import Limits
from archspec.core.number import Expr, Operation, Symbol, depth, derived, origin, plain, remember
from archspec.core.shape import SEQUENCE, Shape
from archspec.elaborate import rules
from archspec.elaborate.builtins import LONGEST, Refused
from archspec.elaborate.report import Poison, Report
from archspec.elaborate.scope import MISSING, POISONED, Frame
from archspec.elaborate.values import (
    Arguments,
    BlockMaker,
    Builtin,
    Given,
    InitialiserMaker,
    OperatorMaker,
    UserFunction,
    View,
    described,
    freeze,
)
from archspec.ops.base import BadArgument, closest
from archspec.ops.kinds import spelled
from archspec.syntax import tree

_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "//": lambda a, b: a // b,
    "%": lambda a, b: a % b,
}
_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


class Evaluator:
    """Evaluates expressions; everything wrong goes to the report, and `Poison` says that there is no value."""

    def __init__(self, report: Report, limits: Limits) -> None:
        self.report = report
        self.limits = limits
        self.steps = 0
        self.calls: list[str] = []  # the functions being evaluated
        self.training: bool | None = None  # what `training` means; none outside conditions
        self.read_training = False

    def value(self, node: tree.Expression, frame: Frame) -> Any:
        """The value of an expression. Raises `Poison` once it is reported that there is none."""
        self.steps += 1
        if self.steps > self.limits.evaluations:
            raise self._error(rules.TOO_LARGE, "the expressions of this spec take too many steps", node)
        return _EVALUATE[type(node)](self, node, frame)

    def condition(self, node: tree.Expression, frame: Frame) -> bool:
        value = self.value(node, frame)
        if not isinstance(value, bool):
            help = f"compare it: `{node.span.text} > 0`" if _is_number(value) else ""
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
        value = self.value(node, frame)
        if type(value) is not tuple:
            help = f"`range({node.span.text})` counts up to it" if isinstance(value, int) else ""
            raise self._error(rules.EXPRESSION, f"{spelled_value(value)} is not a list", node, help)
        return value

    def _error(self, rule: Any, message: str, node: Any, help: str = "", label: str = "") -> Poison:
        return self.report.error(rule, message, node.span, help=help, label=label)

    # --- leaves ---

    def constant(self, node: tree.Constant, frame: Frame) -> Any:
        return self._checked(node.value, node)

    def string(self, node: tree.String, frame: Frame) -> str:
        texts = [part if isinstance(part, str) else self._part(part, frame) for part in node.parts]
        made = "".join(texts)
        if len(made) > self.limits.string:
            raise self._error(rules.EXPRESSION, f"a string of {len(made)} characters", node)
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
            help = closest(node.id, frame.visible())
            raise self._error(rules.UNKNOWN_NAME, f"nothing here is called `{node.id}`", node, help)
        return found

    def _view(self, node: tree.Name, frame: Frame) -> View:
        """`in` or a label, for its shape."""
        builder = frame.builder
        if builder is None:
            raise self._error(rules.UNKNOWN_NAME, f"`{node.id}` means nothing outside a block", node)
        values = builder.block_inputs() if node.id == "in" else builder.find(node.id)
        if values is None:
            help = closest(node.id, [*frame.visible(), *builder.readable()])
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
            return shape.sizes
        if attribute == "rank":
            return shape.rank
        made = named_size(shape, attribute)
        if made is None:
            if attribute not in SIZES:
                help = closest(attribute, [*SIZES, "shape", "rank"])
                raise self._error(rules.EXPRESSION, f"a value has no `.{attribute}`", node, help)
            raise self._error(rules.EXPRESSION, f"a value of shape {shape} has no {attribute}", node)
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
        return base[start:stop]

    # --- operators ---

    def unary(self, node: tree.Unary, frame: Frame) -> Any:
        if node.operator == "not":
            return not self.condition(node.operand, frame)
        value = self.value(node.operand, frame)
        if not _is_number(value):
            raise self._error(rules.EXPRESSION, f"`{node.operator}` of {described(value)}", node)
        return value if node.operator == "+" else derived(-value, "neg", value)

    def binary(self, node: tree.Binary, frame: Frame) -> Any:
        operator = node.operator
        if operator == "and":
            return self.condition(node.left, frame) and self.condition(node.right, frame)
        if operator == "or":
            return self.condition(node.left, frame) or self.condition(node.right, frame)
        left = self.value(node.left, frame)
        right = self.value(node.right, frame)
        if not (_is_number(left) and _is_number(right)):
            return self._joined(node, left, right)
        try:
            made = self._power(left, right) if operator == "**" else _ARITHMETIC[operator](plain(left), plain(right))
        except ZeroDivisionError:
            raise self._error(rules.EXPRESSION, "a division by zero", node) from None
        except OverflowError:
            raise self._error(rules.EXPRESSION, "a number too large", node) from None
        return derived(self._checked(made, node), operator, left, right)

    def _joined(self, node: tree.Binary, left: Any, right: Any) -> Any:
        """`+` and `*` of lists and strings."""
        made: Any = None
        if node.operator == "+" and type(left) is type(right) and type(left) in (tuple, str):
            made = left + right
        elif node.operator == "*":
            parts, times = (left, right) if type(left) in (tuple, str) else (right, left)
            if type(parts) in (tuple, str) and isinstance(times, int) and not isinstance(times, bool):
                if len(parts) * max(0, times) > LONGEST:
                    raise self._error(rules.EXPRESSION, f"a list of more than {LONGEST} entries", node)
                made = parts * max(0, int(times))
        if made is None:
            message = f"`{node.operator}` of {described(left)} and {described(right)}"
            raise self._error(rules.EXPRESSION, message, node)
        if len(made) > LONGEST:
            raise self._error(rules.EXPRESSION, f"a list of {len(made)} entries", node)
        return made

    def _power(self, left: Any, right: Any) -> Any:
        """A power, refused before it is computed where it cannot be within bounds."""
        left, right = plain(left), plain(right)
        if isinstance(left, int) and isinstance(right, int) and right > 0:
            if abs(left) > 1 and right * math.log2(abs(left)) > 64:
                raise OverflowError
            return left**right
        made = float(left) ** float(right)
        if isinstance(made, complex):
            raise OverflowError
        return made

    def _checked(self, value: Any, node: Any) -> Any:
        if isinstance(value, float) and not math.isfinite(value):
            raise self._error(rules.EXPRESSION, "a number too large", node)
        if isinstance(value, int) and abs(value) > self.limits.integer:
            raise self._error(rules.EXPRESSION, "an integer beyond 2^53", node)
        return value

    def compare(self, node: tree.Compare, frame: Frame) -> bool:
        values = [self.value(one, frame) for one in node.operands]
        holds = True
        for left, operator, right in zip(values, node.operators, values[1:], strict=False):
            if operator in ("==", "!="):
                same = loosely_equal(left, right)
                holds = holds and (same if operator == "==" else not same)
                continue
            if not (_is_number(left) and _is_number(right)):
                raise self._error(rules.EXPRESSION, f"`{operator}` of {described(left)} and {described(right)}", node)
            holds = holds and _ORDER[operator](left, right)
        return holds

    def choose(self, node: tree.Choose, frame: Frame) -> Any:
        return self.value(node.value if self.condition(node.condition, frame) else node.other, frame)

    # --- lists and calls ---

    def list_(self, node: tree.List, frame: Frame) -> tuple[Any, ...]:
        return tuple([self.value(item, frame) for item in node.items])

    def comprehension(self, node: tree.Comprehension, frame: Frame) -> tuple[Any, ...]:
        made: list[Any] = []
        for item in self.items(node.source, frame):
            inner = frame.inner()
            self.bind(node.targets, item, inner, node.source)
            if node.condition is None or self.condition(node.condition, inner):
                made.append(self.value(node.item, inner))
        return tuple(made)

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

    def arguments(self, given: tuple[tree.Argument, ...], frame: Frame) -> Arguments:
        """The values of arguments, all of them evaluated so that each error shows."""
        positional: list[Given] = []
        named: list[tuple[str, Given]] = []
        broken: Poison | None = None
        for argument in given:
            try:
                value = Given(self._argument(argument.value, frame), argument.span)
            except Poison as poison:
                broken = poison
                continue
            if argument.name is None:
                if named:
                    message = "an argument by position after one by name"
                    broken = self._error(rules.ARGUMENT, message, argument)
                positional.append(value)
            else:
                if any(name == argument.name for name, _ in named):
                    broken = self._error(rules.ARGUMENT, f"`{argument.name}` is given twice", argument)
                named.append((argument.name, value))
        if broken is not None:
            raise broken
        return Arguments(tuple(positional), tuple(named))

    def _argument(self, node: tree.Expression, frame: Frame) -> Any:
        """The value of an argument; an initialiser without parentheses is made as it is."""
        value = self.value(node, frame)
        if type(value) is InitialiserMaker:
            return self._initialiser(value, Arguments(), node)
        return value

    def apply(self, node: tree.Apply, frame: Frame) -> Any:
        function = self.value(node.function, frame)
        arguments = self.arguments(node.arguments, frame)
        kind = type(function)
        if kind is OperatorMaker or kind is BlockMaker:
            return function._replace(arguments=function.arguments.joined(arguments))
        if kind is InitialiserMaker:
            return self._initialiser(function, arguments, node)
        if kind is UserFunction:
            return self._call(function, arguments, node)
        if kind is Builtin:
            if arguments.named:
                name, given = arguments.named[0]
                message = f"`{function.name}` has no parameter `{name}`"
                raise self.report.error(rules.ARGUMENT, message, given.span)
            try:
                return self._checked(function.function(*(given.value for given in arguments.positional)), node)
            except Refused as error:
                raise self._error(rules.EXPRESSION, f"`{function.name}`: {error}", node) from None
            except TypeError:
                message = f"`{function.name}` does not take {len(arguments.positional)} arguments"
                raise self._error(rules.ARGUMENT, message, node) from None
            except (OverflowError, ValueError):
                raise self._error(rules.EXPRESSION, f"`{function.name}`: a number too large", node) from None
        raise self._error(rules.EXPRESSION, f"{described(function)} cannot be called", node)

    def _initialiser(self, maker: InitialiserMaker, arguments: Arguments, node: Any) -> Any:
        try:
            return maker.initialiser(
                *(given.value for given in arguments.positional),
                **{name: given.value for name, given in arguments.named},
            )
        except BadArgument as error:
            raise self.report.error(
                rules.ARGUMENT, error.message, blamed(error, arguments, node.span), help=error.help
            ) from None

    def _call(self, function: UserFunction, arguments: Arguments, node: tree.Apply) -> Any:
        """A function of the user's. Its result is a plain number: what it does inside is its own affair."""
        definition = function.definition
        if definition.name in self.calls:
            cycle = " → ".join([*self.calls[self.calls.index(definition.name) :], definition.name])
            help = f"the functions call each other: {cycle}" if len(self.calls) > 1 else "there is no recursion"
            raise self._error(rules.RECURSION, f"`{definition.name}` calls itself", node, help)
        frame = Frame(function.scope, function.frame)
        self.calls.append(definition.name)
        try:
            self.bind_parameters(definition.name, definition.parameters, arguments, frame, node.span)
            value = self.value(definition.value, frame)
        finally:
            self.calls.pop()
        return plain(value) if _is_number(value) else value

    def bind_parameters(
        self, name: str, parameters: tuple[tree.Parameter, ...], arguments: Arguments, frame: Frame, span: Any
    ) -> dict[str, Given]:
        """Bind the parameters of a function or block in a new frame; defaults see the parameters before them."""
        names = [parameter.name for parameter in parameters]
        given: dict[str, Given] = {}
        problem: Poison | None = None
        for position, one in enumerate(arguments.positional):
            if position >= len(names):
                takes = f"{len(names)} argument{'s' if len(names) != 1 else ''}" if names else "no arguments"
                message = f"`{name}` takes {takes}, here are {len(arguments.positional)}"
                problem = self.report.error(rules.ARGUMENT, message, one.span)
                break
            given[names[position]] = one
        for key, one in arguments.named:
            if key not in names:
                message = f"`{name}` has no parameter `{key}`"
                problem = self.report.error(rules.ARGUMENT, message, one.span, help=closest(key, names))
            elif key in given:
                problem = self.report.error(rules.ARGUMENT, f"`{key}` is given twice", one.span)
            else:
                given[key] = one
        missing = [p.name for p in parameters if p.name not in given and p.default is None]
        if missing and problem is None:
            listed = ", ".join(f"`{one}`" for one in missing)
            problem = self.report.error(rules.ARGUMENT, f"`{name}` needs {listed}", span)
        if problem is not None:
            raise problem
        for parameter in parameters:
            if parameter.name in given:
                frame.names[parameter.name] = given[parameter.name].value
            else:
                assert parameter.default is not None
                frame.names[parameter.name] = self.value(parameter.default, frame)
        return given

    # --- what a condition remembers ---

    def remembered(self, node: tree.Expression, frame: Frame) -> Expr | None:
        """The expression of a condition, for generated source; none where it cannot be said there."""
        try:
            if isinstance(node, tree.Binary) and node.operator in ("and", "or"):
                parts = [self.remembered(one, frame) for one in (node.left, node.right)]
                return None if None in parts else Operation(node.operator, tuple(p for p in parts if p), 1)
            if isinstance(node, tree.Unary) and node.operator == "not":
                operand = self.remembered(node.operand, frame)
                return None if operand is None else Operation("not", (operand,), 1)
            if isinstance(node, tree.Compare) and len(node.operators) == 1:
                left, right = (origin(self.value(one, frame)) for one in node.operands)
                return Operation(node.operators[0], (left, right), 1)
            if isinstance(node, tree.Name) and isinstance(frame.local(node.id), bool):
                return Symbol(node.id)
        except Poison:
            pass
        return None


SIZES = ("channels", "height", "width", "depth", "length", "features")


def named_size(shape: Shape, attribute: str) -> int | None:
    """A size by its name; none where the shape has no such axis."""
    spatial = shape.spatial
    if attribute in ("channels", "features"):
        return None if shape.channel_axis is None else shape.channels
    if attribute == "length":
        tokens = [size for size, role in zip(shape.sizes, shape.roles, strict=True) if role == SEQUENCE]
        return tokens[0] if tokens else spatial[0] if len(spatial) == 1 else None
    back = {"width": 1, "height": 2, "depth": 3}.get(attribute)
    if back is None or len(spatial) < max(back, 2):
        return None
    return spatial[-back]


def loosely_equal(left: Any, right: Any) -> bool:
    """Numbers are equal by value; a truth value equals no number; everything else by what it is."""
    if _is_number(left) and _is_number(right):
        return bool(plain(left) == plain(right))
    return bool(freeze(left) == freeze(right))


def spelled_value(value: Any) -> str:
    """A value in a message: numbers and strings as written, others by their kind."""
    if value is None or isinstance(value, bool | int | float | str):
        return f"`{spelled(value)}`"
    return described(value)


def blamed(error: BadArgument, arguments: Arguments, otherwise: Any) -> Any:
    """The span of the argument that an error is about."""
    if isinstance(error.at, int):
        return arguments.positional[error.at].span if error.at < len(arguments.positional) else otherwise
    for name, given in arguments.named:
        if name == error.at:
            return given.span
    return otherwise


def list_parameter(value: Any, expression: Expr) -> Any:
    """A parameter's value whose numbers remember it: `depth`, and of a list `depths[0]`."""
    if type(value) is tuple:
        return tuple(
            list_parameter(item, Operation("[]", (expression, origin(at)), depth(expression) + 1))
            for at, item in enumerate(value)
        )
    return remember(value, expression)


def names_in(node: Any) -> Iterator[str]:
    """Every name an expression mentions."""
    if isinstance(node, tree.Name):
        yield node.id
    elif isinstance(node, tuple):
        for part in node:
            if isinstance(part, tuple):
                yield from names_in(part)


_EVALUATE: dict[type, Callable[[Evaluator, Any, Frame], Any]] = {
    tree.Constant: Evaluator.constant,
    tree.String: Evaluator.string,
    tree.Name: Evaluator.name,
    tree.Here: Evaluator.here,
    tree.Attribute: Evaluator.attribute,
    tree.Item: Evaluator.item,
    tree.Slice: Evaluator.slice,
    tree.Apply: Evaluator.apply,
    tree.Unary: Evaluator.unary,
    tree.Binary: Evaluator.binary,
    tree.Compare: Evaluator.compare,
    tree.Choose: Evaluator.choose,
    tree.List: Evaluator.list_,
    tree.Comprehension: Evaluator.comprehension,
}
