"""The library in a few calls: `load` and `check` specs, `compile` and `render` designs."""

import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from archspec.analysis import flat, totals
from archspec.core.diagnostic import RULES, Diagnostic, Rule, Severity, SpecError
from archspec.core.limits import DEFAULT_LIMITS, Limits
from archspec.core.shape import Shape
from archspec.core.source import Source
from archspec.design import TRAIN, Module
from archspec.elaborate.files import SUFFIXES, Unreadable, decode, shipped
from archspec.elaborate.report import Poison
from archspec.elaborate.scope import FileScope, Frame
from archspec.elaborate.workspace import Workspace, shown
from archspec.ops.base import closest
from archspec.ops.plugins import use
from archspec.syntax.parser import BadExpression, parse_expression

if TYPE_CHECKING:
    import networkx
    from torch import nn

    from archspec.analysis.sizes.fitting import AxisSizes
    from archspec.lints.selection import Selection


STDIN = "<stdin>"
Again = Callable[[Module, tuple[Shape, ...]], Module | Diagnostic]
Rebuild = Callable[[Mapping[str, Any]], Module | None]


class Design:
    """A network with its shapes and figures: what `load` returns.

    module:  the hierarchy (`archspec.design`)
    network: the network's name
    spec:    the file it was read from, as it is reported
    rebuild: elaborates it again with other parameters
    again:   elaborates it, or a block in it, again for inputs of other shapes
    """

    def __init__(self, module: Module, spec: str, rebuild: Rebuild | None = None, again: Again | None = None) -> None:
        self.module = module
        self.network = module.name
        self.spec = spec
        self.rebuild = rebuild
        self.again = again

    @property
    def inputs(self) -> dict[str, Shape]:
        return dict(zip(self.module.inputs, self.module.input_shapes, strict=True))

    @property
    def outputs(self) -> dict[str, Shape]:
        """The outputs by name, those of training-only parts left out."""
        graph = self.module.graph
        return {port.name: graph.shapes[port.value] for port in graph.outputs if port.phase != TRAIN}

    @property
    def output(self) -> Shape:
        """The shape of the (first) output."""
        return next(iter(self.outputs.values()))

    @property
    def parameters(self) -> int:
        """Learned parameters, each distinct tensor once."""
        return totals.total_of(self.module, "parameters")

    @property
    def buffers(self) -> int:
        return totals.total_of(self.module, "buffers")

    @property
    def macs(self) -> int:
        """Multiply-accumulates for one sample, in evaluation mode."""
        return totals.total_of(self.module, "macs")

    @property
    def flops(self) -> int:
        """Twice the MACs."""
        return totals.total_of(self.module, "flops")

    @property
    def receptive_field(self) -> int:
        """Pixels of the input that the output sees along the longer axis; all of them where it is global."""
        return totals.total_of(self.module, "receptive_field")

    def layers(self, mode: str = "eval", fold: bool = False) -> Iterator["LayerView"]:
        """The flat view: one entry per layer, with dotted paths. With `fold`, equal iterations of a repeat as one."""
        for row in flat.rows(self.module, mode, fold):
            yield LayerView(row)

    def to_networkx(self) -> "networkx.MultiDiGraph":
        """The layers as a graph; see `archspec.emit.graph`."""
        from archspec.emit.graph import to_networkx

        return to_networkx(self.module)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """What notebooks show: the interactive diagram, and one in characters where only text is shown."""
        from archspec.emit.diagram.notebook import shown

        return shown(self.module, repr(self))

    def __repr__(self) -> str:
        entering = ", ".join(f"{name} {shape}" for name, shape in self.inputs.items())
        return f"<Design {self.network}: {entering} → {self.output}, {self.parameters:,} parameters>"


