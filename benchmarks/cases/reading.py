"""Text to syntax tree: lines a second, of the text form and of YAML."""

from collections.abc import Mapping
from pathlib import Path

from benchmarks.harness import ROOT, YARDSTICK, Case, Run, Verdict, at_least, slowness

LINES = 20_000


def cases(folder: Path) -> list[Case]:
    seeds = ROOT / "specs" / "seeds"
    return [
        _case(folder, "text", seeds / "resnet.arch", 12_000),
        _case(folder, "YAML", seeds / "resnet.arch.yaml", 30_000),
    ]


def _case(folder: Path, form: str, seed: Path, bar: int) -> Case:
    text = seed.read_text(encoding="utf-8")
    path = folder / f"long{seed.name}"
    path.write_text(text * (LINES // text.count("\n") + 1), encoding="utf-8")
    lines = path.read_text(encoding="utf-8").count("\n")

    def judge(runs: Mapping[str, Run]) -> Verdict:
        rate = lines / runs["archspec"].seconds
        return at_least(rate * slowness(runs), bar, f"{rate:,.0f} lines/s")

    commands = {**YARDSTICK, "archspec": ["-m", "benchmarks.probes", "parse", str(path)]}
    return Case(f"{LINES:,} lines of {form} to the syntax tree", f"≥ {bar:,} lines/s", commands, judge, rounds=3)
