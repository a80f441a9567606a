"""What depth costs: nothing where blocks are equal, a steady amount a layer where they differ."""

from collections.abc import Mapping
from pathlib import Path

from benchmarks.harness import YARDSTICK, Case, Run, Verdict, at_most, milliseconds, slowness

REPEATED = """\
network deep {{
    input image: [16, 32, 32]
    repeat {count} {{ residual {{ conv(16, 3, padding=1) -> batchnorm -> relu -> conv(16, 3, padding=1) }} -> relu }}
    global_avgpool -> flatten -> linear(10)
}}
"""
# the number of layers that one iteration makes, and the iteration
DIFFERENT = {
    "a chain": (1, "conv(i % 7 + i // 7 % 11 + 1, 1)"),
    "a chain, no two alike": (1, "conv(i + 1, 1)"),
    "with skips": (3, "residual { conv(4 + i % 2 * 0, 3, padding=1, dilation=1, bias=i % 3 == 0) -> relu }"),
    "with 100 branches": (101, "concat { for j in range(100) { conv(1 + (i + j) % 3, 1) } }"),
}
LENGTHS = (500, 5_000, 50_000)
A_LAYER = 60e-6
MEMORY = 3 * 1024


def cases(folder: Path) -> list[Case]:
    repeated = {}
    for count in (10, 1_000, 1_000_000):
        path = folder / f"repeated{count}.arch"
        path.write_text(REPEATED.format(count=count), encoding="utf-8")
        repeated[f"{count:,}"] = ["-m", "benchmarks.probes", "analyse", str(path)]
    made = [Case("10, 1,000 and 1,000,000 equal blocks", "within a factor of 1.5", repeated, _equal)]
    for name, (layers, iteration) in DIFFERENT.items():
        commands = dict(YARDSTICK)
        for length in LENGTHS:
            path = folder / f"{name.replace(', ', '_').replace(' ', '_')}{length}.arch"
            count = max(1, length // layers)
            text = f"network n {{\n    input image: [4, 32, 32]\n    repeat {count} as i {{ {iteration} }}\n}}\n"
            path.write_text(text, encoding="utf-8")
            commands[str(count * layers)] = ["-m", "benchmarks.probes", "analyse-once", str(path)]
        made.append(
            Case(
                f"{', '.join(f'{one:,}' for one in LENGTHS)} different layers, {name}",
                "≤ 60 µs and 3 KiB a layer, within a factor of 1.5",
                commands,
                _different,
                rounds=5,
            )
        )
    return made


def _equal(runs: Mapping[str, Run]) -> Verdict:
    times = [run.seconds for run in runs.values()]
    return at_most(max(times) / min(times), 1.5, ", ".join(map(milliseconds, times)))


def _different(runs: Mapping[str, Run]) -> Verdict:
    measured = {int(name): run for name, run in runs.items() if name != "yardstick"}
    each = [run.seconds / layers for layers, run in measured.items()]
    few, many = min(measured), max(measured)
    memory = (measured[many].peak - measured[few].peak) / (many - few)
    words = ", ".join(f"{1e6 * one:.0f} µs" for one in each) + f"; {memory / 1024:.1f} KiB a layer"
    kept = max(each) <= A_LAYER * slowness(runs) and max(each) / min(each) <= 1.5 and memory <= MEMORY
    return Verdict(words, kept)
