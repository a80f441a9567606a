"""What an estimate is for: batch, precision, optimizer and device; and the figures that it adds up."""

from collections.abc import Iterable
from operator import index
from typing import NamedTuple

from archspec.analysis.estimate.devices import DEVICES, Device
from archspec.core.nearest import nearest

# bytes of a number; "tf32" is float32 whose products run in TensorFloat-32
DTYPES = {"fp32": 4, "tf32": 4, "bf16": 2, "fp16": 2}
FULL = 4
MOST = 2**40


class Optimizer(NamedTuple):
    """What an optimizer adds, in copies of the parameters: `states` that stay, and `working` memory while it steps.

    Working memory is that of torch's `foreach` implementations, its default on CUDA.
    """

    states: int
    working: int


OPTIMIZERS = {
    "sgd": Optimizer(0, 0),
    "momentum": Optimizer(1, 0),  # torch.optim.SGD(…, momentum=0.9)
    "adam": Optimizer(2, 1),
    "adamw": Optimizer(2, 1),
    "rmsprop": Optimizer(1, 1),
    "adagrad": Optimizer(1, 1),
}


class Setting(NamedTuple):
    """What is estimated.

    batch:     samples in a step
    train:     a training step (forward, backward, optimizer) or, without it, a pass forward without gradients
    dtype:     one of `DTYPES`: of weights and values alike, unless `amp`
    amp:       automatic mixed precision: weights stay in float32, and operators take the type that autocast gives them
    master:    the optimizer keeps float32 copies of low-precision weights, and its states in float32
    optimizer: one of `OPTIMIZERS`
    device:    where it runs; without one there are no times
    """

    batch: int = 1
    train: bool = False
    dtype: str = "fp32"
    amp: bool = False
    master: bool = False
    optimizer: str = "adamw"
    device: Device | None = None

    @property
    def mode(self) -> str:
        return "train" if self.train else "eval"

    @property
    def low(self) -> int:
        """Bytes of a number in what runs in the wanted type."""
        return DTYPES[self.dtype]

    @property
    def weight(self) -> int:
        """Bytes of a learned number."""
        return FULL if self.amp else self.low

    @property
    def state(self) -> int:
        """Bytes of all that the optimizer keeps for a learned number."""
        states = OPTIMIZERS[self.optimizer].states
        return (states + 1) * FULL if self.copies else states * self.weight

    @property
    def copies(self) -> bool:
        """Whether there are float32 copies of the weights."""
        return self.master and self.weight < FULL

    @property
    def working(self) -> int:
        """Bytes that the optimizer takes for a learned number while it steps."""
        return OPTIMIZERS[self.optimizer].working * (FULL if self.copies else self.weight)


class BadSetting(ValueError):
    """A setting that there is not; `of` names what of it is wrong, the text says why."""

    def __init__(self, of: str, text: str) -> None:
        super().__init__(text)
        self.of = of

    def __reduce__(self) -> tuple[type["BadSetting"], tuple[str, str]]:
        return type(self), (self.of, str(self))


_ALIASES = {"float32": "fp32", "bfloat16": "bf16", "float16": "fp16", "half": "fp16"}


def setting_of(
    batch: int = 1,
    train: bool = False,
    dtype: str = "fp32",
    amp: bool = False,
    master: bool = False,
    optimizer: str = "adamw",
    device: Device | str | None = None,
) -> Setting:
    """A setting, checked. Raises `BadSetting`."""
    try:
        batch = index(batch)
    except TypeError:
        raise BadSetting("batch", f"a batch of {batch!r} samples; it takes a whole number") from None
    if not 1 <= batch <= MOST:
        raise BadSetting("batch", f"a batch of {batch} samples; it takes 1 or more, and at most {MOST:,}")
    dtype = _ALIASES.get(dtype, dtype)
    if dtype not in DTYPES:
        raise BadSetting("dtype", _unknown("type", dtype, DTYPES))
    if amp and DTYPES[dtype] == FULL:
        raise BadSetting("amp", f"autocast from float32 to {dtype} changes nothing; it takes bf16 or fp16")
    if optimizer not in OPTIMIZERS:
        raise BadSetting("optimizer", _unknown("optimizer", optimizer, OPTIMIZERS))
    if master and (amp or DTYPES[dtype] == FULL):
        raise BadSetting("master", "the weights are in float32 already; copies are for weights in bf16 or fp16")
    if master and not train:
        raise BadSetting("master", "float32 copies of the weights are for training")
    if isinstance(device, str):
        known = DEVICES.get(device.lower())
        if known is None:
            raise BadSetting("device", _unknown("device", device, DEVICES))
        device = known
    return Setting(batch, train, dtype, amp, master, optimizer, device)


def _unknown(what: str, name: str, known: Iterable[str]) -> str:
    begun = [one for one in known if name and one.startswith(name.lower())]
    hint = " or ".join(begun) or nearest(name, known)
    return f"there is no {what} {name!r}; " + (f"did you mean {hint}?" if hint else f"there are {', '.join(known)}")


class Figures(NamedTuple):
    """What a layer, a block or a network takes; figures of parts add up.

    parameters:     learned numbers
    buffers:        bytes of tensors that are kept but not learned
    kept:           bytes that are kept for the backward pass and that nothing before it kept
    forward_flops:  two for each multiply-accumulate
    moved:          bytes read and written, each once, forward and backward
    forward:        seconds, at least
    backward:       seconds, at least
    bound:          seconds of these in which arithmetic is the limit, not memory
    """

    parameters: int = 0
    buffers: int = 0
    kept: int = 0
    forward_flops: int = 0
    backward_flops: int = 0
    moved: int = 0
    forward: float = 0.0
    backward: float = 0.0
    bound: float = 0.0

    def plus(self, more: "Figures", times: int = 1) -> "Figures":
        return Figures(*(mine + times * its for mine, its in zip(self, more, strict=True)))  # type: ignore[arg-type]

    @property
    def seconds(self) -> float:
        return self.forward + self.backward
