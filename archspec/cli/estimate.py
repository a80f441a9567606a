"""`archspec estimate`: the memory and the time of a step."""

import argparse
import re
from typing import TYPE_CHECKING

from archspec.cli import options
from archspec.cli.output import look, room, write

if TYPE_CHECKING:
    from archspec.analysis.estimate.devices import Device
    from archspec.analysis.estimate.setting import Setting

_EPILOG = """\
examples:
  archspec estimate seeds/resnet50 --batch 32 --train
  archspec estimate seeds/resnet50 --batch 256 --dtype bf16 --amp --train --device a100-80gb --depth 1
  archspec estimate seeds/vgg16 --batch 1 --dtype fp16 --device t4 --by op
  archspec estimate net.arch --batch 8 --dtype fp32 --peak-flops 1.5T --bandwidth 50G

Activations are what is kept for the backward pass: each tensor once, in the row of the first layer that keeps it.
Without a device there are no times. docs/estimate.md says what is counted, and what cannot be.
"""
_UNITS = {"": 1.0, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15}


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    options.add_target(parser)
    parser.add_argument("--batch", metavar="N", type=options.whole, default=1, help="samples in a step; 1")
    words = "the type of weights and values: fp32 (the default), tf32, bf16 or fp16"
    parser.add_argument("--dtype", metavar="TYPE", default="fp32", help=words)
    words = "autocast: weights stay in float32, layers run in the type that torch.autocast gives them"
    parser.add_argument("--amp", action="store_true", help=words)
    parser.add_argument("--train", action="store_true", help="a training step; else inference without gradients")
    words = "sgd, momentum, adam, adamw (the default), rmsprop or adagrad"
    parser.add_argument("--optimizer", metavar="NAME", default="adamw", help=words)
    words = "the optimizer keeps float32 copies of weights in bf16 or fp16, and its states in float32"
    parser.add_argument("--master-weights", action="store_true", help=words)
    words = "a device by name, such as h100-sxm, a100-80gb, rtx-4090, l4, t4, v100; a wrong name says which there are"
    parser.add_argument("--device", metavar="NAME", help=words)
    words = "the peak of a device of your own in the wanted type, FLOP a second: 19.5T"
    parser.add_argument("--peak-flops", metavar="FLOPS", type=_quantity, help=words)
    words = "the memory bandwidth of a device of your own, bytes a second: 900G"
    parser.add_argument("--bandwidth", metavar="BYTES", type=_quantity, help=words)
    words = "table (the default) is for people; figures are those of all equal layers of a row"
    parser.add_argument("--format", choices=("table", "json", "markdown", "csv"), default="table", help=words)
    words = "show N levels of blocks, the deeper ones folded into one row each"
    parser.add_argument("--depth", metavar="N", type=options.levels, help=words)
    words = "a row for each operator, or for each block with the layers in its own text, instead of the layers"
    parser.add_argument("--by", choices=("op", "block"), default="", help=words)
    options.add_color(parser)
    options.add_overrides(parser)


def run(arguments: argparse.Namespace) -> int:
    setting = _setting(arguments)
    if arguments.by and arguments.depth is not None:
        raise options.UsageError("--depth folds blocks into rows; with --by there are no rows for blocks to fold")
    design = options.design(arguments)
    given = design.module, design.spec, setting, arguments.depth, arguments.by
    if arguments.format == "json":
        from archspec.emit.estimate.json import as_json

        write(as_json(*given))
    elif arguments.format == "markdown":
        from archspec.emit.estimate.formats import as_markdown

        write(as_markdown(*given))
    elif arguments.format == "csv":
        from archspec.emit.estimate.formats import as_csv

        write(as_csv(design.module, setting, arguments.depth, arguments.by))
    else:
        from archspec.emit.estimate.table import text

        write(text(*given, look(arguments.color), room()))
    return 0


def _setting(arguments: argparse.Namespace) -> "Setting":
    """The setting that the arguments ask for. Raises `UsageError`."""
    from archspec.analysis.estimate.setting import BadSetting, setting_of

    given = arguments.train, arguments.dtype, arguments.amp, arguments.master_weights, arguments.optimizer
    try:
        return setting_of(arguments.batch, *given, _device(arguments))
    except BadSetting as error:
        option = {"master": "--master-weights"}.get(error.of, f"--{error.of}")
        raise options.UsageError(f"{option}: {error}") from None


def _device(arguments: argparse.Namespace) -> "Device | str | None":
    from archspec.analysis.estimate.devices import custom

    flops, bandwidth = arguments.peak_flops, arguments.bandwidth
    if flops is None and bandwidth is None:
        device: str | None = arguments.device
        return device
    if arguments.device is not None:
        raise options.UsageError("--device names a device; --peak-flops and --bandwidth are for one of your own")
    if flops is None or bandwidth is None:
        raise options.UsageError("--peak-flops and --bandwidth go together: a time needs both")
    return custom(flops, bandwidth)


def _quantity(text: str) -> float:
    """A number above 0 with a letter for its size: `312T`."""
    found = re.fullmatch(r"(\d{1,15}(?:\.\d{1,15})?)([kMGTP]?)", text, re.ASCII)
    if found is None or float(found[1]) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no number above 0 such as 19.5T or 900G")
    return float(found[1]) * _UNITS[found[2]]
