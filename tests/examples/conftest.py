"""A small set of digits in files of their own, and a network that has all that could keep a run from repeating."""

import gzip
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import train_mnist
from training.run import main

SPEC = """
network tiny(num_classes = 10) {
    input image: [1, 28, 28]
    conv(4, 5, stride=3) -> batchnorm -> relu
    flatten -> dropout(0.5)
    linear(num_classes)
}
"""


def shorten(source: Path, target: Path, count: int) -> None:
    """The first entries of an IDX file."""
    data = bytearray(gzip.decompress(source.read_bytes()))
    start = 4 + 4 * data[3]
    size = (len(data) - start) // int.from_bytes(data[4:8], "big")
    data[4:8] = count.to_bytes(4, "big")
    target.write_bytes(data[: start + count * size])


@pytest.fixture
def digits(tmp_path: Path) -> Path:
    folder = tmp_path / "digits"
    folder.mkdir()
    for name, count in (("train", 192), ("t10k", 101)):
        for part in ("images-idx3-ubyte", "labels-idx1-ubyte"):
            shorten(train_mnist.RECIPE.data / f"{name}-{part}.gz", folder / f"{name}-{part}", count)
    return folder


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.arch"
    path.write_text(SPEC, encoding="utf-8")
    return path


@pytest.fixture
def train(digits: Path, tiny: Path, tmp_path: Path) -> Callable[..., int]:
    """Runs the script for MNIST in this process, on few digits and a small network, into a folder of that name."""

    def run(out: str, *arguments: str) -> int:
        recipe = replace(train_mnist.RECIPE, data=digits, spec=str(tiny), epochs=3, batch=32)
        return main(recipe, ["--out", str(tmp_path / out), *arguments])

    return run
