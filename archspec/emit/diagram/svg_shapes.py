"""SVG written by hand: a drawing of rectangles, lines and texts in the colours of a theme.

Everything that comes from a spec goes through `text`, which makes it text.
"""

from html import escape

from archspec.core.report.visible import visible
from archspec.emit.diagram.palette import Theme
from archspec.emit.diagram.svg import stylesheet

FONT = "Helvetica,Arial,sans-serif"


class Drawing:
    """Gathers elements; colours are those of the light theme where the drawing follows its reader."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self.lines: list[str] = []

    def add(self, element: str) -> None:
        self.lines.append(element)

    def rect(self, x: float, y: float, w: float, h: float, fill: str, stroke: str = "none", more: str = "") -> None:
        self.add(
            f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(w)}" height="{_n(h)}" fill="{fill}" stroke="{stroke}"{more}/>'
        )

    def path(self, d: str, stroke: str, more: str = "", fill: str = "none") -> None:
        self.add(f'<path d="{d}" fill="{fill}" stroke="{stroke}"{more}/>')

    def polygon(self, points: list[tuple[float, float]], fill: str, stroke: str, more: str = "") -> None:
        corners = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
        self.add(f'<polygon points="{corners}" fill="{fill}" stroke="{stroke}" stroke-linejoin="round"{more}/>')

    def text(
        self,
        x: float,
        y: float,
        said: str,
        size: float = 11,
        colour: str = "",
        anchor: str = "start",
        bold: bool = False,
        halo: bool = False,
    ) -> None:
        weight = ' font-weight="bold"' if bold else ""
        around = f' stroke="{self.theme.ground}" stroke-width="3" paint-order="stroke"' if halo else ""
        place = f' text-anchor="{anchor}"' if anchor != "start" else ""
        paint = f' fill="{colour or self.theme.text}"{place}{weight}{around}'
        self.add(f'<text x="{_n(x)}" y="{_n(y)}" font-size="{_n(size)}"{paint}>{escape(visible(said))}</text>')

    def open(self, title: str) -> None:
        """A group that says a title where one points at it."""
        self.add(f"<g><title>{escape(visible(title))}</title>")

    def close(self) -> None:
        self.add("</g>")

    def written(self, width: float, height: float, label: str, follow_reader: bool) -> str:
        style = f"<style>{stylesheet()}</style>\n" if follow_reader else ""
        w, h = _n(width), _n(height)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(visible(label))}"'
            f' width="{w}" height="{h}" viewBox="0 0 {w} {h}" font-family="{FONT}">\n{style}'
            f'<rect width="{w}" height="{h}" fill="{self.theme.ground}"/>\n' + "\n".join(self.lines) + "\n</svg>\n"
        )


def _n(number: float) -> str:
    """A number in few characters, the same everywhere."""
    return f"{number:.2f}".rstrip("0").rstrip(".") if number else "0"


number = _n


def end_of(path: str, most: int) -> str:
    """A path cut in front: what stands in one module has its beginning in common."""
    return path if len(path) <= most else "…" + path[len(path) - most + 1 :]


def cut(said: str, most: int) -> str:
    return said if len(said) <= most else said[: most - 1] + "…"
