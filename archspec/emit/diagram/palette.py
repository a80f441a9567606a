"""The colours of diagrams, light and dark, and the letters and signs that say the same without colour.

Text keeps a contrast of at least 4.5 to what it stands on, strokes one of 3 (WCAG 2.1, level AA). A light colour stands
for one dark colour, whatever it paints, so that a stylesheet can exchange them.
"""

from collections.abc import Mapping
from typing import NamedTuple

# What boxes are: inputs and outputs, modules drawn closed, points where values enter a frame, kinds of layers, errors.
INPUT, OUTPUT, MODULE, ENTRY = "input", "output", "module", "entry"
BROKEN = "broken"  # what has an error
CONV, LINEAR, POOL, NORM, ACTIVATION = "conv", "linear", "pool", "norm", "activation"
DROPOUT, COMBINE, SHAPE, RESIZE, OTHER = "dropout", "combine", "shape", "resize", "other"
ATTENTION, RECURRENT = "attention", "recurrent"

LAYER_KINDS = (
    CONV, LINEAR, ATTENTION, RECURRENT, POOL, NORM, ACTIVATION, DROPOUT, COMBINE, SHAPE, RESIZE, OTHER,
)  # fmt: skip

# The second cue: a letter in the box. Combining operators are told by their form.
LETTERS: Mapping[str, str] = {
    CONV: "C", LINEAR: "L", ATTENTION: "A", RECURRENT: "↻", POOL: "P", NORM: "N", ACTIVATION: "ƒ", DROPOUT: "D",
    SHAPE: "S", RESIZE: "R", OTHER: "O", MODULE: "▸",
    BROKEN: "!",
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
    bad:    what is wrong
    heat:   the steps of a scale of figures, from little to much
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
    bad: str
    heat: tuple[str, ...]


LIGHT = Theme(
    ground="#ffffff",
    text="#1f2328",
    muted="#57606a",
    edge="#6e7781",
    accent="#b1307d",
    frame="#7a838d",
    header="#d8dee4",
    frames=("#f6f8fa", "#eaeef2", "#f7f9fb"),
    kinds={
        INPUT: Paint("#fdfdfe", "#24292f"),
        OUTPUT: Paint("#fdfdfd", "#24292e"),
        MODULE: Paint("#fcfcfd", "#424a53"),
        ENTRY: Paint("#6e7782", "#6e7782"),
        CONV: Paint("#ddf0ff", "#0860ca"),
        LINEAR: Paint("#efe5ff", "#7a3fd1"),
        ATTENTION: Paint("#ffe3e5", "#b32433"),
        RECURRENT: Paint("#e6e8ff", "#4b50b8"),
        POOL: Paint("#ffe8d6", "#b04a08"),
        NORM: Paint("#d5f5f1", "#0b7068"),
        ACTIVATION: Paint("#e2f6dd", "#17762f"),
        DROPOUT: Paint("#eceef0", "#59636e"),
        COMBINE: Paint("#ffeff7", "#b1307c"),
        SHAPE: Paint("#f0f1f3", "#5a646f"),
        RESIZE: Paint("#fbf0c4", "#8a6100"),
        OTHER: Paint("#eeeeee", "#4f5964"),
        BROKEN: Paint("#ffecea", "#c4161e"),
    },
    bad="#c4161f",
    heat=("#fff6e0", "#fde0b0", "#fbc07e", "#f69d55", "#f0803c"),
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
        ATTENTION: Paint("#4f1219", "#ff9aa2"),
        RECURRENT: Paint("#23265f", "#a9b0ff"),
        POOL: Paint("#4b2504", "#ffb77c"),
        NORM: Paint("#06383a", "#63d8cc"),
        ACTIVATION: Paint("#0b3a1c", "#7ee787"),
        DROPOUT: Paint("#2b3138", "#b1bac4"),
        COMBINE: Paint("#4d1a37", "#f778bb"),
        SHAPE: Paint("#2a3037", "#b1bac5"),
        RESIZE: Paint("#3f2e04", "#e9c46a"),
        OTHER: Paint("#2d333b", "#b7c0ca"),
        BROKEN: Paint("#3d1013", "#ff7b73"),
    },
    bad="#ff7b72",
    heat=("#1d1d25", "#3b2420", "#5a2a1c", "#7a2f17", "#9a3412"),
)


def colours(theme: Theme) -> tuple[str, ...]:
    """Every colour of a theme, in one order for all themes."""
    lines = theme.text, theme.muted, theme.edge, theme.accent, theme.frame, theme.bad, *theme.heat
    return theme.ground, theme.header, *theme.frames, *lines, *(one for paint in theme.kinds.values() for one in paint)
