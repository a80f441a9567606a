"""Torchvision's networks as specs: each is its published twin, in keys and shapes, parameters, MACs and logits."""

from functools import cache
from typing import Any

import pytest
import torch
from agreement import agree, entries, outputs
from filling import fill, picture, uniform
from published import FACTS, described, digest, published

import archspec
from archspec.elaborate.files import shipped

# A network of each kind, small ones: these are compiled and run at every run of the tests, the others by `-m slow`.
QUICK = {
    "convnext_tiny",
    "efficientnet_b0",
    "googlenet",
    "inception_v3",
    "mnasnet0_5",
    "mobilenet_v2",
    "mobilenet_v3_large",
    "mobilenet_v3_small",
    "regnet_x_400mf",
    "regnet_y_400mf",
    "resnet18",
    "resnext50_32x4d",
    "shufflenet_v2_x0_5",
    "squeezenet1_0",
    "squeezenet1_1",
    "swin_t",
    "swin_v2_t",
    "maxvit_t",
    "lraspp_mobilenet_v3_large",
    "s3d",
}
LARGEST = 200_000_000  # parameters: in double precision, 1.6 GB

NAMES = described()


def load(name: str, size: list[int]) -> archspec.Design:
    return archspec.load(f"torchvision/{name}", inputs=size)


@cache
def design(name: str) -> archspec.Design:
    """The network at the size of its logits."""
    return load(name, published()[name].input)


@cache
def measured(name: str) -> archspec.Design:
    """The network at the size of its published MACs."""
    facts = published()[name]
    return design(name) if facts.measured == facts.input else load(name, facts.measured)


def test_facts_are_whole() -> None:
    assert len(published()) == 90
    assert FACTS.stat().st_size < 200_000
    assert all(len(facts.digest) == 64 and len(facts.logits) == 16 for facts in published().values())


def test_what_ships_is_what_was_published() -> None:
    assert len(set(NAMES)) == len(NAMES)
    assert set(NAMES) == set(published())


@pytest.mark.parametrize("name", NAMES)
def test_keys_and_shapes(name: str) -> None:
    facts = published()[name]
    state = entries(design(name))
    assert len(state) == facts.entries
    assert digest(state) == facts.digest


@pytest.mark.parametrize("name", NAMES)
def test_parameters_and_macs(name: str) -> None:
    facts = published()[name]
    assert design(name).parameters == facts.parameters
    assert round(measured(name).macs / 1e9, 3) == facts.gmacs
    if facts.macs is not None:
        assert measured(name).macs == facts.macs
    if facts.published_parameters is not None and facts.without_heads is None:
        assert measured(name).parameters == facts.published_parameters


@pytest.mark.parametrize("name", [name for name in NAMES if published()[name].without_heads])
def test_without_auxiliary_heads(name: str) -> None:
    facts = published()[name]
    bare = archspec.load(f"torchvision/{name}", auxiliary=False)
    assert facts.without_heads == {"entries": len(entries(bare)), "digest": digest(entries(bare))}
    if facts.published_parameters is not None:
        assert bare.parameters == facts.published_parameters


def quick(name: str) -> list[Any]:
    return [] if name in QUICK else [pytest.mark.slow]


@pytest.mark.parametrize("name", [pytest.param(name, marks=quick(name)) for name in NAMES])
def test_module_agrees_with_spec(name: str) -> None:
    """The compiled module has the keys, the shapes and the MACs of its design, at the size of the published MACs."""
    with torch.device("meta"):  # allocates nothing: the largest would not fit
        model = archspec.compile(measured(name))
    agree(measured(name), model)


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=quick(name)) for name in NAMES if published()[name].parameters < LARGEST]
)
def test_logits(name: str) -> None:
    facts = published()[name]
    model = archspec.compile(design(name)).double().eval()
    with torch.no_grad():
        fill(model.state_dict())
        out = next(iter(outputs(design(name), model(picture(facts.input))).values())).flatten()
    assert abs(float(out.norm()) - facts.norm) < 1e-6 * facts.norm
    error = (out[: len(facts.logits)] - torch.tensor(facts.logits, dtype=torch.float64)).abs().max()
    assert float(error) < 1e-6 * facts.norm


def test_the_filling_does_not_depend_on_how_it_is_made() -> None:
    numbers = uniform("input", 3_000_000)
    assert numbers[:2_000_000].equal(uniform("input", 2_000_000))
    assert -1 <= float(numbers.min()) < -0.99999 and 0.99999 < float(numbers.max()) < 1
    assert abs(float(numbers.mean())) < 1e-3
    assert not numbers[:9].equal(uniform("weight", 9))


def test_a_family_reads_like_a_table() -> None:
    limits = {"resnet": 80, "densenet": 45, "googlenet": 60}
    for path in sorted((shipped() / "torchvision").glob("*.arch")):
        if path.stem in limits:
            assert len(path.read_text(encoding="utf-8").splitlines()) <= limits[path.stem], path.name
