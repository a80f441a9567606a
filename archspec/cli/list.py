"""`archspec list`: the networks that ship."""

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from archspec.cli import options
from archspec.cli.output import look, room, write
from archspec.core.report.style import Style

if TYPE_CHECKING:
    from archspec.api import Shipped

_LEAST = 24  # columns that are worth a description


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "examples:\n  archspec list\n  archspec list seeds/resnet\n"
    parser.add_argument("prefix", metavar="PREFIX", nargs="?", default="", help="only names that begin so")
    options.add_color(parser)


def run(arguments: argparse.Namespace) -> int:
    from archspec.api import shipped_networks

    found = shipped_networks(arguments.prefix)
    if not found:
        raise options.UsageError(f"no network that ships begins with {arguments.prefix}")
    write("\n".join(_lines(found, look(arguments.color), room())) + "\n")
    return 0


def _lines(found: list["Shipped"], style: Style, room: int | None) -> list[str]:
    """A line for each network; one that is meant to be refused has no figures."""
    from archspec.emit.columns import GAP, Column, lay_out, shown, total_width
    from archspec.emit.figures import compact, grouped

    def column(title: str, cells: list[str], right: bool = False) -> Column:
        return Column(title, tuple((shown(cell, style), "") for cell in cells), right)

    def table(tight: bool, number: Callable[[int], str], inputs: bool, macs: bool) -> list[Column]:
        networks = [one.network for one in found]
        entering = [", ".join(map(str, one.inputs.values())) if one else "refused" for one in networks]
        columns = [column("network", [one.name for one in found])]
        if inputs:
            columns.append(column("input", [text.replace(" × ", "×") if tight else text for text in entering]))
        title = "parameters" if number is grouped else "params"
        columns.append(column(title, [number(one.parameters) if one else "" for one in networks], right=True))
        if macs:
            columns.append(column("MACs", [number(one.macs) if one else "" for one in networks], right=True))
        return columns

    looks = [(False, grouped, True, True), (True, grouped, True, True), (True, compact, True, True),
             (True, compact, False, True), (True, compact, False, False)]  # fmt: skip
    columns = next((made for made in (table(*look) for look in looks) if room is None or total_width(made) <= room), [])
    columns = columns or table(*looks[-1])
    left = None if room is None else room - total_width(columns) - GAP
    if left is None or left >= _LEAST:
        columns.append(column("", [_cut(one.about, left) for one in found]))
    return lay_out(columns, style)


def _cut(text: str, columns: int | None) -> str:
    return text if columns is None or len(text) <= columns else f"{text[: columns - 1].rstrip()}…"
