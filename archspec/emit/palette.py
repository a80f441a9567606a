"""The colours of diagrams, light and dark, and the letters and signs that say the same without colour.

Text keeps a contrast of at least 4.5 to what it stands on, strokes one of 3 (WCAG 2.1, level AA). A light colour stands
for one dark colour, whatever it paints, so that a stylesheet can exchange them.
"""

from collections.abc import Mapping
from typing import NamedTuple

# What boxes are: inputs and outputs, modules drawn closed, points where values enter a frame, and kinds of layers.
INPUT, OUTPUT, MODULE, ENTRY = "input", "output", "module", "entry"
CONV, LINEAR, POOL, NORM, ACTIVATION = "conv", "linear", "pool", "norm", "activation"
DROPOUT, COMBINE, SHAPE, RESIZE, OTHER = "dropout", "combine", "shape", "resize", "other"

LAYER_KINDS = (CONV, LINEAR, POOL, NORM, ACTIVATION, DROPOUT, COMBINE, SHAPE, RESIZE, OTHER)

# The second cue: a letter in the box. Combining operators are told by their form.
LETTERS: Mapping[str, str] = {
    CONV: "C", LINEAR: "L", POOL: "P", NORM: "N", ACTIVATION: "A", DROPOUT: "D", SHAPE: "S", RESIZE: "R", OTHER: "O",
    MODULE: "▸",
}  # fmt: skip
SIGNS: Mapping[str, str] = {"add": "+", "mul": "×", "sub": "−"}


class Paint(NamedTuple):
    """The colours of a kind of box: its ground, and what draws its outline and its letter."""

    fill: str
    stroke: str


class Theme(NamedTuple):
    """A set of colours.

    frames: the ground of nested modules by their depth; deeper ones use the last
    accent: edges that skip over others
    """

    ground: str
    text: str
    muted: str
    edge: str
    accent: str
    frame: str
    header: str
    frames: tuple[str, ...]
    kinds: Mapping[str, Paint]


LIGHT = Theme(
    ground="#ffffff",
    text="#1f2328",
    muted="#57606a",
    edge="#6e7781",
    accent="#bf3989",
    frame="#848d97",
    header="#d8dee4",
    frames=("#f6f8fa", "#eaeef2", "#f7f9fb"),
    kinds={
        INPUT: Paint("#fdfdfe", "#24292f"),
        OUTPUT: Paint("#fdfdfd", "#24292e"),
        MODULE: Paint("#fcfcfd", "#424a53"),
        ENTRY: Paint("#6e7782", "#6e7782"),
        CONV: Paint("#ddf0ff", "#0969da"),
        LINEAR: Paint("#efe5ff", "#7a3fd1"),
        POOL: Paint("#ffe8d6", "#b04a08"),
        NORM: Paint("#d5f5f1", "#0b7068"),
        ACTIVATION: Paint("#e2f6dd", "#1a7f37"),
        DROPOUT: Paint("#eceef0", "#59636e"),
        COMBINE: Paint("#ffeff7", "#bf3988"),
        SHAPE: Paint("#f0f1f3", "#5a646f"),
        RESIZE: Paint("#fbf0c4", "#8a6100"),
        OTHER: Paint("#eeeeee", "#4f5964"),
    },
)

DARK = Theme(
    ground="#0d1117",
    text="#e6edf3",
    muted="#a9b4bf",
    edge="#8b949e",
    accent="#f778ba",
    frame="#6e7681",
    header="#313840",
    frames=("#151b23", "#1c232c", "#141a22"),
    kinds={
        INPUT: Paint("#161b22", "#e6edf4"),
        OUTPUT: Paint("#161b23", "#e6edf5"),
        MODULE: Paint("#22272e", "#c9d1d9"),
        ENTRY: Paint("#8b949f", "#8b949f"),
        CONV: Paint("#0c2d5a", "#79c0ff"),
        LINEAR: Paint("#30205c", "#d2a8ff"),
        POOL: Paint("#4b2504", "#ffb77c"),
        NORM: Paint("#06383a", "#63d8cc"),
        ACTIVATION: Paint("#0b3a1c", "#7ee787"),
        DROPOUT: Paint("#2b3138", "#b1bac4"),
        COMBINE: Paint("#4d1a37", "#f778bb"),
        SHAPE: Paint("#2a3037", "#b1bac5"),
        RESIZE: Paint("#3f2e04", "#e9c46a"),
        OTHER: Paint("#2d333b", "#b7c0ca"),
    },
)

THEMES: Mapping[str, Theme] = {"light": LIGHT, "dark": DARK}


def colours(theme: Theme) -> tuple[str, ...]:
    """Every colour of a theme, in one order for all themes."""
    paints = [paint for kind in theme.kinds.values() for paint in kind]
    return (
        theme.ground, theme.text, theme.muted, theme.edge, theme.accent, theme.frame, theme.header, *theme.frames, *paints,
    )  # fmt: skip
