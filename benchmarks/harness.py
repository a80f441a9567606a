"""Measuring: commands of one case take turns, each run in a process of its own, and medians are compared.

What counts is processor time: what else the machine does hardly changes it. Bars in seconds were set on a machine where
importing torch takes 1.35 s. A case with such a bar runs that import too, as its yardstick, and the bar is as much
longer as the import takes here: every verdict is a ratio of what was measured in one run. A machine has slow minutes,
and some begin within a case: each run is held against the yardstick of its own round.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
BYTE_CODE = tempfile.mkdtemp(prefix="archspec-bench-")  # compiled once, as an installed package is


class Run(NamedTuple):
    """One run of a command: seconds of processor time, and the peak of its memory in bytes."""

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


COMMAND = ("-c", "import sys; from archspec.cli.main import main; sys.exit(main())")  # what the installed script does
YARDSTICK = {"yardstick": ["-c", "import torch"]}  # among the commands of a case whose bar is in seconds
_YARDSTICK_SECONDS = 1.35  # where the bars were set
_YARDSTICKS = 5  # in a case, spread over it


def slowness(runs: Mapping[str, Run]) -> float:
    """How many times longer than where the bars were set Python took in these runs."""
    return runs["yardstick"].seconds / _YARDSTICK_SECONDS


def measure(case: Case) -> dict[str, Run]:
    """The median run of each command, after one that does not count.

    Where there is a yardstick, of the ratios to it in each round, in seconds of its median.
    """
    every = max(1, case.rounds // _YARDSTICKS)  # a few will do
    rounds: list[dict[str, Run]] = []
    for number in range(case.rounds + 1):
        made: dict[str, Run] = {}
        for name, arguments in case.commands.items():
            again = name == "yardstick" and number % every != 0
            made[name] = rounds[-1][name] if again else run(arguments)
        rounds.append(made)
    return {name: _median(name, rounds[1:]) for name in case.commands}


def _median(name: str, rounds: Sequence[Mapping[str, Run]]) -> Run:
    peak = int(median(one[name].peak for one in rounds))
    if "yardstick" not in rounds[0]:
        return Run(median(one[name].seconds for one in rounds), peak)
    ratio = median(one[name].seconds / one["yardstick"].seconds for one in rounds)
    return Run(ratio * median(one["yardstick"].seconds for one in rounds), peak)


def run(arguments: Sequence[str]) -> Run:
    """Run Python once. Its processor time counts, or the seconds that a probe prints. Raises where it fails."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PYTHONPYCACHEPREFIX": BYTE_CODE,
        "PYTHONDONTWRITEBYTECODE": "",
    }
    probe = "benchmarks.probes" in arguments
    with subprocess.Popen([sys.executable, *arguments], stdout=subprocess.PIPE, env=environment, cwd=ROOT) as child:
        assert child.stdout is not None
        printed = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    seconds = usage.ru_utime + usage.ru_stime
    if child.returncode:
        raise RuntimeError(f"exit code {child.returncode}: {' '.join(arguments)}")
    return Run(float(printed) if probe else seconds, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024))


def within(name: str, bar: float, arguments: Sequence[str], rounds: int = 3, apart: str = "") -> Case:
    """A case of one command, within so many seconds where the bars were set."""

    def judge(runs: Mapping[str, Run]) -> Verdict:
        seconds = runs["archspec"].seconds
        return at_most(seconds, bar * slowness(runs), milliseconds(seconds))

    return Case(name, f"≤ {milliseconds(bar)}{apart}", {**YARDSTICK, "archspec": arguments}, judge, rounds)


def milliseconds(seconds: float) -> str:
    return f"{1e3 * seconds:,.0f} ms" if seconds >= 0.01 else f"{1e3 * seconds:.1f} ms"


def megabytes(size: int) -> str:
    return f"{size / 2**20:,.0f} MiB"


def at_most(measured: float, bar: float, words: str) -> Verdict:
    return Verdict(words, measured <= bar)


def at_least(measured: float, bar: float, words: str) -> Verdict:
    return Verdict(words, measured >= bar)
