"""How labelled source lines look: each text below was read and found good before it was written down."""

from sketches import BLOCKS, LOSSY, RESNET, drawn, found, label

from archspec.core.diagnostic import Label
from archspec.core.source import Source, Span

CROWDED = Source("crowd.arch", "network N {\n    (a, b) -> add -> conv(64, 3, stride=2, padding=1)\n}\n")

NESTED = Source(
    "nested.arch",
    """network N {
    concat {
        conv(8, 1)
        x: residual {
            conv(8, 1)
            relu
            conv(8, 1)
        } skip { conv(4, 1) }
    } -> relu
}
""",
)

LONG = Source("long.arch", " -> ".join(f"conv({64 + at}, 3, padding=1)" for at in range(200)))

HOSTILE = Source(
    "a\x1b.arch", "conv(64) \x1b[31m relu\u202e\n\t字\tconv(文字化け, ｶ, e\u0301, 🙂) # ##[add-path]x\xa0\n"
)


def test_two_labels_on_a_line() -> None:
    diagnostic = found(
        label(RESNET, "stride=2, padding=3", "reads 223 of 224 rows"),
        label(RESNET, "conv(64, 7, stride=2, padding=3, bias=false)", "112 rows come out"),
        rule=LOSSY,
    )
    expected = """
warning[AS501]: it does not fit
   ╭─▸ resnet.arch:15:24
   │
15 │     conv1: conv(64, 7, stride=2, padding=3, bias=false)
   │            ┬───────────^^^^^^^^^^^^^^^^^^^─────────────
   │            │           ╰─ reads 223 of 224 rows
   │            ╰─ 112 rows come out
"""
    assert drawn(diagnostic) == expected
    expected = """
warning[AS501]: it does not fit
  --> resnet.arch:15:24
   |
15 |     conv1: conv(64, 7, stride=2, padding=3, bias=false)
   |            ------------^^^^^^^^^^^^^^^^^^^-------------
   |            |           |_ reads 223 of 224 rows
   |            |_ 112 rows come out
"""
    assert drawn(diagnostic, unicode=False) == expected


def test_two_labels_apart_on_a_line() -> None:
    diagnostic = found(label(CROWDED, "padding=1", "culprit"), label(CROWDED, "a, b", "where they come from"))
    expected = """
error[AS402]: it does not fit
  ╭─▸ crowd.arch:2:44
  │
2 │     (a, b) -> add -> conv(64, 3, stride=2, padding=1)
  │      ┬───                                  ^^^^^^^^^ culprit
  │      ╰─ where they come from
"""
    assert drawn(diagnostic) == expected


def test_many_labels_on_a_line() -> None:
    diagnostic = found(
        label(CROWDED, "stride=2", "halves"),
        label(CROWDED, "a", "the first"),
        label(CROWDED, "b", "the second"),
        label(CROWDED, "add", "their sum"),
        label(CROWDED, "conv(64, 3, stride=2, padding=1)", "the whole call"),
        label(CROWDED, "conv", "its name"),
    )
    expected = """
error[AS402]: it does not fit
  ╭─▸ crowd.arch:2:34
  │
2 │     (a, b) -> add -> conv(64, 3, stride=2, padding=1)
  │      ┬  ┬     ┬──    ┬───────────^^^^^^^^────────────
  │      │  │     │      │           ╰─ halves
  │      │  │     │      ├─ its name
  │      │  │     │      ╰─ the whole call
  │      │  │     ╰─ their sum
  │      │  ╰─ the second
  │      ╰─ the first
"""
    assert drawn(diagnostic) == expected
    expected = """
error[AS402]: it does not fit
 --> crowd.arch:2:34
  |
2 |     (a, b) -> add -> conv(64, 3, stride=2, padding=1)
  |      -  -     ---    ------------^^^^^^^^------------
  |      |  |     |      |           |_ halves
  |      |  |     |      |_ its name
  |      |  |     |      |_ the whole call
  |      |  |     |_ their sum
  |      |  |_ the second
  |      |_ the first
"""
    assert drawn(diagnostic, unicode=False) == expected
    expected = """
error[AS402]: it does not fit
  ╭─▸ crowd.arch:2:34
  │
2 │     (a, b) -> add -> conv(64, 3, s…
  │      ┬  ┬     ─── their sum
  │      │  ╰─ the second
  │      ╰─ the first
2 │ …> conv(64, 3, stride=2, padding=1)
  │    ┬───────────^^^^^^^^────────────
  │    │           ╰─ halves
  │    ├─ its name
  │    ╰─ the whole call
"""
    assert drawn(diagnostic, width=40) == expected


