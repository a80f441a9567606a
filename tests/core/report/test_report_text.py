"""How a diagnostic looks: each text below was read and found good before it was written down."""

from sketches import BLOCKS, DISAGREE, DOES_NOT_FIT, LOSSY, REMARK, RESNET, at, drawn, found, label

from archspec.core.diagnostic import Diagnostic, Edit, Fix, Frame, Label
from archspec.core.report.style import Style
from archspec.core.report.text import MOST_LABELS, as_text, summary
from archspec.core.source import Span

BRANCHES = Diagnostic(
    DISAGREE,
    "the branches of `residual` have different shapes",
    (
        label(RESNET, "identity", "this branch is 64 × 56 × 56"),
        label(RESNET, "conv3: conv(planes * 4, 1, bias=false)", "this branch is 256 × 56 × 56"),
    ),
    trail=(Frame("layer1", "Bottleneck", at(RESNET, "layer1")),),
    networks=("resnet",),
    path="layer1.identity",
    help="project the skip to 256 channels",
    fix=Fix("project the skip", (Edit(at(RESNET, "identity"), "conv(planes * 4, 1)"),)),
)


def test_one_label() -> None:
    diagnostic = Diagnostic(
        DOES_NOT_FIT,
        "`stride` is larger than the window",
        (label(RESNET, "stride=2", "a stride of 2"),),
        notes=("7 > 2 · 3",),
        help="use `stride=1`",
    )
    expected = """
error[AS402]: `stride` is larger than the window
   ╭─▸ resnet.arch:15:24
   │
15 │     conv1: conv(64, 7, stride=2, padding=3, bias=false)
   │                        ^^^^^^^^ a stride of 2
   │
   = note: 7 > 2 · 3
   = help: use `stride=1`
"""
    assert drawn(diagnostic) == expected
    expected = """
error[AS402]: `stride` is larger than the window
  --> resnet.arch:15:24
   |
15 |     conv1: conv(64, 7, stride=2, padding=3, bias=false)
   |                        ^^^^^^^^ a stride of 2
   |
   = note: 7 > 2 * 3
   = help: use `stride=1`
"""
    assert drawn(diagnostic, unicode=False) == expected


def test_two_labels_with_all_that_a_diagnostic_has() -> None:
    expected = """
error[AS401]: the branches of `residual` have different shapes
  ╭─▸ resnet.arch:8:9
  │
5 │         conv3: conv(planes * 4, 1, bias=false)
  │         ────────────────────────────────────── this branch is 256 × 56 × 56
  ┆
8 │         identity
  │         ^^^^^^^^ this branch is 64 × 56 × 56
  │
  = at layer1.identity of resnet
    in layer1, a Bottleneck, from resnet.arch:17
  = help: project the skip to 256 channels
  = unsafe fix: project the skip
8 -         identity
8 +         conv(planes * 4, 1)
"""
    assert drawn(BRANCHES) == expected
    expected = """
error[AS401]: the branches of `residual` have different shapes
 --> resnet.arch:8:9
  |
5 |         conv3: conv(planes * 4, 1, bias=false)
  |         -------------------------------------- this branch is 256 x 56 x 56
  :
8 |         identity
  |         ^^^^^^^^ this branch is 64 x 56 x 56
  |
  = at layer1.identity of resnet
    in layer1, a Bottleneck, from resnet.arch:17
  = help: project the skip to 256 channels
  = unsafe fix: project the skip
8 -         identity
8 +         conv(planes * 4, 1)
"""
    assert drawn(BRANCHES, unicode=False) == expected
    expected = """
error[AS401]: the branches of `residual`
    have different shapes
  ╭─▸ resnet.arch:8:9
  │
5 │ …conv3: conv(planes * 4, 1, bias=f…
  │  ┬─────────────────────────────────
  │  ╰─ this branch is 256 × 56 × 56
  ┆
8 │         identity
  │         ^^^^^^^^
  │         ╰─ this branch is
  │            64 × 56 × 56
  │
  = at layer1.identity of resnet
    in layer1, a Bottleneck, from
      resnet.arch:17
  = help: project the skip to 256
          channels
  = unsafe fix: project the skip
8 -         identity
8 +         conv(planes * 4, 1)
"""
    assert drawn(BRANCHES, width=40) == expected


