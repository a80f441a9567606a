"""`archspec view`: the page and its state, news as files are saved, and whom the server answers."""

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any

import pytest

from archspec.cli.main import _parser
from archspec.cli.serving import Server
from archspec.cli.watching import Watch

SPEC = "network tiny {\n    input x: [3, 8, 8]\n    a: conv(4, 3, padding=1) -> relu\n    b: conv(5, 1)\n}\n"


def arguments(*given: str) -> argparse.Namespace:
    return _parser("view").parse_args(["view", *given])


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.arch"
    path.write_text(SPEC, encoding="utf-8")
    return path


@pytest.fixture
def server(spec: Path) -> Iterator[Server]:
    watch = Watch(arguments(str(spec)))
    with Server(watch, "tiny", 0) as made:
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield made
        watch.close()
        made.shutdown()
        thread.join()


def ask(server: Server, path: str, **headers: str) -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection("127.0.0.1", server.server_port, timeout=30)
    known = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request("GET", path, headers=known)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


def state(server: Server, since: str = "") -> dict[str, Any]:
    answer, body = ask(server, f"/state?since={since}")
    assert answer.status == 200
    found: dict[str, Any] = json.loads(body)
    return found


def ids(found: dict[str, Any]) -> list[str]:
    return [one["id"] for one in found["scene"]["children"]]


def test_the_page_and_its_state(server: Server) -> None:
    answer, body = ask(server, "/")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert b"connect-src 'self'" in body and b'<body class="beside">' in body
    found = state(server)
    assert ids(found) == ["input:x", "a", "b", "output:output"]
    assert list(found["scene"]["sources"].values()) == [SPEC]
    assert ask(server, "/etc/passwd")[0].status == 404
    assert ask(server, "/../../etc/passwd")[0].status == 404


def test_a_save_is_news(server: Server, spec: Path) -> None:
    first = state(server)
    spec.write_text(SPEC.replace("b: conv(5, 1)", "renamed: conv(6, 1)"), encoding="utf-8")
    second = state(server, first["version"])
    assert ids(second) == ["input:x", "a", "renamed", "output:output"]
    assert second["version"] != first["version"]
    spec.write_text(SPEC, encoding="utf-8")
    assert state(server, second["version"])["version"] == first["version"]


def test_errors_stand_in_their_lines(server: Server, spec: Path) -> None:
    first = state(server)
    broken = SPEC.replace("conv(5, 1)", "conv(5, 9)")
    spec.write_text(broken, encoding="utf-8")
    second = state(server, first["version"])
    assert ids(second) == ["input:x", "a", "conv"]  # drawn up to the error, without an output
    (found,) = second["diagnostics"]
    assert (found["line"], found["severity"]) == (4, "error")
    assert list(second["scene"]["sources"].values()) == [broken]
    spec.unlink()
    third = state(server, second["version"])
    assert third["scene"] is None and "no file" in third["problem"]
    spec.write_text(SPEC, encoding="utf-8")
    assert ids(state(server, third["version"]))


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1"},
        {"Host": "evil.example:{port}"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
)
@pytest.mark.parametrize("path", ["/", "/state"])
def test_others_are_refused(server: Server, path: str, headers: dict[str, str]) -> None:
    filled = {name: value.format(port=server.server_port) for name, value in headers.items()}
    answer, body = ask(server, path, **filled)
    assert answer.status == 403
    assert b"conv" not in body
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_our_own_pages_are_answered(server: Server) -> None:
    port = server.server_port
    for host in (f"127.0.0.1:{port}", f"localhost:{port}"):
        assert ask(server, "/state", Host=host, Origin=f"http://{host}")[0].status == 200
    assert server.server_address[0] == "127.0.0.1"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (["-"], "standard input is none"),
        (["nowhere.arch"], "nowhere.arch"),
        (["seeds/lenet5", "--port", "70000"], "a port is a number"),
        (["seeds/lenet5", "--set", "5"], "--set wants NAME=VALUE"),
    ],
)
def test_what_cannot_be_viewed(run: Any, given: list[str], reason: str) -> None:
    found = run("view", *given)
    assert (found.code, found.out) == (2, "")
    assert reason in found.err


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is another thing there")
def test_ctrl_c_ends_it(spec: Path) -> None:
    command = [sys.executable, "-u", "-m", "archspec", "view", str(spec)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert "http://127.0.0.1:" in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, "")
