"""Diagrams: `render` draws a design as SVG, PNG, PDF, or as text for Graphviz."""

from collections.abc import Collection
from pathlib import Path

from archspec.design import Module
from archspec.emit.diagram.dot import DIRECTIONS, dot
from archspec.emit.diagram.layout import TIMEOUT, laid_out
from archspec.emit.diagram.palette import DARK, LIGHT
from archspec.emit.diagram.scene import CannotDraw
from archspec.emit.diagram.svg import finished
from archspec.emit.diagram.unfolding import scene
from archspec.emit.files import write

FORMATS = ("svg", "png", "pdf", "dot")
THEMES = ("auto", "light", "dark")
DPI = 144  # of bitmaps: sharp on a screen of twice the usual density

__all__ = ["FORMATS", "THEMES", "CannotDraw", "render"]


def render(
    module: Module,
    path: str | Path | None = None,
    format: str = "",
    *,
    depth: int | None = None,
    fold: bool = True,
    expand: Collection[str] = (),
    theme: str = "auto",
    rankdir: str = "TB",
    dpi: int = DPI,
    timeout: float = TIMEOUT,
) -> str | bytes:
    """A diagram of a network: text as SVG and DOT, bytes as PNG and PDF.

    path:    where to write it, in one step; nothing is written without
    format:  "svg", "png", "pdf" or "dot"; by default that of the path's ending, without a path SVG
    depth, fold, expand: how much of it stands open; see `unfolding.scene`
    theme:   "light", "dark", or "auto": light, and for an SVG dark where readers prefer that
    rankdir: the direction it runs in: "TB", "LR", "BT" or "RL"
    dpi:     pixels to the inch, of PNG
    timeout: seconds that the layout may take

    Raises `CannotDraw` with a reason, and `OSError` where the path cannot be written.
    """
    chosen = _format(path, format)
    if theme not in THEMES:
        raise CannotDraw(f"there is no theme `{theme}`; there are {', '.join(THEMES)}")
    if rankdir not in DIRECTIONS:
        raise CannotDraw(f"there is no direction `{rankdir}`; there are {', '.join(DIRECTIONS)}")
    shown = scene(module, depth=depth, fold=fold, expand=expand)
    text = dot(shown, DARK if theme == "dark" else LIGHT, rankdir, dpi if chosen == "png" else None)
    made: str | bytes = text
    if chosen == "svg":
        made = finished(laid_out(text, chosen, timeout).decode(), shown, theme == "auto")
    elif chosen != "dot":
        made = laid_out(text, chosen, timeout)
    if path is not None:
        write(Path(path), made.encode() if isinstance(made, str) else made)
    return made


def _format(path: str | Path | None, format: str) -> str:
    """The format asked for. Raises `CannotDraw` where there is no such format."""
    wanted = format or (Path(path).suffix.removeprefix(".") if path is not None else "svg")
    if wanted.lower() in FORMATS:
        return wanted.lower()
    which = f"`{wanted}`" if wanted else f"what `{path}` does not name"
    raise CannotDraw(f"cannot draw {which}; the formats are {', '.join(FORMATS[:-1])} and {FORMATS[-1]}")
