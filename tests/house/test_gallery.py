"""The gallery is what its script makes of today's specs, and its pictures are there."""

import runpy
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def gallery() -> dict[str, Any]:
    return runpy.run_path(str(DOCS / "gallery.py"))


def test_the_page_is_current(gallery: dict[str, Any]) -> None:
    assert gallery["page"]() == (DOCS / "gallery.md").read_text(encoding="utf-8")


def test_the_pictures_are_there(gallery: dict[str, Any]) -> None:
    folder = DOCS / "images" / "gallery"
    names = {f"{name}.svg": target for name, target, _, _ in gallery["PICTURES"]}
    assert {path.name for path in folder.iterdir()} == set(names)
    for name, target in names.items():
        root = ElementTree.parse(folder / name).getroot()
        assert root.attrib["aria-label"] == target.removeprefix("seeds/")
        assert "prefers-color-scheme:dark" in (folder / name).read_text(encoding="utf-8")


def test_its_commands_work(gallery: dict[str, Any]) -> None:
    from archspec.cli.main import _parser

    for name, target, _, options in gallery["PICTURES"]:
        words = gallery["command"](name, target, options).split()[1:]
        known = vars(_parser("render").parse_args(words))
        assert known.items() >= options.items()
