"""Sweeps: one network under many settings, its figures side by side, the work spread over processes.

A sweep is a product: every value of every parameter and input with every other. Each variant is elaborated and
analysed as any design is; variants that follow each other share what they have in common.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from itertools import islice, product
from math import prod
from typing import Any, NamedTuple

from archspec.analysis.totals import NAMES, total_of
from archspec.analysis.variant import Variant, figures
from archspec.core.diagnostic import Severity, SpecError
from archspec.core.limits import DEFAULT_LIMITS, Limits
from archspec.core.source import Source
from archspec.design import Module
from archspec.elaborate.evaluate import names_in
from archspec.elaborate.report import Poison
from archspec.elaborate.scope import FileScope, Frame
from archspec.elaborate.workspace import Workspace
from archspec.ops.kinds import spelled
from archspec.ops.plugins import USED, use
from archspec.syntax import tree
from archspec.syntax.parser import BadExpression, parse_expression
from archspec.targets import (
    Expression,
    TargetError,
    find,
    given_shape,
    known_network,
    named_inputs,
    only_network,
    open_target,
    parameter_values,
    raise_errors,
)

CHUNK = 100  # variants that one worker takes at a time, and that share what they have in common
WAITING = 4  # chunks in flight for each worker that there may be
_WORKERS = 16

Setting = tuple[str, Any]  # a parameter, and its value as `load` takes it; of an input, its shape


class Job(NamedTuple):
    """What all variants have in common; travels to other processes."""

    target: str
    where: str
    limits: Limits
    plugins: tuple[str, ...]


def sweep(
    target: str,
    parameters: Mapping[str, Sequence[Any]] | None = None,
    inputs: Mapping[str, Sequence[Sequence[int]]] | Sequence[Sequence[int]] | None = None,
    *,
    where: str = "",
    executor: Executor | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Iterator[Variant]:
    """The variants of a network in the order of the product, the last parameter varying fastest.

    parameters: the values of each parameter; an `archspec.targets.Expression` is read as the language writes it
    inputs:     the shapes of the only input, or of several by name
    where:      a condition in the language on figures and settings, such as `"parameters < 5M and width > 1"`
    executor:   any `concurrent.futures` executor; without one, this process does the work

    Promises of the spec speak of the network as declared and are not checked. Raises `TargetError` where there is no
    such network, `SpecError` where the file or the condition has errors of its own, and `TypeError` where values or
    shapes are none.
    """
    job = Job(str(target), where, limits, tuple(USED))
    if job.target == "-" or job.target.startswith("-:"):
        raise TargetError("a sweep reads its file again and again, and so no standard input")
    _Bench(job)  # what is wrong with the file or the condition shows before anything is spread
    values = {name: _listed(name, given) for name, given in (parameters or {}).items()}
    shapes = {name: [given_shape(one, name) for one in _listed("inputs", given)] for name, given in _named(inputs)}
    points = _points(values, shapes)
    if executor is None:
        return (one for chunk in _chunks(points) for one in measure(job, chunk))
    return _spread(job, points, executor)


def count(parameters: Mapping[str, Sequence[Any]], inputs: Mapping[str, Sequence[Any]] | Sequence[Any] | None) -> int:
    """How many variants a sweep has."""
    return prod(len(values) for values in (*parameters.values(), *dict(_named(inputs)).values()))


def _named(inputs: Any) -> Iterable[tuple[str, Any]]:
    """The shapes of each input, by its name; those of the only one go without."""
    if inputs is None:
        return ()
    return inputs.items() if isinstance(inputs, Mapping) else (("", inputs),)


def _listed(name: str, values: Any) -> Sequence[Any]:
    """What a sweep goes through; a single value is likely meant so, and a text would be taken apart."""
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise TypeError(f"{name}: a sweep takes a list, not {values!r}")
    return list(values)


Point = tuple[tuple[Setting, ...], tuple[Setting, ...]]


def _points(parameters: Mapping[str, Sequence[Any]], shapes: Mapping[str, Sequence[Any]]) -> Iterator[Point]:
    for values in product(*shapes.values(), *parameters.values()):
        entering = tuple(zip(shapes, values, strict=False))
        yield tuple(zip(parameters, values[len(shapes) :], strict=True)), entering


def _chunks(points: Iterator[Point]) -> Iterator[list[Point]]:
    while chunk := list(islice(points, CHUNK)):
        yield chunk


def _spread(job: Job, points: Iterator[Point], executor: Executor) -> Iterator[Variant]:
    """Variants in order, while no more than a few chunks wait: a sweep of millions holds no more than that."""
    waiting: list[Future[list[Variant]]] = []
    for chunk in _chunks(points):
        waiting.append(executor.submit(measure, job, chunk))
        if len(waiting) >= WAITING * _WORKERS:
            yield from waiting.pop(0).result()
    for one in waiting:
        yield from one.result()


def measure(job: Job, points: Sequence[Point]) -> list[Variant]:
    """The variants at some points of a sweep; what a worker does."""
    bench = _Bench(job)
    made = []
    for point in points:
        made.append(bench.variant(*point))
        if bench.workspace.diagnostics():
            bench = _Bench(job)  # errors of one variant are none of the next
    return made


class _Bench:
    """A network ready to be elaborated under many settings."""

    def __init__(self, job: Job) -> None:
        use(*job.plugins)
        self.workspace = Workspace(job.limits)
        found = find(job.target)
        if len(found) != 1:
            raise TargetError(f"{job.target} holds {len(found)} specs; name one of them")
        self.scope: FileScope = open_target(self.workspace, found[0])
        self.name = found[0].network or only_network(self.workspace, self.scope)
        known_network(self.workspace, self.scope, self.name)
        raise_errors(self.workspace)
        self.where = None
        if job.where:
            try:
                self.where = parse_expression(Source("--where", job.where))
            except BadExpression as error:
                raise SpecError((error.diagnostic,)) from None

    def variant(self, settings: Sequence[Setting], inputs: Sequence[Setting]) -> Variant:
        """The network under one group of settings."""
        shown: dict[str, Any] = {name or "input": list(value) for name, value in inputs}
        shown.update({name: getattr(value, "text", value) for name, value in settings})
        values = parameter_values(self.workspace, self.scope, dict(settings))
        entering: Any = dict(inputs)
        shapes = named_inputs(self.scope, self.name, entering.get("", entering or None))
        module = self.workspace.build(self.scope, self.name, values, shapes, promises=False)
        errors = [one for one in self.workspace.diagnostics() if one.severity == Severity.ERROR]
        if errors or module is None:
            said = f"{errors[0].rule.code} {errors[0].message}" if errors else "it gives no value"
            return Variant(shown, {}, said, False)
        return Variant(shown, figures(module), "", self._holds(module, values))

    def _holds(self, module: Module, values: Mapping[str, Any]) -> bool:
        if self.where is None:
            return True
        frame = Frame(self.scope).inner()
        frame.names.update(
            {name: total_of(module, name) for name in dict.fromkeys(names_in(self.where)) if name in NAMES}
        )
        frame.names.update(values)
        evaluate = self.workspace.elaborator.evaluate
        evaluate.offered = tuple(sorted(NAMES))
        try:
            return evaluate.condition(self.where, frame)
        except Poison:
            raise SpecError(self.workspace.diagnostics()) from None
        finally:
            evaluate.offered = ()


def alternatives(name: str, given: Expression) -> list[Expression]:
    """The values that `--set name=a,b,c` lists: what commas separate, or the items of one call or comprehension.

    A single list is one value: `[2, 2, 2, 2]`. Raises `SpecError` where it cannot be read.
    """
    source = Source(f"--set {name}", f"[{given.text}]")
    try:
        listed = parse_expression(source)
    except BadExpression as error:
        raise SpecError((error.diagnostic,)) from None
    assert isinstance(listed, tree.List)
    items = listed.items
    if len(items) == 1 and isinstance(items[0], tree.Apply | tree.Comprehension):
        scope = FileScope(tree.File(source, ()))
        try:
            found = Workspace().elaborator.evaluate.value(items[0], Frame(scope))
        except Poison:
            found = None  # `Bottleneck(groups=32)`: a value of the spec, and one of it
        if type(found) is tuple:
            return [Expression(spelled(one)) for one in found]
    return [Expression(one.span.text) for one in items]
