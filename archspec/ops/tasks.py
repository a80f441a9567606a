"""Tasks: what a network is for, as a spec declares it. A class is a kind of task; its attributes are its parameters."""

from typing import Any, ClassVar, NamedTuple

from archspec.ops.base import Declared, parameter
from archspec.ops.kinds import BadValue, Choice, Integer, ListOf, Optional, Real, spelled

# what may leave the last layer
LOGITS, PROBABILITIES, LOG_PROBABILITIES = "logits", "probabilities", "log-probabilities"


class Loss(NamedTuple):
    """What a loss of torch's takes.

    head:    the form of what leaves the network
    targets: the forms of what it is compared with; the first is meant where none is declared
    single:  whether one score can stand for two classes
    """

    head: str
    targets: tuple[str, ...]
    single: bool = False


LOSSES = {
    "cross_entropy": Loss(LOGITS, ("index", "probabilities")),
    "nll": Loss(LOG_PROBABILITIES, ("index",)),
    "bce": Loss(PROBABILITIES, ("multi_hot", "one_hot", "probabilities"), True),
    "bce_with_logits": Loss(LOGITS, ("multi_hot", "one_hot", "probabilities"), True),
}
DISTANCES = ("mse", "l1", "smooth_l1", "huber")
TARGETS = ("index", "one_hot", "multi_hot", "probabilities")
LAYOUTS = ("channels_first", "channels_last")


class Text(NamedTuple):
    """A text."""

    @property
    def words(self) -> str:
        return "a text"

    def accept(self, value: Any) -> Any:
        if not isinstance(value, str):
            raise BadValue(f"{spelled(value)} is not a text")
        return value


class Span(NamedTuple):
    """A list of the lowest and the highest number."""

    @property
    def words(self) -> str:
        return "a list of the lowest and the highest number"

    def accept(self, value: Any) -> Any:
        pair = ListOf(Real()).accept(value)
        if len(pair) != 2 or not pair[0] < pair[1]:
            raise BadValue(f"{spelled(value)} is not {self.words}", "such as `[0, 1]`")
        return pair


class Task(Declared):
    """What a network is for. Own parameters come first, then those that all kinds have."""

    loss: str
    output: str | None = parameter(Optional(Text()), None, "the output it speaks of; without it, the main one")
    inputs: tuple[float, float] | None = parameter(Optional(Span()), None, "lowest and highest number that enters")
    layout: str | None = parameter(Optional(Choice(LAYOUTS)), None, "how the axes of an image are ordered as it enters")
    object: int | None = parameter(Optional(Integer()), None, "pixels across the largest thing that has to be seen")

    shared: ClassVar[tuple[str, ...]] = ("output", "inputs", "layout", "object")

    def __init_subclass__(cls, name: str = "", **keywords: Any) -> None:
        super().__init_subclass__(name=name, **keywords)
        common = {key: cls.parameters[key] for key in Task.parameters}
        cls.parameters = {**{k: v for k, v in cls.parameters.items() if k not in common}, **common}
        if name:
            TASKS[name] = cls


TASKS: dict[str, type[Task]] = {}


class Labelling(Task):
    """A task with classes."""

    classes: int = parameter(Integer(), docs="how many classes there are")
    loss: str = parameter(Choice(tuple(LOSSES)), "cross_entropy", "the loss, as torch calls it")
    targets: str | None = parameter(
        Optional(Choice(TARGETS)), None, "the form of what the loss compares with; without it, what the loss takes"
    )

    @property
    def taken(self) -> Loss:
        return LOSSES[self.loss]

    def widths(self) -> tuple[int, ...]:
        """The numbers of scores that the loss takes for the classes."""
        return (self.classes, 1) if self.taken.single and self.classes == 2 else (self.classes,)

    def fits(self, targets: str, width: int) -> bool:
        """Whether the loss compares so many scores with targets of a form; one score is compared with 0 or 1."""
        return targets in self.taken.targets or (self.taken.single and width == 1 and targets == "index")


class Classification(Labelling, name="classification"):
    """One vector of scores for each sample."""


class Segmentation(Labelling, name="segmentation"):
    """One vector of scores for each position of a map."""

    stride: int = parameter(Integer(), 1, "pixels of the input to one position of the output")


class Regression(Task, name="regression"):
    """Numbers that are compared with numbers."""

    outputs: int | None = parameter(Optional(Integer()), None, "how many numbers leave for each sample")
    loss: str = parameter(Choice(DISTANCES), "mse", "the loss, as torch calls it")
    range: tuple[float, float] | None = parameter(Optional(Span()), None, "lowest and highest number to be met")
