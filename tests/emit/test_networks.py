"""Every network that ships: its module is what its spec says."""

import pytest
import torch
from agreement import agree, runs
from networks import NETWORKS, loadable

import archspec
from archspec.elaborate.files import shipped

LARGEST = 200_000_000  # parameters, of networks that run


def deep(name: str) -> bool:
    """Whether a network has so many layers that following them one by one takes seconds: these run on request too."""
    return sum(1 for _ in NETWORKS[name].layers()) > 300


# Torchvision's networks, of which `tests/zoo` knows more, are compared there; they only have to be trained on request.
ZOO = [name for name in loadable() if name.startswith("torchvision/")]
OTHERS = [name for name in loadable() if name not in ZOO]


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] if deep(name) else []) for name in OTHERS]
)
def test_module_agrees_with_spec(name: str) -> None:
    design = NETWORKS[name]
    with torch.device("meta"):  # nothing is computed with the weights: no need to draw them
        model = archspec.compile(design)
    agree(design, model)


def small(name: str) -> bool:
    """Whether a network takes little memory and time: the others run on request (`-m slow`)."""
    if name in ZOO:
        return False
    design = NETWORKS[name]
    return design.parameters < 20_000_000 and design.macs < 2_500_000_000


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if small(name) else [pytest.mark.slow]) for name in loadable()]
)
def test_forward_and_backward(name: str) -> None:
    design = NETWORKS[name]
    if design.parameters > LARGEST:
        pytest.skip("weights and gradients take too much memory")
    runs(design, archspec.compile(design))


def test_the_broken_twin_is_refused_once() -> None:
    path = shipped() / "seeds" / "mnist_inception_broken.arch"
    found = archspec.check(path).diagnostics
    assert [one.rule.code for one in found] == ["AS401"]
    (one,) = found
    assert "24 × 4 × 4" in one.message + one.labels[0].text
    assert "12 × 12" in one.labels[1].text
    assert "`stride=1`" in one.help
    assert one.span.text == "{ avgpool(3, stride=3, padding=1) -> branch_pool: conv(24, 1) }"
    assert one.trail[-1].block == "Inception"
    assert one.path == "incep1"


def test_everything_else_checks_clean() -> None:
    files = [path for path in sorted(shipped().rglob("*.arch")) if "broken" not in path.name]
    assert len(files) >= 17
    assert archspec.check(*files).diagnostics == ()


def test_targets() -> None:
    for target in ("seeds/lenet5", "specs/seeds/lenet5", str(shipped() / "seeds" / "lenet5.arch")):
        assert archspec.load(target).parameters == 61706
