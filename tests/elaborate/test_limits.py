"""Hostile and broken input: a diagnostic at the place or a clean result, soon, and never a traceback."""

import os
import time
from pathlib import Path

import pytest

import archspec
from archspec.core.limits import DEFAULT_LIMITS
from archspec.targets import TargetError

MOMENT = 20  # seconds of processor time, far more than any of these takes; a hang takes more


def codes(tmp_path: Path, text: str | bytes) -> list[str]:
    path = tmp_path / "spec.arch"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    begun = time.process_time()
    found = archspec.check(path).diagnostics
    assert time.process_time() - begun < MOMENT
    return [one.rule.code for one in found]


def network(text: str, shape: str = "[4, 8, 8]") -> str:
    return f"network n {{\n input x: {shape}\n {text}\n}}\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("repeat 10 ** 9 { conv(4, 1) }", []),
        ("repeat 10 ** 9 + 1 { conv(4, 1) }", ["AS304"]),
        ("repeat 1000000 { repeat 1000000 { conv(4, 1) } }", []),
        ("repeat 10 ** 9 as i { conv(i + 1, 1) }", ["AS304"]),
        ("repeat 10 ** 9 { concat { identity; conv(1, 1) } }", ["AS304"]),
        ("repeat 10 ** 9 { }", []),
        ("repeat 10 ** 9 as i { let k = i }", ["AS304"]),
        ("let v = 10 ** 400", ["AS302"]),
        ("let v = 2 ** 53 + 1", ["AS302"]),
        ("let v = 9007199254740993", ["AS302"]),
        ("let v = 1e308 * 10", ["AS302"]),
        ("let v = 0.0 ** -1", ["AS302"]),
        ("let v = (-8) ** 0.5", ["AS302"]),
        ("let v = 5 % 0", ["AS302"]),
        ("let v = [1] * 10 ** 9", ["AS302"]),
        ("let v = range(10 ** 9)", ["AS302"]),
        ("let a = [0] * 10 ** 5\n let b = [a] * 10 ** 5\n if b == b { relu }", ["AS302"]),
        ("let v = [[j for j in range(10000)] for i in range(10000)]", ["AS304"]),
        ("let a = range(100)\n let v = [[[[d for d in a] for c in a] for b in a] for z in a]", ["AS302"]),
        ("conv(2 ** 31, 1)", ["AS301"]),
        ("conv(2 ** 30, 1) -> upsample(1000)", ["AS304"]),
        ("conv(4, 1, padding=2 ** 30) -> conv(4, 1, padding=2 ** 30)", ["AS304"]),
        ('"a\x1b[31m": conv(4, 1)', ["AS209"]),
        ("\x00", ["AS102"]),
        ("let ﬁlter = 3", ["AS102"]),
        ("let v = " + "(" * 5000, ["AS104"]),
        ("{" * 5000, ["AS104"]),
        ("let v = " + "-" * 5000 + "1", ["AS104"]),
        ("let v = " + "not " * 5000 + "true", ["AS104"]),
        ("let v = 1" + " + 1" * 5000, ["AS104"]),
        ("let v = 2" + " ** 2" * 5000, ["AS104"]),
        ("let v = " + "1 if true else " * 5000 + "1", ["AS104"]),
        ("let v = x" + ".a" * 5000, ["AS104"]),
        ("let " + "v" * 65 + " = 1", ["AS104"]),
        ('let v = "' + "v" * 5000 + '"', ["AS104"]),
        ("let v = " + "9" * 5000, ["AS104"]),
        ("relu" + " -> relu" * 5000, []),
        ("residual { conv(4, 3, padding=1) }\n" * 22, []),
        ("concat {\n" + "conv(1, 1)\n" * 5000 + "}", []),
        ("repeat 20000 as i { conv(i % 7 + 1, 1) }", []),
        ("if false { relu }" + " else if false { relu }" * 3000, []),
    ],
    ids=lambda value: str(value)[:40].replace("\n", " ").replace("\x00", "NUL"),
)
def test_within_a_network(tmp_path: Path, text: str, expected: list[str]) -> None:
    assert codes(tmp_path, network(text)) == expected


def test_blocks_that_double(tmp_path: Path) -> None:
    """2^60 layers, of which 60 are different."""
    blocks = ["block B0 { conv(4, 1) }"] + [f"block B{i} {{ B{i - 1}; B{i - 1} }}" for i in range(1, 60)]
    assert codes(tmp_path, "\n".join(blocks) + "\n" + network("B59")) == []
    design = archspec.load(tmp_path / "spec.arch")
    assert design.parameters == 2**59 * 20


def test_blocks_nested_too_deep(tmp_path: Path) -> None:
    blocks = ["block B0 { conv(4, 1) }"] + [f"block B{i} {{ B{i - 1} }}" for i in range(1, 300)]
    assert codes(tmp_path, "\n".join(blocks) + "\n" + network("B299")) == ["AS304"]


