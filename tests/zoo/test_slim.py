"""TF-Slim's networks: the receptive field of every endpoint is the published one."""

import json
from pathlib import Path
from typing import Any

import pytest

import archspec
from archspec.analysis.locate import locate

FACTS: dict[str, Any] = json.loads((Path(__file__).parent / "slim.json").read_text())
NETWORKS: dict[str, dict[str, list[int]]] = FACTS["networks"]


def endpoints(design: archspec.Design, paths: list[str]) -> dict[str, list[list[int]]]:
    """[size, stride, padding] of the receptive field of each endpoint, along height and width."""
    found: dict[str, list[list[int]]] = {}
    for path in paths:
        (endpoint,) = locate(design.module, path)
        fields = endpoint.view[0].fields
        assert all(field is not None for field in fields), path
        found[path] = [[f.size, f.stride, -f.interval(0)[0]] for f in fields if f is not None]
    return found


def test_facts_are_whole() -> None:
    assert sum(map(len, NETWORKS.values())) == 85
    assert {name: len(paths) for name, paths in NETWORKS.items()} == {
        "alexnet_v2": 7, "vgg_a": 13, "vgg_16": 13, "inception_v3": 18, "inception_resnet_v2": 12,
        "mobilenet_v1": 14, "resnet_v1_50": 4, "resnet_v1_101": 4,
    }  # fmt: skip


@pytest.mark.parametrize("name", NETWORKS)
def test_receptive_fields(name: str) -> None:
    size = FACTS["size"]
    design = archspec.load(f"slim/{name}", inputs=(3, size, size))
    facts = NETWORKS[name]
    assert endpoints(design, list(facts)) == {path: [fact, fact] for path, fact in facts.items()}


def test_padding_depends_on_the_size() -> None:
    """SAME at stride 2 takes one pixel more on an odd map, half of it before: fields begin elsewhere."""
    even = archspec.load("slim/mobilenet_v1", inputs=(3, 224, 224))
    odd = archspec.load("slim/mobilenet_v1", inputs=(3, 225, 225))
    assert endpoints(even, ["Conv2d_0"]) == {"Conv2d_0": [[3, 2, 0]] * 2}
    assert endpoints(odd, ["Conv2d_0"]) == {"Conv2d_0": [[3, 2, 1]] * 2}
