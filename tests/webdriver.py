"""A browser without a window, steered over the WebDriver protocol: no more of it than the tests need."""

import json
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self
from urllib.error import HTTPError
from urllib.request import Request, urlopen

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # as the protocol marks references to elements
KEYS = {"Enter": "\ue007", "Escape": "\ue00c", "Down": "\ue015", "Up": "\ue013"}


class Browser:
    """Chromium through `chromedriver`. Raises `FileNotFoundError` where they are missing."""

    def __init__(self) -> None:
        driver = shutil.which("chromedriver")
        if driver is None:
            raise FileNotFoundError("these tests need chromium and chromedriver on the PATH")
        self.process = subprocess.Popen([driver, "--port=0"], stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if match := re.search(r"started successfully on port (\d+)", line):
                self.root = f"http://127.0.0.1:{match[1]}"
                break
        flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1400,1000", "--lang=en"]
        wanted = {
            "browserName": "chrome",
            "goog:chromeOptions": {"args": flags, "perfLoggingPrefs": {"enableNetwork": True}},
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }
        made = self._ask("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self.session = f"/session/{made['sessionId']}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._ask("DELETE", self.session)
        self.process.terminate()
        self.process.wait()

    def open(self, url: str) -> None:
        self._ask("POST", f"{self.session}/url", {"url": url})

    def run(self, script: str, *arguments: Any) -> Any:
        return self._ask("POST", f"{self.session}/execute/sync", {"script": script, "args": list(arguments)})

    def click(self, selector: str, clicks: int = 1) -> None:
        x, y = self.middle(selector)
        steps: list[dict[str, Any]] = [{"type": "pointerMove", "x": x, "y": y}]
        steps += [{"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}] * clicks
        self._pointer(steps)

    def drag(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        self._pointer([
            {"type": "pointerMove", "x": start[0], "y": start[1]}, {"type": "pointerDown", "button": 0},
            {"type": "pointerMove", "x": end[0], "y": end[1], "duration": 50}, {"type": "pointerUp", "button": 0},
        ])  # fmt: skip

    def wheel(self, at: tuple[int, int], amount: int) -> None:
        step = {"type": "scroll", "x": at[0], "y": at[1], "deltaX": 0, "deltaY": amount, "duration": 0}
        self._ask("POST", f"{self.session}/actions", {"actions": [{"type": "wheel", "id": "w", "actions": [step]}]})

    def keys(self, *keys: str) -> None:
        steps = []
        for key in keys:
            value = KEYS.get(key, key)
            steps += [{"type": "keyDown", "value": value}, {"type": "keyUp", "value": value}]
        self._ask("POST", f"{self.session}/actions", {"actions": [{"type": "key", "id": "k", "actions": steps}]})

    def middle(self, selector: str) -> tuple[int, int]:
        script = "const b = document.querySelector(arguments[0]).getBoundingClientRect();"
        script += "return [b.x + b.width / 2, b.y + b.height / 2]"
        x, y = self.run(script, selector)
        return round(x), round(y)

    def text(self, selector: str) -> str:
        found: str = self.run("return document.querySelector(arguments[0])?.textContent ?? ''", selector)
        return found

    def count(self, selector: str) -> int:
        found: int = self.run("return document.querySelectorAll(arguments[0]).length", selector)
        return found

    def until(self, holds: Callable[[], bool], seconds: float = 10) -> None:
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, "the page never came to it"
            time.sleep(0.05)

    def errors(self) -> list[str]:
        """What the console has been told since this was last asked."""
        return [one["message"] for one in self._ask("POST", f"{self.session}/se/log", {"type": "browser"})]

    def requests(self) -> list[str]:
        """The addresses asked for since this was last asked."""
        entries = self._ask("POST", f"{self.session}/se/log", {"type": "performance"})
        messages = [json.loads(one["message"])["message"] for one in entries]
        return [one["params"]["request"]["url"] for one in messages if one["method"] == "Network.requestWillBeSent"]

    def dark(self, on: bool) -> None:
        features = [{"name": "prefers-color-scheme", "value": "dark" if on else "light"}]
        command = {"cmd": "Emulation.setEmulatedMedia", "params": {"features": features}}
        self._ask("POST", f"{self.session}/goog/cdp/execute", command)

    def _pointer(self, steps: list[dict[str, Any]]) -> None:
        actions = [{"type": "pointer", "id": "p", "parameters": {"pointerType": "mouse"}, "actions": steps}]
        self._ask("POST", f"{self.session}/actions", {"actions": actions})

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = Request(self.root + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urlopen(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except HTTPError as error:
            raise AssertionError(error.read().decode()) from None
