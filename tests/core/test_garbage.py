"""The garbage collector is paused within, and afterwards as it was, whatever happens."""

import gc
from pathlib import Path

import pytest

import archspec
from archspec.core.garbage import paused


def test_it_comes_back_as_it_was() -> None:
    assert gc.isenabled()
    with paused():
        assert not gc.isenabled()
        with paused():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_comes_back_after_an_error(tmp_path: Path) -> None:
    path = tmp_path / "net.arch"
    path.write_text("network n {", encoding="utf-8")
    assert not archspec.check(path).ok
    with pytest.raises(archspec.SpecError):
        archspec.load(path)
    assert gc.isenabled()


def test_whoever_turned_it_off_finds_it_off() -> None:
    gc.disable()
    try:
        with paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
