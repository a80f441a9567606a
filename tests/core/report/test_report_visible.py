"""Text made safe to print, measured and wrapped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sketches import hostile

from archspec.core.report.visible import MOST_MARKS, cells, inert, prose, visible, width, wrap


@pytest.mark.parametrize(
    ("text", "shown", "ascii"),
    [
        ("plain `code`", "plain `code`", "plain `code`"),
        ("\x1b[31m", "␛[31m", "\\x1b[31m"),
        ("a\tb\nc\rd\0", "a␉b␊c␍d␀", "a\\tb\\nc\\rd\\x00"),
        ("\x7f\x9b2J", "␡\\x9b2J", "\\x7f\\x9b2J"),
        ("\u202eabc\u2066", "\\u202eabc\\u2066", "\\u202eabc\\u2066"),
        ("a\xa0b\u3000c\u2028", "a\\xa0b\\u3000c\\u2028", "a\\xa0b\\u3000c\\u2028"),
        ("zero\u200bwidth\ufeff\xad", "zero\\u200bwidth\\ufeff\\xad", "zero\\u200bwidth\\ufeff\\xad"),
        ("hidden\ufe0f\U000e0041\u3164", "hidden\\ufe0f\\U000e0041\\u3164", "hidden\\ufe0f\\U000e0041\\u3164"),
        ("\ud800\udcff", "\\ud800\\udcff", "\\ud800\\udcff"),
        ("é e\u0301 字 🙂", "é e\u0301 字 🙂", "\\xe9 e\\u0301 \\u5b57 \\U0001f642"),
        ("\u0301 alone", "\\u0301 alone", "\\u0301 alone"),
        ("##[error]no [x] #[y]", "##\\x5berror]no [x] #[y]", "##\\x5berror]no [x] #[y]"),
    ],
)
def test_visible(text: str, shown: str, ascii: str) -> None:
    assert visible(text) == shown
    assert visible(text, unicode=False) == ascii


def test_marks_do_not_pile_up() -> None:
    assert visible("a" + "\u0301" * MOST_MARKS) == "a" + "\u0301" * MOST_MARKS
    assert visible("a" + "\u0301" * (MOST_MARKS + 2)) == "a" + "\u0301" * MOST_MARKS + "\\u0301\\u0301"


def test_prose_spells_symbols_out_for_ascii() -> None:
    assert prose("64 × 56 × 56 → 3, 2 · 3 − 1 ≤ 5…", unicode=False) == "64 x 56 x 56 -> 3, 2 * 3 - 1 <= 5..."
    assert prose("→ first", unicode=False) == "-> first"
    assert prose("no name: `×`", unicode=False) == "no name: `\\xd7`"
    assert prose("64 × 56") == "64 × 56"


def test_width() -> None:
    assert [width(text) for text in ("", "abc", "é", "e\u0301", "文字", "ｶ", "한", "\u1112\u1161\u11ab", "🙂")] == [
        0, 3, 1, 1, 4, 1, 2, 2, 2,
    ]  # fmt: skip


@given(hostile, st.booleans())
def test_cells_are_as_wide_as_they_say(text: str, unicode: bool) -> None:
    laid = cells(text, unicode)
    assert len(laid) == len(text)
    assert all(width(shown) == taken for shown, taken in laid)
    shown = visible(text, unicode)
    assert width(shown) == sum(taken for _, taken in laid)
    assert visible(shown, unicode) == shown


def test_wrap() -> None:
    assert wrap("a b c", 5) == ["a b c"]
    assert wrap("one two three four", 9) == ["one two", "three", "four"]
    assert wrap("one two three four", 9, indent="  ") == ["one two", "  three", "  four"]
    assert wrap("a    table   of   words", 40) == ["a    table   of   words"]
    assert wrap("unbreakable", 4) == ["unbr", "eaka", "ble"]
    assert wrap("文字化け", 5) == ["文字", "化け"]
    assert wrap("", 4) == [""]


def test_shapes_are_kept_together() -> None:
    assert wrap("it is 256 × 56 × 56", 15) == ["it is", "256 × 56 × 56"]
    assert wrap("it is 256 x 56 x 56", 15) == ["it is", "256 x 56 x 56"]
    assert wrap("256 × 56 × 56 × 56", 8) == ["256 × 56", "× 56 ×", "56"]


@given(hostile.map(visible), st.integers(8, 50), st.sampled_from(["", " "]))
def test_wrapped_lines_fit_and_lose_nothing(text: str, room: int, indent: str) -> None:
    lines = wrap(text, room, indent)
    assert "".join("".join(lines).split()).replace("\\x3a", ":") == "".join(text.split())
    assert all(width(line) <= room for line in lines)


def test_no_line_begins_a_command() -> None:
    assert inert("  ::error::x::y") == "  \\x3a:error::x::y"
    assert inert("b::c ::d") == "b::c ::d"
    assert wrap("one ::two::x", 8, indent="  ") == ["one", "  \\x3a:t", "  wo::x"]
    assert wrap(" ::two", 40) == [" \\x3a:two"]
