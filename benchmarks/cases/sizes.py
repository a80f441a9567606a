"""The input sizes that fit: every size of a range is answered exactly."""

from pathlib import Path

from benchmarks.harness import ROOT, YARDSTICK, Case, at_most, milliseconds, slowness


def cases(folder: Path) -> list[Case]:
    target = f"{ROOT / 'specs' / 'seeds' / 'resnet.arch'}:resnet50"
    return [
        Case(
            "sizes of ResNet-50 from 1 to 4096",
            "≤ 300 ms",
            {**YARDSTICK, "archspec": ["-m", "benchmarks.probes", "sizes", target]},
            lambda runs: at_most(
                runs["archspec"].seconds, 0.300 * slowness(runs), milliseconds(runs["archspec"].seconds)
            ),
            rounds=3,
        )
    ]
