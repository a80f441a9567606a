"""Designs: what follows from one, whatever has become of the files it was read from."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import archspec

NETWORK = """
from "../lib/blocks.arch" import Block

network n(width = 4) { input image: [3, 8, 8]; Block(width) }
"""
BLOCK = "block Block(width) { conv(width, 3) -> relu }\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a network that imports from another folder; the present one."""
    (tmp_path / "pyproject.toml").touch()
    for name, text in (("net/n.arch", NETWORK), ("lib/blocks.arch", BLOCK)):
        path = tmp_path / name
        path.parent.mkdir()
        path.write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


class TestReplaceReadsNothing:
    def test_from_another_folder(self, project: Path) -> None:
        design = archspec.load("net/n.arch")
        os.chdir(project.parent)
        assert design.replace(width=5).output.sizes == (5, 6, 6)
        assert design.spec == os.path.join("net", "n.arch")  # as it was typed

    def test_a_link_to_a_file_imports_from_beside_the_link(self, project: Path) -> None:
        (project / "lib" / "link.arch").symlink_to(project / "net" / "n.arch")
        (project / "net" / "n.arch").write_text(NETWORK.replace("../lib/", ""), encoding="utf-8")
        assert archspec.load("lib/link.arch").replace(width=5).output.sizes == (5, 6, 6)
        with pytest.raises(archspec.SpecError, match="there is no file"):
            archspec.load("net/n.arch")

    def test_files_that_changed_or_are_gone(self, project: Path) -> None:
        design = archspec.load("net/n.arch")
        (project / "lib" / "blocks.arch").write_text(BLOCK.replace("3", "5"), encoding="utf-8")
        again = design.replace()
        assert again.fingerprint == design.fingerprint
        for path in project.rglob("*.*"):
            path.unlink()
        assert again.replace().fingerprint == design.fingerprint
        assert design.replace(width=5).output.sizes == (5, 6, 6)


def test_threads_may_share_one() -> None:
    """Source and sizes elaborate it again, where one thread could meet what another has half done."""
    interval = sys.getswitchinterval()
    wanted = archspec.to_source(archspec.load("classics/unet"))
    sizes = archspec.sizes(archspec.load("classics/unet"), 200, 240)
    sys.setswitchinterval(1e-5)
    try:
        design = archspec.load("classics/unet")
        with ThreadPoolExecutor(4) as threads:
            sources = [threads.submit(archspec.to_source, design) for _ in range(4)]
            others = [threads.submit(archspec.sizes, design, 200, 240) for _ in range(4)]
            assert [one.result() for one in sources] == [wanted] * 4
            assert [one.result() for one in others] == [sizes] * 4
    finally:
        sys.setswitchinterval(interval)
