"""A run from the command line to its report: read, build, train epoch by epoch, keep what is needed to go on."""

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import nn

import archspec
from training import checkpoint, report
from training.augment import Augment, statistics
from training.data import Data, DataError
from training.distributed import NoDevice, Team, join, leave, wrapped
from training.loop import Setting, test, train
from training.network import AMP, Unsuitable, design_of, optimizer_of
from training.options import Recipe, parse
from training.progress import Progress

INTERRUPTED = 130


def main(recipe: Recipe, arguments: Sequence[str] | None = None) -> int:
    """Train as the command line asks. Gives the exit code."""
    options = parse(recipe, arguments)
    try:
        team = join(options.device)
    except NoDevice as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    try:
        data = recipe.read(options.data)
        Run(options, team, data).go()
    except KeyboardInterrupt:
        if team.leads:
            print(f"\ninterrupted; the same command with --resume goes on after the last whole epoch in {options.out}")
        return INTERRUPTED
    except (DataError, Unsuitable, archspec.TargetError, archspec.SpecError, checkpoint.CannotResume) as error:
        if team.leads:
            print(f"error: {error}", file=sys.stderr)
        return 2
    finally:
        leave(team)
    return 0


class Run:
    """A training run and its files.

    checkpoint.pt   after every epoch: all that is needed to go on exactly
    best.pt         the weights that tested best, with the normalisation they want
    model.py        the network as standalone source, for those weights
    history.json, curves.svg, confusion.svg   how it went
    """

    def __init__(self, options: argparse.Namespace, team: Team, data: Data) -> None:
        self.options, self.team, self.out = options, team, Path(options.out)
        if options.batch % team.size or not team.size <= options.batch <= len(data.train):
            raise Unsuitable(f"--batch {options.batch} must be a multiple of {team.size}, at most {len(data.train)}")
        self.design = design_of(options, data)
        self.source = archspec.to_source(self.design)
        self.setting = self._setting(data)
        self.data = Data(data.train.to(team.device), data.test.to(team.device), data.classes)
        torch.manual_seed(options.seed)
        self.model = archspec.compile(self.design).to(team.device, memory_format=self.setting.memory)
        self.optimizer = optimizer_of(self.model, options)
        self.scaler = torch.amp.GradScaler(team.device.type, enabled=options.amp == "fp16")
        self.history: list[dict[str, float]] = []
        self.best = 0.0
        self.confusion = torch.zeros(len(data.classes), len(data.classes), dtype=torch.long)

    def _setting(self, data: Data) -> Setting:
        options = self.options
        mean, std = statistics(data.train.pixels)
        channels, height, width = (int(size) for size in next(iter(self.design.inputs.values())))
        augment = Augment(
            (channels, height, width), mean, std, options.fit, options.scale, options.padding, options.flip
        )
        each = len(data.train) // options.batch
        return Setting(
            augment=augment, team=self.team, head=next(iter(self.design.outputs)), batch=options.batch,
            seed=options.seed, rate=options.rate, steps=options.epochs * each, warmup=round(options.warmup * each),
            smoothing=options.smoothing, clip=options.clip, amp=AMP[options.amp],
            memory=torch.channels_last if options.channels_last else torch.contiguous_format,
        )  # fmt: skip

    def go(self) -> None:
        self._begin()
        running: nn.Module = wrapped(self.model, self.team)
        if self.options.compile:
            running = torch.compile(running)
        for epoch in range(len(self.history), self.options.epochs):
            self._epoch(epoch, running)
        if self.team.leads:
            self._finish()

    def _begin(self) -> None:
        path = self.out / "checkpoint.pt"
        if self.options.resume:
            self._restore(checkpoint.load(path, self._identity(), self.team.device))
        elif path.exists() and not self.options.fresh:
            raise checkpoint.CannotResume(f"{self.out} holds a run: go on with --resume, or begin with --fresh")
        if not self.team.leads:
            return
        self.out.mkdir(parents=True, exist_ok=True)
        (self.out / "model.py").write_text(self.source, encoding="utf-8")
        print(f"{self.design}")
        where = f"{self.team.device}, {self.team.size} processes" if self.team.size > 1 else f"{self.team.device}"
        print(f"{len(self.data.train):,} images to train on, {len(self.data.test):,} to test on, {where}")

    def _epoch(self, epoch: int, running: nn.Module) -> None:
        count, total = len(self.data.train), self.options.epochs
        progress = Progress(f"epoch {epoch + 1:>{len(str(total))}}/{total}", count, silent=not self.team.leads)
        loss, accuracy = train(running, self.data.train, self.optimizer, self.scaler, epoch, self.setting, progress)
        rate = progress.rate(count)
        test_loss, confusion = test(self.model, self.data.test, len(self.data.classes), self.setting)
        test_accuracy = int(confusion.diagonal().sum()) / len(self.data.test)
        self.history.append(
            {"loss": loss, "accuracy": accuracy, "test_loss": test_loss, "test_accuracy": test_accuracy, "rate": rate}
        )
        better = test_accuracy > self.best or epoch == 0
        if better:
            self.best, self.confusion = test_accuracy, confusion
        if self.team.leads:
            if better:
                self._export()
            checkpoint.save(self.out / "checkpoint.pt", self._state())
            tested = f"test loss {test_loss:.4f}  accuracy {test_accuracy:6.2%}{'  best' if better else ''}"
            progress.close(count, loss, accuracy, tested)

    def _identity(self) -> dict[str, Any]:
        """What has to be the same for a resumed run to give what an uninterrupted one would have given."""
        kept = {key: value for key, value in vars(self.options).items() if key not in _FREE}
        pixels = self.data.train.pixels
        return {
            **{key: str(value) for key, value in kept.items()},
            "network": hashlib.sha256(self.source.encode()).hexdigest(),
            "images": f"{tuple(pixels.shape)}, mean {self.setting.augment.mean}",
        }

    def _state(self) -> dict[str, Any]:
        return {
            "run": self._identity(), "model": self.model.state_dict(), "optimizer": self.optimizer.state_dict(),
            "scaler": self.scaler.state_dict(), "history": self.history, "best": self.best,
            "confusion": self.confusion,
        }  # fmt: skip

    def _restore(self, state: dict[str, Any]) -> None:
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.scaler.load_state_dict(state["scaler"])
        self.history, self.best, self.confusion = state["history"], state["best"], state["confusion"].cpu()

    def _export(self) -> None:
        augment = self.setting.augment
        checkpoint.save(
            self.out / "best.pt",
            {
                "model": self.model.state_dict(), "accuracy": self.best, "classes": list(self.data.classes),
                "mean": augment.mean, "std": augment.std, "spec": self.design.spec, "network": self.design.network,
            },
        )  # fmt: skip

    def _finish(self) -> None:
        (self.out / "history.json").write_text(json.dumps(self.history, indent=1) + "\n", encoding="utf-8")
        (self.out / "curves.svg").write_text(report.curves(self.history, self.design.network), encoding="utf-8")
        table = report.confusion(self.confusion.tolist(), self.data.classes)
        (self.out / "confusion.svg").write_text(table, encoding="utf-8")
        print(f"best {self.best:.2%} of {len(self.data.test):,} images; weights, source and pictures in {self.out}")


_FREE = {"spec", "set", "data", "out", "resume", "fresh", "device", "compile"}  # where and how it runs, not what
