"""Designs made of a design: with other parameters, of a part of it, with the values of modules as outputs."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self

from archspec.core.diagnostic import Diagnostic
from archspec.core.shape import Shape
from archspec.design import Module
from archspec.targets import TargetError

Inputs = Mapping[str, Sequence[int]] | Sequence[int] | None
Rebuild = Callable[[Mapping[str, Any]], Module | None]
Again = Callable[[Module, tuple[Shape, ...]], Module | Diagnostic]
Reload = Callable[[Mapping[str, Any], Inputs], Any]


class Derived:
    """What a design has to make others of: see `archspec.api.Design`."""

    module: Module
    network: str
    spec: str
    rebuild: Rebuild | None
    again: Again | None
    reload: Reload | None
    part: str

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

    def replace(self, *, inputs: Inputs = None, **parameters: Any) -> Self:
        """The design with other parameters, or for inputs of other shapes: `design.replace(num_classes=10)`.

        Parameters are those of the spec, typed by its declarations; what was set when it was loaded stays. Raises
        `SpecError` as `load` does, and `TargetError` for a design that was not loaded from a spec.
        """
        if self.reload is None:
            raise TargetError(f"{self.network} was not loaded from a spec")
        made: Self = self.reload(parameters, inputs)
        return made

    def __getitem__(self, path: str) -> Self:
        """One module as a design of its own: `design["layer3"]`, by its path among `named_modules()`.

        Its keys in the `state_dict` are those below that path. Raises `NoSuchModule`.
        """
        from archspec.analysis.extraction import part

        return self._derived(lambda module: part(module, path), path)

    def until(self, path: str) -> Self:
        """The design as far as a module, whose value is the output: `design.until("layer3")`.

        What the output does not need is left out; names stay, so that weights of the whole network fit. Raises
        `NoSuchModule`.
        """
        from archspec.analysis.extraction import with_outputs

        return self._derived(lambda module: with_outputs(module, {"output": path}), f"until {path}")

    def with_outputs(self, *paths: str, **named: str) -> Self:
        """The design with the values of modules as its outputs, to extract features.

        `design.with_outputs("layer2", "layer4")` calls them by their paths, `with_outputs(low="layer2")` as told. What
        they do not need is left out; names stay, so that weights of the whole network fit. Raises `NoSuchModule`.
        """
        from archspec.analysis.extraction import with_outputs

        wanted = {**{path: path for path in paths}, **named}
        if not wanted:
            raise TypeError("with_outputs() needs the path of a module")
        return self._derived(lambda module: with_outputs(module, wanted), f"outputs {', '.join(wanted.values())}")

    def _derived(self, change: Callable[[Module], Module], part: str) -> Self:
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
            whole = zip(self.module.inputs, self.module.input_shapes, strict=True)
            made = self.again(self.module, tuple(given.get(name, shape) for name, shape in whole))
            return change(made) if isinstance(made, Module) else made

        def reload(parameters: Mapping[str, Any], inputs: Inputs) -> Derived:
            return self.replace(inputs=inputs, **parameters)._derived(change, part)

        module = change(self.module)
        same = module.inputs == self.module.inputs and module.name == self.module.name
        return type(self)(
            module,
            self.spec,
            rebuild if self.rebuild is not None else None,
            again if self.again is not None and same else None,
            reload if self.reload is not None else None,
            f"{self.part}, {part}" if self.part else part,
        )
