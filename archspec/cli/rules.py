"""`archspec rules`: what `archspec check` can find."""

import argparse

from archspec.cli import options
from archspec.cli.output import look, room, write

_EPILOG = """\
examples:
  archspec rules                  every rule
  archspec rules AS4 AS7          those whose codes begin so
  archspec rules --format json    as data

A rule that is off by default is asked for with `check --extend-select AS706`. A safe fix keeps the meaning of the spec
and is applied by `check --fix`, others by `check --unsafe-fixes`. `archspec explain AS401` prints the page of a rule.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    parser.add_argument("code", metavar="CODE", nargs="*", help="only rules whose codes begin so")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="text (the default) is for people")
    options.add_color(parser)


def run(arguments: argparse.Namespace) -> int:
    from archspec.api import rules
    from archspec.emit.rule_list import as_json, as_text

    known = rules()
    for code in arguments.code:
        if not any(one.startswith(code) for one in known):
            raise options.UsageError(f"no rule's code begins with {code}; codes look like AS401")
    wanted = tuple(arguments.code) or ("",)
    found = [rule for code, rule in sorted(known.items()) if code.startswith(wanted)]
    write(as_json(found) if arguments.format == "json" else as_text(found, look(arguments.color), room()))
    return 0
