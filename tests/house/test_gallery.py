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
    assert {path.name for path in folder.iterdir()} == {f"{one.name}.svg" for one in gallery["PICTURES"]}
    for one in gallery["PICTURES"]:
        path = folder / f"{one.name}.svg"
        label = ElementTree.parse(path).getroot().attrib["aria-label"]
        assert one.options.get("receptive_field", one.target.partition("/")[2]) in label
        turns_dark = "prefers-color-scheme:dark" in path.read_text(encoding="utf-8")
        assert turns_dark == ("theme" not in one.options)


def test_its_commands_work(gallery: dict[str, Any]) -> None:
    from archspec.cli.main import _parser

    for one in gallery["PICTURES"]:
        known = vars(_parser("render").parse_args(one.command.split()[1:]))
        assert known["target"] == one.target
        assert known.items() >= one.options.items()
