"""The command line of the scripts. A recipe holds what is particular to a data set; every value can be overridden."""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from training.data import Data


@dataclass(frozen=True)
class Recipe:
    """A data set, and how one trains on it unless told otherwise."""

    words: str
    read: Callable[[Path], Data]
    data: Path
    spec: str
    epochs: int
    batch: int
    rate: float
    optimizer: str
    decay: float
    fit: str = "scale"
    scale: int = 0
    padding: int = 0
    flip: bool = False


def positive(text: str) -> int:
    """A number of things there is at least one of, as the type of an argument."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is less than 1")
    return number


def parse(recipe: Recipe, arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=recipe.words,
        epilog="Under `torchrun --nproc-per-node N` the same command trains on N devices, --batch being their sum.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--spec", metavar="TARGET", default=recipe.spec, help="the network: a file, FILE:NETWORK, or one that ships")
    add("--set", metavar="NAME=VALUE", action="append", default=[], help="a parameter of the network; repeatable")
    add("--data", metavar="FOLDER", type=Path, default=recipe.data, help="the data set; a small part of it is here")
    add("--out", metavar="FOLDER", type=Path, default=Path("runs") / recipe.data.name, help="where results go")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--resume", action="store_true", help="go on where the run in --out was interrupted")
    how.add_argument("--fresh", action="store_true", help="begin anew, over the run in --out")

    group = parser.add_argument_group("training")
    add = group.add_argument
    add("--epochs", metavar="N", type=positive, default=recipe.epochs, help="times through the data")
    add("--batch", metavar="N", type=positive, default=recipe.batch, help="images in a step")
    add("--optimizer", choices=("sgd", "adamw"), default=recipe.optimizer, help="sgd with Nesterov momentum 0.9")
    add("--rate", metavar="R", type=float, default=recipe.rate, help="the highest learning rate; it falls as a cosine")
    add("--warmup", metavar="EPOCHS", type=float, default=0.5, help="epochs in which the rate rises to it")
    add("--decay", metavar="D", type=float, default=recipe.decay, help="weight decay of matrices and kernels")
    add("--smoothing", metavar="S", type=float, default=0.0, help="label smoothing")
    add("--clip", metavar="NORM", type=float, default=0.0, help="the longest gradient; 0: as long as it is")
    add("--seed", metavar="N", type=int, default=0, help="of weights, order and augmentation")

    group = parser.add_argument_group("images")
    add = group.add_argument
    add("--fit", choices=("pad", "scale"), default=recipe.fit, help="how images meet the network's input size")
    add("--scale", metavar="N", type=int, default=recipe.scale, help="enlarge to N pixels before the crop; 0: do not")
    add("--padding", metavar="N", type=int, default=recipe.padding, help="pixels around images before the crop")
    add("--flip", action=argparse.BooleanOptionalAction, default=recipe.flip, help="mirror half of the images")

    group = parser.add_argument_group("machine")
    add = group.add_argument
    add("--device", default="auto", help="auto, cpu, cuda or another that torch knows")
    add("--amp", choices=("off", "bf16", "fp16"), default="off", help="automatic mixed precision")
    add("--compile", action="store_true", help="through torch.compile")
    add("--channels-last", action="store_true", help="images with the channels innermost")
    return parser.parse_args(arguments)
