"""What fuzzing starts from: the specs that ship, in both forms, as bytes."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

from archspec.core.source import Source
from archspec.emit.convert import convert

SPECS = Path(__file__).parents[2] / "specs"
SMALL = 1300  # bytes; a check of these takes some milliseconds


class Seed(NamedTuple):
    """A spec that is right: the ending of its file, which says its form, and what is in it."""

    name: str
    suffix: str
    data: bytes


@cache
def seeds(most: int = 0) -> tuple[Seed, ...]:
    """The specs that ship, or those of at most so many bytes, each as text and as YAML."""
    found = []
    for path in sorted(SPECS.rglob("*.arch")):
        data = path.read_bytes()
        if most and len(data) > most:
            continue
        found.append(Seed(path.stem, ".arch", data))
        yaml = convert(Source(path.name, data.decode()), to_yaml=True)
        found.append(Seed(path.stem, ".arch.yaml", yaml.encode()))
    return tuple(found)
