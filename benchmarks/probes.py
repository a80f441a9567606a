"""What is measured within a process: `python -m benchmarks.probes NAME …` prints the seconds that count, or a ratio."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

RESNET = Path(__file__).resolve().parents[1] / "specs" / "seeds" / "resnet.arch"


def timed(action: Callable[[], object], rounds: int = 1) -> float:
    """Seconds for one of several rounds: the shortest, in which least else ran."""
    times = []
    for _ in range(rounds):
        start = time.process_time()
        action()
        times.append(time.process_time() - start)
    return min(times)


def figures(target: str) -> list[object]:
    """What a summary reads: all analyses of a network, loaded from its file."""
    import archspec

    design = archspec.load(target)
    return [design.parameters, design.macs, design.receptive_field, *design.layers(fold=True)]


def analyse(target: str) -> float:
    """Load a network and run all analyses, warm."""
    figures(target)
    return timed(lambda: figures(target), 5)


def analyse_once(target: str) -> float:
    """The same, the imports done but nothing else."""
    figures(f"{RESNET}:resnet18")
    return timed(lambda: figures(target))


def parse(path: str) -> float:
    """A text to its syntax tree."""
    from archspec.core.source import Source
    from archspec.elaborate.parsing import parsed

    text = Path(path).read_text(encoding="utf-8")
    from archspec.core.limits import DEFAULT_LIMITS

    parsed(Source(path, text[:1000]), DEFAULT_LIMITS)
    return timed(lambda: parsed(Source(path, text), DEFAULT_LIMITS))


def generate(target: str) -> float:
    """Generate the source of a network and import it, torch being imported already."""
    import torch  # noqa: F401

    import archspec

    design = archspec.load(target)

    def made() -> None:
        code = compile(archspec.to_source(design), "model.py", "exec")
        exec(code, {"__name__": "model"})  # noqa: S102 — our own generated source, as an import would run it

    return timed(made)


def sizes(target: str) -> float:
    """Find the input sizes up to 4096 that fit, from the spec."""
    import archspec

    archspec.sizes(f"{RESNET}:resnet18", high=64)
    return timed(lambda: archspec.sizes(target, high=4096))


def sweep(target: str) -> float:
    """Sweep a ResNet over depths of its stages, widths of its head and input sizes."""
    import archspec

    depths = [[a, b, c, d] for a in range(1, 6) for b in range(1, 6) for c in range(1, 5) for d in range(1, 5)]
    parameters = {"depths": depths, "num_classes": [10, 20, 50, 100, 1000]}
    shapes = [(3, size, size) for size in (64, 96, 128, 160, 224)]
    return timed(lambda: sum(1 for _ in archspec.sweep(target, parameters, shapes)))


def by_hand(name: str) -> float:
    """How many times as long a compiled module takes for a pass forward as the same network by hand: a ratio."""
    import torch

    from benchmarks.pairs import in_turns, inference, pair

    torch.set_num_threads(1)  # the same for both, and as steady as it gets
    tensor = torch.rand(2, 3, 224, 224)
    ours, theirs = (inference(module, tensor) for module in pair(name))
    in_turns(ours, theirs, 2)
    return in_turns(ours, theirs, 21).ratio


PROBES: dict[str, Callable[[str], float]] = {
    "analyse": analyse,
    "analyse-once": analyse_once,
    "parse": parse,
    "generate": generate,
    "sizes": sizes,
    "sweep": sweep,
    "by-hand": by_hand,
}

if __name__ == "__main__":
    print(PROBES[sys.argv[1]](sys.argv[2]))