class LayerView:
    """One layer of the flat view."""

    def __init__(self, row: flat.Row) -> None:
        self.row = row

    @property
    def path(self) -> str:
        return self.row.path

    @property
    def op(self) -> str:
        return self.row.layer.op

    @property
    def output(self) -> Shape:
        return self.row.layer.output

    @property
    def parameters(self) -> int:
        return self.row.parameters

    @property
    def macs(self) -> int:
        return self.row.macs

    @property
    def count(self) -> int:
        return self.row.count

    def __repr__(self) -> str:
        return f"<{self.path}: {self.op} → {self.output}>"


class Checked(NamedTuple):
    """What `check` found, in how many files and networks; `left_out` counts findings that were not selected."""

    diagnostics: tuple[Diagnostic, ...]
    files: int = 0
    networks: int = 0
    left_out: int = 0

    @property
    def errors(self) -> int:
        return sum(1 for one in self.diagnostics if one.severity == Severity.ERROR)

    @property
    def warnings(self) -> int:
        return sum(1 for one in self.diagnostics if one.severity == Severity.WARNING)

    @property
    def ok(self) -> bool:
        return self.errors == 0


class TargetError(Exception):
    """A target that names no file or no network; the text says why."""


class Target(NamedTuple):
    """A file, and the network in it where one is named. `text` is what was given."""

    path: Path | None  # none: standard input
    network: str
    shown: str


def find(target: str | Path, stdin: str = STDIN) -> list[Target]:
    """The files that a target stands for: `FILE`, `FILE:NETWORK`, a folder, a shipped network, or `-`.

    `stdin` names what standard input holds; it is YAML if the name ends so. Raises `TargetError`.
    """
    text = str(target)
    if text == "-" or text.startswith("-:"):
        return [Target(None, text[2:], stdin)]
    path = Path(text)
    if path.is_dir():
        files = sorted(one for one in path.rglob("*") if one.name.endswith(SUFFIXES) and one.is_file())
        if not files:
            raise TargetError(f"there are no specs below {text}")
        return [Target(one, "", str(one)) for one in files]
    if path.exists():
        return [Target(path, "", text)]
    match = re.fullmatch(r"(.*?\.arch(?:\.yaml)?):(\w+)", text)
    if match:
        return [Target(Path(match[1]), match[2], match[1])]
    found = _shipped(text)
    if found is None:
        hint = closest(text, shipped_names())
        raise TargetError(f"there is no file and no shipped network {text}" + (f"; {hint}" if hint else ""))
    return [found]


def shipped_names() -> list[str]:
    """The networks that ship, by the names under which they can be used: `seeds/lenet5`."""
    return [f"{folder}/{name}" for folder, name, _ in _catalogue()]


class Shipped(NamedTuple):
    """A network that ships: its name, the first line of its documentation, and its design where it has one."""

    name: str
    about: str
    network: Design | None


def shipped_networks(prefix: str = "") -> list[Shipped]:
    """The networks that ship whose names begin so, elaborated; templates left out."""
    workspace = Workspace()
    found = []
    for folder, name, path in _catalogue():
        if not f"{folder}/{name}".startswith(prefix):
            continue
        scope = workspace.open(path, shown(path))
        if name in workspace.networks(scope):
            module = workspace.build(scope, name)
            design = None if module is None else Design(module, scope.file.source.name)
            about = module.docs.strip().partition("\n")[0] if module is not None else ""
            found.append(Shipped(f"{folder}/{name}", about, design))
    return found


def _catalogue() -> Iterator[tuple[str, str, Path]]:
    """Folder, network and file of every shipped network, read off the texts without elaborating them."""
    root = shipped()
    for path in sorted(root.rglob("*.arch")):
        folder = path.parent.relative_to(root).as_posix()
        for match in re.finditer(r"^network[ \t]+(\w+)[ \t]*([({=])", path.read_text(encoding="utf-8"), re.MULTILINE):
            yield folder, match[1], path


def _shipped(text: str) -> Target | None:
    for folder, name, path in _catalogue():
        if text in (f"{folder}/{name}", f"specs/{folder}/{name}"):
            return Target(path, name, shown(path))
    return None


