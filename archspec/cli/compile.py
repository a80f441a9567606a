"""`archspec compile`: a network as PyTorch source."""

import argparse

from archspec.cli import options
from archspec.cli.output import save, write_bytes

_EPILOG = """\
examples:
  archspec compile seeds/lenet5
  archspec compile seeds/resnet50 -o resnet50.py
  archspec compile seeds/resnet50 --set num_classes=10 -o resnet50.py

The source needs torch and nothing else, but for operators of your own: it imports their modules.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    options.add_target(parser)
    options.add_output(parser, "the file to write, whole or not at all; standard output without it")
    options.add_overrides(parser)


def run(arguments: argparse.Namespace) -> int:
    from archspec.api import to_source

    source = to_source(options.design(arguments)).encode()
    if arguments.output is None or str(arguments.output) == "-":
        write_bytes(source)
    else:
        save(arguments.output, source)
    return 0
