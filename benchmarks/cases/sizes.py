"""The input sizes that fit: every size of a range is answered exactly."""

from pathlib import Path

from benchmarks.harness import ROOT, Case, within


def cases(folder: Path) -> list[Case]:
    target = f"{ROOT / 'specs' / 'seeds' / 'resnet.arch'}:resnet50"
    return [within("sizes of ResNet-50 from 1 to 4096", 0.300, ["-m", "benchmarks.probes", "sizes", target])]