def test_labels_without_text() -> None:
    expected = """
error[AS402]: it does not fit
  ╭─▸ crowd.arch:2:15
  │
2 │     (a, b) -> add -> conv(64, 3, stride=2, padding=1)
  │      ────     ^^^
"""
    assert drawn(found(label(CROWDED, "add"), label(CROWDED, "a, b"))) == expected


def test_a_label_over_lines() -> None:
    diagnostic = found(label(RESNET, "residual {", "these branches", to="identity\n    }"))
    expected = """
error[AS402]: it does not fit
  ╭─▸ resnet.arch:2:5
  │
2 │ ╭     residual {
  ┆ │
9 │ │     }
  │ ╰─────^ these branches
"""
    assert drawn(diagnostic) == expected
    expected = """
error[AS402]: it does not fit
 --> resnet.arch:2:5
  |
2 | /     residual {
  : |
9 | |     }
  | |_____^ these branches
"""
    assert drawn(diagnostic, unicode=False) == expected


def test_a_label_over_lines_from_the_middle_of_one() -> None:
    diagnostic = found(label(NESTED, "residual {", "both of them", to="(4, 1) }"))
    expected = """
error[AS402]: it does not fit
  ╭─▸ nested.arch:4:12
  │
4 │           x: residual {
  │ ╭────────────^
  ┆ │
8 │ │         } skip { conv(4, 1) }
  │ ╰─────────────────────────────^ both of them
"""
    assert drawn(diagnostic) == expected
    expected = """
error[AS402]: it does not fit
 --> nested.arch:4:12
  |
4 |           x: residual {
  |  ____________^
  : |
8 | |         } skip { conv(4, 1) }
  | |_____________________________^ both of them
"""
    assert drawn(diagnostic, unicode=False) == expected
    expected = """
error[AS402]: it does not fit
  ╭─▸ nested.arch:4:12
  │
4 │           x: residual {
  │ ╭────────────^
  ┆ │
8 │ │ …   } skip { conv(4, 1) }
  │ ╰─────────────────────────^
  │             both of them ─╯
"""
    assert drawn(diagnostic, width=32) == expected


def test_labels_over_lines_that_touch() -> None:
    diagnostic = found(
        label(RESNET, "residual {", "256 channels", to="batchnorm\n    }"),
        label(RESNET, "skip {", "64 channels", to="identity\n    }"),
    )
    expected = """
error[AS402]: it does not fit
  ╭─▸ resnet.arch:2:5
  │
2 │ ╭       residual {
  ┆ │
7 │ │       } skip {
  │ ╰───────^ 256 channels
  │   ╭───────╯
8 │   │         identity
9 │   │     }
  │   ╰─────╯ 64 channels
"""
    assert drawn(diagnostic) == expected


def test_labels_over_lines_within_each_other() -> None:
    diagnostic = found(
        label(NESTED, "concat {", "the outer", to="} -> relu"),
        label(NESTED, "residual {", "the inner", to="(4, 1) }"),
        label(NESTED, "conv(4, 1)", "its tail"),
    )
    expected = """
error[AS402]: it does not fit
  ╭─▸ nested.arch:2:5
  │
2 │ ╭       concat {
3 │ │           conv(8, 1)
4 │ │           x: residual {
  │ │ ╭────────────╯
  ┆ │ │
8 │ │ │         } skip { conv(4, 1) }
  │ │ │                  ────────── its tail
  │ │ ╰─────────────────────────────╯ the inner
9 │ │       } -> relu
  │ ╰───────────────^ the outer
"""
    assert drawn(diagnostic) == expected
    expected = """
error[AS402]: it does not fit
 --> nested.arch:2:5
  |
2 | /       concat {
3 | |           conv(8, 1)
4 | |           x: residual {
  | |  ____________-
  : | |
8 | | |         } skip { conv(4, 1) }
  | | |                  ---------- its tail
  | | |_____________________________- the inner
9 | |       } -> relu
  | |_______________^ the outer
"""
    assert drawn(diagnostic, unicode=False) == expected


