"""`archspec render`: a diagram of a network."""

import argparse
import sys
from pathlib import Path
from typing import Any

from archspec.cli import options
from archspec.cli.output import look, save, write, write_bytes

FORMATS = ("svg", "png", "pdf", "dot", "html", "mmd", "tex", "text")
NAMES = (*FORMATS, "mermaid", "volumes", "tikz")
ENDINGS = {"mermaid": "mmd", "txt": "text", "tikz": "tex"}  # what else the formats are called
HEATS = ("parameters", "macs", "memory", "receptive-field")
FOLDS = ("equal", "none")
THEMES = ("auto", "light", "dark")
DIRECTIONS = {"down": "TB", "right": "LR", "up": "BT", "left": "RL"}
_EPILOG = """\
Without -o, a terminal shows the drawing in characters, and a pipe gets SVG. A spec with errors is drawn up to where
they stand, in red; the exit status is then 1. It has no --heat and no --receptive-field.

examples:
  archspec render seeds/googlenet
  archspec render seeds/googlenet -o googlenet.svg
  archspec render seeds/resnet50 --depth 0 --direction right -o overview.png
  archspec render seeds/resnet50 --expand layer2.0 -o block.svg
  archspec render seeds/resnet50 --format mermaid
  archspec render seeds/vgg16 --format volumes -o vgg16.svg
  archspec render seeds/vgg16 -o vgg16.tex
  archspec render seeds/resnet50 --receptive-field layer3.5 -o field.svg
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    options.add_target(parser)
    endings = ", ".join(f".{one}" for one in (*FORMATS[:-1], "txt"))
    options.add_output(parser, f"the file to write, whole or not at all; its ending says the format: {endings}")
    parser.add_argument(
        "--format", choices=NAMES, help="the format, where no ending says it; volumes: the figure of papers"
    )
    words = "show N levels of blocks; 0 draws each child of the network as one box"
    parser.add_argument("--depth", metavar="N", type=options.whole, help=words)
    words = "open this block in any case; may be repeated"
    parser.add_argument("--expand", metavar="PATH", action="append", default=[], help=words)
    words = "equal (the default): draw equal layers and iterations once; none: one by one, where they are few enough"
    parser.add_argument("--fold", choices=FOLDS, default="equal", help=words)
    words = "colour boxes by a figure, on a scale; of svg, png, pdf and dot"
    parser.add_argument("--heat", choices=HEATS, default="", help=words)
    words = "draw what a unit of this layer sees of the input, and how that grew; as svg or text"
    parser.add_argument("--receptive-field", metavar="PATH", default="", help=words)
    words = "auto (the default) is light, and for an SVG dark where readers prefer that"
    parser.add_argument("--theme", choices=THEMES, default="auto", help=words)
    parser.add_argument("--direction", choices=tuple(DIRECTIONS), default="down", help="where it runs to")
    options.add_color(parser)
    options.add_parts(parser)
    options.add_overrides(parser)


def run(arguments: argparse.Namespace) -> int:
    from archspec.cli.output import complain_of
    from archspec.core.diagnostic import SpecError
    from archspec.core.report.style import PLAIN
    from archspec.emit.diagram.render import render, volumes_for
    from archspec.emit.diagram.scene import CannotDraw

    to_file = arguments.output is not None and str(arguments.output) != "-"
    wanted = _by_ending(arguments.output, arguments.format) if to_file else arguments.format or _by_reader()
    if not to_file and wanted in ("png", "pdf") and sys.stdout.isatty():
        raise options.UsageError(f"{wanted} is not for a terminal; give a file with -o")
    errors: SpecError | None = None
    shown: Any
    try:
        shown = options.design(arguments).module
    except SpecError as error:
        shown, errors = error.draft and error.draft(), error
        if shown is None or any(one.span.source.name.startswith("--") for one in error.diagnostics):
            raise  # there is nothing to draw, or what was typed is wrong
        complain_of(error.diagnostics)
    try:
        if to_file and wanted == "volumes":
            wanted = volumes_for(arguments.output.suffix)
        drawn = render(
            shown,
            None,
            wanted,
            depth=arguments.depth,
            fold=arguments.fold == "equal",
            expand=arguments.expand,
            theme=arguments.theme,
            rankdir=DIRECTIONS[arguments.direction],
            heat=arguments.heat,
            receptive_field=arguments.receptive_field,
            style=PLAIN if to_file else look(arguments.color),
        )
    except CannotDraw as error:
        raise options.UsageError(str(error)) from None
    code = 0 if errors is None else 1
    if wanted == "text" and not to_file:
        write(str(drawn))
        return code
    data = drawn.encode() if isinstance(drawn, str) else drawn
    if to_file:
        save(arguments.output, data)
    else:
        write_bytes(data)
    return code


def _by_reader() -> str:
    return "text" if sys.stdout.isatty() else "svg"


def _by_ending(path: Path, format: str | None) -> str:
    """The format of a file: the one asked for, else that of its ending. Where it has both, they are the same."""
    suffix = path.suffix
    ending = ENDINGS.get(suffix[1:].lower(), suffix[1:].lower())
    if format is not None:
        if format != "volumes" and ending in FORMATS and ending != ENDINGS.get(format, format):
            raise options.UsageError(f"--format {format} contradicts the ending of {path.name}; one of them is enough")
        return format
    if ending not in FORMATS:
        said = f"ends in {suffix}" if suffix else "has no ending"
        raise options.UsageError(f"the file to write {said}; the formats are {', '.join(FORMATS)}")
    return ending
