"""`archspec summary`: the table of a network."""

import argparse

from archspec.cli import options
from archspec.cli.output import look, room, write

_EPILOG = """\
examples:
  archspec summary seeds/alexnet
  archspec summary seeds/resnet50 --depth 1             a row for each stage
  archspec summary seeds/googlenet --train              with the auxiliary classifiers at work
  archspec summary net.arch:small --input 3,192,192 --set num_classes=10
  archspec summary seeds/vgg16 --format json | jq .macs

Columns: `11 /4` under receptive field is a field of 11 pixels that moves by 4; `conv 7×7 /2` is a kernel of 7 with a
stride of 2; under stride stand layers whose windows do not end with their input: `pad_only` leaves padding over,
`lossy −1 px` never reads the last pixel, `gaps` skips pixels between windows. `archspec explain TARGET LAYER` shows
how each figure comes about.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    options.add_target(parser)
    words = "table (the default) is for people; in json and csv, figures are those of one of several equal layers"
    parser.add_argument("--format", choices=("table", "json", "markdown", "csv"), default="table", help=words)
    words = "show N levels of blocks, the deeper ones folded into one row each"
    parser.add_argument("--depth", metavar="N", type=_depth, help=words)
    parser.add_argument("--train", action="store_true", help="in training mode: parts for training only run")
    options.add_color(parser)
    options.add_overrides(parser)


def _depth(text: str) -> int:
    levels = options.whole(text)
    if levels < 1:
        raise argparse.ArgumentTypeError("there is at least 1 level")
    return levels


def run(arguments: argparse.Namespace) -> int:
    design = options.design(arguments)
    mode = "train" if arguments.train else "eval"
    module, spec, depth = design.module, design.spec, arguments.depth
    if arguments.format == "json":
        from archspec.emit.summary.json import as_json

        write(as_json(module, spec, mode, depth))
    elif arguments.format == "markdown":
        from archspec.emit.summary.formats import as_markdown

        write(as_markdown(module, spec, mode, depth))
    elif arguments.format == "csv":
        from archspec.emit.summary.formats import as_csv

        write(as_csv(module, mode, depth))
    else:
        from archspec.emit.summary.table import summary

        write(summary(module, spec, mode, depth, look(arguments.color), room()))
    return 0
