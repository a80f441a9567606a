"""PyTorch source: the time from a design to an imported module of Python."""

from pathlib import Path

from benchmarks.harness import ROOT, Case, within


def cases(folder: Path) -> list[Case]:
    target = f"{ROOT / 'specs' / 'seeds' / 'resnet.arch'}:resnet152"
    command = ["-m", "benchmarks.probes", "generate", target]
    return [within("generate and import the source of ResNet-152", 0.300, command, apart=", importing torch apart")]
