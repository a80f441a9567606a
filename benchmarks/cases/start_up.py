"""`archspec check` as an editor runs it: a whole process, over a bare interpreter."""

from collections.abc import Mapping
from pathlib import Path

from benchmarks.harness import COMMAND, ROOT, YARDSTICK, Case, Run, Verdict, at_most, milliseconds, slowness

TEXT = ROOT / "specs" / "seeds" / "lenet5.arch"
YAML = ROOT / "specs" / "seeds" / "lenet5.arch.yaml"
FURTHER = 10


def cases(folder: Path) -> list[Case]:
    copies = []
    for number in range(FURTHER):
        copy = folder / f"copy{number}.arch"
        copy.write_bytes(TEXT.read_bytes())
        copies.append(str(copy))
    return [
        _cold("check of a text spec, cold", TEXT, 0.090),
        _cold("check of a YAML spec, cold", YAML, 0.110),
        Case(
            "check of a further file",
            "≤ 5 ms",
            {**YARDSTICK, "one": [*COMMAND, "check", copies[0]], "all": [*COMMAND, "check", *copies]},
            _further,
        ),
    ]


def _cold(name: str, spec: Path, bar: float) -> Case:
    def judge(runs: Mapping[str, Run]) -> Verdict:
        over = runs["check"].seconds - runs["bare"].seconds
        bare, whole = milliseconds(runs["bare"].seconds), milliseconds(runs["check"].seconds)
        return at_most(over, bar * slowness(runs), f"{milliseconds(over)} ({whole}, a bare interpreter {bare})")

    commands = {**YARDSTICK, "bare": ["-c", "pass"], "check": [*COMMAND, "check", str(spec)]}
    return Case(name, f"≤ {milliseconds(bar)} over a bare interpreter", commands, judge, rounds=15)


def _further(runs: Mapping[str, Run]) -> Verdict:
    each = (runs["all"].seconds - runs["one"].seconds) / (FURTHER - 1)
    return at_most(each, 0.005 * slowness(runs), milliseconds(each))
