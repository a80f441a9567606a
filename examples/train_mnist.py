"""Train a network on MNIST: `python examples/train_mnist.py --spec specs/seeds/lenet5.arch`.

Runs on the few digits beside it at once; `--data FOLDER` takes the full set, four files as they are distributed.
"""

import sys
from pathlib import Path

from training.data import mnist
from training.options import Recipe
from training.run import main

HERE = Path(__file__).parent

RECIPE = Recipe(
    words="Train a network on MNIST, or on a set in its form.",
    read=mnist,
    data=HERE / "data" / "mnist",
    spec="seeds/lenet5",
    epochs=8,
    batch=64,
    rate=2e-3,
    optimizer="adamw",
    decay=0.01,
    fit="pad",  # LeNet-5 wants 28×28 digits in a field of 32×32
    padding=2,
)

if __name__ == "__main__":
    sys.exit(main(RECIPE))
