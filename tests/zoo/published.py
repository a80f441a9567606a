"""What is known of torchvision's networks (version 0.28), one entry of `facts.json` each.

Parameters, keys and logits are those of the network with its auxiliary heads, as torchvision's function makes it.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from archspec.elaborate.files import shipped

FACTS = Path(__file__).with_name("facts.json")


class Facts(NamedTuple):
    """What is known of a network.

    family:     the file of `specs/torchvision` that describes it
    parameters: learned numbers, at the size `input`
    entries:    how many entries its `state_dict` has
    digest:     of their keys and shapes; see `digest`
    input:      the size of the picture that gave the logits
    measured:   the size of the picture for which MACs are published
    macs:       the exact MACs there; none where only `gmacs`, their rounded number of billions, is known
    norm:       the length of the whole output, which is what an error is measured by
    logits:     the first 16 numbers of the output, for the weights and the picture of `filling`
    published_parameters:  where the published figure is another: at the size `measured`, or without auxiliary heads
    without_heads:         entries and digest of the network without its auxiliary heads, where it has some
    """

    family: str
    parameters: int
    entries: int
    digest: str
    input: list[int]
    measured: list[int]
    gmacs: float
    norm: float
    logits: list[float]
    macs: int | None = None
    published_parameters: int | None = None
    without_heads: dict[str, Any] | None = None


@cache
def published() -> dict[str, Facts]:
    """Every network of which something is known."""
    found = json.loads(FACTS.read_text(encoding="utf-8"))
    return {name: Facts(**entry) for name, entry in found.items()}


def described() -> list[str]:
    """The networks of `specs/torchvision` that are no templates, without elaborating them."""
    from archspec.elaborate.workspace import Workspace

    workspace = Workspace()
    return [
        name
        for path in sorted((shipped() / "torchvision").glob("*.arch"))
        for name in workspace.networks(workspace.open(path, path.name))
    ]


def digest(state: Mapping[str, Sequence[int]]) -> str:
    """A number for the keys of a `state_dict` and their shapes, whatever their order."""
    lines = sorted(f"{key} {'x'.join(str(int(size)) for size in shape)}\n" for key, shape in state.items())
    return hashlib.sha256("".join(lines).encode()).hexdigest()
