"""The benchmark for a GPU, as far as it goes without one: its peers, its arithmetic, its report."""

import argparse
import datetime
import math
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

import archspec
from benchmarks import gpu
from benchmarks.by_hand import PEERS
from benchmarks.gpu import Point, Result, as_text, from_text, main, points, report
from benchmarks.pairs import Times, in_turns, inference, training

EVEN = Times(0.010, 0.010, 1.0)


def result(peak: int = 1000, estimate: int = 1000, ratio: float = 1.0, compiled: float | None = 1.0) -> Result:
    times = None if compiled is None else Times(0.010 * compiled, 0.010, compiled)
    return Result(Point("torchvision/alexnet", 16, True), peak, peak, estimate, 0.001, Times(0.01, 0.01, ratio), times)


@pytest.fixture(params=sorted(PEERS))
def modules(request: pytest.FixtureRequest) -> Iterator[tuple[torch.nn.Module, torch.nn.Module]]:
    with torch.device("meta"):
        yield archspec.compile(archspec.load(request.param)), PEERS[request.param]()


def test_peers_hold_the_same_tensors(modules: tuple[torch.nn.Module, torch.nn.Module]) -> None:
    ours, theirs = ({name: one.shape for name, one in module.state_dict().items()} for module in modules)
    assert ours == theirs


def test_peers_compute_the_same() -> None:
    """In both modes; the largest, whose weights take long, are compared by their tensors alone."""
    torch.manual_seed(0)
    for name, size in (("torchvision/mobilenet_v2", 64), ("torchvision/googlenet", 64), ("torchvision/resnet50", 32)):
        theirs = PEERS[name]()
        with torch.device("meta"):
            ours = archspec.compile(archspec.load(name))
        ours.load_state_dict(theirs.state_dict(), assign=True)
        tensor = torch.rand(2, 3, size, size)
        assert torch.allclose(inference(ours, tensor)(), inference(theirs, tensor)(), atol=1e-5)  # type: ignore[arg-type]
        for module in (ours.train(), theirs.train()):
            for one in module.modules():
                if isinstance(one, torch.nn.Dropout):
                    one.p = 0.0
        first, second = ours(tensor), theirs(tensor)
        if isinstance(first, dict):
            assert set(first) == set(second)
            assert all(torch.allclose(first[key], second[key], rtol=1e-3, atol=1e-3) for key in first)
        else:
            assert torch.allclose(first, second, rtol=1e-3, atol=1e-3)


def test_a_step_of_training_changes_weights_and_leaves_no_gradients() -> None:
    module = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(12, 5))
    before = module[1].weight.clone()
    loss = training(module, torch.rand(4, 3, 2, 2), torch.tensor([0, 1, 2, 3]))()
    assert isinstance(loss, torch.Tensor) and math.isfinite(float(loss))
    assert not torch.equal(before, module[1].weight)
    assert module[1].weight.grad is None


def test_turns_alternate_and_ratios_are_those_of_rounds() -> None:
    now, order = [0.0], []

    def step(name: str, seconds: float) -> None:
        order.append(name)
        now[0] += seconds * (10 if len(order) in (5, 6, 7, 8) else 1)  # a slow round meets both

    made = in_turns(lambda: step("a", 3.0), lambda: step("b", 2.0), 3, 2, clock=lambda: now[0])
    assert "".join(order) == "bbaa" + "aabb" + "bbaa"
    assert made == Times(3.0, 2.0, 1.5)


@pytest.mark.parametrize(
    ("one", "kept"),
    [
        (result(), True),
        (result(estimate=1100), True),
        (result(estimate=900), True),
        (result(estimate=1101), False),
        (result(estimate=899), False),
        (result(ratio=1.02), True),
        (result(ratio=1.021), False),
        (result(compiled=1.021), False),
        (result(ratio=0.5, compiled=None), True),
    ],
)
def test_bars(one: Result, kept: bool) -> None:
    assert one.kept is kept


def test_the_report_says_when_where_and_what() -> None:
    measured = [result(peak=1000 * 2**20, estimate=900 * 2**20), result(ratio=1.5)]
    page = report(measured, "ACME 9000", datetime.date(2031, 2, 3), "9.9")
    assert "2031-02-03: ACME 9000, torch 9.9" in page
    assert "1 of 2 points" in page
    table = [line for line in page.splitlines() if line.startswith("|")]
    assert {line.count("|") for line in table} == {16}
    assert "| torchvision/alexnet | 16 | training | 1,000 MiB | 1,000 MiB | 900 MiB | -10.0 % |" in page
    assert table[2].endswith("| ✓ |") and table[3].endswith("| ✗ |")


def test_results_survive_the_way_from_their_process() -> None:
    for one in (result(), result(compiled=None)):
        assert from_text(as_text(one)) == one


def test_points_are_those_asked_for() -> None:
    found = list(points(["torchvision/alexnet", "torchvision/vgg16"], [1, 8]))
    assert len(found) == len(set(found)) == 8
    assert sum(one.train for one in found) == 4
    assert set(gpu.parsed([]).networks) == set(PEERS) and len(gpu.parsed([]).batches) == 2


def test_without_cuda_it_says_so(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert main([]) == 2
    assert "no CUDA device" in capsys.readouterr().err


@pytest.mark.parametrize(("ratio", "code"), [(1.0, 0), (1.1, 1)])
def test_a_run_writes_its_report(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ratio: float, code: int) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "ACME 9000")
    asked: list[Point] = []

    def measured(point: Point, arguments: argparse.Namespace) -> Result:
        asked.append(point)
        return result(ratio=ratio)._replace(point=point)

    path = tmp_path / "results" / "page.md"
    assert main(["--networks", "torchvision/vgg16", "--batches", "4", "-o", str(path)], measured) == code
    assert asked == [Point("torchvision/vgg16", 4, False), Point("torchvision/vgg16", 4, True)]
    assert f"Measured on {datetime.date.today()}: ACME 9000" in path.read_text(encoding="utf-8")
