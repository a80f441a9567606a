"""Rendering: formats, files, engines, themes, and clear reasons where nothing can be drawn."""

import os
import re
import stat
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

import pytest
from pictures import design, network

import archspec
from archspec.design import Module
from archspec.elaborate.files import shipped
from archspec.elaborate.workspace import Workspace
from archspec.emit.diagram import layout
from archspec.emit.diagram.palette import DARK, LIGHT, colours
from archspec.emit.diagram.render import CannotDraw, render

SVG = "{http://www.w3.org/2000/svg}"
SMALL = "a: conv(8, 3, padding=1) -> relu\nmaxpool(2)\nflatten\nfc: linear(5)"


def seeds() -> list[str]:
    """The networks of the course notes that can be loaded."""
    found = []
    for path in sorted((shipped() / "seeds").glob("*.arch")):
        workspace = Workspace()
        if "broken" not in path.name:
            found += [f"seeds/{name}" for name in workspace.networks(workspace.open(path, path.name))]
    return found


@pytest.fixture
def module() -> Module:
    return network(SMALL)


# ---- formats


@pytest.mark.parametrize("name", seeds())
def test_every_network_is_drawn(name: str) -> None:
    drawn = render(archspec.load(name).module)
    assert isinstance(drawn, str)
    root = ElementTree.fromstring(drawn)
    assert root.tag == f"{SVG}svg"
    assert root.attrib["aria-label"] == name.removeprefix("seeds/")
    assert len(list(root.iter(f"{SVG}text"))) > 10


@pytest.mark.parametrize(
    ("format", "start"),
    [("svg", b"<?xml"), ("png", b"\x89PNG\r\n\x1a\n"), ("pdf", b"%PDF-1."), ("dot", b"digraph network {")],
)
def test_formats(module: Module, tmp_path: Path, format: str, start: bytes) -> None:
    path = tmp_path / f"net.{format}"
    drawn = render(module, path)
    written = path.read_bytes()
    assert written.startswith(start)
    assert isinstance(drawn, str) == (format in ("svg", "dot"))
    assert written == (drawn.encode() if isinstance(drawn, str) else drawn)
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_the_format_goes_by_name_before_ending(module: Module, tmp_path: Path) -> None:
    assert render(module, tmp_path / "net.svg", "dot") == render(module, format="dot")
    assert (tmp_path / "net.svg").read_text(encoding="utf-8").startswith("digraph")
    assert str(render(module, tmp_path / "NET.SVG")).startswith("<?xml")
    assert str(render(module)).startswith("<?xml")


@pytest.mark.parametrize(
    ("path", "format", "reason"),
    [
        ("net.jpg", "", "cannot draw `jpg`; the formats are svg, png, pdf, dot, html, mmd, text, volumes and tex"),
        (
            "net",
            "",
            (
                "cannot draw what `net` does not name; the formats are svg, png, pdf, dot, html, mmd, text, volumes"
                " and tex"
            ),
        ),
        (None, "svg2", "cannot draw `svg2`; the formats are svg, png, pdf, dot, html, mmd, text, volumes and tex"),
    ],
)
def test_an_unknown_format(module: Module, path: str | None, format: str, reason: str) -> None:
    with pytest.raises(CannotDraw) as raised:
        render(module, path, format)
    assert str(raised.value) == reason


def test_unknown_options(module: Module) -> None:
    with pytest.raises(CannotDraw, match="there is no theme `blue`; there are auto, light, dark"):
        render(module, theme="blue")
    with pytest.raises(CannotDraw, match="there is no direction `up`; there are TB, BT, LR, RL"):
        render(module, rankdir="up")
    with pytest.raises(TypeError):
        render(module, colour="blue")  # type: ignore[call-arg]


def test_from_the_library(tmp_path: Path) -> None:
    loaded = archspec.load("seeds/resnet50")
    archspec.render(loaded, tmp_path / "net.svg", depth=0)
    closed = (tmp_path / "net.svg").read_text(encoding="utf-8")
    assert closed == archspec.render(loaded, depth=0)
    assert len(closed) < len(archspec.render(loaded))


def test_resolution(module: Module) -> None:
    def width(drawn: str | bytes) -> int:
        assert isinstance(drawn, bytes)
        return int.from_bytes(drawn[16:20], "big")

    once, twice = width(render(module, format="png", dpi=72)), width(render(module, format="png", dpi=144))
    assert twice == pytest.approx(2 * once, abs=2)


# ---- what an SVG says


def test_titles_say_what_one_points_at() -> None:
    drawn = render(archspec.load("seeds/resnet50").module)
    titles = [one.text or "" for one in ElementTree.fromstring(drawn).iter(f"{SVG}title")]
    assert titles[0] == "resnet50"
    assert "layer3\n512×28×28 → 1024×14×14\n7,098,368 parameters, 1,464,336,384 MACs" in titles
    assert "layer1.1…2\n256×56×56 → 256×56×56\n70,400 parameters, 218,365,952 MACs, each of 2" in titles
    assert (
        'conv1: conv(out=64, kernel=7, stride=2, padding=3, bias=false, init=kaiming_normal(mode="fan_out"))\n'
        "bn1: batchnorm\nrelu: relu\n3×224×224 → 64×112×112\n9,536 parameters, 118,013,952 MACs"
    ) in titles
    assert "layer2 → layer3: 512×28×28" in titles
    assert not [one for one in titles if one.startswith(("shape_", "cluster_", "n:"))]


def test_a_drawing_holds_nothing_of_its_maker() -> None:
    drawn = str(render(network(SMALL)))
    assert "<!--" not in drawn
    assert "DOCTYPE" not in drawn
    assert "raphviz" not in drawn
    assert re.findall(r"(?:href|src|url|@import)[^a-z]", drawn) == []