def test_several_files() -> None:
    diagnostic = Diagnostic(
        DOES_NOT_FIT,
        "`linear` takes no map of 2048 × 7 × 7",
        (
            label(BLOCKS, "linear(hidden[0])", "wants features"),
            label(RESNET, "blocks.Head(classes, hidden=[120, 84])", "used here"),
            label(RESNET, "input image: [3, 224, 224]", "an image enters"),
        ),
        notes=("3 × 224 × 224\n→ conv1   64 × 112 × 112\n→ layer1  256 × 56 × 56",),
        trail=(Frame("head", "Head", at(RESNET, "head")),),
    )
    expected = """
error[AS402]: `linear` takes no map of 2048 × 7 × 7
   ╭─▸ lib/blocks.arch:2:5
   │
 2 │     linear(hidden[0])
   │     ^^^^^^^^^^^^^^^^^ wants features
   │
   ├─▸ resnet.arch:18:11
   │
14 │     input image: [3, 224, 224]
   │     ────────────────────────── an image enters
   ┆
18 │     head: blocks.Head(classes, hidden=[120, 84])
   │           ────────────────────────────────────── used here
   │
   = in head, a Head, from resnet.arch:18
   = note: 3 × 224 × 224
           → conv1   64 × 112 × 112
           → layer1  256 × 56 × 56
"""
    assert drawn(diagnostic) == expected
    expected = """
error[AS402]: `linear` takes no map of 2048 x 7 x 7
  --> lib/blocks.arch:2:5
   |
 2 |     linear(hidden[0])
   |     ^^^^^^^^^^^^^^^^^ wants features
   |
  --> resnet.arch:18:11
   |
14 |     input image: [3, 224, 224]
   |     -------------------------- an image enters
   :
18 |     head: blocks.Head(classes, hidden=[120, 84])
   |           -------------------------------------- used here
   |
   = in head, a Head, from resnet.arch:18
   = note: 3 x 224 x 224
           -> conv1   64 x 112 x 112
           -> layer1  256 x 56 x 56
"""
    assert drawn(diagnostic, unicode=False) == expected


def test_a_fix_that_takes_lines_away() -> None:
    diagnostic = Diagnostic(
        LOSSY,
        "a bias before `batchnorm` does nothing",
        (label(RESNET, "batchnorm", "it is taken off here", 1),),
        fix=Fix("drop the line", (Edit(at(RESNET, "        bn3:   batchnorm\n"), ""),), safe=True),
    )
    expected = """
warning[AS501]: a bias before `batchnorm` does nothing
  ╭─▸ resnet.arch:6:16
  │
6 │         bn3:   batchnorm
  │                ^^^^^^^^^ it is taken off here
  │
  = fix: drop the line
6 -         bn3:   batchnorm
"""
    assert drawn(diagnostic) == expected


def test_a_fix_at_several_places() -> None:
    diagnostic = Diagnostic(
        REMARK,
        "names",
        (label(RESNET, "planes"),),
        fix=Fix(
            "call it `channels`",
            (
                *(Edit(at(RESNET, "planes", nth), "channels") for nth in range(4)),
                Edit(Span(BLOCKS, 0, 0), "# one\n# two\n"),
                Edit(at(RESNET, "resnet"), "net"),
            ),
        ),
    )
    expected = """
info[AS590]: names
   ╭─▸ resnet.arch:1:18
   │
 1 │ block Bottleneck(planes, stride = 1) {
   │                  ^^^^^^
   │
   = unsafe fix: call it `channels`
 1 - block Bottleneck(planes, stride = 1) {
 1 + block Bottleneck(channels, stride = 1) {
 3 -         conv1: conv(planes, 1, bias=false) -> batchnorm -> relu
 3 +         conv1: conv(channels, 1, bias=false) -> batchnorm -> relu
 4 -         conv2: conv(planes, 3, stride=stride, padding=1) -> relu
 4 +         conv2: conv(channels, 3, stride=stride, padding=1) -> relu
     … and 3 more
"""
    assert drawn(diagnostic) == expected


