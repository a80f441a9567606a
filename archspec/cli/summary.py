"""`archspec summary`: the table of a network."""

import argparse
from collections.abc import Sequence

from archspec.cli import options
from archspec.cli.output import look, room, write

_EPILOG = """\
examples:
  archspec summary seeds/alexnet
  archspec summary seeds/resnet50 --depth 1             a row for each stage
  archspec summary seeds/resnet50 --by op               what convolutions cost, and what all else does
  archspec summary seeds/vgg16 --columns layer,input,output,parameters
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
    parser.add_argument("--depth", metavar="N", type=options.levels, help=words)
    words = "a row for each operator, or for each block with the layers in its own text, instead of the layers"
    parser.add_argument("--by", choices=("op", "block"), default="", help=words)
    words = "which columns and in which order, such as layer,output,macs; a wrong name says which there are"
    parser.add_argument("--columns", metavar="NAME,…", help=words)
    parser.add_argument("--train", action="store_true", help="in training mode: parts for training only run")
    options.add_color(parser)
    options.add_parts(parser)
    options.add_overrides(parser)


def run(arguments: argparse.Namespace) -> int:
    wanted = _chosen(arguments)
    design = options.design(arguments)
    mode = "train" if arguments.train else "eval"
    module, spec, depth, by = design.module, design.spec, arguments.depth, arguments.by
    if arguments.format == "json":
        from archspec.emit.summary.json import as_json

        write(as_json(module, spec, mode, depth, by))
    elif arguments.format == "markdown":
        from archspec.emit.summary import formats, grouped

        if by:
            write(grouped.markdown_by(module, spec, by, mode, wanted))
        else:
            write(formats.as_markdown(module, spec, mode, depth, wanted))
    elif arguments.format == "csv":
        from archspec.emit.summary import formats, grouped

        if by:
            write(grouped.csv_by(module, by, mode, wanted))
        else:
            write(formats.as_csv(module, mode, depth, wanted or formats.HEADER))
    elif by:
        from archspec.emit.summary.grouped import summary_by

        write(summary_by(module, spec, by, mode, look(arguments.color), room(), wanted))
    else:
        from archspec.emit.summary.table import summary

        write(summary(module, spec, mode, depth, look(arguments.color), room(), wanted))
    return 0


def _chosen(arguments: argparse.Namespace) -> tuple[str, ...]:
    """The columns that `--columns` asks for, in that order; none where it does not. Raises `UsageError`."""
    if arguments.by and arguments.depth is not None:
        raise options.UsageError("--depth folds blocks into rows; with --by there are no rows for blocks to fold")
    if arguments.columns is None:
        return ()
    if arguments.format == "json":
        raise options.UsageError("--columns is for tables; in JSON everything has its name")
    known = _known(arguments)
    wanted = tuple(name.strip() for name in arguments.columns.split(","))
    for name in wanted:
        if name not in known:
            raise options.UsageError(f"there is no column {name!r}; there are {', '.join(known)}")
    if len(set(wanted)) < len(wanted):
        raise options.UsageError("--columns names a column twice")
    return wanted


def _known(arguments: argparse.Namespace) -> Sequence[str]:
    """The columns that there are."""
    from archspec.emit.summary import formats, grouped, table

    if arguments.by:
        return grouped.COLUMNS
    return formats.HEADER if arguments.format == "csv" else table.COLUMNS
