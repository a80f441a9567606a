"""A diagram as one HTML file that asks nothing of anybody: it draws itself from the scene within it.

The content-security policy allows the one script and the one stylesheet of the page, by their hashes, and no request.
"""

import json
import re
from base64 import b64encode
from collections.abc import Collection
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import Any

from archspec.core.report.visible import visible
from archspec.design import Module
from archspec.elaborate.draft import Draft
from archspec.emit.diagram.page_data import PageData
from archspec.emit.diagram.palette import DARK, ENTRY, LIGHT, Theme

SCRIPTS = ("layout.js", "picture.js", "app.js")
LIVE_SCRIPTS = (*SCRIPTS, "live.js")


def page(
    shown: Module | Draft,
    *,
    depth: int | None = None,
    fold: bool = True,
    expand: Collection[str] = (),
    theme: str = "auto",
) -> str:
    """The page of a network; `depth`, `fold` and `expand` say what stands open at first."""
    data = PageData(shown, depth=depth, fold=fold, expand=expand).data()
    return _filled(visible(data["network"]), SCRIPTS, _embedded(data), "", theme)


def live_page(name: str) -> str:
    """The page that asks the server it comes from for what it shows, and shows the spec beside the picture."""
    made = _filled(visible(name), LIVE_SCRIPTS, "", "; connect-src 'self'", "auto")
    return made.replace("<body>", '<body class="beside">')


def _filled(title: str, scripts: Collection[str], data: str, more: str, theme: str) -> str:
    style, script = _stylesheet() + _text("style.css"), "\n".join(_text(one) for one in scripts)
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}';"
        f" base-uri 'none'; form-action 'none'{more}"
    )
    filled = _text("page.html")
    if theme != "auto":
        filled = filled.replace('<html lang="en">', f'<html lang="en" data-theme="{theme}">')
    parts = {"policy": escape(policy, quote=False), "title": escape(title), "style": style, "data": data}
    parts["script"] = script
    # all at once: what is filled in is not looked at again
    return re.sub(r"@(\w+)@", lambda match: parts[match[1]], filled)


def _embedded(data: dict[str, Any]) -> str:
    """Data that nothing in it can end: neither the element around it nor a comment."""
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    for char in "<>&":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return f'<script type="application/json" id="data">{text}</script>'


def _stylesheet() -> str:
    """The colours of both themes as variables: the reader's choice, else what the system says."""
    light, dark = _variables(LIGHT), _variables(DARK)
    return (
        f":root{{color-scheme:light;{light}}}:root[data-theme=dark]{{color-scheme:dark;{dark}}}\n"
        f"@media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{color-scheme:dark;{dark}}}}}\n"
        + "".join(f".{kind}{{--fill:var(--{kind});--stroke:var(--{kind}-line)}}" for kind in LIGHT.kinds)
        + "\n"
    )


def _variables(theme: Theme) -> str:
    known = {
        "ground": theme.ground, "text": theme.text, "muted": theme.muted, "edge": theme.edge, "accent": theme.accent,
        "frame": theme.frame, "header": theme.header, "halo": theme.ground, "bad": theme.bad,
        "cold": theme.heat[0], "hot": theme.heat[-1],
    }  # fmt: skip
    known |= {f"frame{at}": colour for at, colour in enumerate(theme.frames)}
    for kind, paint in theme.kinds.items():
        if kind != ENTRY:
            known |= {kind: paint.fill, f"{kind}-line": paint.stroke}
    return "".join(f"--{name}:{colour};" for name, colour in known.items())


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _text(name: str) -> str:
    """A file of this page. Lines end as the hash has it, whatever the checkout did to them."""
    found = files("archspec.emit.diagram").joinpath("html", name).read_text(encoding="utf-8")
    return found.replace("\r\n", "\n")