def test_themes(module: Module) -> None:
    auto, light, dark = (str(render(module, theme=one)) for one in ("auto", "light", "dark"))
    assert "prefers-color-scheme:dark" in auto
    assert "<style" not in light
    assert "<style" not in dark
    assert re.sub(r"<style>.*</style>\n", "", auto) == light
    used = set(re.findall(r'(?:fill|stroke)="(#[0-9a-f]{6}|[a-z]+)"', light)) - {"none"}
    assert used <= {*colours(LIGHT), "white"}
    assert len(used) > 8
    for colour in used:  # a colour without a dark counterpart would be lost on a dark ground
        assert f'[fill="{colour}"]{{fill:#' in auto
        assert f'[stroke="{colour}"]{{stroke:#' in auto
    assert set(re.findall(r'(?:fill|stroke)="(#[0-9a-f]{6}|[a-z]+)"', dark)) - {"none"} <= set(colours(DARK))


def test_hostile_names_in_an_svg() -> None:
    label = "</title><script>alert(1)</script>&]]>"
    module = design(f'network n {{\n    input x: [4, 8, 8]\n    "{label}": conv(4, 1) -> relu\n}}\n')
    drawn = str(render(module))
    root = ElementTree.fromstring(drawn)
    assert not list(root.iter(f"{SVG}script"))
    assert label in "".join(one.text or "" for one in root.iter(f"{SVG}text"))
    assert [one.text for one in root.iter(f"{SVG}title") if (one.text or "").startswith(f"{label}: conv")]


# ---- files


def test_a_file_is_written_whole_or_not_at_all(module: Module, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "net.dot"
    path.write_text("old", encoding="utf-8")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", fail)
        patch.setattr(Path, "replace", fail)
        with pytest.raises(OSError, match="No space left"):
            render(module, path)
    assert path.read_text(encoding="utf-8") == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["net.dot"]
    render(module, path)
    assert path.read_text(encoding="utf-8").startswith("digraph")


def test_links_and_permissions_stay(module: Module, tmp_path: Path) -> None:
    path, link = tmp_path / "net.dot", tmp_path / "link.dot"
    path.write_text("old", encoding="utf-8")
    path.chmod(0o640)
    link.symlink_to(path)
    render(module, link)
    assert link.is_symlink()
    assert path.read_text(encoding="utf-8").startswith("digraph")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_folder_is_no_file(module: Module, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="directory"):
        render(module, tmp_path, "dot")
    with pytest.raises(FileNotFoundError) as caught:
        render(module, tmp_path / "nowhere" / "net.dot")
    assert caught.value.filename == str(tmp_path / "nowhere" / "net.dot")  # not that of the file beside it


# ---- engines


def program(folder: Path, body: str) -> Path:
    """A `dot` of our own on an otherwise empty path."""
    path = folder / "dot"
    path.write_text(f"#!{sys.executable}\nimport sys, time\n{body}\n", encoding="utf-8")
    path.chmod(0o755)
    return folder


ENGINES = pytest.mark.skipif(os.name != "posix", reason="needs scripts that can be run")


@ENGINES
def test_dot_on_the_path_comes_first(module: Module, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    echo = "text = sys.stdin.buffer.read()\nsys.stdout.write(f'%PDF {sys.argv[1:]} {len(text)}')"
    monkeypatch.setenv("PATH", str(program(tmp_path, echo)))
    text = str(render(module, format="dot"))
    assert render(module, format="pdf") == f"%PDF ['-Tpdf'] {len(text.encode())}".encode()


@ENGINES
@pytest.mark.parametrize("body", ["sys.exit(3)", "pass"], ids=["fails", "says nothing"])
def test_a_dot_that_fails_is_replaced(
    module: Module, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str
) -> None:
    monkeypatch.setenv("PATH", str(program(tmp_path, body)))
    assert str(render(module)).startswith("<?xml")


@ENGINES
def test_what_an_engine_says_is_handed_on(module: Module, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(program(tmp_path, "sys.exit('Format: \"png\" not recognized.')")))
    monkeypatch.setattr(layout, "find_spec", lambda name: None)
    with pytest.raises(CannotDraw, match=r'^Graphviz drew nothing: Format: "png" not recognized\.$'):
        render(module, format="png")


@ENGINES
def test_layout_ends_in_time(module: Module, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(program(tmp_path, "time.sleep(60)")))
    start = time.monotonic()
    with pytest.raises(CannotDraw, match=r"more than 0\.5 seconds; draw less of it with `depth`"):
        render(module, timeout=0.5)
    assert time.monotonic() - start < 20


@pytest.mark.parametrize("format", ["svg", "png", "pdf"])
def test_without_graphviz(module: Module, monkeypatch: pytest.MonkeyPatch, format: str) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(layout, "find_spec", lambda name: None)
    with pytest.raises(CannotDraw, match=r"pip install 'archspec-nn\[render\]'"):
        render(module, format=format)
    assert str(render(module, format="dot")).startswith("digraph")


def test_a_pygraphviz_in_the_folder_at_hand_is_not_run(
    module: Module, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pygraphviz.py").write_text("raise SystemExit('taken over')", encoding="utf-8")
    monkeypatch.setenv("PATH", "")
    monkeypatch.chdir(tmp_path)
    assert str(render(module)).startswith("<?xml")


def test_nothing_heavy_is_imported() -> None:
    program = (
        "import sys, archspec.emit.diagram.render, archspec.emit.graph, archspec\n"
        "archspec.render(archspec.load('seeds/lenet5'))\n"
        "print(sorted(one for one in ('networkx', 'pygraphviz', 'graphviz', 'torch') if one in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