def open_target(workspace: Workspace, target: Target) -> FileScope:
    """The scope of a target's file. Raises `TargetError`."""
    try:
        if target.path is None:
            data = sys.stdin.buffer.read(workspace.limits.file_bytes + 1)
            source = decode(data, target.shown, None, workspace.limits)
            return workspace.scope(source)
        return workspace.open(target.path, target.shown)
    except Unreadable as error:
        raise TargetError(str(error)) from None


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
    (`archspec.lints.selection`) says which findings to report. Raises `TargetError` where a target cannot be read.
    """
    from archspec.lints.run import Run, lint
    from archspec.lints.selection import EVERYTHING

    selection = selection or EVERYTHING
    workspace = Workspace(limits)
    files: set[str] = set()
    networks = 0
    built: list[Module] = []
    whole: dict[int, FileScope] = {}
    for text in targets:
        for target in find(text, stdin):
            scope = open_target(workspace, target)
            files.add(target.shown)
            names = [target.network] if target.network else workspace.networks(scope)
            for name in names:
                known_network(workspace, scope, name)
                networks += 1
                if name in scope.broken:
                    continue  # its text has errors, which are reported
                values = parameter_values(workspace, scope, parameters or {})
                module = workspace.build(scope, name, values, named_inputs(scope, name, inputs))
                if module is not None:
                    built.append(module)
            if not (target.network or inputs or parameters):
                whole[id(scope)] = scope
    readers = {id(one): one for one in (*whole.values(), *workspace.scopes.values())}
    lint(Run(built, tuple(whole.values()), tuple(readers.values())), workspace.report, selection)
    found = workspace.diagnostics()
    wanted = tuple(one for one in found if selection.wanted(one))
    return Checked(wanted, len(files), networks, len(found) - len(wanted))


def rules() -> Mapping[str, Rule]:
    """Every rule by its code; importing the stage that reports a rule declares it."""
    import archspec.lints.run
    import archspec.syntax.yaml_errors  # noqa: F401 — the stages of text specs are imported above

    return RULES


def known_network(workspace: Workspace, scope: FileScope, name: str) -> None:
    """Raise `TargetError` where a file has no network of that name."""
    from archspec.syntax import tree

    if name in scope.broken or isinstance(scope.definitions.get(name), tree.Network | tree.Variant):
        return
    known = workspace.networks(scope)
    listed = ", ".join(known) or "none"
    raise TargetError(f"{scope.file.source.name} has no network {name}; it has {listed}")


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
    errors, `TargetError` where there is no such network, and `PluginError` where an operator of yours is at fault.
    """
    use(*([plugins] if isinstance(plugins, str) else plugins))
    return load_with(target, parameters, inputs, limits)


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
    raise_errors(workspace)
    values = parameter_values(workspace, scope, parameters)
    shapes = named_inputs(scope, name, inputs)
    module = workspace.build(scope, name, values, shapes)
    raise_errors(workspace)
    if module is None:
        raise TargetError(f"{name} gives no value")

    def rebuild(others: Mapping[str, Any]) -> Module | None:
        return workspace.build(scope, name, {**values, **others}, shapes)

    def again(block: Module, entering: tuple[Shape, ...]) -> Module | Diagnostic:
        if block.kind != "network":
            return workspace.again(block, entering)
        mark = workspace.start_over()
        sizes = {port: tuple(int(size) for size in one) for port, one in zip(block.inputs, entering, strict=True)}
        return workspace.outcome(workspace.build(scope, name, values, sizes), mark)

    return Design(module, scope.file.source.name, rebuild, again)


def sizes(
    target: "Design | str | Path", low: int = 1, high: int = 0, *, strict: bool = False, **parameters: Any
) -> "tuple[AxisSizes, ...]":
    """The input sizes from `low` to `high` that fit, for each spatial axis; see `archspec.analysis.sizes.fitting`.

    A size fits if the network can be built for it and no layer loses pixels; if `strict`, if no window leaves a
    remainder. Without `high`, up to 1024 or twice the present size. Raises `TargetError` and `SpecError` as `load`.
    """
    from archspec.analysis.sizes.fitting import fitting

    design = target if isinstance(target, Design) else load(target, **parameters)
    again = design.again
    if again is None:
        raise TargetError(f"{design.network} was not loaded from a spec")
    return fitting(design.module, again, low, high, strict)