def test_the_end_of_a_file() -> None:
    diagnostic = found(Label(Span(BLOCKS, len(BLOCKS.text), len(BLOCKS.text)), "`}` is missing"))
    expected = """
error[AS402]: it does not fit
  ╭─▸ lib/blocks.arch:5:1
  │
5 │
  │ ^ `}` is missing
"""
    assert drawn(diagnostic) == expected


def test_a_long_line_is_cut_around_the_label() -> None:
    diagnostic = found(label(LONG, "conv(164, 3, padding=1)", "here"))
    expected = """
error[AS402]: it does not fit
  ╭─▸ long.arch:1:2665
  │
1 │ …) -> conv(164, 3, padding=1) -> c…
  │       ^^^^^^^^^^^^^^^^^^^^^^^ here
"""
    assert drawn(diagnostic, width=40) == expected
    expected = """
error[AS402]: it does not fit
  ╭─▸ long.arch:1:2665
  │
1 │ …nv(163, 3, padding=1) -> conv(164, 3, padding=1) -> conv(165, 3, padding=…
  │                           ^^^^^^^^^^^^^^^^^^^^^^^ here
"""
    assert drawn(diagnostic) == expected
    expected = """
error[AS402]: it does not fit
 --> long.arch:1:2665
  |
1 | ...-> conv(164, 3, padding=1) ->...
  |       ^^^^^^^^^^^^^^^^^^^^^^^ here
"""
    assert drawn(diagnostic, unicode=False, width=40) == expected


def test_labels_far_apart_on_a_long_line() -> None:
    diagnostic = found(label(LONG, "conv(164, 3, padding=1)", "here"), label(LONG, "conv(65", "and there"))
    expected = """
error[AS402]: it does not fit
  ╭─▸ long.arch:1:2665
  │
1 │ conv(64, 3, padding=1) -> conv(65, 3, padding=1) -> conv(66, 3, padding=1)…
  │                           ─────── and there
1 │ …nv(163, 3, padding=1) -> conv(164, 3, padding=1) -> conv(165, 3, padding=…
  │                           ^^^^^^^^^^^^^^^^^^^^^^^ here
"""
    assert drawn(diagnostic) == expected


def test_a_label_wider_than_the_page() -> None:
    expected = """
error[AS402]: it does not fit
  ╭─▸ long.arch:1:101
  │
1 │ … -> conv(68, 3, padding=1) -> con…
  │  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  │  ╰─ all of this
"""
    assert drawn(found(Label(Span(LONG, 100, 900), "all of this")), width=40) == expected


def test_hostile_text() -> None:
    diagnostic = found(
        Label(Span(HOSTILE, 9, 10), "\x1b]0;title\x07"),
        label(HOSTILE, "化け", "wide"),
        label(HOSTILE, "🙂"),
        message="no name: `\u202e`\n",
    )
    expected = r"""
error[AS402]: no name: `\u202e`␊
  ╭─▸ a␛.arch:1:10
  │
1 │ conv(64) ␛[31m relu\u202e
  │          ^ ␛]0;title␇
2 │     字  conv(文字化け, ｶ, é, 🙂) # ##\x5badd-path]x\xa0
  │                  ┬───        ──
  │                  ╰─ wide
"""
    assert drawn(diagnostic) == expected
    expected = r"""
error[AS402]: no name: `\u202e`\n
 --> a\x1b.arch:1:10
  |
1 | conv(64) \x1b[31m relu\u202e
  |          ^^^^ \x1b]0;title\x07
2 |     \u5b57  conv(\u6587\u5b57\u5316\u3051, \uff76, e\u0301, \U0001f642) ...
  |                              ------------                   ----------
  |                              |_ wide
"""
    assert drawn(diagnostic, unicode=False) == expected


def test_tabs_reach_the_next_stop() -> None:
    diagnostic = found(
        Label(Span(Source("t", "\tab\tc\n"), 4, 5), "the third"), Label(Span(Source("u", "\tab\tc\n"), 3, 4), "a tab")
    )
    expected = """
error[AS402]: it does not fit
  ╭─▸ t:1:5
  │
1 │     ab  c
  │         ^ the third
  │
  ├─▸ u:1:4
  │
1 │     ab  c
  │       ── a tab
"""
    assert drawn(diagnostic) == expected
