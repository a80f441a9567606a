"""`archspec convert`: a spec in its other form, text or YAML."""

import argparse
import sys
from pathlib import Path

from archspec.cli import options
from archspec.cli.output import complain, save, write_bytes
from archspec.core.source import Source

_EPILOG = """\
examples:
  archspec convert net.arch net.arch.yaml
  archspec convert net.arch.yaml net.arch
  archspec convert net.arch                 to standard output
  archspec convert - net.arch.yaml < net.arch

The endings say which form is which. Both compile to the same network; comments are left behind.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    parser.add_argument("source", metavar="A", help="the spec to read, or - for standard input")
    words = "the file to write, whole or not at all; - and nothing stand for standard output"
    parser.add_argument("result", metavar="B", nargs="?", default="-", help=words)
    options.add_stdin_filename(parser)
    options.add_plugins(parser)


def run(arguments: argparse.Namespace) -> int:
    from archspec.elaborate.parsing import is_yaml
    from archspec.emit.convert import convert, has_comments

    name = arguments.stdin_filename if arguments.source == "-" else arguments.source
    to_yaml = not is_yaml(name)
    if name == options.STDIN and arguments.result != "-":  # what comes in is not what goes out
        to_yaml = is_yaml(arguments.result)
        name = name if to_yaml else f"{name}.yaml"
    if arguments.result != "-" and is_yaml(arguments.result) != to_yaml:
        form = "text; fmt lays it out" if to_yaml else "YAML"
        raise options.UsageError(f"{arguments.source} and {arguments.result} are both {form}")
    source = _read(arguments.source, name)
    data = convert(source, to_yaml).encode()
    if arguments.result == "-":
        write_bytes(data)
    else:
        save(Path(arguments.result), data)
    if has_comments(source):
        complain(f"the comments of {name} are left behind")
    return 0


def _read(given: str, name: str) -> Source:
    from archspec.core.limits import DEFAULT_LIMITS
    from archspec.elaborate.files import Unreadable, decode, read
    from archspec.targets import TargetError

    try:
        if given != "-":
            return read(Path(given), name, DEFAULT_LIMITS)
        return decode(sys.stdin.buffer.read(DEFAULT_LIMITS.file_bytes + 1), name, None, DEFAULT_LIMITS)
    except Unreadable as error:
        raise TargetError(str(error)) from None
