"""`archspec sweep`: a network under many settings, its figures side by side."""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from archspec.cli import options
from archspec.cli.output import look, write

if TYPE_CHECKING:
    from archspec.analysis.variant import Variant

_EPILOG = """\
examples:
  archspec sweep seeds/resnet18 --set num_classes=10,100 --input 3,224,224 --input 3,256,256
  archspec sweep net.arch --set width=0.5,1,2 --set "depths=[2,2,2,2],[3,4,6,3]" --where "parameters < 5M"
  archspec sweep net.arch --set "width=range(8, 257)" --format csv > widths.csv

Every value goes with every other. --where takes parameters, macs, receptive_field, activation_peak_bytes and the names
that are set, and leaves out what it does not hold for; a variant with an error stays, with its error. Promises of the
spec speak of the network as declared: they are not checked.
"""
_ALONE = 200  # variants that are not worth the start of other processes


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    words = "FILE, FILE:NETWORK, or a network that ships (seeds/lenet5)"
    parser.add_argument("target", metavar="TARGET", help=words)
    words = "values of a parameter, as the language writes them, or one list such as range(8, 65); repeated, more"
    parser.add_argument("--set", metavar="NAME=V,V…", action="append", default=[], help=words)
    words = "the shape of an input, without the batch; repeated, another shape to try"
    parser.add_argument("--input", metavar="[NAME=]C,H,W", action="append", default=[], help=words)
    words = "keep the variants for which it holds; repeated, all of them"
    parser.add_argument("--where", metavar="CONDITION", action="append", default=[], help=words)
    parser.add_argument("--format", choices=("table", "csv", "json"), default="table", help="json: an object a line")
    words = "processes to work in; all cores, unless there is little to do"
    parser.add_argument("-j", "--jobs", metavar="N", type=options.whole, help=words)
    options.add_color(parser)
    options.add_plugins(parser)
    options.add_limits(parser)


def run(arguments: argparse.Namespace) -> int:
    from archspec.emit import sweep as formats
    from archspec.sweeping import count, sweep

    parameters, inputs, limits = _parameters(arguments), _inputs(arguments), options.limits(arguments)
    where = _condition(arguments)
    total = count(parameters, inputs)
    jobs = arguments.jobs or (1 if total <= _ALONE else os.cpu_count() or 1)
    with ExitStack() as stack:
        executor = None
        if jobs > 1:
            from concurrent.futures import ProcessPoolExecutor

            executor = stack.enter_context(ProcessPoolExecutor(jobs))
        variants = sweep(arguments.target, parameters, inputs, where=where, executor=executor, limits=limits)
        found = _kept(_counted(variants, total))
        if arguments.format == "table":
            rows = list(found)
            write(formats.as_table(rows, look(arguments.color)))
            kept = sum(one.kept for one in rows)
            errors = f", {len(rows) - kept:,} with an error" if kept < len(rows) else ""
            write(f"\n{kept:,} of {total:,} variant{'s' * (total != 1)}{errors}\n")
            return int(errors != "" and not kept)
        names = [name or "input" for name in (*(inputs or ()), *parameters)]
        lines = formats.as_csv(found, names) if arguments.format == "csv" else formats.as_json_lines(found)
        for line in lines:
            write(line)
    return 0


def _kept(variants: Iterator["Variant"]) -> Iterator["Variant"]:
    return (one for one in variants if one.kept or one.error)


def _counted(variants: Iterator["Variant"], total: int) -> Iterator["Variant"]:
    """The variants, with their number on a terminal as they are made."""
    shown = sys.stderr.isatty() and total > _ALONE
    for number, one in enumerate(variants, 1):
        if shown and (number % 50 == 0 or number == total):
            end = "\r\x1b[K" if number == total else ""
            sys.stderr.write(f"\r{_bar(number, total)} {number:,} of {total:,}{end}")
            sys.stderr.flush()
        yield one


def _bar(number: int, total: int, room: int = 24) -> str:
    done = room * number // total
    return f"[{'#' * done}{' ' * (room - done)}]"


def _parameters(arguments: argparse.Namespace) -> dict[str, list[Any]]:
    """The values that each `--set` gives, in the language. Raises `UsageError` and `SpecError`."""
    from archspec.sweeping import alternatives

    made: dict[str, list[Any]] = {}
    for text in arguments.set:
        name, given = options.parameter(text)
        made.setdefault(name, []).extend(alternatives(name, given))
    return made


def _condition(arguments: argparse.Namespace) -> str:
    """All that `--where` asks for."""
    first, *others = arguments.where or [""]
    return " and ".join(f"({one})" for one in arguments.where) if others else first


def _inputs(arguments: argparse.Namespace) -> dict[str, list[tuple[int, ...]]] | None:
    """The shapes of each input. Raises `UsageError`."""
    made: dict[str, list[tuple[int, ...]]] = {}
    for text in arguments.input:
        name, sizes = options.input_shape(text)
        made.setdefault(name, []).append(sizes)
    if "" in made and len(made) > 1:
        raise options.UsageError("--input for several inputs wants names: --input left=1,105,105")
    return made or None
