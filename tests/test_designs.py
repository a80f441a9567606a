"""Designs: what follows from one, whatever has become of the files it was read from."""

import gc
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import archspec
from archspec.emit.python_code import verify

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


def test_threads_write_source_whatever_the_collector_lets_run() -> None:
    """Python counts the depth of trees that threads build as one, where one gives way to another in the middle."""

    def give_way(phase: str, info: object) -> None:
        time.sleep(0)

    source = archspec.to_source(archspec.load("classics/unet"))
    threshold, interval = gc.get_threshold(), sys.getswitchinterval()
    gc.callbacks.append(give_way)
    gc.set_threshold(50, 2, 2)
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as threads:
            made = [threads.submit(lambda: [verify(source) for _ in range(15)]) for _ in range(4)]
        assert all(one.exception() is None for one in made)
    finally:
        sys.setswitchinterval(interval)
        gc.set_threshold(*threshold)
        gc.callbacks.remove(give_way)


class TestModules:
    def test_some_are_in_it(self) -> None:
        design = archspec.load("seeds/cifar_resnet")
        for path in ("layer1", "layer1.0.conv1", "fc"):
            assert path in design
        for other in ("layer4", "layer1.9", "fc.weight", "", 0, None):
            assert other not in design

    @pytest.mark.parametrize("key", [0, None, slice(2)])
    def test_it_is_no_list(self, key: Any) -> None:
        design = archspec.load("seeds/lenet5")
        with pytest.raises(TypeError, match="asked for a module by its path"):
            design[key]
        with pytest.raises(TypeError, match="'Design' object is not iterable"):
            list(design)  # type: ignore[call-overload]

    def test_keys_of_parts(self) -> None:
        """As the docstring of `Design.__getitem__` says."""
        design = archspec.load("seeds/resnet18")
        assert "0.conv1.weight" in archspec.compile(design["layer3"]).state_dict()
        assert list(archspec.compile(design["layer3.0.conv1"]).state_dict()) == ["conv1.weight"]

    def test_one_path_is_one(self) -> None:
        design = archspec.load("seeds/cifar_resnet")
        one, listed = (archspec.compile(design, outputs=given) for given in ("layer1", ["layer1"]))
        assert type(one) is type(listed)
        text, same = (archspec.render(design, format="dot", depth=0, expand=given) for given in ("layer1", ["layer1"]))
        assert text == same != archspec.render(design, format="dot", depth=0)


class TestLayers:
    @pytest.mark.parametrize("name", ["torchvision/googlenet", "seeds/resnet18", "classics/siamese"])
    def test_those_that_run_add_up(self, name: str) -> None:
        design = archspec.load(name)
        for fold in (False, True):
            assert sum(one.count * one.macs for one in design.layers(fold=fold) if one.runs) == design.macs

    def test_when_they_run(self) -> None:
        layers = {mode: list(archspec.load("torchvision/googlenet").layers(mode)) for mode in ("eval", "train")}
        assert {one.phase for one in layers["eval"]} == {"always", "train"}
        assert [one for one in layers["eval"] if not one.runs] != []
        assert all(one.runs == (one.phase == "always") for one in layers["eval"])
        assert all(one.runs for one in layers["train"])

    def test_there_are_two_modes(self) -> None:
        with pytest.raises(ValueError, match="no mode 'banana'; there are eval and train"):
            archspec.load("seeds/lenet5").layers("banana")


class TestKeywords:
    @pytest.mark.parametrize("keyword", ["optmizer", "stict", "width", "inputs"])
    def test_a_design_takes_no_parameters_in_passing(self, keyword: str) -> None:
        design = archspec.load("seeds/lenet5")
        for call in (archspec.estimate, archspec.sizes):
            with pytest.raises(TypeError, match=rf"unexpected keyword '{keyword}'; .*design.replace\({keyword}=…\)"):
                call(design, **{keyword: 3})  # type: ignore[operator]

    def test_a_target_does(self) -> None:
        assert archspec.estimate("seeds/lenet5", num_classes=7).parameters > 0
        assert archspec.sizes("seeds/lenet5", num_classes=7)[0].present == 32


def test_sizes_are_those_of_a_whole_network() -> None:
    design = archspec.load("seeds/resnet18")
    with pytest.raises(archspec.TargetError, match=r"layer2 of .*resnet.arch has inputs of its own"):
        archspec.sizes(design["layer2"])
    assert archspec.sizes(design.until("layer2"), 200, 240)[0].present == 224
