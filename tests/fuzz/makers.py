"""Who makes inputs, each from random choices: from the same choices the same input."""

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from random_specs import Writer

from archspec.core.source import Source
from archspec.emit.convert import convert
from archspec.syntax.parser import parse
from archspec.syntax.printer import print_file
from fuzz.breakage import Broken, broken
from fuzz.corpus import SMALL, seeds
from fuzz.mutations import mutated


class Made(NamedTuple):
    """An input: the ending of its file, its bytes, and what is known of it: that it is right, or what is wrong."""

    suffix: str
    data: bytes
    known: Broken | None = None
    right: bool = False


def mutation(random: Random, large: float = 0.3) -> Made:
    """A shipped spec, changed: in a share of cases any, else a small one."""
    return Made(*mutated(random, seeds(0 if random.random() < large else SMALL)))


def right(random: Random) -> Made:
    """A random spec without errors."""
    return _in_a_form(random, Writer(random).text())._replace(right=True)


def wrong(random: Random, kind: str = "") -> Made:
    """A random spec with one error, of some kind or of this one."""
    made = broken(random, kind)
    return _in_a_form(random, made.text, made)


def _in_a_form(random: Random, text: str, known: Broken | None = None) -> Made:
    """As it was written, as the printer prints its tree, or as YAML; what cannot be parsed has one form alone."""
    form = random.choice(["written", "printed", "yaml"])
    if form == "written" or (known is not None and known.code.startswith("AS1")):
        return Made(".arch", text.encode(), known)
    if form == "yaml":
        return Made(".arch.yaml", convert(Source("spec.arch", text), to_yaml=True).encode(), known)
    printed = print_file(parse(Source("spec.arch", text))[0])
    return Made(".arch", printed.encode(), known._replace(first=0, last=0) if known is not None else None)


MAKERS: dict[str, Callable[[Random], Made]] = {"mutation": mutation, "right": right, "wrong": wrong}
