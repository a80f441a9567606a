"""The command `archspec`: finding the command asked for, running it, and saying in a sentence what went wrong.

Exit codes: 0 clean, 1 findings, 2 usage, unreadable input or an internal error.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from importlib import import_module

from archspec import __version__
from archspec.cli.patience import PATIENCE
from archspec.core.garbage import leave_the_rest, paused
from archspec.core.report.style import columns

COMMANDS = {
    "check": "find errors in specs, and what torch takes in silence",
    "summary": "print the table of a network: shapes, parameters, MACs, receptive fields, strides",
    "explain": "show the arithmetic of a layer, or the page of a rule",
    "estimate": "predict the memory and the time of a step on a device",
    "sizes": "say which input sizes fit without losing pixels",
    "compile": "write a network as PyTorch source",
    "render": "draw a network",
    "view": "show a network in the browser, drawn anew as its spec is saved",
    "list": "list the networks that ship",
    "rules": "list what check can find",
    "ops": "list the operators, or print the page of one",
    "fmt": "lay specs out as everyone does, comments kept",
    "convert": "turn text into YAML, or YAML into text",
    "sweep": "compare variants of a network",
    "schema": "print the JSON Schema of the YAML form",
}
_EXAMPLES = """\
A TARGET is a FILE, a network in it (FILE:NETWORK), a network that ships (seeds/resnet50), or - for standard input.

examples:
  archspec check net.arch
  archspec summary seeds/alexnet
  archspec explain seeds/alexnet_227 conv1
  archspec compile seeds/resnet50 -o resnet50.py
  archspec render seeds/googlenet -o googlenet.svg

exit codes: 0 clean, 1 findings, 2 usage, unreadable input or an internal error
"""
CLEAN, FINDINGS, FAILED = 0, 1, 2
_LASTING = ("view", "sweep")  # they say themselves how it goes


class _Page(argparse.RawDescriptionHelpFormatter):
    """A page as wide as the reader's window, who is not asked by way of `shutil` and the compressors it imports."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=columns(sys.stdout, otherwise=80) - 2)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit code. Without arguments, the command is that of the process, which ends with it."""
    if arguments is None:
        _open_what_is_closed()
        try:
            return main(sys.argv[1:])
        finally:
            leave_the_rest()
    try:
        return _run(list(arguments))
    except SystemExit as done:  # argparse has printed what there is to say
        return done.code if isinstance(done.code, int) else FAILED
    except KeyboardInterrupt:
        return _sentence("interrupted")
    except Exception as error:  # noqa: BLE001  nothing but sentences leaves the command line
        return _failed(error)


def _open_what_is_closed() -> None:
    """Streams that the caller closed (`>&-`) lead nowhere, before a file that is opened takes the place of one."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 — open as long as the process


def _run(given: list[str]) -> int:
    wanted = next((word for word in given if not word.startswith("-")), "")
    if wanted and wanted not in COMMANDS:
        from archspec.core.nearest import nearest

        near = nearest(wanted, COMMANDS)
        hint = f"did you mean {near}?" if near else f"there are {', '.join(COMMANDS)}"
        return _sentence(f"there is no command {wanted!r}; {hint}")
    parser = _parser(wanted)
    if not given:
        parser.print_help(sys.stderr)
        return FAILED
    arguments = parser.parse_args(given)
    if getattr(arguments, "plugin", None):
        import_module("archspec.cli.options").use_plugins(arguments.plugin)
    lasts = arguments.command in _LASTING
    if not lasts:
        PATIENCE.start()
    try:
        # what ends soon leaves no heap to collect
        with nullcontext() if lasts or getattr(arguments, "watch", False) else paused():
            code: int = import_module(f"archspec.cli.{arguments.command}").run(arguments)
    finally:
        PATIENCE.stop()
    return code


def _parser(wanted: str) -> argparse.ArgumentParser:
    """The parser of the wanted command; without one, that which lists them all. Others are not even imported."""
    parser = argparse.ArgumentParser(
        prog="archspec",
        description="A declarative compiler and analyzer for neural-network architectures.",
        epilog=_EXAMPLES,
        formatter_class=_Page,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"archspec {__version__}")
    # argparse would lay out the usage to find out the name of the program
    commands = parser.add_subparsers(
        dest="command", required=True, metavar="COMMAND", title="commands", prog=parser.prog
    )
    for name in [wanted] if wanted else COMMANDS:
        words = COMMANDS[name]
        made = commands.add_parser(
            name,
            help=words,
            description=f"{words[0].upper()}{words[1:]}.",
            formatter_class=_Page,
            allow_abbrev=False,
        )
        if name == wanted:
            import_module(f"archspec.cli.{name}").configure(made)
    return parser


def _sentence(text: str) -> int:
    """Say on standard error what went wrong, in one line that no name in it can break."""
    from archspec.cli.output import complain

    complain(text)
    return FAILED


def _failed(error: Exception) -> int:
    from archspec.core.diagnostic import SpecError

    if isinstance(error, SpecError):
        from archspec.cli.output import complain_of

        complain_of(error.diagnostics)
        # what was typed is no finding in a spec
        return FAILED if any(one.span.source.name.startswith("--") for one in error.diagnostics) else FINDINGS
    if isinstance(error, OSError):
        where = f" {error.filename}" if error.filename is not None else ""
        return _sentence(f"cannot use{where}: {error.strerror or error}" if where else f"{error.strerror or error}")
    if isinstance(error, MemoryError):
        return _sentence("out of memory")
    from archspec.cli.options import UsageError
    from archspec.ops.plugins import PluginError
    from archspec.targets import TargetError

    if os.environ.get("ARCHSPEC_DEBUG"):
        import traceback

        traceback.print_exception(error)
    if isinstance(error, TargetError | UsageError | PluginError):
        return _sentence(str(error))
    said = f"{type(error).__name__}: {error}".rstrip(": ")
    hint = "" if os.environ.get("ARCHSPEC_DEBUG") else ", with what ARCHSPEC_DEBUG=1 shows"
    return _sentence(f"AS901 internal error, {said}; please report it with the spec{hint}")
