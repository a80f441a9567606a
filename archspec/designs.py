"""What `load` returns: a network with its figures, and the designs that follow from it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from archspec.analysis import flat, totals
from archspec.core.diagnostic import Diagnostic
from archspec.core.shape import Shape
from archspec.design import EVAL, TRAIN, Module
from archspec.targets import TargetError

if TYPE_CHECKING:
    import networkx

MODES = (EVAL, TRAIN)

Again = Callable[[Module, tuple[Shape, ...]], Module | Diagnostic]
Rebuild = Callable[[Mapping[str, Any]], Module | None]
Inputs = Mapping[str, Sequence[int]] | Sequence[int] | None
Reload = Callable[[Mapping[str, Any], Inputs], "Design"]


class Design:
    """A network with its shapes and figures: what `load` returns.

    module:  the hierarchy (`archspec.design`)
    network: the network's name
    spec:    the file it was read from, as it is reported
    rebuild: elaborates it again with other parameters
    again:   elaborates it, or a block in it, again for inputs of other shapes
    reload:  elaborates it with other parameters and inputs as a design of its own
    part:    what it is of the network in the file, where it is not all of it: "until layer3"
    """

    def __init__(
        self,
        module: Module,
        spec: str,
        rebuild: Rebuild | None = None,
        again: Again | None = None,
        reload: Reload | None = None,
        part: str = "",
    ) -> None:
        self.module = module
        self.network = module.name
        self.spec = spec
        self.rebuild = rebuild
        self.again = again
        self.reload = reload
        self.part = part

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

    @property
    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits that say which network this is: layers, numbers, names, wiring."""
        from archspec.analysis.fingerprint import fingerprint

        return fingerprint(self.module)

    # --- other designs made of it ---

    def replace(self, *, inputs: Inputs = None, **parameters: Any) -> "Design":
        """The design with other parameters, or for inputs of other shapes: `design.replace(num_classes=10)`.

        Parameters are those of the spec, typed by its declarations; what was set when it was loaded stays. Raises
        `SpecError` as `load` does, and `TargetError` for a design that was not loaded from a spec.
        """
        if self.reload is None:
            raise TargetError(f"{self.network} was not loaded from a spec")
        return self.reload(parameters, inputs)

    def __getitem__(self, path: str) -> "Design":
        """One module as a design of its own: `design["layer3"]`, by its path among `named_modules()`.

        Its keys in the `state_dict` are those below that path. A single layer is the one child of its design and keeps
        its name: `design["layer3.0.conv1"]` has `conv1.weight`. Raises `NoSuchModule`.
        """
        from archspec.analysis.extraction import part

        if not isinstance(path, str):
            raise TypeError(f"a design is asked for a module by its path, such as layer3.0, not by {path!r}")
        return self._derived(lambda module: part(module, path), path)

    def __contains__(self, path: object) -> bool:
        """Whether a path names one of its modules."""
        from archspec.analysis.extraction import has

        return isinstance(path, str) and has(self.module, path)

    __iter__ = None  # or Python would count through it; `layers` goes through its layers

    def until(self, path: str) -> "Design":
        """The design as far as a module, whose value is the output: `design.until("layer3")`.

        What the output does not need is left out; names stay, so that weights of the whole network fit. Raises
        `NoSuchModule`.
        """
        from archspec.analysis.extraction import with_outputs

        return self._derived(lambda module: with_outputs(module, {"output": path}), f"until {path}")

    def with_outputs(self, *paths: str, **named: str) -> "Design":
        """The design with the values of modules as its outputs, to extract features.

        `design.with_outputs("layer2", "layer4")` calls them by their paths, `with_outputs(low="layer2")` as told. What
        they do not need is left out; names stay, so that weights of the whole network fit. Raises `NoSuchModule`.
        """
        from archspec.analysis.extraction import with_outputs

        wanted = {**{path: path for path in paths}, **named}
        if not wanted:
            raise TypeError("with_outputs() needs the path of a module")
        return self._derived(lambda module: with_outputs(module, wanted), f"outputs {', '.join(wanted.values())}")

    def _derived(self, change: Callable[[Module], Module], part: str) -> "Design":
        """What a change of the module makes of the design; other parameters go to the spec, then it is changed."""
        from archspec.analysis.extraction import NoSuchModule

        def rebuild(others: Mapping[str, Any]) -> Module | None:
            assert self.rebuild is not None
            made = self.rebuild(others)
            try:
                return None if made is None else change(made)
            except NoSuchModule:
                return None

        def again(block: Module, entering: tuple[Shape, ...]) -> Module | Diagnostic:
            assert self.again is not None
            if block.kind != "network":
                return self.again(block, entering)
            given = dict(zip(block.inputs, entering, strict=True))
            made = self.again(self.module, tuple(given.get(name, shape) for name, shape in self.inputs.items()))
            return change(made) if isinstance(made, Module) else made

        def reload(parameters: Mapping[str, Any], inputs: Inputs) -> "Design":
            return self.replace(inputs=inputs, **parameters)._derived(change, part)

        module = change(self.module)
        whole = module.inputs == self.module.inputs and module.name == self.module.name
        return Design(
            module,
            self.spec,
            rebuild if self.rebuild is not None else None,
            again if self.again is not None and whole else None,
            reload if self.reload is not None else None,
            f"{self.part}, {part}" if self.part else part,
        )

    def layers(self, mode: str = "eval", fold: bool = False) -> Iterator["LayerView"]:
        """The flat view: one entry per layer, with dotted paths. With `fold`, equal iterations of a repeat as one.

        All layers are listed, also those that do not run in the mode, which is "eval" or "train":
        `sum(layer.macs for layer in design.layers() if layer.runs)` is `design.macs`. Raises `ValueError` for another.
        """
        if mode not in MODES:
            raise ValueError(f"there is no mode {mode!r}; there are {' and '.join(MODES)}")
        return map(LayerView, flat.rows(self.module, mode, fold))

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

    __slots__ = ("row",)

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
        """How many equal layers it stands for: more than one where repeats are folded. Its figures are those of one."""
        return self.row.count

    @property
    def runs(self) -> bool:
        """Whether it runs in the mode that was asked for."""
        return self.row.runs

    @property
    def phase(self) -> str:
        """When it runs: "always", "train" or "eval"; "never" in a part for one mode within a part for the other."""
        return self.row.phase

    def __repr__(self) -> str:
        return f"<{self.path}: {self.op} → {self.output}>"
