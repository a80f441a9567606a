"""Drawing: ResNet-50 as SVG as a whole process, and a chain of 10,000 layers of which no two are alike."""

from collections.abc import Mapping
from pathlib import Path

from benchmarks.harness import COMMAND, YARDSTICK, Case, Run, Verdict, at_most, milliseconds, slowness

SVG, CHAIN = 0.6, 10.0
LAYERS = 10_000


def cases(folder: Path) -> list[Case]:
    spec, picture = folder / "chain.arch", folder / "picture"
    layers = "\n".join(f"    l{at}: conv({at * 7919 % 997 + 1}, 1)" for at in range(LAYERS))
    spec.write_text(f"network chain {{\n    input x: [4, 32, 32]\n{layers}\n}}\n", encoding="utf-8")
    drawn = {
        **YARDSTICK,
        "bare": ["-c", "pass"],
        "render": [*COMMAND, "render", "seeds/resnet50", "-o", f"{picture}.svg"],
    }
    made = [
        Case("ResNet-50 as SVG, cold", f"≤ {milliseconds(SVG)} over a bare interpreter", drawn, _over_bare, rounds=9)
    ]
    for format in ("svg", "html"):
        command = [
            *COMMAND,
            "render",
            str(spec),
            "--limit",
            f"distinct_layers={2 * LAYERS}",
            "-o",
            f"{picture}.{format}",
        ]
        name = f"{LAYERS:,} different layers as {format.upper()}"
        made.append(Case(name, f"≤ {CHAIN:g} s", {**YARDSTICK, "render": command}, _chain, rounds=1))
    return made


def _over_bare(runs: Mapping[str, Run]) -> Verdict:
    over = runs["render"].seconds - runs["bare"].seconds
    return at_most(over, SVG * slowness(runs), milliseconds(over))


def _chain(runs: Mapping[str, Run]) -> Verdict:
    return at_most(runs["render"].seconds, CHAIN * slowness(runs), f"{runs['render'].seconds:.1f} s")