def test_many_errors_are_cut(tmp_path: Path) -> None:
    found = codes(tmp_path, network("\n".join(f"nothing{i}" for i in range(3000))))
    assert len(found) == DEFAULT_LIMITS.diagnostics


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_ends_and_marks(tmp_path: Path, ending: str) -> None:
    text = network("conv(2, 1)\n\tcovn(3, 1)").replace("\n", ending)
    path = tmp_path / "spec.arch"
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    (one,) = archspec.check(path).diagnostics
    assert one.span.source.position(one.span.start) == (4, 2)


def test_astral_characters_count_as_one(tmp_path: Path) -> None:
    path = tmp_path / "spec.arch"
    path.write_text(network('"\U0001f600 docs"').replace("input", "# \U0001f600\n input") + "network m { \U0001f600 }")
    found = archspec.check(path).diagnostics
    assert found[-1].span.source.position(found[-1].span.start)[1] == 13


def test_not_utf8(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="not UTF-8: byte 3 on line 1"):
        codes(tmp_path, b"abc\xff")


def test_too_large(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="limit"):
        codes(tmp_path, "#" * (DEFAULT_LIMITS.file_bytes + 1))


def test_large_within_the_limit(tmp_path: Path) -> None:
    assert codes(tmp_path, "# comment\n" * 200_000 + network("relu")) == []
    assert codes(tmp_path, network("\n" * 1_000_000 + "relu")) == []


@pytest.mark.parametrize(
    "wanted",
    ["../secret.arch", "/etc/hostname.arch", "~/x.arch", "file:x.arch", "a\\\\b.arch", "x.txt", "dir.arch", ".arch"],
)
def test_imports_stay_inside(tmp_path: Path, wanted: str) -> None:
    (tmp_path / "secret.arch").write_text("block A { relu }")
    inside = tmp_path / "project"
    (inside / "dir.arch").mkdir(parents=True)
    (inside / "pyproject.toml").write_text("")
    path = inside / "spec.arch"
    path.write_text(f'from "{wanted}" import A\n' + network("A"))
    assert [one.rule.code for one in archspec.check(path).diagnostics] == ["AS207"]


def test_a_refused_import_says_what_the_project_is(tmp_path: Path) -> None:
    for folder in ("net", "lib"):
        (tmp_path / "project" / folder).mkdir(parents=True)
    (tmp_path / "project" / "lib" / "a.arch").write_text("block A { relu }")
    path = tmp_path / "project" / "net" / "spec.arch"

    def helped(wanted: str) -> list[str]:
        path.write_text(f'from "{wanted}" import A\n' + network("A"))
        return [one.help for one in archspec.check(path).diagnostics]

    alone = "no folder above has a `pyproject.toml`, so the project is this file's own folder"
    assert helped("../lib/a.arch") == [alone]
    (tmp_path / "project" / "pyproject.toml").touch()
    assert helped("../lib/a.arch") == []
    assert helped("../../a.arch") == ["the project is `..` from here, the nearest with a `pyproject.toml`"]
    path.with_name("pyproject.toml").touch()
    assert helped("../lib/a.arch") == ["the project is this file's own folder, the nearest with a `pyproject.toml`"]


def test_imports_through_links_and_cycles(tmp_path: Path) -> None:
    (tmp_path / "secret.arch").write_text("block A { relu }")
    inside = tmp_path / "project"
    inside.mkdir()
    (inside / "pyproject.toml").write_text("")
    (inside / "link.arch").symlink_to(tmp_path / "secret.arch")
    (inside / "device.arch").symlink_to("/dev/zero")
    path = inside / "spec.arch"
    for name in ("link", "device"):
        path.write_text(f'from "{name}.arch" import A\n' + network("A"))
        assert [one.rule.code for one in archspec.check(path).diagnostics] == ["AS207"]
    (inside / "a.arch").write_text('from "b.arch" import B\nblock A { B }')
    (inside / "b.arch").write_text('from "a.arch" import A\nblock B { relu }')
    path.write_text('from "a.arch" import A\n' + network("A"))
    assert [one.rule.code for one in archspec.check(path).diagnostics] == ["AS207"]


def test_a_pipe_is_no_spec(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.arch")
    with pytest.raises(TargetError, match="no regular file"):
        archspec.check(tmp_path / "pipe.arch")


def test_missing_and_empty(tmp_path: Path) -> None:
    with pytest.raises(TargetError):
        archspec.check(tmp_path / "missing.arch")
    (tmp_path / "folder").mkdir()
    with pytest.raises(TargetError, match="no specs"):
        archspec.check(tmp_path / "folder")
    assert codes(tmp_path, "") == [] and codes(tmp_path, "# nothing\n\n") == []
