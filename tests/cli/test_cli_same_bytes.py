"""What a command prints does not hang on the seed of hashes, which differs from run to run."""

import os
import subprocess
import sys
from pathlib import Path

from archspec.core.report import FORMATS

BROKEN = """\
block Never(unused = 3) { let forgotten = 4; relu }
block Stem(depth) { conv(depth, 3, padding=1) -> batchnorm -> relu -> maxpool(2) }
network good { input x: [3, 29, 29]; Stem(8); dead: conv(4, 1); residual { conv(8, 1) -> tanh } }
network bad { input x: [3, 8, 8]; concat { conv(2, 3); conv(2, 1); covn(3) } -> linear(widht) }
network worse { input x: [3, 8, 8]; Stem(8); residual { conv(9, 1) }; conv(2, 1, strid=1) }
"""
COMMANDS = [
    *[f"check broken.arch seeds/mnist_inception_broken --extend-select AS --format {one}" for one in FORMATS],
    "check broken.arch --unsafe-fixes --diff",
    "summary seeds/squeezenet1_0 --format json",
    "summary classics/siamese --format markdown",
    "compile seeds/squeezenet1_0",
    "compile classics/siamese",
    "render classics/siamese --format svg",
    "render seeds/mnist_inception --format mmd",
    "render seeds/mnist_inception --format html",
    "render seeds/mnist_inception --format text",
    "explain seeds/mnist_inception incep1",
    "sizes seeds/mnist_inception --range 20..40 --format json",
    "ops",
    "schema",
]
PROGRAM = """\
import sys
from archspec.cli.main import main
for command in sys.stdin.read().splitlines():
    print('==', command, flush=True)
    print('->', main(command.split()), flush=True)
"""


def printed(seed: str, folder: Path) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], input="\n".join(COMMANDS), capture_output=True, env=environment, check=True,
        encoding="utf-8", cwd=folder,
    )  # fmt: skip
    assert done.stderr == ""
    return done.stdout


def test_three_seeds(tmp_path: Path) -> None:
    (tmp_path / "broken.arch").write_text(BROKEN)
    first = printed("0", tmp_path)
    codes = [line.split()[1] for line in first.splitlines() if line.startswith("-> ")]
    assert codes == ["1"] * (len(FORMATS) + 1) + ["0"] * (len(COMMANDS) - len(FORMATS) - 1)
    assert len(first) > 100_000
    for seed in ("1", "4711"):
        assert printed(seed, tmp_path) == first
