"""A sweep in one process: designs a second, each elaborated and analysed anew where it differs."""

from collections.abc import Mapping
from pathlib import Path

from benchmarks.harness import ROOT, YARDSTICK, Case, Run, Verdict, at_least, slowness

DESIGNS = 10_000


def cases(folder: Path) -> list[Case]:
    target = f"{ROOT / 'specs' / 'seeds' / 'resnet.arch'}:resnet18"

    def judge(runs: Mapping[str, Run]) -> Verdict:
        rate = DESIGNS / runs["archspec"].seconds
        return at_least(rate * slowness(runs), 500, f"{rate:,.0f} designs/s")

    commands = {**YARDSTICK, "archspec": ["-m", "benchmarks.probes", "sweep", target]}
    return [Case(f"a sweep of {DESIGNS:,} ResNets", "≥ 500 designs/s per core", commands, judge, rounds=1)]
