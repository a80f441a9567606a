"""A table of ResNet-152, and what torchinfo takes for the same network on the meta device."""

from collections.abc import Mapping
from pathlib import Path

from benchmarks.harness import ROOT, Case, Run, Verdict, at_least, at_most, megabytes, milliseconds

RESNET = ROOT / "specs" / "seeds" / "resnet.arch"
BLOCKS = 1000
EQUAL = f"""\
network equal {{
    input image: [16, 32, 32]
    repeat {BLOCKS} {{ residual {{ conv(16, 3, padding=1) -> batchnorm -> relu -> conv(16, 3, padding=1) }} -> relu }}
    global_avgpool -> flatten -> linear(10)
}}
"""
SUMMARISE = "import sys; from benchmarks.probes import summarise; summarise(sys.argv[1])"


def cases(folder: Path) -> list[Case]:
    resnet = f"{RESNET}:resnet152"
    equal = folder / "equal.arch"
    equal.write_text(EQUAL, encoding="utf-8")
    return [
        Case(
            "summary of ResNet-152, whole process, against torchinfo",
            "≥ 20 times faster",
            {"archspec": ["-m", "archspec", "summary", resnet], "torchinfo": ["-c", SUMMARISE, resnet]},
            lambda runs: _ratio(runs, 20, memory=True),
            rounds=3,
            needs="torchinfo",
        ),
        Case(
            "load and all analyses of ResNet-152, warm",
            "≤ 10 ms",
            {"archspec": ["-m", "benchmarks.probes", "analyse", resnet]},
            lambda runs: at_most(runs["archspec"].seconds, 0.010, milliseconds(runs["archspec"].seconds)),
        ),
        _in_process("analyses of ResNet-152 against torchinfo, in process", resnet, 20),
        _in_process(f"analyses of {BLOCKS:,} equal blocks against torchinfo, in process", str(equal), 300),
    ]


def _in_process(name: str, target: str, bar: int) -> Case:
    commands = {
        "archspec": ["-m", "benchmarks.probes", "analyse", target],
        "torchinfo": ["-m", "benchmarks.probes", "peer", target],
    }
    return Case(name, f"≥ {bar} times faster", commands, lambda runs: _ratio(runs, bar), rounds=3, needs="torchinfo")


def _ratio(runs: Mapping[str, Run], bar: float, memory: bool = False) -> Verdict:
    ours, theirs = runs["archspec"], runs["torchinfo"]
    ratio = theirs.seconds / ours.seconds
    words = f"{ratio:,.0f} times ({milliseconds(ours.seconds)} and {milliseconds(theirs.seconds)})"
    if memory:
        words += f"; peak memory {megabytes(ours.peak)} and {megabytes(theirs.peak)}"
    return at_least(ratio, bar, words)
