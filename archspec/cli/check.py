"""`archspec check`: every error in specs."""

import argparse

from archspec.cli import options
from archspec.cli.output import look, write
from archspec.core.diagnostic import Diagnostic, Severity
from archspec.core.report import FORMATS

_EPILOG = """\
examples:
  archspec check net.arch                       every network of a file
  archspec check specs/                         every spec below a folder
  archspec check net.arch:small --input 3,128,128
  archspec check specs/ --format github         annotations of a pull request
  archspec check specs/ --select AS4,AS6        shapes and promises alone

`archspec explain AS401` tells what a code means.
"""
_GRAVER = {
    "error": (Severity.ERROR,),
    "warning": (Severity.ERROR, Severity.WARNING),
    "info": tuple(Severity),
}


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    options.add_target(parser, many=True)
    parser.add_argument("--format", choices=FORMATS, default="text", help="text (the default) is for people")
    for name, words in (("select", "findings to report"), ("ignore", "findings to leave out")):
        parser.add_argument(f"--{name}", metavar="CODES", action="append", default=[], help=f"{words}: AS4,AS601")
    words = "exit with 1 from this severity on (error is the default)"
    parser.add_argument("--fail-level", choices=tuple(_GRAVER), default="error", help=words)
    options.add_color(parser)
    options.add_overrides(parser)


def run(arguments: argparse.Namespace) -> int:
    from archspec.api import check

    select, ignore = _codes("select", arguments.select), _codes("ignore", arguments.ignore)
    found = check(
        *arguments.target,
        inputs=options.inputs(arguments),
        parameters=options.parameters(arguments),
        limits=options.limits(arguments),
        stdin=arguments.stdin_filename,
    )
    shown = [one for one in found.diagnostics if _wanted(one, select, ignore)]
    if shown or arguments.format != "text":
        write(_drawn(shown, arguments))
    else:
        where = f"in {_counted(found.networks, 'network')} of {_counted(found.files, 'file')}"
        left_out = len(found.diagnostics)
        write(f"no findings {where}{f'; {left_out} left out' if left_out else ''}\n")
    return int(any(one.severity in _GRAVER[arguments.fail_level] for one in shown))


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'s' if count != 1 else ''}"


def _drawn(shown: list[Diagnostic], arguments: argparse.Namespace) -> str:
    from archspec import __version__
    from archspec.core.report import report

    return report(shown, arguments.format, look(arguments.color), __version__)


def _codes(option: str, given: list[str]) -> tuple[str, ...]:
    """The beginnings of codes that an option lists. Raises `UsageError`."""
    from archspec.api import rules

    known = rules() if given else {}
    codes = tuple(code.strip() for one in given for code in one.split(","))
    for code in codes:
        if not code or not any(one.startswith(code) for one in known):
            raise options.UsageError(f"--{option}: no code begins with {code!r}; codes look like AS401")
    return codes


def _wanted(one: Diagnostic, select: tuple[str, ...], ignore: tuple[str, ...]) -> bool:
    """The longer of two beginnings that fit says more."""
    code = one.rule.code
    chosen = max((len(start) for start in select if code.startswith(start)), default=0 if not select else -1)
    left_out = max((len(start) for start in ignore if code.startswith(start)), default=-1)
    return chosen >= 0 and chosen > left_out
