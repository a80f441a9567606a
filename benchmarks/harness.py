"""Measuring: commands of one case take turns, each run in a process of its own, and medians are compared."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
BYTE_CODE = tempfile.mkdtemp(prefix="archspec-bench-")  # compiled once, as an installed package is


class Run(NamedTuple):
    """One run of a command: seconds of wall time, and the peak of its memory in bytes."""

    seconds: float
    peak: int


class Verdict(NamedTuple):
    """What a case measured, in words, and whether that is within its bar."""

    measured: str
    kept: bool


class Case(NamedTuple):
    """Something measured against a bar.

    commands: argument lists for Python by name; a probe (`benchmarks.probes`) prints the seconds that count
    judge:    from the median run of each command to a verdict
    needs:    the module that a peer needs; without it the case is left out, and said to be
    """

    name: str
    bar: str
    commands: Mapping[str, Sequence[str]]
    judge: Callable[[Mapping[str, Run]], Verdict]
    rounds: int = 7
    needs: str = ""


def measure(case: Case) -> dict[str, Run]:
    """The median run of each command, after one that does not count."""
    runs: dict[str, list[Run]] = {name: [] for name in case.commands}
    for number in range(case.rounds + 1):
        for name, arguments in case.commands.items():
            made = run(arguments)
            if number:
                runs[name].append(made)
    return {
        name: Run(median(one.seconds for one in made), int(median(one.peak for one in made)))
        for name, made in runs.items()
    }


def run(arguments: Sequence[str]) -> Run:
    """Run Python once. Its wall time counts, or the seconds that a probe prints. Raises where it fails."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PYTHONPYCACHEPREFIX": BYTE_CODE,
        "PYTHONDONTWRITEBYTECODE": "",
    }
    probe = "benchmarks.probes" in arguments
    start = time.perf_counter()
    with subprocess.Popen([sys.executable, *arguments], stdout=subprocess.PIPE, env=environment, cwd=ROOT) as child:
        assert child.stdout is not None
        printed = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - start
    if child.returncode:
        raise RuntimeError(f"exit code {child.returncode}: {' '.join(arguments)}")
    return Run(float(printed) if probe else seconds, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024))


def milliseconds(seconds: float) -> str:
    return f"{1e3 * seconds:,.0f} ms" if seconds >= 0.01 else f"{1e3 * seconds:.1f} ms"


def megabytes(size: int) -> str:
    return f"{size / 2**20:,.0f} MiB"


def at_most(measured: float, bar: float, words: str) -> Verdict:
    return Verdict(words, measured <= bar)


def at_least(measured: float, bar: float, words: str) -> Verdict:
    return Verdict(words, measured >= bar)
