"""`archspec render`: a diagram of a network."""

import argparse
import sys

from archspec.cli import options
from archspec.cli.output import save, write_bytes

FORMATS = ("svg", "png", "pdf", "dot")
_EPILOG = """\
examples:
  archspec render seeds/googlenet -o googlenet.svg
  archspec render seeds/resnet50 --format dot | less
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    options.add_target(parser)
    options.add_output(parser, f"the file to write, whole or not at all; its ending, one of {', '.join(FORMATS)}, is the format")
    parser.add_argument("--format", choices=FORMATS, help="the format, where no ending says it")
    options.add_overrides(parser)


def run(arguments: argparse.Namespace) -> int:
    from archspec.api import render

    to_file = arguments.output is not None and str(arguments.output) != "-"
    format = arguments.format or (_ending(arguments.output.suffix) if to_file else "svg")
    if not to_file and format in ("png", "pdf") and sys.stdout.isatty():
        raise options.UsageError(f"{format} is not for a terminal; give a file with -o")
    drawn = render(options.design(arguments), None, format)
    data = drawn.encode() if isinstance(drawn, str) else drawn
    if to_file:
        save(arguments.output, data)
    else:
        write_bytes(data)
    return 0


def _ending(suffix: str) -> str:
    format = suffix.removeprefix(".").lower()
    if format not in FORMATS:
        said = f"ends in {suffix}" if suffix else "has no ending"
        raise options.UsageError(f"the file to write {said}; the formats are {', '.join(FORMATS)}")
    return format
