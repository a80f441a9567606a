"""Run the cases, all or those whose names hold a given word, and print a report in Markdown; 1 if a bar is missed."""

import argparse
import datetime
import importlib
import importlib.util
import os
import pkgutil
import platform
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import cases
from benchmarks.harness import Case, measure, slowness


def all_cases(folder: Path) -> Iterator[Case]:
    """The cases of every file in `benchmarks/cases`."""
    for found in pkgutil.iter_modules(cases.__path__):
        yield from importlib.import_module(f"benchmarks.cases.{found.name}").cases(folder)


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("word", nargs="*", help="run the cases whose names hold one of these words")
    words = parser.parse_args().word
    print(f"Measured on {datetime.date.today()}: {machine()}.\n")
    print("| case | bar | measured | |\n| --- | --- | --- | --- |", flush=True)
    missed = 0
    with tempfile.TemporaryDirectory() as folder:
        for case in all_cases(Path(folder)):
            if words and not any(word in case.name for word in words):
                continue
            if case.needs and importlib.util.find_spec(case.needs) is None:
                print(f"| {case.name} | {case.bar} | {case.needs} is not installed | left out |", flush=True)
                continue
            runs = measure(case)
            verdict = case.judge(runs)
            slower = f" (yardstick: {slowness(runs):.1f} times)" if "yardstick" in runs else ""
            missed += not verdict.kept
            sign = "✓" if verdict.kept else "✗"
            print(f"| {case.name} | {case.bar} | {verdict.measured}{slower} | {sign} |", flush=True)
    return int(missed > 0)


def machine() -> str:
    """The machine and the interpreter, in words."""
    name = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        models = [line.partition(":")[2].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line]
        name = models[0] if models else name
    python = platform.python_version()
    return f"{name}, {os.cpu_count()} cores, {platform.system()}, Python {python}"


if __name__ == "__main__":
    sys.exit(main())