def test_a_long_trail() -> None:
    diagnostic = Diagnostic(
        DOES_NOT_FIT,
        "too deep",
        (label(BLOCKS, "linear"),),
        trail=tuple(Frame(f"a{at}", "Inception", Span(BLOCKS, 0, 1)) for at in range(9)),
        networks=("one", "two"),
    )
    expected = """
error[AS402]: too deep
  ╭─▸ lib/blocks.arch:2:5
  │
2 │     linear(hidden[0])
  │     ^^^^^^
  │
  = in a8, an Inception, from lib/blocks.arch:1
    in a7, an Inception, from lib/blocks.arch:1
    in a6, an Inception, from lib/blocks.arch:1
    in 3 more
    in a2, an Inception, from lib/blocks.arch:1
    in a1, an Inception, from lib/blocks.arch:1
    in a0, an Inception, from lib/blocks.arch:1
    in one and two
"""
    assert drawn(diagnostic) == expected


def test_colour() -> None:
    expected = """
\x1b[1;31merror[AS401]\x1b[0m\x1b[1m: the branches of `residual` have different shapes\x1b[0m
\x1b[94m  ╭─▸ \x1b[0mresnet.arch:8:9
\x1b[94m  │\x1b[0m
\x1b[94m5 │ \x1b[0m        conv3: conv(planes * 4, 1, bias=false)
\x1b[94m  │ \x1b[0m        \x1b[94m────────────────────────────────────── this branch is 256 × 56 × 56\x1b[0m
\x1b[94m  ┆\x1b[0m
\x1b[94m8 │ \x1b[0m        \x1b[1;31midentity\x1b[0m
\x1b[94m  │ \x1b[0m        \x1b[1;31m^^^^^^^^ this branch is 64 × 56 × 56\x1b[0m
\x1b[94m  │\x1b[0m
\x1b[94m  = \x1b[0mat layer1.identity of resnet
    in layer1, a Bottleneck, from resnet.arch:17
\x1b[94m  = \x1b[0m\x1b[1mhelp: \x1b[0mproject the skip to 256 channels
\x1b[94m  = \x1b[0m\x1b[1munsafe fix: \x1b[0mproject the skip
\x1b[94m8 \x1b[0m\x1b[31m-         \x1b[0m\x1b[1;31midentity\x1b[0m
\x1b[94m8 \x1b[0m\x1b[32m+         \x1b[0m\x1b[1;32mconv(planes * 4, 1)\x1b[0m
"""
    assert drawn(BRANCHES, color=True) == expected


def test_labels_beyond_the_most_are_counted() -> None:
    labels = [Label(Span(RESNET, at, at + 1)) for at in range(0, 3 * MOST_LABELS, 2)]
    assert f"= note: {len(labels) - MOST_LABELS} more not shown\n" in drawn(found(*labels))
    assert "more not shown" not in drawn(found(*labels[:MOST_LABELS]))


def test_summary() -> None:
    one = [found(label(BLOCKS, "linear"), rule=rule) for rule in (DOES_NOT_FIT, LOSSY, REMARK)]
    assert summary(one) == "1 error, 1 warning, 1 info"
    assert summary([*one, *one]) == "2 errors, 2 warnings, 2 info"
    assert summary(one[1:2]) == "1 warning"
    assert summary(one[:1], Style(color=True)) == "\x1b[1;31m1 error\x1b[0m"


def test_several_diagnostics_keep_their_order_and_are_counted() -> None:
    text = as_text([found(label(RESNET, "relu")), found(label(BLOCKS, "linear"), rule=LOSSY)])
    assert [line for line in text.split("\n") if line and line[0] not in " 123456789"] == [
        "error[AS402]: it does not fit",
        "warning[AS501]: it does not fit",
    ]
    assert text.endswith("\n\n1 error, 1 warning\n")


def test_nothing_found_draws_nothing() -> None:
    assert as_text([]) == ""
