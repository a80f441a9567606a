"""How a design shows itself in a notebook: as the interactive page, within a frame that can do nothing to the notebook.

It never raises and starts no process: whoever looks at a variable has asked for neither.
"""

from contextlib import suppress
from html import escape

from archspec.core.report.style import PLAIN
from archspec.design import Module
from archspec.emit.diagram.page import page
from archspec.emit.diagram.text import text
from archspec.emit.diagram.unfolding import scene

HEIGHT = 640  # pixels
_MOST = 300  # boxes: a notebook is saved with what it shows


def shown(module: Module, otherwise: str) -> dict[str, str]:
    """By media type; where there is no diagram, what is to be said `otherwise`."""
    made = beside(module, otherwise)
    try:
        made["text/plain"] = text(scene(module, most=_MOST), PLAIN)
    except Exception:  # noqa: BLE001  a design that cannot be drawn is still one to look at
        made.pop("text/html", None)
    return made


def beside(module: Module | None, words: str) -> dict[str, str]:
    """The diagram beside words of one's own; without a module, or where it cannot be drawn, these alone."""
    made = {"text/plain": words}
    if module is not None:
        with suppress(Exception):
            # without `allow-same-origin` the page has an origin of its own
            made["text/html"] = (
                f'<iframe sandbox="allow-scripts" width="100%" height="{HEIGHT}" style="border:0"'
                f' title="diagram" srcdoc="{escape(page(module))}"></iframe>'
            )
    return made
