"""`archspec explain`: the arithmetic of a layer, or the page of a rule."""

import argparse
import re

from archspec.cli import options
from archspec.cli.output import look, room, write

_EPILOG = """\
examples:
  archspec explain seeds/alexnet_227                how 227 pixels become 6
  archspec explain seeds/alexnet_227 conv1          each dimension, parameter and pixel of receptive field of a layer
  archspec explain seeds/resnet50 layer2.0          a block, with what is in it
  archspec explain seeds/resnet50 'layer3.*.conv2'  any of several equal layers; the last one of them
  archspec explain AS401                            the page of a rule
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    words = "a network, as for summary; or the code or name of a rule"
    parser.add_argument("target", metavar="TARGET", help=words)
    parser.add_argument("path", metavar="PATH", nargs="?", default="", help="a layer or block, as summary shows it")
    options.add_color(parser)
    options.add_stdin_filename(parser)
    options.add_plugins(parser)
    options.add_overrides(parser)


def run(arguments: argparse.Namespace) -> int:
    style = look(arguments.color)
    is_code = re.fullmatch(r"AS\d+", arguments.target, re.IGNORECASE)
    if is_code and arguments.path:
        raise options.UsageError(f"{arguments.target} is a rule, in which there is no {arguments.path}")
    if not arguments.path:
        from archspec.api import rules

        known = rules().values()
        rule = next((one for one in known if arguments.target in (one.code, one.code.lower(), one.name)), None)
        if rule is not None:
            from archspec.emit.pages import rule_page

            write(rule_page(rule, style, room()))
            return 0
        if is_code:
            raise options.UsageError(f"there is no rule {arguments.target}")
    from archspec.emit.explain.arithmetic import NoSuchPath, explain

    design = options.design(arguments)
    try:
        write(explain(design.module, design.spec, arguments.path, style, room()))
    except NoSuchPath as error:
        raise options.UsageError(str(error)) from None
    return 0
