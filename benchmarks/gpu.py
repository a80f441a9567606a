"""Estimates and compiled modules against a GPU: `python -m benchmarks.gpu -o benchmarks/results/NAME.md`.

For five networks, two batch sizes, training and inference: the peak of `torch.cuda.max_memory_allocated` against the
estimate of `archspec estimate`, and the time of a step of the compiled module against that of the same network written
by hand (`benchmarks/by_hand.py`), as it is and with `torch.compile`. Each point is measured in a process of its own.
"""

import argparse
import datetime
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import archspec
from benchmarks.by_hand import PEERS
from benchmarks.harness import ROOT, megabytes, milliseconds
from benchmarks.pairs import Step, Times, in_turns, inference, pair, training

MEMORY_BAR = 0.10
RATIO_BAR = 1.02
NO_CUDA = "benchmarks.gpu: this machine has no CUDA device that torch can use; nothing was measured"


class Point(NamedTuple):
    """What is measured at once."""

    name: str
    batch: int
    train: bool


class Result(NamedTuple):
    """What came of it.

    peak:     bytes of `torch.cuda.max_memory_allocated` in a step of the compiled module
    by_hand:  the same of the module by hand
    estimate: bytes that were predicted
    least:    seconds that the roofline predicts; 0 without a device
    eager:    times without `torch.compile`
    compiled: times with it; none where it was left out
    """

    point: Point
    peak: int
    by_hand: int
    estimate: int
    least: float
    eager: Times
    compiled: Times | None

    @property
    def error(self) -> float:
        """How far the estimate is from the measured peak, as a fraction of the latter."""
        return self.estimate / self.peak - 1

    @property
    def kept(self) -> bool:
        """Whether memory and times are within their bars."""
        times = [self.eager, *([self.compiled] if self.compiled else [])]
        near = abs(self.estimate - self.peak) <= MEMORY_BAR * self.peak
        return near and all(one.ratio <= RATIO_BAR for one in times)


def points(names: Sequence[str], batches: Sequence[int]) -> Iterator[Point]:
    for name in names:
        for batch in batches:
            yield Point(name, batch, False)
            yield Point(name, batch, True)


def measure(point: Point, rounds: int, steps: int, compiling: bool, device: str) -> Result:
    """Measure a point on the first CUDA device, in float32."""
    import torch

    # in memory as fp32; convolutions run in TensorFloat-32 unless torch is told otherwise
    found = archspec.estimate(point.name, point.batch, train=point.train, dtype="tf32", device=device or None)
    modules = pair(point.name)
    shape = next(iter(archspec.load(point.name).inputs.values()))
    peaks = []
    for module in modules:  # one at a time, alone in memory
        module.cuda()
        peaks.append(_peak(_step(point, module, shape)))
        module.cpu()
        module.zero_grad()
        torch.cuda.empty_cache()
    made = [_step(point, module.cuda(), shape) for module in modules]
    eager = _times(made, rounds, steps)
    compiled = None
    if compiling:
        made = [_step(point, torch.compile(module), shape) for module in modules]
        compiled = _times(made, rounds, steps)
    return Result(point, peaks[0], peaks[1], found.peak, found.seconds, eager, compiled)


def _step(point: Point, module: "object", shape: Sequence[int]) -> Step:
    import torch

    tensor = torch.randn(point.batch, *map(int, shape), device="cuda")
    if not point.train:
        return inference(module, tensor)  # type: ignore[arg-type]
    return training(module, tensor, torch.randint(1000, (point.batch,), device="cuda"))  # type: ignore[arg-type]


def _peak(step: Step) -> int:
    """The peak of a step after two that start the optimizer and choose algorithms."""
    import torch

    for _ in range(2):
        step()
    torch.cuda.synchronize()
    torch.cuda.reset_peak_memory_stats()
    step()
    torch.cuda.synchronize()
    return int(torch.cuda.max_memory_allocated())


def _times(made: Sequence[Step], rounds: int, steps: int) -> Times:
    import torch

    for step in made:
        for _ in range(5):
            step()
    return in_turns(made[0], made[1], rounds, steps, torch.cuda.synchronize)


