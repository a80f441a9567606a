"""`archspec view` in Chromium: a saved edit appears within a second, errors stand in their lines."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from webdriver import Browser

pytestmark = pytest.mark.browser
SPEC = "network tiny {\n    input x: [3, 8, 8]\n    a: conv(4, 3, padding=1) -> relu\n    b: conv(5, 1)\n}\n"


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.arch"
    path.write_text(SPEC, encoding="utf-8")
    return path


@pytest.fixture
def address(spec: Path) -> Iterator[str]:
    command = [sys.executable, "-u", "-m", "archspec", "view", str(spec)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        match = re.search(r"http://\S+", process.stdout.readline())
        assert match
        yield match[0]
        process.kill()


def test_view(address: str, spec: Path) -> None:
    with Browser() as browser:
        browser.open(address)
        browser.until(lambda: browser.count("#layer .box") == 4)
        assert "conv(5, 1)" in browser.text("#sources")
        browser.click("[data-id='b']")
        assert "b: conv(5, 1)" in browser.text("#sources .here")

        spec.write_text(SPEC.replace("b: conv(5, 1)", "b: conv(5, 1)\n    c: conv(7, 1)"), encoding="utf-8")
        start = time.monotonic()
        browser.until(lambda: browser.count("[data-id='c']") == 1)
        print(f"an edit appears after {time.monotonic() - start:.2f} s")
        assert "7×8×8" in browser.text("#totals")

        spec.write_text(SPEC.replace("conv(5, 1)", "conv(5, 9)"), encoding="utf-8")
        browser.until(lambda: browser.text("#state") == "1 error")
        assert "conv(5, 9)" in browser.text("#sources .wrong")
        browser.until(lambda: browser.count("#layer .box") == 3)  # drawn up to the error
        assert browser.count("#layer .box.broken") == 1
        assert browser.text("#layer text.shape.bad") == "AS403 4×8×8"
        spec.write_text(SPEC.replace("conv(5, 1)", "conv(5, "), encoding="utf-8")
        browser.until(lambda: "AS101" in browser.text("#sources .wrong"))
        assert browser.count("#layer .box") == 3  # nothing can be drawn: the last picture stays, faded
        assert browser.count("body.stale") == 1
        spec.write_text(SPEC, encoding="utf-8")
        browser.until(lambda: browser.text("#state") == "" and browser.count("#layer .box") == 4)
        assert browser.errors() == []
        assert all(url.startswith(address) for url in browser.requests() if url.startswith("http"))


def test_a_closed_module_says_what_is_wrong_in_it(address: str, spec: Path) -> None:
    grouped = SPEC.replace("b: conv(5, 1)", "g: { c: conv(5, 1)\n d: conv(6, 1) }")
    with Browser() as browser:
        browser.open(address)
        spec.write_text(grouped, encoding="utf-8")
        browser.until(lambda: browser.count("[data-id='g']") == 1)
        browser.click("#collapse")
        assert browser.count("#layer .broken") == 0

        spec.write_text(grouped.replace("conv(6, 1)", "conv(6, 9)"), encoding="utf-8")
        browser.until(lambda: browser.text("#state") == "1 error")
        browser.until(lambda: browser.count("#layer .module.broken") == 1)
        assert "AS403" in browser.text("[data-id='g']")
        red, other = (
            browser.run(f"return getComputedStyle(document.querySelector(\"[data-id='{id}'] .ground\")).stroke")
            for id in ("g", "a")
        )
        assert red == "rgb(196, 22, 30)" != other
        assert browser.errors() == []
