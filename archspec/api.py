"""The library in a few calls: `load` and `check` specs, `compile` and `render` designs."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

from archspec.core.diagnostic import RULES, Diagnostic, Rule, Severity, SpecError
from archspec.core.garbage import paused
from archspec.core.limits import DEFAULT_LIMITS, Limits
from archspec.core.shape import Shape
from archspec.design import Module
from archspec.designs import Design, Inputs
from archspec.elaborate.scope import FileScope
from archspec.elaborate.workspace import Workspace, shown
from archspec.ops.plugins import use
from archspec.targets import (
    STDIN,
    TargetError,
    catalogue,
    diagnostics,
    find,
    known_network,
    named_inputs,
    only_network,
    open_target,
    parameter_values,
    raise_errors,
    templates,
)

if TYPE_CHECKING:
    from torch import nn

    from archspec.analysis.sizes.fitting import AxisSizes
    from archspec.lints.selection import Selection


PROMISES = "AS6"  # the codes of what a network keeps or breaks as a whole


class Checked(NamedTuple):
    """What `check` found, in how many files and networks; `left_out` counts findings that were not selected.

    `read` holds every file that was read, those that specs import among them; `unreadable` has a sentence for each that
    a target stands for and that could not be. `waiting` says of networks that were left out, as their parameters lack
    values, what they need.
    """

    diagnostics: tuple[Diagnostic, ...]
    files: int = 0
    networks: int = 0
    left_out: int = 0
    read: frozenset[Path] = frozenset()
    unreadable: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()

    @property
    def errors(self) -> int:
        return sum(1 for one in self.diagnostics if one.severity == Severity.ERROR)

    @property
    def warnings(self) -> int:
        return sum(1 for one in self.diagnostics if one.severity == Severity.WARNING)

    @property
    def ok(self) -> bool:
        return self.errors == 0 and not self.unreadable


def check(
    *targets: str | Path,
    inputs: Mapping[str, Sequence[int]] | Sequence[int] | None = None,
    parameters: Mapping[str, Any] | None = None,
    limits: Limits = DEFAULT_LIMITS,
    stdin: str = STDIN,
    selection: "Selection | None" = None,
) -> Checked:
    """Every error and lint of the given files, folders or networks. A bad spec raises nothing.

    `inputs` and `parameters` replace input shapes and parameters of the networks, as for `load`. A `selection`
    (`archspec.lints.selection`) says which findings to report. Raises `TargetError` where a target names nothing, or
    where no file can be read.
    """
    from archspec.lints.run import Run, lint
    from archspec.lints.selection import EVERYTHING

    selection = selection or EVERYTHING
    workspace = Workspace(limits)
    files: set[str] = set()
    networks = 0
    built: list[Module] = []
    sources: dict[int, tuple[FileScope, str, Mapping[str, Any]]] = {}  # of the networks that were built
    whole: dict[int, FileScope] = {}
    unreadable: list[str] = []
    waiting: list[str] = []
    for text in targets:
        for target in find(text, stdin):
            try:
                scope = open_target(workspace, target)
            except TargetError as error:
                unreadable.append(str(error))
                continue
            files.add(target.shown)
            names = [target.network] if target.network else workspace.networks(scope)
            waiting += [] if target.network else templates(workspace, scope)
            for name in names:
                try:
                    known_network(workspace, scope, name)
                except SpecError:
                    continue  # the errors of the file are reported
                networks += 1
                if name in scope.broken:
                    continue  # its text has errors, which are reported
                values = parameter_values(workspace, scope, parameters or {})
                met = len(workspace.report.log)
                module = workspace.build(scope, name, values, named_inputs(scope, name, inputs))
                broken = any(not one.rule.code.startswith(PROMISES) for one in workspace.report.log[met:])
                if module is not None and not broken:  # advice on what an error left would follow from the error
                    built.append(module)
                    sources[id(module)] = scope, name, values
            if not (target.network or inputs or parameters):
                whole[id(scope)] = scope
    if unreadable and not files:
        raise TargetError("; ".join(unreadable))
    readers = {id(one): one for one in (*whole.values(), *workspace.scopes.values())}

    def again(block: Module, entering: tuple[Shape, ...]) -> Module | Diagnostic:
        with workspace.report.aside():
            return workspace.again(block, entering, *sources.get(id(block), ()))

    lint(Run(built, tuple(whole.values()), tuple(readers.values()), again), workspace.report, selection)
    found = diagnostics(workspace)
    wanted = tuple(one for one in found if selection.wanted(one))
    read = frozenset(one.file.source.path for one in workspace.scopes.values() if one.file.source.path is not None)
    left_out = len(found) - len(wanted)
    return Checked(wanted, len(files), networks, left_out, read, tuple(unreadable), tuple(waiting))


class Shipped(NamedTuple):
    """A network that ships: its name, the first line of its documentation, and its design where it has one."""

    name: str
    about: str
    network: Design | None


def shipped_networks(prefix: str = "") -> list[Shipped]:
    """The networks that ship whose names begin so, elaborated; templates left out."""
    workspace = Workspace()
    found = []
    for folder, name, path in catalogue():
        if not f"{folder}/{name}".startswith(prefix):
            continue
        scope = workspace.open(path, shown(path))
        if name in workspace.networks(scope):
            module = workspace.build(scope, name)
            design = None if module is None else Design(module, scope.file.source.name)
            about = module.docs.strip().partition("\n")[0] if module is not None else ""
            found.append(Shipped(f"{folder}/{name}", about, design))
    return found


def rules() -> Mapping[str, Rule]:
    """Every rule by its code; importing the stage that reports a rule declares it."""
    import archspec.lints.run
    import archspec.syntax.yaml_errors  # noqa: F401 — the stages of text specs are imported above

    return RULES


def load(
    target: str | Path,
    *,
    inputs: Mapping[str, Sequence[int]] | Sequence[int] | None = None,
    limits: Limits = DEFAULT_LIMITS,
    plugins: Sequence[str] = (),
    **parameters: Any,
) -> Design:
    """The design of one network, with some of its parameters overridden.

    `inputs` gives input shapes without the batch axis: one for the only input, or several by name. `plugins` are
    modules with operators of your own, as for `use`. Raises `SpecError` with every diagnostic of a spec that has
    errors, `TargetError` where there is no such network, `TypeError` where inputs or parameters are no values of the
    language, and `PluginError` where an operator of yours is at fault.
    """
    use(*([plugins] if isinstance(plugins, str) else plugins))
    return load_with(target, parameters, inputs, limits)


@paused()
def load_with(
    target: str | Path,
    parameters: Mapping[str, Any],
    inputs: Mapping[str, Sequence[int]] | Sequence[int] | None,
    limits: Limits = DEFAULT_LIMITS,
    stdin: str = STDIN,
) -> Design:
    """As `load`; a value that is an `Expression` is evaluated in the file's scope, as `--set` wants it."""
    found = find(target, stdin)
    if len(found) != 1:
        raise TargetError(f"{target} holds {len(found)} specs; name one of them")
    workspace = Workspace(limits)
    scope = open_target(workspace, found[0])
    name = found[0].network or only_network(workspace, scope)
    known_network(workspace, scope, name)
    path = None if found[0].path is None else found[0].path.resolve()
    return _design(workspace, scope, path, name, parameters, inputs)


