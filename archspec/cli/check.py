"""`archspec check`: every error and lint in specs."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from archspec.cli import options
from archspec.cli.output import complain, look, write
from archspec.core.diagnostic import Diagnostic, Severity
from archspec.core.report import FORMATS

if TYPE_CHECKING:
    from archspec.api import Checked
    from archspec.lints.selection import Selection

_EPILOG = """\
examples:
  archspec check net.arch                       every network of a file
  archspec check specs/                         every spec below a folder
  archspec check net.arch:small --input 3,128,128
  archspec check specs/ --format github         annotations of a pull request
  archspec check specs/ --select AS4,AS6        shapes and promises alone
  archspec check specs/ --strict                strides in the textbook's sense
  archspec check specs/ --fix --diff            what --fix would change
  archspec check specs/ --watch                 again and again, as files change

`archspec rules` lists what can be found, `archspec explain AS401` tells what a code means. `# archspec: ignore[AS501]
reason`, behind the code or on a line above it, suppresses a finding of a lint. Settings are read from [tool.archspec]
in the nearest pyproject.toml.
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
    for name, words in (
        ("select", "findings to report, by the beginnings of their codes: AS4,AS601"),
        ("extend-select", "findings to report as well, also of rules that are off by default: AS7"),
        ("ignore", "findings to leave out"),
    ):
        parser.add_argument(f"--{name}", metavar="CODES", action="append", help=words)
    words = "report strides that leave a remainder even where only padding is lost, as textbooks do"
    parser.add_argument("--strict", action="store_true", help=words)
    words = "exit with 1 from this severity on (error is the default)"
    parser.add_argument("--fail-level", choices=tuple(_GRAVER), help=words)
    group = parser.add_argument_group("fixes")
    group.add_argument("--fix", action="store_true", help="mend what can be mended without changing the meaning")
    group.add_argument("--unsafe-fixes", action="store_true", help="mend also by fixes that change the network")
    words = "write nothing; print what these would change, and exit with 1 if it is anything"
    group.add_argument("--diff", action="store_true", help=words)
    words = "check again as files change, until Ctrl-C"
    parser.add_argument("--watch", action="store_true", help=words)
    options.add_color(parser)
    options.add_overrides(parser)


def run(arguments: argparse.Namespace) -> int:
    from archspec.cli.settings import read

    settings = read(Path.cwd())
    selection = settings.selection(arguments)
    if arguments.watch:
        return _watch(arguments, selection)
    if arguments.diff:
        from archspec.cli.fixing import show

        found = _check(arguments, selection)
        changes = show(found, arguments.target, arguments.unsafe_fixes)
        return _complained(found) or int(changes)
    found, done = _mended(arguments, selection)
    _show(found, done, arguments)
    level = arguments.fail_level or settings.fail_level
    return _complained(found) or int(any(one.severity in _GRAVER[level] for one in found.diagnostics))


def _watch(arguments: argparse.Namespace, selection: "Selection") -> int:
    from archspec.cli.rechecking import watch

    if arguments.diff:
        raise options.UsageError("--watch and --diff do not go together")
    if "-" in arguments.target:
        raise options.UsageError("standard input cannot be watched: give a file")

    def once() -> tuple["Checked", str]:
        return _mended(arguments, selection)

    def show(found: "Checked", done: str) -> None:
        _show(found, done, arguments)
        _complained(found)

    return watch(once, show, arguments.target, footer=arguments.format == "text")


def _mended(arguments: argparse.Namespace, selection: "Selection") -> tuple["Checked", str]:
    """What is found, after mending where that is asked for, and a line on what was mended."""
    if not (arguments.fix or arguments.unsafe_fixes):
        return _check(arguments, selection), ""
    from archspec.cli.fixing import fix

    made = fix(lambda: _check(arguments, selection), arguments.target, arguments.unsafe_fixes)
    done = f"applied {_counted(made.fixes, 'fix', 'es')} to {_counted(len(made.files), 'file')}\n"
    return made.left, done if made.files else ""


def _show(found: "Checked", done: str, arguments: argparse.Namespace) -> None:
    shown = list(found.diagnostics)
    if shown or arguments.format != "text":
        write(_drawn(shown, arguments))
    else:
        where = f"in {_counted(found.networks, 'network')} of {_counted(found.files, 'file')}"
        more = f"; {found.left_out} left out" if found.left_out else ""
        if not found.networks:
            more += f"; {found.waiting[0]}" if found.waiting else "; a network that uses its blocks checks them"
        write(f"no findings {where}{more}\n")
    if arguments.format == "text":
        write(done)


def _complained(found: "Checked") -> int:
    """Say what could not be read, in a sentence each; the exit code that it asks for."""
    for said in found.unreadable:
        complain(said)
    return 2 if found.unreadable else 0


def _check(arguments: argparse.Namespace, selection: "Selection") -> "Checked":
    from archspec.api import check

    return check(
        *arguments.target,
        inputs=options.inputs(arguments),
        parameters=options.parameters(arguments),
        limits=options.limits(arguments),
        stdin=arguments.stdin_filename,
        selection=selection,
    )


def _counted(count: int, what: str, ending: str = "s") -> str:
    return f"{count} {what}{ending if count != 1 else ''}"


def _drawn(shown: list[Diagnostic], arguments: argparse.Namespace) -> str:
    from archspec import __version__
    from archspec.core.report import report

    return report(shown, arguments.format, look(arguments.color), __version__)
