"""Every network that ships passes its check, but for the one that is there to be refused."""

from pathlib import Path

import pytest

import archspec

ROOT = Path(__file__).parents[2]
FILES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "specs").rglob("*.arch"))
REFUSED = "specs/seeds/mnist_inception_broken.arch"
GOOD = [name for name in FILES if name != REFUSED]


def test_there_are_networks() -> None:
    assert REFUSED in FILES
    assert len(GOOD) >= 17


@pytest.mark.parametrize("name", GOOD)
def test_it_passes(name: str) -> None:
    assert archspec.check(ROOT / name).diagnostics == ()


def test_one_is_refused_with_one_error() -> None:
    (found,) = archspec.check(ROOT / REFUSED).diagnostics
    assert found.rule.code == "AS401"
    assert "stride=1" in found.help
