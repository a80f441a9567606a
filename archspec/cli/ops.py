"""`archspec ops`: the operators and initialisers, and their manual pages."""

import argparse

from archspec.cli import options
from archspec.cli.output import look, room, write

_EPILOG = """\
examples:
  archspec ops
  archspec ops conv
  archspec ops kaiming_normal
  archspec ops swish --plugin my_layers.operators
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    parser.add_argument("name", metavar="NAME", nargs="?", help="the operator or initialiser to print the page of")
    options.add_color(parser)
    options.add_plugins(parser)


def run(arguments: argparse.Namespace) -> int:
    from archspec.core.nearest import nearest
    from archspec.emit.pages import operator_list, operator_page
    from archspec.ops import INITIALISERS, OPERATORS
    from archspec.ops.elsewhere import from_elsewhere
    from archspec.ops.plugins import known, use_installed

    style = look(arguments.color)
    if arguments.name is None:
        use_installed()
        write(operator_list(style, room()))
        return 0
    found = known(arguments.name) or INITIALISERS.get(arguments.name)
    if found is None:
        near = from_elsewhere(arguments.name) or nearest(arguments.name, [*OPERATORS, *INITIALISERS])
        hint = f"; did you mean {near}?" if near else ""
        raise options.UsageError(f"there is no operator {arguments.name}{hint}")
    write(operator_page(found, style, room()))
    return 0
