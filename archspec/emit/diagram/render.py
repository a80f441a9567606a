"""Diagrams: `render` draws a design as SVG, PNG, PDF, as text for Graphviz, Mermaid or LaTeX, or in characters.

Each kind of picture is imported where it is drawn: one run draws one.
"""

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from archspec.core.report.style import PLAIN, Style
from archspec.design import Module
from archspec.elaborate.draft import Draft
from archspec.emit.diagram.dot import DIRECTIONS, dot
from archspec.emit.diagram.layout import TIMEOUT, laid_out
from archspec.emit.diagram.palette import DARK, LIGHT, Theme
from archspec.emit.diagram.scene import CannotDraw, Scene
from archspec.emit.diagram.unfolding import MOST, Unfolding
from archspec.emit.files import write

if TYPE_CHECKING:
    from archspec.emit.diagram.heat import Heat

FORMATS = ("svg", "png", "pdf", "dot", "html", "mmd", "text", "volumes", "tex")
ALIASES = {"mermaid": "mmd", "txt": "text", "tikz": "tex"}
HEATED = ("svg", "png", "pdf", "dot")
THEMES = ("auto", "light", "dark")
DPI = 144  # of bitmaps: sharp on a screen of twice the usual density

__all__ = ["FORMATS", "THEMES", "CannotDraw", "render"]


def render(
    shown: Module | Draft,
    path: str | Path | None = None,
    format: str = "",
    *,
    depth: int | None = None,
    fold: bool = True,
    expand: str | Collection[str] = (),
    theme: str = "auto",
    rankdir: str = "TB",
    dpi: int = DPI,
    timeout: float = TIMEOUT,
    style: Style = PLAIN,
    heat: str = "",
    receptive_field: str = "",
) -> str | bytes:
    """A diagram of a network, or of what there is of one that has errors: bytes as PNG and PDF, else text.

    path:    where to write it, in one step; nothing is written without
    format:  "svg", "png", "pdf", "dot", "html", "mmd" (or "mermaid"), "text", "volumes" (the figure of papers, as SVG)
             or "tex" (the same for LaTeX, or "tikz"); by default that of the path's ending, without a path SVG
    depth, fold, expand: how much of it stands open; see `unfolding.scene`
    theme:   "light", "dark", or "auto": light, and for an SVG dark where readers prefer that
    rankdir: the direction it runs in: "TB", "LR", "BT" or "RL"
    dpi:     pixels to the inch, of PNG
    timeout: seconds that the layout may take
    heat:    colour boxes by "parameters", "macs", "memory" or "receptive-field", of what Graphviz draws
    style:   characters, colours and columns of "text"
    receptive_field: the path of a layer or block: in place of the network, what a unit of it sees of the input and how
             that grew, as SVG or text

    Raises `CannotDraw` with a reason, and `OSError` where the path cannot be written.
    """
    chosen = _format(path, format)
    _check("theme", theme, THEMES)
    _check("direction", rankdir, DIRECTIONS)
    if heat:
        _check_heat(shown, heat, chosen)
    colours = DARK if theme == "dark" else LIGHT
    follow_reader = theme == "auto"
    if isinstance(expand, str):
        expand = (expand,)

    unfolding = Unfolding(shown, fold)

    def drawn(most: int = MOST) -> Scene:
        return unfolding.scene(depth, expand, most)

    made: str | bytes
    if receptive_field:
        made = _field(shown, receptive_field, chosen, colours, follow_reader, style)
    elif chosen == "mmd":
        from archspec.emit.diagram.mermaid import mermaid

        made = mermaid(drawn, MOST, colours, rankdir)
    elif chosen == "html":
        from archspec.emit.diagram.page import page

        made = page(shown, depth=depth, fold=fold, expand=expand, theme=theme)
    elif chosen == "text":
        from archspec.emit.diagram.text import text

        made = text(drawn(), style)
    elif chosen in ("volumes", "tex"):
        made = _volumes(unfolding, depth, expand, chosen, colours, follow_reader)
    else:
        picture = drawn()
        scale = _heat(shown, picture, heat) if heat and not isinstance(shown, Draft) else None
        written = dot(picture, colours, rankdir, dpi if chosen == "png" else None, scale)
        made = written if chosen == "dot" else _laid_out(written, picture, chosen, timeout, follow_reader)
    if path is not None:
        write(Path(path), made.encode() if isinstance(made, str) else made)
    return made


def _check(what: str, wanted: str, known: Collection[str]) -> None:
    if wanted not in known:
        raise CannotDraw(f"there is no {what} `{wanted}`; there are {', '.join(known)}")


def _check_heat(shown: Module | Draft, heat: str, format: str) -> None:
    """Raise `CannotDraw` where there is nothing to colour by a figure."""
    from archspec.emit.diagram.heat import FIGURES

    _check("scale of", heat, FIGURES)
    if format not in HEATED:
        more = "; the page itself offers it" if format == "html" else ""
        raise CannotDraw(f"{format} has no scale to ask for{more}")
    if isinstance(shown, Draft):
        raise CannotDraw("what has errors has no figures to colour by")


def _heat(module: Module, scene: Scene, by: str) -> "Heat":
    from archspec.emit.diagram.heat import heat

    return heat(module, scene, by)


def _field(shown: Module | Draft, path: str, format: str, theme: Theme, follow_reader: bool, style: Style) -> str:
    from archspec.emit.diagram.field import field_picture

    if format not in ("svg", "text"):
        raise CannotDraw(f"a receptive field is drawn as svg or text, not as {format}")
    if isinstance(shown, Draft):
        raise CannotDraw("what has errors has no receptive fields")
    picture = field_picture(shown, path)
    if format == "text":
        from archspec.emit.diagram.field_text import field_text

        return field_text(picture, style)
    from archspec.emit.diagram.field_svg import field_svg

    return field_svg(picture, theme, follow_reader)


def _volumes(
    unfolding: Unfolding, depth: int | None, expand: Collection[str], format: str, theme: Theme, follow_reader: bool
) -> str:
    from archspec.emit.diagram.volumes import figure

    row = figure(unfolding, depth, expand)
    if format == "tex":
        from archspec.emit.diagram.tikz import tikz

        return tikz(row, theme)
    from archspec.emit.diagram.volumes_svg import volumes_svg

    return volumes_svg(row, theme, follow_reader)


def _laid_out(drawn: str, scene: Scene, format: str, timeout: float, follow_reader: bool) -> str | bytes:
    laid = laid_out(drawn, format, timeout)
    if format != "svg":
        return laid
    from archspec.emit.diagram.svg import finished

    return finished(laid.decode(), scene, follow_reader)


def volumes_for(ending: str) -> str:
    """The format of the figure of volumes in a file with this ending. Raises `CannotDraw` where it has none."""
    if ending.lower() in (".svg", ".tex"):
        return "tex" if ending.lower() == ".tex" else "volumes"
    raise CannotDraw(f"volumes are drawn as .svg or .tex, not as {ending or 'a file without an ending'}")


def _format(path: str | Path | None, format: str) -> str:
    """The format asked for. Raises `CannotDraw` where there is no such format."""
    wanted = format or (Path(path).suffix.removeprefix(".") if path is not None else "svg")
    wanted = ALIASES.get(wanted.lower(), wanted)
    if wanted == "volumes" and path is not None:
        wanted = volumes_for(Path(path).suffix)
    if wanted.lower() in FORMATS:
        return wanted.lower()
    which = f"`{wanted}`" if wanted else f"what `{path}` does not name"
    raise CannotDraw(f"cannot draw {which}; the formats are {', '.join(FORMATS[:-1])} and {FORMATS[-1]}")