class Expression(NamedTuple):
    """A value as the language writes it, such as `[2, 2, 2, 2]` or `Bottleneck(groups=32)`."""

    text: str


def parameter_values(workspace: Workspace, scope: FileScope, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters as values of the language."""
    return {
        key: _evaluated(workspace, scope, key, value) if isinstance(value, Expression) else _as_value(value)
        for key, value in parameters.items()
    }


def _evaluated(workspace: Workspace, scope: FileScope, key: str, value: Expression) -> Any:
    source = Source(f"--set {key}", value.text)
    try:
        return workspace.elaborator.evaluate.value(parse_expression(source), Frame(scope))
    except BadExpression as error:
        raise SpecError((error.diagnostic,)) from None
    except Poison:
        raise SpecError(workspace.diagnostics()) from None


def only_network(workspace: Workspace, scope: FileScope) -> str:
    """The name of a file's only network. Raises `TargetError` where there are others."""
    names = workspace.networks(scope)
    if len(names) == 1:
        return names[0]
    raise_errors(workspace)
    name = scope.file.source.name
    if not names:
        raise TargetError(f"{name} has no network")
    raise TargetError(f"{name} has {len(names)} networks; name one of them: " + ", ".join(f"{name}:{n}" for n in names))


def raise_errors(workspace: Workspace) -> None:
    """Raise `SpecError` with all that was found, if an error is among it."""
    found = workspace.diagnostics()
    if any(one.severity == Severity.ERROR for one in found):
        raise SpecError(found)


def named_inputs(scope: FileScope, name: str, inputs: Any) -> dict[str, tuple[int, ...]]:
    """Input shapes by name; a single shape is that of the first input."""
    if inputs is None:
        return {}
    if isinstance(inputs, Mapping):
        return {key: tuple(int(size) for size in sizes) for key, sizes in inputs.items()}
    return {input_names(scope, name)[0]: tuple(int(size) for size in inputs)}


def input_names(scope: FileScope, name: str) -> list[str]:
    """The names of a network's inputs. Raises `TargetError` where it has none."""
    from archspec.syntax import tree

    item: Any = scope.definitions.get(name)
    while isinstance(item, tree.Variant):
        value: Any = item.value
        while isinstance(value, tree.Apply):
            value = value.function
        base = value.id
        if base in scope.imported:
            scope, base = scope.imported[base]
        item = scope.definitions.get(base)
    if isinstance(item, tree.Network):
        found = [port.name for one in item.body.statements if isinstance(one, tree.Inputs) for port in one.ports]
        if found:
            return found
    raise TargetError(f"{name} declares no input")


def _as_value(value: Any) -> Any:
    """A Python value as one of the language."""
    if isinstance(value, list | tuple):
        return tuple(_as_value(item) for item in value)
    if value is None or isinstance(value, bool | int | float | str | Expression):
        return value
    raise TypeError(f"a parameter cannot be {type(value).__name__}")


def to_source(design: Design) -> str:
    """Readable, standalone PyTorch source of a design."""
    from archspec.emit.torch.source import source

    return source(design.module, design.spec, design.rebuild)


def compile(design: Design) -> "nn.Module":
    """A live `torch.nn.Module`: the source of `to_source`, executed."""
    from archspec.emit.torch.module import module

    return module(design.module, design.spec, design.rebuild)


def render(design: Design, path: str | Path | None = None, format: str = "", **options: Any) -> str | bytes:
    """A diagram, written to `path` if one is given, else returned; the format by the path's ending or by name."""
    from archspec.emit.diagram.render import render as draw

    return draw(design.module, path, format, **options)
