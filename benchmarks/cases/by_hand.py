"""What a compiled module costs when it runs: a pass forward against the same network written by hand, in turns."""

from collections.abc import Mapping
from pathlib import Path

from benchmarks.harness import Case, Run, Verdict, at_most

NETWORKS = {"ResNet-50": "resnet50", "GoogLeNet": "googlenet", "MobileNetV2": "mobilenet_v2"}


def cases(folder: Path) -> list[Case]:
    return [
        Case(
            f"a pass forward of {name}, compiled, against by hand",
            "≤ 1.02 times as long",
            {"ratio": ["-m", "benchmarks.probes", "by-hand", f"torchvision/{network}"]},
            _ratio,
            rounds=7,  # where the weights of a process lie in memory moves its ratio by 3 %
            needs="torch",
        )
        for name, network in NETWORKS.items()
    ]


def _ratio(runs: Mapping[str, Run]) -> Verdict:
    ratio = runs["ratio"].seconds
    return at_most(ratio, 1.02, f"{ratio:.3f} times")
