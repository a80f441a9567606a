"""The specs that ship in both forms: the same networks, layer by layer."""

from pathlib import Path
from typing import Any

import pytest

import archspec
from archspec.elaborate.files import shipped
from archspec.elaborate.workspace import Workspace

PAIRS = sorted(path for path in shipped().rglob("*.arch.yaml"))


def networks(path: Path) -> list[str]:
    workspace = Workspace()
    found = workspace.networks(workspace.open(path, path.name))
    assert workspace.diagnostics() == ()
    return found


def figures(path: Path, name: str, mode: str) -> list[Any]:
    """Everything that a reader of the design can see of each layer."""
    design = archspec.load(f"{path}:{name}")
    totals: list[Any] = [design.inputs, design.outputs, design.parameters, design.buffers, design.macs]
    totals += [design.receptive_field, design.module.docs]
    for row in design.layers(mode):
        layer = row.row.layer
        totals.append((row.path, row.op, layer.inputs, layer.outputs, row.parameters, row.macs, row.count))
        totals.append((layer.call, layer.weights, layer.initialisation))
    return totals


def test_eight_ship_in_both_forms() -> None:
    assert len(PAIRS) >= 8


@pytest.mark.parametrize("path", PAIRS, ids=[path.name for path in PAIRS])
def test_both_forms_are_one_design(path: Path) -> None:
    text = path.with_name(path.name.removesuffix(".yaml"))
    assert networks(path) == networks(text)
    for name in networks(path):
        for mode in ("eval", "train"):
            assert figures(path, name, mode) == figures(text, name, mode)


@pytest.mark.parametrize("path", PAIRS, ids=[path.name for path in PAIRS])
def test_both_forms_compile_to_the_same_source(path: Path) -> None:
    text = path.with_name(path.name.removesuffix(".yaml"))
    name = networks(path)[0]
    ours, theirs = (archspec.to_source(archspec.load(f"{one}:{name}")) for one in (path, text))
    assert ours.replace(path.name, text.name) == theirs