def _design(
    workspace: Workspace,
    scope: FileScope,
    path: Path | None,
    name: str,
    parameters: Mapping[str, Any],
    inputs: Inputs,
) -> Design:
    """The design of a network of an open file."""
    values: Mapping[str, Any] = {}
    shapes: Mapping[str, tuple[int, ...]] = {}
    module = None
    try:
        raise_errors(workspace)
        values = parameter_values(workspace, scope, parameters)
        shapes = named_inputs(scope, name, inputs)
        module = workspace.build(scope, name, values, shapes)
        raise_errors(workspace)
    except SpecError as error:
        error.draft = lambda: workspace.draft(scope, name, values, shapes)
        raise
    if module is None:
        raise TargetError(f"{name} gives no value")

    one_at_a_time = Lock()  # what a workspace has at hand is that of one elaboration

    def rebuild(others: Mapping[str, Any]) -> Module | None:
        with one_at_a_time:
            return workspace.build(scope, name, {**values, **others}, shapes)

    def again(block: Module, entering: tuple[Shape, ...]) -> Module | Diagnostic:
        with one_at_a_time:
            return workspace.again(block, entering, scope, name, values)

    def reload(others: Mapping[str, Any], shapes: Inputs) -> Design:
        """From the texts as they were read, since what elaboration has met so far would be reported again."""
        fresh = Workspace(workspace.limits, workspace.texts)
        opened = fresh.scope(scope.file.source, path)
        return _design(fresh, opened, path, name, {**parameters, **others}, inputs if shapes is None else shapes)

    return Design(module, scope.file.source.name, rebuild, again, reload)


