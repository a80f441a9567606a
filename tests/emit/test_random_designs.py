"""A thousand random networks: each compiled module is what its design says."""

from pathlib import Path

import pytest
import torch
from agreement import agree, inputs
from random_specs import spec

import archspec

BATCHES = 20
EACH = 50


@pytest.mark.parametrize("batch", range(BATCHES))
def test_random_designs(batch: int, tmp_path: Path) -> None:
    path = tmp_path / "random.arch"
    accepted = 0
    for seed in range(batch * EACH, (batch + 1) * EACH):
        path.write_text(spec(seed), encoding="utf-8")
        design = archspec.load(path)
        model = archspec.compile(design)
        agree(design, model)
        accepted += 1
    assert accepted == EACH


def test_the_comparison_can_fail(tmp_path: Path) -> None:
    """A module that differs in one stride, one bias or one width is told apart."""
    path = tmp_path / "random.arch"
    text = "network n {{ input x: [4, 9, 9]; conv({}, 3, stride={}, bias={}) -> relu }}"
    path.write_text(text.format(4, 2, "true"), encoding="utf-8")
    design = archspec.load(path)
    agree(design, archspec.compile(design))
    for other in ((4, 1, "true"), (4, 2, "false"), (5, 2, "true")):
        path.write_text(text.format(*other), encoding="utf-8")
        with pytest.raises(AssertionError):
            agree(design, archspec.compile(archspec.load(path)))


def test_random_designs_run(tmp_path: Path) -> None:
    """With real numbers, too: nothing is NaN, and the same module gives the same twice."""
    path = tmp_path / "random.arch"
    for seed in range(30):
        path.write_text(spec(seed), encoding="utf-8")
        design = archspec.load(path)
        model = archspec.compile(design).eval()
        given = inputs(design, "cpu")
        first, again = model(*given), model(*given)
        assert torch.isfinite(first).all() and torch.equal(first, again)
