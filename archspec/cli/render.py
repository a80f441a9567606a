"""`archspec render`: a diagram of a network."""

import argparse
import sys

from archspec.cli import options
from archspec.cli.output import look, save, write, write_bytes

FORMATS = ("svg", "png", "pdf", "dot", "html", "mmd", "text")
NAMES = (*FORMATS, "mermaid")
ENDINGS = {"mermaid": "mmd", "txt": "text"}  # what else the formats are called
HEATS = ("parameters", "macs", "memory", "receptive-field")
THEMES = ("auto", "light", "dark")
DIRECTIONS = {"down": "TB", "right": "LR", "up": "BT", "left": "RL"}
_EPILOG = """\
Without -o, a terminal shows the drawing in characters, and a pipe gets SVG.

examples:
  archspec render seeds/googlenet
  archspec render seeds/googlenet -o googlenet.svg
  archspec render seeds/resnet50 --depth 0 --direction right -o overview.png
  archspec render seeds/resnet50 --expand layer2.0 -o block.svg
  archspec render seeds/resnet50 --format mermaid
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    options.add_target(parser)
    endings = ", ".join(f".{one}" for one in (*FORMATS[:-1], "txt"))
    options.add_output(parser, f"the file to write, whole or not at all; its ending says the format: {endings}")
    parser.add_argument("--format", choices=NAMES, help="the format, where no ending says it")
    words = "show N levels of blocks; 0 draws each child of the network as one box"
    parser.add_argument("--depth", metavar="N", type=options.whole, help=words)
    words = "open this block in any case; may be repeated"
    parser.add_argument("--expand", metavar="PATH", action="append", default=[], help=words)
    parser.add_argument("--unfold", action="store_true", help="draw equal layers one by one")
    words = "auto (the default) is light, and for an SVG dark where readers prefer that"
    words = "colour boxes by a figure, on a scale; of svg, png, pdf and dot"
    parser.add_argument("--heat", choices=HEATS, default="", help=words)
    parser.add_argument("--theme", choices=THEMES, default="auto", help=words)
    parser.add_argument("--direction", choices=tuple(DIRECTIONS), default="down", help="where it runs to")
    options.add_color(parser)
    options.add_parts(parser)
    options.add_overrides(parser)


def run(arguments: argparse.Namespace) -> int:
    from archspec.api import render
    from archspec.core.report.style import PLAIN
    from archspec.emit.diagram.scene import CannotDraw

    to_file = arguments.output is not None and str(arguments.output) != "-"
    wanted = arguments.format or (_by_ending(arguments.output.suffix) if to_file else _by_reader())
    if not to_file and wanted in ("png", "pdf") and sys.stdout.isatty():
        raise options.UsageError(f"{wanted} is not for a terminal; give a file with -o")
    try:
        drawn = render(
            options.design(arguments),
            None,
            wanted,
            depth=arguments.depth,
            fold=not arguments.unfold,
            expand=arguments.expand,
            theme=arguments.theme,
            rankdir=DIRECTIONS[arguments.direction],
            heat=arguments.heat,
            style=PLAIN if to_file else look(arguments.color),
        )
    except CannotDraw as error:
        raise options.UsageError(str(error)) from None
    if wanted == "text" and not to_file:
        write(str(drawn))
        return 0
    data = drawn.encode() if isinstance(drawn, str) else drawn
    if to_file:
        save(arguments.output, data)
    else:
        write_bytes(data)
    return 0


def _by_reader() -> str:
    return "text" if sys.stdout.isatty() else "svg"


def _by_ending(suffix: str) -> str:
    wanted = suffix.removeprefix(".").lower()
    wanted = ENDINGS.get(wanted, wanted)
    if wanted not in FORMATS:
        said = f"ends in {suffix}" if suffix else "has no ending"
        raise options.UsageError(f"the file to write {said}; the formats are {', '.join(FORMATS)}")
    return wanted
