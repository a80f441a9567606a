"""AS713: a network that works as it is declared, and for which other sizes it does."""

from pathlib import Path

import pytest
from linting import codes, lint

import archspec
from archspec.core.diagnostic import Diagnostic
from archspec.lints.selection import Selection

UNET = """\
block Up(channels) {
    input deep, lateral
    (deep) -> up: conv_transpose(channels, 2, stride=2)
    (lateral, up) -> concat
}
network unet(size = 64) {
    input image: [3, size, size]
    top:  conv(4, 3, padding=1)
    mid: { maxpool(2) -> conv(8, 3, padding=1) }
    (mid) -> low: { maxpool(2) -> conv(16, 3, padding=1) }
    (low, mid) -> up1: Up(8)
    (up1, top)  -> up2: Up(4)
}
"""
RESNET_D = """\
network n {
    input image: [8, 56, 40]
    residual { conv(8, 3, stride=2, padding=1) } skip { avgpool(2) -> conv(8, 1) }
}
"""


def found(folder: Path, text: str) -> tuple[Diagnostic, ...]:
    return lint(folder, text, "AS713")


def test_a_unet(tmp_path: Path) -> None:
    (one,) = found(tmp_path, UNET)
    assert one.message == (
        "at a height of 65 instead of 64, `concat` joins 4 × 64 × 64 and 4 × 65 × 64: their height differs"
    )
    assert one.span.text == "concat"
    assert [label.text for label in one.labels[1:]] == ["this is 4 × 64 × 64", "this is 4 × 65 × 64"]
    assert one.notes == (
        "everything meets where height and width can be divided by 4",
        "of the sizes from 1 to 160, 78 at up1.concat, 39 at up2.concat fail first",
    )
    assert (one.path, [frame.path for frame in one.trail]) == ("up2", ["up2"])
    assert one.networks == ("unet",)


def test_axes_of_different_sizes(tmp_path: Path) -> None:
    (one,) = found(tmp_path, RESNET_D)
    assert one.message.startswith("at a height of 57 instead of 56, `add` joins")
    assert one.notes[0] == "everything meets where height can be divided by 2"


def test_what_is_said_is_so(tmp_path: Path) -> None:
    """Each size is refused or taken as the note says."""
    found(tmp_path, UNET)
    for size in range(8, 32):
        refused = archspec.check(tmp_path / "example.arch", parameters={"size": size}).errors > 0
        assert refused == (size % 4 != 0)


@pytest.mark.parametrize(
    "text",
    [
        UNET.replace("maxpool(2)", "conv(8, 3, padding=1)").replace("2, stride=2", "1"),
        RESNET_D.replace("avgpool(2) -> conv(8, 1)", "conv(8, 1, stride=2)"),
        "network n { input x: [8]; linear(3) }\n",
        "network n { input x: [3, 10 ** 9, 224]; conv(4, 3, stride=2) }\n",  # too far apart to look at together
        "network n { input x: [3, 20, 20]; conv(4, 5) -> maxpool(2) -> flatten -> linear(3) }\n",
    ],
)
def test_nothing_to_say(tmp_path: Path, text: str) -> None:
    assert "AS713" not in codes(found(tmp_path, text))


def test_it_is_asked_for_and_changes_nothing_else(tmp_path: Path) -> None:
    """Errors at other sizes are no errors of the network, and what is wrong with another stays as it is."""
    text = UNET + "network bad { input x: [3, 65, 65]; mid: maxpool(2); (mid, x) -> up1: Up(8) }\n"
    path = tmp_path / "example.arch"
    path.write_text(text)
    plain = archspec.check(path).diagnostics
    assert codes(plain) == ["AS401"]
    more = archspec.check(path, selection=Selection(extend=("AS713",))).diagnostics
    assert codes(more) == ["AS401", "AS713"]
    assert str(more[0]) == str(plain[0])
    suppressed = text.replace("up) -> concat", "up) -> concat  # archspec: ignore[AS713] inputs are padded")
    path.write_text(suppressed.partition("network bad")[0])
    assert archspec.check(path, selection=Selection(extend=("AS713",))).diagnostics == ()