def as_design(target: Design | str | Path, parameters: Mapping[str, Any]) -> Design:
    """The design that a call is about. Raises `TypeError` for parameters beside one that is loaded, and as `load`."""
    if not isinstance(target, Design):
        return load(target, **parameters)
    for name in parameters:
        raise TypeError(f"unexpected keyword {name!r}; a parameter of a design is changed by design.replace({name}=…)")
    return target


def sizes(
    target: "Design | str | Path", low: int = 1, high: int = 0, *, strict: bool = False, **parameters: Any
) -> "tuple[AxisSizes, ...]":
    """The input sizes from `low` to `high` that fit, for each spatial axis; see `archspec.analysis.sizes.fitting`.

    A size fits if the network can be built for it and no layer loses pixels; if `strict`, if no window leaves a
    remainder. Without `high`, up to 1024 or twice the present size. Raises `TargetError` and `SpecError` as `load`,
    and `TargetError` for a part of a network that has other inputs.
    """
    from archspec.analysis.sizes.fitting import fitting

    design = as_design(target, parameters)
    again = design.again
    if again is None:
        if design.part:
            raise TargetError(f"{design.part} of {design.spec} has inputs of its own; sizes are those of a network's")
        raise TargetError(f"{design.network} was not loaded from a spec")
    return fitting(design.module, again, low, high, strict)


def to_source(design: Design) -> str:
    """Readable, standalone PyTorch source of a design."""
    from archspec.emit.torch.source import source

    return source(design.module, _origin(design), design.rebuild)


def to_test(design: Design, module: str = "model") -> str:
    """A test for the source of a design: the names and shapes of its tensors, its parameters, and its outputs.

    It imports the network from the Python module of that name, which has the text of `to_source`; it needs torch, runs
    with pytest or as a script, and is for you to keep.
    """
    from archspec.emit.torch.test_file import test_source

    return test_source(design.module, to_source(design), module)


def _origin(design: Design) -> str:
    """Where a design comes from, for the head of its source."""
    return f"{design.spec}, {design.part}" if design.part else design.spec


def compile(
    design: Design, *, outputs: str | Sequence[str] | Mapping[str, str] = (), until: str | None = None
) -> "nn.Module":
    """A live `torch.nn.Module`: the source of `to_source`, executed.

    `until` and `outputs` are `Design.until` and `Design.with_outputs` in passing: `compile(design,
    outputs=["layer2", "layer4"])` extracts features; a mapping names them. Raises `NoSuchModule` for paths that name no
    module.
    """
    from archspec.emit.torch.module import module

    if until is not None:
        design = design.until(until)
    if isinstance(outputs, str):
        outputs = (outputs,)
    if outputs:
        named = outputs if isinstance(outputs, Mapping) else {}
        design = design.with_outputs(*(() if named else outputs), **named)
    return module(design.module, _origin(design), design.rebuild, design.fingerprint)


def render(design: Design, path: str | Path | None = None, format: str = "", **options: Any) -> str | bytes:
    """A diagram, written to `path` if one is given, else returned; the format by the path's ending or by name."""
    from archspec.emit.diagram.render import render as draw

    return draw(design.module, path, format, **options)
