"""The HTML page: one file, nothing asked of anybody, hostile names as data, the figures of the design in it."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

import pytest
from pictures import TWINS, UNET, design, network

import archspec
from archspec.design import Module
from archspec.emit.diagram.page import live_page
from archspec.emit.diagram.page_data import PageData
from archspec.emit.diagram.render import render
from archspec.emit.diagram.scene import boxes, frames
from archspec.emit.diagram.unfolding import scene


class Parts(HTMLParser):
    """The elements of a page, and the texts of its scripts and its stylesheet."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, text: str) -> None:
        if self.tags and self.tags[-1][0] in ("script", "style", "title") and text.strip():
            self.texts.append((self.tags[-1][0], text))


def html(module: Module, **options: Any) -> str:
    made = render(module, format="html", **options)
    assert isinstance(made, str)
    return made


def data_of(page: str) -> dict[str, Any]:
    (text,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    found: dict[str, Any] = json.loads(text)
    return found


def children(data: dict[str, Any]) -> list[dict[str, Any]]:
    """All boxes and frames."""
    found = []
    waiting = list(data["children"])
    while waiting:
        one = waiting.pop(0)
        found.append(one)
        waiting.extend(one.get("children", ()))
    return found


@pytest.mark.parametrize("live", [False, True])
def test_the_policy_allows_this_script_and_this_stylesheet(live: bool) -> None:
    page = live_page("net") if live else html(design(UNET))
    parts = Parts(page)
    (policy,) = (one["content"] for _, one in parts.tags if one.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None and policy.startswith("default-src 'none';")
    for tag, text in parts.texts:
        if tag == "style" or (tag == "script" and not text.startswith("{")):
            digest = b64encode(sha256(text.encode()).digest()).decode()
            assert f"{tag}-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy
    assert ("connect-src 'self'" in policy) == live


def test_nothing_is_asked_of_anybody() -> None:
    page = html(archspec.load("seeds/resnet50").module)
    addresses = set(re.findall(r"https?://[^\s\"'`)]*", page)) - {"http://www.w3.org/2000/svg"}
    assert addresses == set()
    assert not re.search(r"\bfetch\(|XMLHttpRequest|import\(|@import|url\(", page)
    for _, attributes in Parts(page).tags:
        assert not attributes.keys() & {"src", "href", "style", "action"}
        assert not any(name.startswith("on") for name in attributes)


def test_hostile_names_are_data() -> None:
    hostile = "</script><img src=x onerror=alert(1)>&amp;<!--@script@ @style@"
    module = network(f'    "{hostile}": {{ "a b": conv(4, 1) -> conv(2, 1) }}\n    (x) -> conv(2, 1)')
    page = html(module)
    plain = html(network('    "g": { "a b": conv(4, 1) -> conv(2, 1) }\n    (x) -> conv(2, 1)'))
    assert [tag for tag, _ in Parts(page).tags] == [tag for tag, _ in Parts(plain).tags]
    assert hostile in [one["id"] for one in children(data_of(page))]


def test_it_holds_everything_and_opens_what_a_drawing_opens() -> None:
    module = archspec.load("seeds/resnet50").module
    data = data_of(html(module))
    whole, first = scene(module, depth=100), scene(module)
    found = children(data)
    assert [one["id"] for one in found if "children" not in one] == [box.id for box in _level_order(whole)]
    assert data["open"] == [frame.id for frame in frames(first.children)]
    assert len(data["edges"]) == len(whole.edges)
    assert (data["params"], data["macs"]) == (25557032, 4089184256)
    assert data_of(html(module, depth=0))["open"] == []


def _level_order(shown: Any) -> list[Any]:
    found, waiting = [], list(shown.children)
    while waiting:
        one = waiting.pop(0)
        if hasattr(one, "children"):
            waiting.extend(one.children)
        else:
            found.append(one)
    return found


def test_lines_and_receptive_fields() -> None:
    data = PageData(archspec.load("seeds/resnet50").module).data()
    by_id = {one["id"]: one for one in children(data)}
    conv1 = by_id["conv1"]
    file, first, last = conv1["span"]
    assert "conv1" in data["sources"][file].splitlines()[first - 1] and first == last
    (field,) = conv1["fields"]
    # the position 56 of 112 reads 56 * 2 - 3 to 56 * 2 + 3
    assert field["axes"] == [{"low": 109, "high": 115, "size": 7, "stride": "2"}] * 2
    assert field["input"] == [224, 224]
    assert by_id["fc"]["fields"][0]["axes"] == [None, None]
    assert by_id["layer1.1…2.conv2"]["fields"][0]["axes"][0]["size"] == 35


def test_each_input_has_its_field() -> None:
    data = PageData(design(TWINS)).data()
    out = next(one for one in children(data) if one["id"] == "out")
    assert [field["name"] for field in out["fields"]] == ["left", "right"]


def test_what_is_too_large_is_folded() -> None:
    module = network("\n".join(f"    l{n}: linear({3 + n})" for n in range(3000)), "[2]")
    data = PageData(module).data()
    assert len(children(data)) < 1500
    assert data["notes"]


def test_the_same_bytes() -> None:
    assert html(archspec.load("seeds/googlenet").module) == html(archspec.load("seeds/googlenet").module)
    assert '<html lang="en" data-theme="dark">' in html(design(UNET), theme="dark")
    assert len(list(boxes(scene(design(UNET)).children))) > 5
