"""Whole runs: resuming, refusing, and what is left in the folder."""

import importlib.util
import io
import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
import training.run
from training import checkpoint, report
from training.data import mnist
from training.progress import Progress

Train = Callable[..., int]


def state(folder: Path) -> dict[str, Any]:
    made: dict[str, Any] = torch.load(folder / "checkpoint.pt", weights_only=True)
    return made


def same(one: Any, other: Any) -> bool:
    """Equality bit for bit; the speed is measured anew each time."""
    if isinstance(one, torch.Tensor):
        return torch.equal(one, other)
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one if key != "rate")
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    return bool(one == other)


@pytest.mark.parametrize("more", [(), ("--optimizer=sgd", "--clip=1", "--smoothing=0.1", "--channels-last")])
def test_interrupted_and_resumed_is_as_if_never_interrupted(
    train: Train, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: tuple[str, ...]
) -> None:
    assert train("whole", *more) == 0

    def interrupt(*arguments: Any) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        calls, test = [], training.run.test
        patch.setattr(training.run, "test", lambda *a: calls.append(1) or (test if len(calls) < 2 else interrupt)(*a))
        assert train("halves", *more) == training.run.INTERRUPTED
    assert len(state(tmp_path / "halves")["history"]) == 1
    assert train("halves", "--resume", *more) == 0
    whole, halves = state(tmp_path / "whole"), state(tmp_path / "halves")
    assert len(whole["history"]) == 3
    assert same(whole, halves)
    assert same(*(torch.load(tmp_path / name / "best.pt", weights_only=True) for name in ("whole", "halves")))


def test_seeds_tell_runs_apart(train: Train, tmp_path: Path) -> None:
    for name, seed in (("one", "1"), ("again", "1"), ("two", "2")):
        assert train(name, "--epochs=1", "--seed", seed) == 0
    one, again, two = (state(tmp_path / name)["model"] for name in ("one", "again", "two"))
    assert same(one, again)
    assert not same(one, two)


def test_another_run_is_not_resumed_nor_overwritten(train: Train, capsys: pytest.CaptureFixture[str]) -> None:
    assert train("run", "--resume") == 2
    assert "there is no" in capsys.readouterr().err
    assert train("run", "--epochs=1") == 0
    assert train("run", "--epochs=1") == 2
    assert "go on with --resume, or begin with --fresh" in capsys.readouterr().err
    assert train("run", "--epochs=1", "--rate=0.5", "--resume") == 2
    assert "of another run: rate was 0.002, now it is 0.5" in capsys.readouterr().err
    assert train("run", "--epochs=1", "--rate=0.5", "--fresh") == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--set", "num_classes=7"), "gives 7; the data has 10 classes: try --set num_classes=10"),
        (("--set", "num_classes"), "--set wants NAME=VALUE"),
        (("--spec", "seeds/dcgan_generator"), "reads 100 × 1 × 1"),
        (("--spec", "seeds/lenet55"), "lenet55"),
        (("--data", "nowhere"), "nowhere holds neither"),
        (("--batch", "193"), "at most 192"),
        (("--device", "nowhere"), "--device nowhere: "),
    ],
)
def test_what_does_not_fit_is_said(
    train: Train, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
) -> None:
    assert train("run", *arguments) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert words in error


@pytest.mark.parametrize("argument", ["--epochs=0", "--batch=0", "--epochs=-1"])
def test_there_is_at_least_one(train: Train, capsys: pytest.CaptureFixture[str], argument: str) -> None:
    with pytest.raises(SystemExit):
        train("run", argument)
    assert "is less than 1" in capsys.readouterr().err


def test_what_a_run_leaves(train: Train, digits: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert train("run", "--amp=bf16") == 0
    printed = capsys.readouterr().out
    assert printed.count(" images/s  test loss ") == 3
    folder = tmp_path / "run"
    history = json.loads((folder / "history.json").read_text())
    best = max(one["test_accuracy"] for one in history)
    assert f"best {best:.2%} of 101 images" in printed
    for name in ("curves.svg", "confusion.svg"):
        ElementTree.fromstring((folder / name).read_text(encoding="utf-8"))

    exported = torch.load(folder / "best.pt", weights_only=True)  # and the source, without archspec
    spec = importlib.util.spec_from_file_location("exported_model", folder / "model.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    model = module.Tiny().eval()
    model.load_state_dict(exported["model"])
    test = mnist(digits).test
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        made = model((test.pixels / 255 - exported["mean"][0]) / exported["std"][0])
    assert int((made.argmax(1) == test.labels).sum()) / len(test) == pytest.approx(best, abs=0.011)


def test_a_checkpoint_is_whole_or_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "checkpoint.pt"
    checkpoint.save(path, {"run": {}, "epoch": 1})

    def fail(_: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(checkpoint.os, "fsync", fail)
    with pytest.raises(OSError, match="no space"):
        checkpoint.save(path, {"run": {}, "epoch": 2})
    assert checkpoint.load(path, {}, torch.device("cpu"))["epoch"] == 1
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(checkpoint.CannotResume, match="cannot be read"):
        checkpoint.load(path, {}, torch.device("cpu"))


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_on_a_terminal_and_in_a_pipe() -> None:
    for stream, start in ((Terminal(), "\r\x1b[K"), (io.StringIO(), "")):
        progress = Progress("epoch 1/2", 100, stream)
        assert not progress.due()
        progress.last -= 60
        assert progress.due()
        progress.show(50, 0.25, 0.5)
        progress.close(100, 0.125, 0.75, "best")
        first, last = stream.getvalue().removeprefix(start).split(start or "\n", 1)
        assert ("━" * 12 + "╌" * 12 if start else " 50% ") in first
        assert "loss 0.2500  accuracy 50.00%" in first
        assert last.startswith("epoch 1/2  loss 0.1250  accuracy 75.00%")
        assert last.endswith("images/s  best\n")


@pytest.mark.parametrize(("low", "high"), [(0.1, 0.9), (2.0, 2.0), (0.0, 1234.5), (0.9871, 0.9894), (-3.0, 0.1)])
def test_ticks_are_round_and_enclose(low: float, high: float) -> None:
    made = report.ticks(low, high)
    assert 2 <= len(made) <= 9
    assert made[0] <= low + 1e-9
    assert made[-1] >= high - 1e-9
    assert all(float(f"{mark:.4g}") == pytest.approx(mark, abs=1e-12) for mark in made)


def test_a_class_name_is_text() -> None:
    ElementTree.fromstring(report.confusion([[1, 2], [0, 3]], ("<a>", "b & c")))
