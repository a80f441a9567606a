"""Fuzzing for as long as wanted: `PYTHONPATH=tests python -m fuzz --inputs 10000`.

Failures are told as they come, and their inputs kept; `--number` tries one of them again.
"""

import argparse
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

from fuzz.makers import MAKERS
from fuzz.trials import Failure, trials


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=10_000, help="how many, of all makers together")
    parser.add_argument("--seed", type=int, default=0, help="the first number")
    parser.add_argument("--maker", choices=sorted(MAKERS), action="append", help="these alone; may be repeated")
    parser.add_argument("--number", type=int, help="this input alone, with the traceback if it fails")
    parser.add_argument("--keep", type=Path, default=Path("build/fuzz"), help="where failing inputs go")
    arguments = parser.parse_args()
    makers = arguments.maker or list(MAKERS)
    # mutations find most: three in five
    shares = {maker: 3 if maker == "mutation" else 1 for maker in makers}
    verdicts: Counter[str] = Counter()
    failures = 0
    begun = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        for maker, share in shares.items():
            count = arguments.inputs * share // sum(shares.values())
            numbers = range(arguments.seed, arguments.seed + count)
            if arguments.number is not None:
                numbers = range(arguments.number, arguments.number + 1)
            for failure in trials(maker, numbers, Path(folder), verdicts):
                failures += 1
                print(failure, flush=True)
                keep(failure, arguments.keep)
                if arguments.number is not None:
                    traceback.print_exception(failure.error)
    print(f"{sum(verdicts.values())} held in {time.process_time() - begun:.0f} s of processor time, {failures} failed")
    for verdict, count in sorted(verdicts.items()):
        print(f"  {verdict}: {count}")
    return int(failures > 0)


def keep(failure: Failure, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{failure.maker}{failure.number}{failure.made.suffix}").write_bytes(failure.made.data)


if __name__ == "__main__":
    sys.exit(main())
