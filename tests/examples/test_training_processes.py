"""Several processes, and a process that is killed. The scripts as a user runs them."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

SCRIPT = Path(__file__).parents[2] / "examples" / "train_mnist.py"
TORCHRUN = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2")
PLAIN = """
network plain {
    input image: [1, 28, 28]
    conv(4, 5, stride=3) -> relu -> flatten
    linear(10)
}
"""


def command(data: Path, spec: Path, out: Path, *more: str, before: tuple[str, ...] = ()) -> list[str]:
    fixed = ["--data", str(data), "--spec", str(spec), "--out", str(out), "--device", "cpu", "--batch", "32"]
    return [sys.executable, *before, str(SCRIPT), *fixed, *more]


def history(folder: Path) -> list[dict[str, float]]:
    made: list[dict[str, float]] = json.loads((folder / "history.json").read_text())
    return made


@pytest.mark.slow
def test_two_processes_learn_what_one_does(digits: Path, tmp_path: Path) -> None:
    spec = tmp_path / "plain.arch"
    spec.write_text(PLAIN)
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    more = ("--epochs", "3", "--clip", "1", "--flip")
    for name, before in (("one", ()), ("two", TORCHRUN)):
        run = command(digits, spec, tmp_path / name, *more, before=before)
        done = subprocess.run(run, env=environment, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stdout.count("best ") >= 1
        assert done.stdout.count("epoch 3/3  ") == 1  # one of them speaks
    one, two = history(tmp_path / "one"), history(tmp_path / "two")
    assert len(one) == len(two) == 3
    for a, b in zip(one, two, strict=True):
        assert a["test_accuracy"] == b["test_accuracy"]
        for key in ("loss", "accuracy", "test_loss"):
            assert a[key] == pytest.approx(b[key], rel=1e-4)
    states = [torch.load(tmp_path / name / "checkpoint.pt", weights_only=True)["model"] for name in ("one", "two")]
    for key, tensor in states[0].items():
        torch.testing.assert_close(states[1][key], tensor, rtol=1e-3, atol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGINT])
def test_killed_and_resumed_is_as_if_never_killed(digits: Path, tiny: Path, tmp_path: Path, sign: int) -> None:
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    more = ("--epochs", "200")
    running = subprocess.Popen(command(digits, tiny, tmp_path / "halves", *more), env=environment)
    until = time.monotonic() + 120
    while not (tmp_path / "halves" / "checkpoint.pt").exists() and time.monotonic() < until:
        time.sleep(0.05)
    running.send_signal(sign)
    assert running.wait(60) == (130 if sign == signal.SIGINT else -sign)
    for name, also in (("halves", ("--resume",)), ("whole", ())):
        subprocess.run(command(digits, tiny, tmp_path / name, *more, *also), env=environment, check=True, timeout=300)
    halves, whole = (
        torch.load(tmp_path / n / "checkpoint.pt", weights_only=True)["model"] for n in ("halves", "whole")
    )
    assert all(torch.equal(halves[key], whole[key]) for key in whole)
