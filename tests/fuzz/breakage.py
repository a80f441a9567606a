"""Random specs that are right but for one thing, and which rule has to say so, at which lines.

What is broken stands among statements that are right, in the network or in what it holds, and what follows depends on
it: nothing but the one finding may come of it.
"""

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from random_specs import Writer

MARK = "# broken"
# a promise about a network's shape and what ends a body too early mean something else within braces
NOT_WITHIN = {"promise_of_a_shape", "step_missing"}


class Broken(NamedTuple):
    """A spec with one error: the rule's code, and the lines within which the error stands."""

    text: str
    code: str
    first: int
    last: int
    kind: str


class Breaker(Writer):
    """Writes a random network and breaks it in one way, at the first chance after some statements."""

    def __init__(self, random: Random, kind: str) -> None:
        super().__init__(random)
        self.kind = kind
        self.wait = random.randrange(4)
        self.done = False

    def statement(self, depth: int) -> list[str]:
        if not self.done and self.wait <= 0:
            lines = KINDS[self.kind][1](self)
            if lines:
                self.done = True
                return self.placed([f"{MARK} from here", *lines, f"{MARK} to here"])
        self.wait -= 1
        return super().statement(depth)

    def placed(self, lines: list[str]) -> list[str]:
        """The lines as they are, or within something; a block is used twice, and its error is one."""
        where = self.random.choice(["here", "here", "group", "if", "block"])
        if where == "here" or self.kind in NOT_WITHIN:
            return lines
        inner = [f"    {line}" for line in lines]
        if where == "block":
            self.blocks.append("\n".join(["block Broken(unused = 1) {", *inner, "}"]))
            return ["Broken", f"{self.label()}: Broken(2)"]
        return [f"{self.label()}: {{" if where == "group" else "if 1 < 2 {", *inner, "}"]

    def tail(self) -> list[str]:
        last: list[str] = []
        while not self.done:
            last += self.statement(0)
        return last + super().tail()


Lines = list[str]
KINDS: dict[str, tuple[str, Callable[[Breaker], Lines]]] = {}


def kind(code: str) -> Callable[[Callable[[Breaker], Lines]], Callable[[Breaker], Lines]]:
    """Register a way of breaking, by the code of the rule that sees it. No lines: it cannot be done here."""

    def register(make: Callable[[Breaker], Lines]) -> Callable[[Breaker], Lines]:
        KINDS[make.__name__] = code, make
        return make

    return register


def broken(random: Random, name: str = "") -> Broken:
    """A random spec broken in the way of that name, or in any."""
    name = name or random.choice(list(KINDS))
    text = Breaker(random, name).text()
    lines = text.split("\n")
    marks = [at for at, line in enumerate(lines, 1) if MARK in line]
    return Broken(text, KINDS[name][0], marks[0] + 1, marks[1] - 1, name)


# --- names ---


@kind("AS201")
def misspelt_operator(w: Breaker) -> Lines:
    return [w.random.choice(["cnov(4, 3)", "batchnrom", "reluu -> tanh"])]


@kind("AS201")
def unknown_name(w: Breaker) -> Lines:
    return [w.random.choice(["conv(widht, 1)", "let many = 3 * missing", "dropout(rate)"])]


@kind("AS206")
def unknown_value(w: Breaker) -> Lines:
    return ["(nowhere) -> relu"]


@kind("AS202")
def label_twice(w: Breaker) -> Lines:
    name = w.label()
    return [f"{name}: conv({w.channels}, 1)", f"{name}: conv({w.channels}, 1)"]


@kind("AS203")
def reserved_label(w: Breaker) -> Lines:
    return [f"{w.random.choice(['train', 'forward', 'parameters', 'to'])}: conv({w.channels}, 1)"]


@kind("AS209")
def label_with_a_dot(w: Breaker) -> Lines:
    return [f'"a.b": conv({w.channels}, 1)']


# --- arguments ---


@kind("AS301")
def argument_missing(w: Breaker) -> Lines:
    return [w.random.choice(["conv(4)", "linear", "maxpool"])]


