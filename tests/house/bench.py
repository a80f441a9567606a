"""Measurements against their bars: `make bench`. No test, since a busy machine is no bug; exits with 1 over a bar."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from archspec import check, load

RUNS = 15
START_UP = 0.120  # seconds over a bare interpreter
DEEP = 2.0  # times ten blocks that a million may take; they are the same work
SPEC = """\
network deep {{
    input image: [16, 32, 32]
    repeat {count} {{ residual {{ conv(16, 3, padding=1) -> batchnorm -> relu -> conv(16, 3, padding=1) }} -> relu }}
    global_avgpool -> flatten -> linear(10)
}}
"""


def least(action: Callable[[], object]) -> float:
    """The shortest of several runs, in seconds: what remains when nothing else ran."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return min(times)


def start_up(folder: Path) -> bool:
    spec = str(Path(__file__).parents[2] / "specs" / "seeds" / "lenet5.arch")
    # compiled once, as an installed package is, whatever the surroundings say of byte code
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(folder), "PYTHONDONTWRITEBYTECODE": ""}

    def python(*arguments: str) -> Callable[[], object]:
        command = [sys.executable, *arguments]
        return lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)

    bare = least(python("-c", "pass"))
    cold = least(python("-m", "archspec", "check", spec))
    print(f"check lenet5, cold   {1e3 * cold:6.0f} ms, {1e3 * (cold - bare):4.0f} over a bare interpreter", end="")
    return within(cold - bare, START_UP, f"{1e3 * START_UP:.0f} ms")


def depth(folder: Path) -> bool:
    times = {}
    for count in (10, 1_000_000):
        path = folder / f"deep{count}.arch"
        path.write_text(SPEC.format(count=count), encoding="utf-8")
        times[count] = least(lambda path=path: figures(path))
    print(
        f"check and count      {1e3 * times[10]:6.1f} ms for ten blocks, {1e3 * times[1_000_000]:.1f} for 1,000,000",
        end="",
    )
    return within(times[1_000_000], DEEP * times[10], f"{DEEP:g} times")


def figures(path: Path) -> list[object]:
    """What a summary of a deep network reads."""
    assert check(path).ok
    design = load(path)
    return [design.parameters, design.macs, design.receptive_field, *design.layers(fold=True)]


def within(measured: float, bar: float, words: str) -> bool:
    print(f"   {'within' if measured <= bar else 'OVER'} the bar of {words}")
    return measured <= bar


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        kept = [start_up(Path(folder)), depth(Path(folder))]
    sys.exit(not all(kept))
