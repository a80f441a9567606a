"""Colours that can be read, and something beside every colour."""

import pytest

from archspec.emit.diagram.palette import (
    COMBINE,
    DARK,
    ENTRY,
    INPUT,
    LAYER_KINDS,
    LETTERS,
    LIGHT,
    OUTPUT,
    SIGNS,
    Theme,
    colours,
)

BOTH = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])


def luminance(colour: str) -> float:
    """WCAG 2.1, relative luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@BOTH
def test_text_can_be_read_on_what_it_stands_on(theme: Theme) -> None:
    grounds = [theme.ground, theme.header, *theme.frames]
    for ground in [*grounds, *(paint.fill for paint in theme.kinds.values() if paint.fill != paint.stroke)]:
        assert contrast(theme.text, ground) >= 7
        assert contrast(theme.muted, ground) >= 4.5
    for ground in [theme.ground, *theme.frames]:
        assert contrast(theme.accent, ground) >= 4.5  # the shapes on skips
    for kind, paint in theme.kinds.items():
        if kind in LETTERS or kind == COMBINE:
            assert contrast(paint.stroke, paint.fill) >= 4.5  # letters and signs


@BOTH
def test_scales_can_be_read(theme: Theme) -> None:
    assert all(contrast(theme.text, step) >= 4.5 for step in theme.heat)
    assert contrast(theme.heat[0], theme.heat[-1]) >= 2
    grounds = [theme.ground, *theme.frames]
    assert all(contrast(theme.bad, ground) >= 4.5 for ground in grounds)


@BOTH
def test_lines_can_be_seen(theme: Theme) -> None:
    for ground in [theme.ground, *theme.frames]:
        for line in [theme.edge, theme.accent, theme.frame, *(paint.stroke for paint in theme.kinds.values())]:
            assert contrast(line, ground) >= 3


def test_every_kind_has_a_second_cue() -> None:
    assert set(LIGHT.kinds) == {*LAYER_KINDS, *LETTERS, INPUT, OUTPUT, ENTRY}
    assert set(LAYER_KINDS) - set(LETTERS) == {COMBINE}  # told by its form, and by a sign or its name
    assert len(set(LETTERS.values())) == len(LETTERS)
    assert len(set(SIGNS.values())) == len(SIGNS)


def test_one_light_colour_is_one_dark_one() -> None:
    assert list(LIGHT.kinds) == list(DARK.kinds)
    pairs = set(zip(colours(LIGHT), colours(DARK), strict=True))
    assert len(dict(pairs)) == len(pairs)
