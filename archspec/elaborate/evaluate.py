"""Calls in expressions: functions, partly applied operators and blocks, initialisers, and how parameters bind."""

from collections.abc import Iterator, Mapping
from typing import Any

from archspec.core.number import Expr, Symbol, applied, origin, plain, remember
from archspec.core.source import Span
from archspec.elaborate import rules
from archspec.elaborate.budget import extent
from archspec.elaborate.builtins import BUILTINS, Refused
from archspec.elaborate.expressions import Expressions
from archspec.elaborate.report import Poison
from archspec.elaborate.scope import Frame
from archspec.elaborate.values import (
    NO_ARGUMENTS,
    Arguments,
    BlockMaker,
    Builtin,
    Given,
    InitialiserMaker,
    OperatorMaker,
    UserFunction,
    described,
    is_number,
    unusual,
)
from archspec.ops.base import BadArgument
from archspec.ops.kinds import Kind
from archspec.syntax import tree


class Evaluator(Expressions):
    """Expressions, and what is called in them."""

    def arguments(self, given: tuple[tree.Argument, ...], frame: Frame) -> Arguments:
        """The values of arguments, all of them evaluated so that each error shows."""
        positional: list[Given] = []
        named: list[tuple[str, Given]] = []
        broken: Poison | None = None
        for argument in given:
            try:
                made = self.value(argument.value, frame)
                if type(made) is InitialiserMaker:  # one without parentheses is made as it is
                    made = self._initialiser(made, NO_ARGUMENTS, argument.value)
                value = Given(made, argument.span)
            except Poison as poison:
                broken = poison
                continue
            if argument.name is None:
                if named:
                    message = "an argument by position after one by name"
                    broken = self._error(rules.ARGUMENT, message, argument)
                positional.append(value)
            else:
                if named and any(name == argument.name for name, _ in named):
                    broken = self._error(rules.ARGUMENT, f"`{argument.name}` is given twice", argument)
                named.append((argument.name, value))
        if broken is not None:
            raise broken
        return Arguments(tuple(positional), tuple(named))

    def apply(self, node: tree.Apply, frame: Frame) -> Any:
        function = self._callee(node, frame)
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
                self.budget.spend(sum(extent(one.value, 1)[0] for one in arguments.positional), node.span)
                made = self._checked(function.function(*(given.value for given in arguments.positional)), node)
                return self.checked_list(made, node) if type(made) is tuple else made
            except Refused as error:
                raise self._error(rules.EXPRESSION, f"`{function.name}`: {error}", node) from None
            except TypeError:
                message = f"`{function.name}` does not take {len(arguments.positional)} arguments"
                raise self._error(rules.ARGUMENT, message, node) from None
            except (OverflowError, ValueError):
                raise self._error(rules.EXPRESSION, f"`{function.name}`: a number too large", node) from None
        raise self._error(rules.EXPRESSION, f"{described(function)} cannot be called", node)

    def _callee(self, node: tree.Apply, frame: Frame) -> Any:
        """What is called. `abs`, `max` and `sum` are functions in expressions; with named arguments, operators."""
        name = node.function
        if isinstance(name, tree.Name) and name.id in BUILTINS and not any(one.name for one in node.arguments):
            found = frame.lookup(name.id)
            if type(found) is OperatorMaker and found.name == name.id:
                return BUILTINS[name.id]
        return self.value(name, frame)

    def check_plain(self, name: str, given: Given, kind: Kind | None) -> None:
        """An operator takes numbers, strings, truth values, lists of these and initialisers. Raises `Poison`."""
        found = unusual(given.value)
        if found is not None:
            message = f"`{name}`: {described(found)} cannot be an argument of an operator"
            words = "a number" if kind is None else kind.words
            raise self.report.error(rules.ARGUMENT, message, given.span, help=f"`{name}` takes {words}")

    def _initialiser(self, maker: InitialiserMaker, arguments: Arguments, node: Any) -> Any:
        parameters = maker.initialiser.parameters
        for name, given in (*zip(parameters, arguments.positional, strict=False), *arguments.named):
            self.check_plain(name, given, parameters[name].kind if name in parameters else None)
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
        return plain(value) if is_number(value) else value

    def bind_parameters(
        self, name: str, parameters: tuple[tree.Parameter, ...], arguments: Arguments, frame: Frame, span: Span
    ) -> None:
        """Bind the parameters of a function or block in a new frame. Raises `Poison`."""
        self.bind_given(parameters, self.matched(name, parameters, arguments, span), frame)

    def bind_given(self, parameters: tuple[tree.Parameter, ...], given: Mapping[str, Given], frame: Frame) -> None:
        """Bind parameters to what is given for them; defaults see the parameters before them. Raises `Poison`."""
        for parameter in parameters:
            if parameter.name in given:
                frame.names[parameter.name] = given[parameter.name].value
            else:
                assert parameter.default is not None
                frame.names[parameter.name] = self.value(parameter.default, frame)

    def matched(
        self, name: str, parameters: tuple[tree.Parameter, ...], arguments: Arguments, span: Span
    ) -> dict[str, Given]:
        """The arguments by the names of the parameters; those without a default are all there. Raises `Poison`."""
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
                problem = self.report.error(rules.ARGUMENT, message, one.span, help=self.budget.closest(key, names))
            elif key in given:
                problem = self.report.error(rules.ARGUMENT, f"`{key}` is given twice", one.span)
            else:
                given[key] = one
        missing = [p.name for p in parameters if p.name not in given and p.default is None]
        if missing and problem is None:
            listed = ", ".join(f"`{one}`" for one in missing)
            problem = self.report.error(rules.ARGUMENT, f"`{name}` needs {listed}", span)
        for one in given.values():
            self.budget.spend(extent(one.value, 1)[0], one.span)
        if problem is not None:
            raise problem
        return given

    # --- what a condition remembers ---

    def remembered(self, node: tree.Expression, frame: Frame) -> Expr | None:
        """The expression of a condition, for generated source; none where it cannot be said there."""
        try:
            if isinstance(node, tree.Binary) and node.operator in ("and", "or"):
                parts = [self.remembered(one, frame) for one in (node.left, node.right)]
                return None if None in parts else applied(node.operator, *(part for part in parts if part))
            if isinstance(node, tree.Unary) and node.operator == "not":
                operand = self.remembered(node.operand, frame)
                return None if operand is None else applied("not", operand)
            if isinstance(node, tree.Compare) and len(node.operators) == 1:
                left, right = (origin(self.value(one, frame)) for one in node.operands)
                return applied(node.operators[0], left, right)
            if isinstance(node, tree.Name) and isinstance(frame.local(node.id), bool):
                return Symbol(node.id)
        except Poison:
            pass
        return None


def blamed(error: BadArgument, arguments: Arguments, otherwise: Any) -> Any:
    """The span of the argument that an error is about."""
    if isinstance(error.at, int):
        return arguments.positional[error.at].span if error.at < len(arguments.positional) else otherwise
    for name, given in reversed(arguments.named):  # of one given twice, the second
        if name == error.at:
            return given.span
    return otherwise


def list_parameter(value: Any, expression: Expr) -> Any:
    """A parameter's value whose numbers remember it: `depth`, and of a list `depths[0]`."""
    if type(value) is tuple:
        return tuple(list_parameter(item, applied("[]", expression, origin(at))) for at, item in enumerate(value))
    return remember(value, expression)


def names_in(node: Any) -> Iterator[str]:
    """Every name an expression mentions."""
    if isinstance(node, tree.Name):
        yield node.id
    elif isinstance(node, tuple):
        for part in node:
            if isinstance(part, tuple):
                yield from names_in(part)


Evaluator.dispatch = {
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