def report(results: Sequence[Result], device: str, date: datetime.date, version: str) -> str:
    """The results as a page in Markdown."""
    missed = sum(not one.kept for one in results)
    near, times = f"within {100 * MEMORY_BAR:.0f} % of the peak", f"at most {RATIO_BAR:.2f} times one by hand"
    titles = "network,batch,step,peak,by hand,estimate,error,eager,by hand,ratio,compiled,by hand,ratio,at least,"
    lines = [
        "# Measured on a GPU",
        "",
        f"Measured on {date}: {device}, torch {version}, float32, training with AdamW.",
        "",
        f"Bars: the estimate {near}; a step of the compiled module {times}.",
        f"{len(results) - missed} of {len(results)} points are within them.",
        "",
        f"| {titles.replace(',', ' | ')} |",
        "| --- | ---: | --- | " + "---: | " * 11 + "--- |",
    ]
    return "\n".join([*lines, *map(_row, results)]) + "\n"


def _row(one: Result) -> str:
    point = one.point
    compiled = ["", "", ""] if one.compiled is None else _said(one.compiled)
    cells = [
        point.name, str(point.batch), "training" if point.train else "inference", megabytes(one.peak),
        megabytes(one.by_hand), megabytes(one.estimate), f"{100 * one.error:+.1f} %", *_said(one.eager), *compiled,
        milliseconds(one.least) if one.least else "", "✓" if one.kept else "✗",
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _said(times: Times) -> list[str]:
    return [milliseconds(times.ours), milliseconds(times.theirs), f"{times.ratio:.3f}"]


def as_text(result: Result) -> str:
    """A result as a line, from the process that measured it."""
    return json.dumps(result)


def from_text(line: str) -> Result:
    point, peak, by_hand, estimate, least, eager, compiled = json.loads(line)
    return Result(
        Point(*point), peak, by_hand, estimate, least, Times(*eager), None if compiled is None else Times(*compiled)
    )


def apart(point: Point, arguments: argparse.Namespace) -> Result:
    """Measure a point in a process of its own. Raises `RuntimeError` where that fails."""
    command = [
        sys.executable, "-m", "benchmarks.gpu", "--point", json.dumps(point), "--rounds", str(arguments.rounds),
        "--steps", str(arguments.steps), "--device", arguments.device, *(["--eager"] if arguments.eager else []),
    ]  # fmt: skip
    made = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if made.returncode:
        raise RuntimeError(f"{point.name}, batch {point.batch}: exit code {made.returncode}")
    return from_text(made.stdout.splitlines()[-1])


def parsed(given: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.gpu", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--networks", nargs="+", choices=sorted(PEERS), default=list(PEERS), metavar="NAME")
    parser.add_argument("--batches", nargs="+", type=int, default=[16, 64], metavar="N")
    parser.add_argument("--rounds", type=int, default=15, help="rounds in which both modules take turns; 15")
    parser.add_argument("--steps", type=int, default=10, help="steps of either in a round; 10")
    parser.add_argument("--eager", action="store_true", help="leave torch.compile out")
    parser.add_argument("--device", default="", help="the device by its name in archspec, for the roofline: h100-sxm")
    parser.add_argument("-o", "--output", type=Path, help="where the report goes; standard output")
    parser.add_argument("--point", help=argparse.SUPPRESS)
    return parser.parse_args(given)


def main(given: Sequence[str] | None = None, measured: Callable[..., Result] = apart) -> int:
    """Measure all points and write the report: 0 within the bars, 1 beyond, 2 where nothing can be measured."""
    arguments = parsed(given)
    import torch

    if not torch.cuda.is_available():
        print(NO_CUDA, file=sys.stderr)
        return 2
    if arguments.point:
        name, batch, train = json.loads(arguments.point)
        point = Point(name, batch, train)
        print(as_text(measure(point, arguments.rounds, arguments.steps, not arguments.eager, arguments.device)))
        return 0
    results = []
    for point in points(arguments.networks, arguments.batches):
        results.append(measured(point, arguments))
        print(_row(results[-1]), file=sys.stderr, flush=True)
    page = report(results, torch.cuda.get_device_name(), datetime.date.today(), torch.__version__)
    if arguments.output:
        arguments.output.parent.mkdir(parents=True, exist_ok=True)
        arguments.output.write_text(page, encoding="utf-8")
    else:
        print(page)
    return int(not all(one.kept for one in results))


if __name__ == "__main__":
    sys.exit(main())
