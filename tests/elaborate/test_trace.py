"""Where two sizes do not meet, notes say which layers made them."""

from pathlib import Path

import pytest

import archspec

UNET = "image 350 × 350 → down1 175 × 175 → down2 87 × 87 → down3 43 × 43"


def notes(target: str | Path, **options: object) -> list[str]:
    found = archspec.check(target, **options).diagnostics  # type: ignore[arg-type]
    assert [one.rule.code for one in found] == ["AS401"]
    return [note.removeprefix("sizes: ") for note in found[0].notes if note.startswith("sizes: ")]


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    return tmp_path / "spec.arch"


def test_through_the_blocks_around(spec: Path) -> None:
    """The concat stands in a block; what enters it was made outside."""
    found = notes("classics/unet", inputs=(3, 350, 350))
    assert found == ["deep 21 × 21 → up 42 × 42", UNET, f"{UNET} → down4 21 × 21"]


def test_only_as_far_as_they_differ(spec: Path) -> None:
    """All branches of the block see the same 12 × 12: how that came about is no part of it."""
    assert notes("seeds/mnist_inception_broken") == ["in 12 × 12 → avgpool 4 × 4"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("a: conv(4, 1)\n maxpool(2) -> b: upsample(2)\n (a, b) -> concat", ["x 9 × 9 → maxpool 4 × 4 → b 8 × 8"]),
        (
            "residual { conv(3, 3, stride=2, padding=1) } skip { maxpool(3, stride=1) }",
            ["x 9 × 9 → conv 5 × 5", "x 9 × 9 → maxpool 7 × 7"],
        ),
        (
            "a: relu\n repeat 2 { conv(3, 3) }\n b: conv(3, 3)\n (a, b) -> add",
            ["x 9 × 9 → conv 7 × 7 → conv 5 × 5 → b 3 × 3"],
        ),
        ("a: relu\n conv(3, 3, padding=1) -> conv(4, 1) -> b: relu\n (a, b) -> add", []),
    ],
)
def test_within_a_network(spec: Path, body: str, expected: list[str]) -> None:
    spec.write_text(f"network n {{ input x: [3, 9, 9]\n {body}\n}}", encoding="utf-8")
    assert notes(spec) == expected


def test_a_long_way_is_shortened(spec: Path) -> None:
    steps = " -> ".join(["conv(3, 3)"] * 12)
    spec.write_text(
        f"network n {{ input x: [3, 40, 40]\n a: relu\n {steps} -> b: relu\n (a, b) -> add }}", encoding="utf-8"
    )
    (note,) = notes(spec)
    assert note.startswith("x 40 × 40 → conv 38 × 38 → … → ")
    assert note.endswith("conv 18 × 18 → conv 16 × 16")
