"""`archspec sizes`: the input sizes that fit."""

import argparse
import re

from archspec.cli import options
from archspec.cli.output import look, room, write

_EPILOG = """\
examples:
  archspec sizes seeds/resnet50                         1 to 1024, or twice the present size
  archspec sizes seeds/resnet50 --strict                no window leaves a remainder
  archspec sizes seeds/alexnet --range 200..256
  archspec sizes seeds/vgg16 --format json | jq '.axes[0].above'

A size does not work where the network cannot be built for it: a window larger than its input, branches that do not
meet. Of those that work, a size fits where no layer loses pixels at the end of its input; with --strict, where
(size + padding - kernel) / stride is whole at every layer. Each axis is looked at by itself, the others stay as they
are; inputs that have an axis of the same size share it. Promises of the spec (`expect`, `assert`) speak of the declared
size: they hold there, or there is no network to ask about, and are not asked of other sizes.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    options.add_target(parser)
    parser.add_argument("--range", metavar="FROM..TO", type=_range, default=(1, 0), help="the sizes to look at")
    parser.add_argument(
        "--strict", action="store_true", help="every remainder of a stride counts, not lost pixels only"
    )
    parser.add_argument(
        "--format", choices=("table", "json"), default="table", help="table (the default) is for people"
    )
    options.add_color(parser)
    options.add_overrides(parser)


def _range(text: str) -> tuple[int, int]:
    from archspec.analysis.sizes.fitting import MOST

    match = re.fullmatch(r"(\d{1,9})\.\.(\d{1,9})", text, re.ASCII)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no range such as 1..4096")
    low, high = int(match[1]), int(match[2])
    if not 1 <= low <= high:
        raise argparse.ArgumentTypeError(f"there are no sizes from {low} to {high}")
    if high - low >= MOST:
        raise argparse.ArgumentTypeError(f"{high - low + 1} sizes are too many; the limit is {MOST}")
    return low, high


def run(arguments: argparse.Namespace) -> int:
    from archspec.api import sizes

    design = options.design(arguments)
    low, high = arguments.range
    axes = sizes(design, low, high, strict=arguments.strict)
    if not axes:
        raise options.UsageError(f"the inputs of {design.network} have no spatial axes")
    if arguments.format == "json":
        from archspec.emit.sizes.json import as_json

        write(as_json(design.module, design.spec, axes))
    else:
        from archspec.emit.sizes.text import text

        write(text(design.module, design.spec, axes, look(arguments.color), room()))
    return 0
