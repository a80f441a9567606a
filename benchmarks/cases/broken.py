"""A hundred broken specs in one run: those of the seeds that hold one or two networks, each broken in a few ways."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks.harness import ROOT, YARDSTICK, Case, Run, Verdict, at_most, milliseconds, slowness

SPECS = 100
BAR = 1.0
MOST = 2  # networks of a file
WAYS = (
    ("conv(", "covn("), ("relu", "relo"), ("padding=", "pading="), ("->", "-> ->"), ("flatten", "flatten(9)"),
    ("linear(", "linear(-"), ("maxpool(", "maxpool(9"), ("{", "{ ?"), ("conv(", "conv(stride=0, "), ("conv(", "conv(x"),
)  # fmt: skip
REFUSED = "import sys; from archspec.cli.main import main; sys.exit(main() != 1)"  # findings are what is wanted


def cases(folder: Path) -> list[Case]:
    paths = []
    for number, text in zip(range(SPECS), _broken(), strict=False):
        path = folder / f"broken{number}.arch"
        path.write_text(text, encoding="utf-8")
        paths.append(str(path))
    assert len(paths) == SPECS
    commands = {
        **YARDSTICK,
        "one": ["-c", REFUSED, "check", paths[0]],
        "all": ["-c", REFUSED, "check", *paths],
    }
    return [Case(f"{SPECS} broken specs, beyond start-up", f"≤ {milliseconds(BAR)}", commands, _judge, rounds=3)]


def _broken() -> Iterator[str]:
    """Shipped specs in which one word is wrong; where it stands in one that is imported, its own stays right."""
    for right, wrong in WAYS:
        for path in sorted((ROOT / "specs" / "seeds").glob("*.arch")):
            text = path.read_text(encoding="utf-8")
            code = "\n".join(line.partition("#")[0].rstrip() for line in text.split("\n"))
            if right in code and len(re.findall(r"^network", code, re.MULTILINE)) <= MOST:
                yield code.replace(right, wrong, 1)


def _judge(runs: Mapping[str, Run]) -> Verdict:
    over = runs["all"].seconds - runs["one"].seconds
    return at_most(over, BAR * slowness(runs), milliseconds(over))
