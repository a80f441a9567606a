"""Train a network on CIFAR-10: `python examples/train_cifar10.py --spec specs/seeds/cifar_resnet.arch`.

Runs on the few images beside it at once; `--data FOLDER` takes the full set in its binary form.
"""

import sys
from pathlib import Path

from training.data import cifar10
from training.options import Recipe
from training.run import main

HERE = Path(__file__).parent

RECIPE = Recipe(
    words="Train a network on CIFAR-10.",
    read=cifar10,
    data=HERE / "data" / "cifar10",
    spec="seeds/cifar_resnet",
    epochs=30,
    batch=100,
    rate=0.1,
    optimizer="sgd",
    decay=5e-4,
    padding=4,
    flip=True,
)

if __name__ == "__main__":
    sys.exit(main(RECIPE))
