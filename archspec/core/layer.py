"""A layer: an operator applied to concrete input shapes. Every analysis, lint, picture and emitter reads only this."""

from collections.abc import Mapping
from math import prod
from typing import Any, NamedTuple

from archspec.core.geometry import Window
from archspec.core.shape import Shape


class ModuleCall(NamedTuple):
    """A torch module to construct and apply: `nn.Conv2d(64, 128, 3, bias=False)`.

    Arguments are plain values, numbers that remember, tuples of these, or a `Name`.
    """

    target: str
    arguments: tuple[Any, ...] = ()
    keywords: Mapping[str, Any] = {}


class FunctionCall(NamedTuple):
    """A function of the inputs: `torch.cat([a, b], dim=1)`.

    `form` says how the inputs stand in it: `arguments` (`f(a, b, …)`), `list` (`f([a, b], …)`), `infix`
    (`a + b`, the target being the sign; arguments are further operands: `a * 0.5`), `method` (`a.chunk(2, dim=1)`, the
    target being the method's name) or `index` (`a[:, 0]`: the arguments are what stands in the brackets after the
    batch, integers and `Cut`s).
    """

    target: str
    arguments: tuple[Any, ...] = ()
    keywords: Mapping[str, Any] = {}
    form: str = "arguments"


class Methods(NamedTuple):
    """Methods of the input, one after the other: `x.unflatten(1, (2, -1)).transpose(1, 2)`."""

    calls: tuple[FunctionCall, ...]


class ParameterCall(NamedTuple):
    """A learned tensor that stands in the module around, not in a module of its own: `nn.Parameter(torch.zeros(8))`.

    Its name there is its whole key in the `state_dict`. `leading` counts the axes of 1 that stand before those of a
    sample: its value serves every sample of a batch.
    """

    shape: tuple[int, ...]
    leading: int = 0


class Pass(NamedTuple):
    """The value as it is: nothing to generate."""


class Cut(NamedTuple):
    """What a slice takes along an axis: `[start:stop:step]`; all of it unless told otherwise."""

    start: int | None = None
    stop: int | None = None
    step: int | None = None


class Name(NamedTuple):
    """A name of torch's to print as it is, such as `nn.SiLU` or `torch.float32`."""

    text: str


class Product(NamedTuple):
    """A count as a product of named factors: 64 "output channels" × 3 "kernel height" × …"""

    names: tuple[str, ...]
    numbers: tuple[int, ...]

    @classmethod
    def of(cls, *factors: tuple[str, int]) -> "Product":
        """The product of (name, number) pairs; the numbers forget where they came from."""
        return cls(tuple([name for name, _ in factors]), tuple([int(number) for _, number in factors]))

    @property
    def factors(self) -> tuple[tuple[str, int], ...]:
        """The factors as (name, number) pairs."""
        return tuple(zip(self.names, self.numbers, strict=True))

    @property
    def value(self) -> int:
        return prod(self.numbers)


class Initialisation(NamedTuple):
    """How a weight starts: `nn.init.kaiming_normal_(weight, mode="fan_out")`."""

    weight: str
    target: str
    arguments: tuple[Any, ...] = ()
    keywords: Mapping[str, Any] = {}


Call = ModuleCall | ParameterCall | FunctionCall | Methods | Pass

NOTHING: Mapping[str, Any] = {}


class Layer(NamedTuple):
    """An operator applied to concrete input shapes (per sample, no batch axis).

    op:       the operator's name in a spec
    inputs:   the shapes that enter
    outputs:  the shapes that leave; most operators have one
    call:     what to generate, as a value
    weights:  learned tensors under their `state_dict` names; parameter counts derive from it
    buffers:  tensors that are kept but not learned, likewise
    products: the multiply-accumulates as products of named factors; one MAC is two FLOPs
    work:     every other kind of arithmetic, itemised: "bias", "norm", "activation", "elementwise", "pool", "resize"
    windows:  how it looks at its input, one per spatial axis; empty where positions do not mix
    mixes:    every output position depends on every input position (flatten before a linear, full attention)
    view:     the output shares the memory of the input, or of the weights
    """

    op: str
    inputs: tuple[Shape, ...]
    outputs: tuple[Shape, ...]
    call: Call
    weights: Mapping[str, tuple[int, ...]] = NOTHING
    buffers: Mapping[str, tuple[int, ...]] = NOTHING
    products: tuple[Product, ...] = ()
    work: Mapping[str, int] = NOTHING
    windows: tuple[Window, ...] = ()
    mixes: bool = False
    view: bool = False
    initialisation: tuple[Initialisation, ...] = ()

    @property
    def output(self) -> Shape:
        return self.outputs[0]

    @property
    def macs(self) -> int:
        return sum([prod(one.numbers) for one in self.products])

    @property
    def parameters(self) -> int:
        return sum(map(prod, self.weights.values()))

    @property
    def buffer_elements(self) -> int:
        return sum(map(prod, self.buffers.values()))

    @property
    def is_module(self) -> bool:
        """Whether it is a torch module, which takes a name among its siblings."""
        return type(self.call) is ModuleCall

    @property
    def is_parameter(self) -> bool:
        """Whether it is a learned tensor of the module around, which takes a name there too."""
        return type(self.call) is ParameterCall

    def key(self, path: str, tensor: str) -> str:
        """The key in the `state_dict` of one of its weights or buffers; `path` is the layer's."""
        return path if self.is_parameter else f"{path}.{tensor}"
