"""A table of ResNet-152, and what others take for theirs of the same network."""

from collections.abc import Mapping
from pathlib import Path

import archspec
from benchmarks.harness import COMMAND, ROOT, Case, Run, Verdict, at_least, megabytes, milliseconds, within

RESNET = f"{ROOT / 'specs' / 'seeds' / 'resnet.arch'}:resnet152"
BLOCKS = 1000
EQUAL = f"""\
network equal {{
    input image: [16, 32, 32]
    repeat {BLOCKS} {{ residual {{ conv(16, 3, padding=1) -> batchnorm -> relu -> conv(16, 3, padding=1) }} -> relu }}
    global_avgpool -> flatten -> linear(10)
}}
"""
# peers of whole processes: the module that each needs, and how many times faster the table is to be
PEERS = {
    "torchinfo": ("torchinfo", "torchinfo", 20),
    "torch's FlopCounterMode": ("flop_counter", "torch", 1),
    "fvcore": ("fvcore", "fvcore", 1),
    "export and shape inference of ONNX": ("onnx", "onnx", 1),
    "the summary of Keras": ("keras", "keras", 1),
}


def cases(folder: Path) -> list[Case]:
    equal = folder / "equal.arch"
    equal.write_text(EQUAL, encoding="utf-8")
    resnet = _source(RESNET, folder / "resnet152.py")
    return [
        *(_whole_process(name, probe, needs, bar, resnet) for name, (probe, needs, bar) in PEERS.items()),
        within(
            "load and all analyses of ResNet-152, warm", 0.010, ["-m", "benchmarks.probes", "analyse", RESNET], rounds=7
        ),
        _in_process("analyses of ResNet-152 against torchinfo, in process", RESNET, resnet, 20),
        _in_process(
            f"analyses of {BLOCKS:,} equal blocks against torchinfo, in process",
            str(equal),
            _source(str(equal), folder / "equal.py"),
            300,
        ),
    ]


def _source(target: str, path: Path) -> list[str]:
    """The network as PyTorch source: what a peer is told of it."""
    design = archspec.load(target)
    path.write_text(archspec.to_source(design), encoding="utf-8")
    name = "".join(word.capitalize() for word in design.network.split("_"))
    return [str(path), name, ",".join(str(int(size)) for size in next(iter(design.inputs.values())))]


def _whole_process(name: str, probe: str, needs: str, bar: int, source: list[str]) -> Case:
    commands = {
        "archspec": [*COMMAND, "summary", RESNET],
        "peer": ["-m", "benchmarks.peers", probe, *source],
    }
    words = f"≥ {bar} times faster" if bar > 1 else "faster"
    title = f"summary of ResNet-152, whole process, against {name}"
    return Case(title, words, commands, lambda runs: _ratio(runs, bar, memory=True), rounds=3, needs=needs)


def _in_process(name: str, target: str, source: list[str], bar: int) -> Case:
    commands = {
        "archspec": ["-m", "benchmarks.probes", "analyse", target],
        "peer": ["-m", "benchmarks.peers", "torchinfo", *source, "warm"],
    }
    return Case(name, f"≥ {bar} times faster", commands, lambda runs: _ratio(runs, bar), rounds=3, needs="torchinfo")


def _ratio(runs: Mapping[str, Run], bar: float, memory: bool = False) -> Verdict:
    ours, theirs = runs["archspec"], runs["peer"]
    ratio = theirs.seconds / ours.seconds
    words = f"{ratio:,.0f} times ({milliseconds(ours.seconds)} and {milliseconds(theirs.seconds)})"
    if memory:
        words += f"; peak memory {megabytes(ours.peak)} and {megabytes(theirs.peak)}"
    return at_least(ratio, bar, words)
