"""PyTorch source: the time from a design to an imported module of Python."""

from pathlib import Path

from benchmarks.harness import ROOT, YARDSTICK, Case, at_most, milliseconds, slowness


def cases(folder: Path) -> list[Case]:
    target = f"{ROOT / 'specs' / 'seeds' / 'resnet.arch'}:resnet152"
    return [
        Case(
            "generate and import the source of ResNet-152",
            "≤ 300 ms, importing torch apart",
            {**YARDSTICK, "archspec": ["-m", "benchmarks.probes", "generate", target]},
            lambda runs: at_most(
                runs["archspec"].seconds, 0.300 * slowness(runs), milliseconds(runs["archspec"].seconds)
            ),
            rounds=3,
        )
    ]
