"""What notebooks are shown: the page in a frame that is shut off, text beside it, and never an exception."""

import re
import subprocess
from copy import deepcopy
from html import escape, unescape
from typing import Any

import pytest

import archspec
from archspec.emit.diagram import notebook
from archspec.emit.diagram.page import page


@pytest.fixture
def design() -> archspec.Design:
    return archspec.load("seeds/lenet5")


def test_the_page_and_a_text(design: archspec.Design, monkeypatch: pytest.MonkeyPatch) -> None:
    def started(*_: Any, **__: Any) -> None:
        raise AssertionError("a process was started")

    monkeypatch.setattr(subprocess, "Popen", started)
    made = design._repr_mimebundle_()
    assert made["text/plain"].startswith("lenet5 · 61.7k params")
    match = re.fullmatch(r'<iframe sandbox="allow-scripts" [^<>]* srcdoc="([^"]*)"></iframe>', made["text/html"])
    assert match is not None
    assert unescape(match[1]) == page(design.module)


def test_it_never_raises(design: archspec.Design, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ValueError("no")

    monkeypatch.setattr(notebook, "scene", broken)
    assert design._repr_mimebundle_() == {"text/plain": repr(design)}
    monkeypatch.undo()
    monkeypatch.setattr(notebook, "page", broken)
    assert list(design._repr_mimebundle_()) == ["text/plain"]


def test_compiled_networks_show_themselves(design: archspec.Design) -> None:
    made = archspec.compile(design)
    shown = made._repr_mimebundle_()  # type: ignore[operator]
    assert shown["text/plain"] == repr(made)
    assert escape(page(design.module)) in shown["text/html"]
    copied = deepcopy(made)
    assert copied._repr_mimebundle_() == {"text/plain": repr(copied)}  # type: ignore[operator]


def test_a_compiled_network_never_raises(design: archspec.Design, monkeypatch: pytest.MonkeyPatch) -> None:
    made = archspec.compile(design)
    monkeypatch.setattr(notebook, "page", lambda _: 1 / 0)
    assert made._repr_mimebundle_() == {"text/plain": repr(made)}  # type: ignore[operator]
