"""Specs and diagnostics to draw, and hostile ones at random."""

from hypothesis import strategies as st

from archspec.core.diagnostic import Diagnostic, Edit, Fix, Frame, Label, Rule, Severity
from archspec.core.report.style import Style
from archspec.core.report.text import as_text
from archspec.core.source import Source, Span

DISAGREE = Rule(
    "AS401", "branches-disagree", Severity.ERROR, "Branches that meet must fit.\n\nA sum needs equal shapes."
)
DOES_NOT_FIT = Rule("AS402", "does-not-fit", Severity.ERROR, "An operator must be able to take its inputs.")
LOSSY = Rule("AS501", "lossy-stride", Severity.WARNING, "")
REMARK = Rule("AS590", "odd-channels", Severity.INFO, "Tensor cores like multiples of eight.")

RESNET = Source(
    "resnet.arch",
    """block Bottleneck(planes, stride = 1) {
    residual {
        conv1: conv(planes, 1, bias=false) -> batchnorm -> relu
        conv2: conv(planes, 3, stride=stride, padding=1) -> relu
        conv3: conv(planes * 4, 1, bias=false)
        bn3:   batchnorm
    } skip {
        identity
    }
    relu
}

network resnet(classes = 10) {
    input image: [3, 224, 224]
    conv1: conv(64, 7, stride=2, padding=3, bias=false)
    maxpool(3, stride=2)
    layer1: Bottleneck(64)
    head: blocks.Head(classes, hidden=[120, 84])
}
""",
)
BLOCKS = Source("lib/blocks.arch", "block Head(classes, hidden) {\n    linear(hidden[0])\n    linear(classes)\n}\n")


def at(source: Source, text: str, nth: int = 0, to: str = "") -> Span:
    """The span of the nth occurrence of a text, or from there to the end of another text."""
    start = source.text.index(text)
    for _ in range(nth):
        start = source.text.index(text, start + 1)
    end = source.text.index(to, start + 1) + len(to) if to else start + len(text)
    return Span(source, start, end)


def label(source: Source, text: str, told: str = "", nth: int = 0, to: str = "") -> Label:
    return Label(at(source, text, nth, to), told)


def found(*labels: Label, rule: Rule = DOES_NOT_FIT, message: str = "it does not fit") -> Diagnostic:
    return Diagnostic(rule, message, labels)


def drawn(diagnostic: Diagnostic, width: int = 80, unicode: bool = True, color: bool = False) -> str:
    """One diagnostic as text, without the line that counts."""
    body, _, _ = as_text([diagnostic], Style(color, unicode, width)).rpartition("\n\n")
    return f"\n{body}\n"


_SPICE = "\n\n\t  ab(){}[]#:%,;=\\\"'`×→…x文字ｶ🙂\x00\x07\r\x1b\x7f\x9b\xa0\xad\u0301\u0488\u200d\u202e"
_SPICE += "\u2028\ufe0f\ud800\udcff"
hostile = st.text(st.sampled_from(_SPICE) | st.characters(), max_size=40) | st.sampled_from(
    [
        "\x1b[31mred\x1b[0m",
        "\x1b]0;title\x07",
        "::error::x\n::set-output name=a::b",
        "##[add-path]/tmp",
        "[a](b) {0}",
        "\u0301" * 50,
    ]
)
spec_texts = st.lists(hostile, max_size=6).map("\n".join) | st.builds(lambda text: text * 50, hostile)


@st.composite
def diagnostics(draw: st.DrawFn) -> Diagnostic:
    """Any diagnostic over any text: spans may reach beyond it, or end before they start."""
    sources = [Source(draw(hostile), draw(spec_texts)) for _ in range(draw(st.integers(1, 2)))]

    def span() -> Span:
        source = draw(st.sampled_from(sources))
        start = draw(st.integers(-2, len(source.text) + 2))
        return Span(source, start, draw(st.integers(start - 1, len(source.text) + 2)))

    edits = [Edit(span(), draw(hostile)) for _ in range(draw(st.integers(0, 3)))]
    return Diagnostic(
        Rule("AS999", draw(hostile), draw(st.sampled_from(Severity)), draw(hostile)),
        draw(hostile),
        tuple(Label(span(), draw(hostile)) for _ in range(draw(st.integers(1, 5)))),
        notes=tuple(draw(st.lists(hostile, max_size=2))),
        help=draw(hostile),
        fix=Fix(draw(hostile), tuple(edits), draw(st.booleans())) if draw(st.booleans()) else None,
        trail=tuple(Frame(draw(hostile), draw(hostile), span()) for _ in range(draw(st.integers(0, 2)))),
        networks=tuple(draw(st.lists(hostile, max_size=4))),
        path=draw(hostile),
    )
