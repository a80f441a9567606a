"""`archspec compile`: a network as PyTorch source."""

import argparse
from keyword import iskeyword

from archspec.cli import options
from archspec.cli.output import save, write_bytes

_EPILOG = """\
examples:
  archspec compile seeds/lenet5
  archspec compile seeds/resnet50 -o resnet50.py
  archspec compile seeds/resnet50 --set num_classes=10 -o resnet50.py
  archspec compile seeds/resnet50 --test -o resnet50.py
  archspec compile seeds/resnet50 --features layer2,layer4 -o features.py

The source needs torch and nothing else, but for operators of your own: it imports their modules.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    options.add_target(parser)
    options.add_output(parser, "the file to write, whole or not at all; standard output without it")
    words = "write a test beside it, test_FILE: names and shapes of its tensors, parameters, shapes of outputs"
    parser.add_argument("--test", action="store_true", help=words)
    options.add_parts(parser)
    options.add_overrides(parser)


def run(arguments: argparse.Namespace) -> int:
    from archspec.api import to_source, to_test

    to_file = arguments.output is not None and str(arguments.output) != "-"
    stem = arguments.output.stem if to_file else ""
    if arguments.test and not (stem.isidentifier() and stem.isascii() and not iskeyword(stem)):
        raise options.UsageError("--test needs a file that Python can import; give one with -o, as model.py")
    design = options.design(arguments)
    source = to_source(design).encode()
    if not to_file:
        write_bytes(source)
        return 0
    save(arguments.output, source)
    if arguments.test:
        save(arguments.output.with_name(f"test_{stem}.py"), to_test(design, stem).encode())
    return 0