@kind("AS301")
def argument_unknown(w: Breaker) -> Lines:
    return [w.random.choice(["conv(4, 1, strid=2)", "relu(alpha=2, slope=1)", "batchnorm(chanels=3)"])]


@kind("AS301")
def argument_of_another_kind(w: Breaker) -> Lines:
    return [w.random.choice(["conv(2.5, 1)", 'conv("four", 1)', "conv(4, 1, bias=3)", "dropout(true)"])]


@kind("AS301")
def argument_out_of_bounds(w: Breaker) -> Lines:
    return [w.random.choice(["conv(4, 0)", "conv(0, 1)", "dropout(1.5)", "conv(4, 1, stride=0)", "conv(-4, 1)"])]


@kind("AS301")
def argument_twice(w: Breaker) -> Lines:
    return ["conv(4, 1, 1, stride=1)"]


@kind("AS302")
def expression(w: Breaker) -> Lines:
    choices = [
        "conv(4 / 0, 1)",
        "conv([1, 2][2], 1)",
        "let a, b = [1, 2, 3]",
        "let v = 10 ** 400",
        "repeat -1 { relu }",
    ]
    return [w.random.choice(choices)]


@kind("AS303")
def condition(w: Breaker) -> Lines:
    return ["if 3 { relu }"]


@kind("AS304")
def too_large(w: Breaker) -> Lines:
    return ["repeat 10 ** 9 + 1 { relu }"]


# --- shapes ---


@kind("AS401")
def residual_of_other_channels(w: Breaker) -> Lines:
    return ["residual {", f"    conv({w.channels + w.random.choice([1, 2])}, 1)", "    relu", "}"]


@kind("AS401")
def branches_of_other_sizes(w: Breaker) -> Lines:
    return ["concat {", "    conv(2, 1)", "    conv(3, 3, padding=2)", "    { conv(2, 3, padding=1) -> relu }", "}"]


@kind("AS401")
def skip_without_its_stride(w: Breaker) -> Lines:
    if w.size < 3:  # of 2, what is left is 1, which spreads over 2
        return []
    return [f"residual {{ conv({w.channels}, 3, stride=2, padding=1) }}"]


@kind("AS403")
def kernel_too_large(w: Breaker) -> Lines:
    return [f"{w.random.choice(['conv(3, {})', 'maxpool({})', 'avgpool({})']).format(w.size + 1)}"]


@kind("AS404")
def groups(w: Breaker) -> Lines:
    return [f"conv({w.channels}, 1, groups={w.channels + 1})"]


@kind("AS405")
def linear_on_a_map(w: Breaker) -> Lines:
    return ["linear(10)"]


@kind("AS406")
def convolution_of_a_vector(w: Breaker) -> Lines:
    return ["flatten -> conv(2, 1)"]


@kind("AS407")
def two_inputs_for_one(w: Breaker) -> Lines:
    name, other = w.label(), w.label()
    return [f"{name}: conv(2, 1)", f"{other}: conv(2, 1)", f"({name}, {other}) -> relu"]


@kind("AS409")
def shared_for_other_channels(w: Breaker) -> Lines:
    name = w.label()
    return [f"shared {name}: conv({w.channels + 1}, 1)", f"{name} -> {name}"]


# --- promises ---


@kind("AS601")
def promise_of_a_shape(w: Breaker) -> Lines:
    return [f"expect [{w.channels}, {w.size}, {w.size + 1}]"]


# --- text ---


@kind("AS101")
def step_missing(w: Breaker) -> Lines:
    return [w.random.choice(["relu -> -> tanh", "conv(4, 1) relu", "conv(4,, 1)", "let = 3", "repeat { relu } }"])]


@kind("AS102")
def odd_character(w: Breaker) -> Lines:
    return [w.random.choice(["relu ?", "conv(4, 1) $ relu", "let é = 3", "relu \u00a0"])]


@kind("AS104")
def name_too_long(w: Breaker) -> Lines:
    return [f"{'l' * 65}: conv({w.channels}, 1)"]
