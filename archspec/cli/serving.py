"""The server of `archspec view`: for this machine's browser alone.

It listens on 127.0.0.1, answers only to its own name (a page elsewhere cannot reach it by a name that it makes point
here), and refuses what comes from pages of other origins.
"""

from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

from archspec.cli.watching import Watch
from archspec.emit.diagram.page import live_page

PATIENCE = 20.0  # seconds that a question waits for news
_HEADERS = {
    "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer", "Cross-Origin-Resource-Policy": "same-origin",
}  # fmt: skip


class Server(ThreadingHTTPServer):
    """Shows what a watch sees. Port 0 takes a free one."""

    daemon_threads = True

    def __init__(self, watch: Watch, name: str, port: int) -> None:
        self.watch = watch
        self.page = live_page(name).encode()
        super().__init__(("127.0.0.1", port), _Handler)
        self.hosts = frozenset(f"{host}:{self.server_port}" for host in ("127.0.0.1", "localhost"))

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"


class _Handler(BaseHTTPRequestHandler):
    server: Server
    server_version = "archspec"
    sys_version = ""
    timeout: ClassVar[float] = 60.0  # of a connection that says nothing

    def do_GET(self) -> None:
        refused = self._refused()
        if refused:
            self._answer(HTTPStatus.FORBIDDEN, refused.encode(), "text/plain")
            return
        asked = urlsplit(self.path)
        if asked.path == "/":
            self._answer(HTTPStatus.OK, self.server.page, "text/html")
        elif asked.path == "/state":
            since = parse_qs(asked.query).get("since", [""])[0]
            state = self.server.watch.wait(since, PATIENCE)
            if state is None:
                self._answer(HTTPStatus.NO_CONTENT, b"", "")
            else:
                self._answer(HTTPStatus.OK, state.body, "application/json")
        else:
            self._answer(HTTPStatus.NOT_FOUND, b"there is nothing here", "text/plain")

    def _refused(self) -> str:
        """Why this request is none of ours; empty where it is."""
        host = self.headers.get_all("Host") or []
        if len(host) != 1 or host[0] not in self.server.hosts:
            return "not the name of this server"
        origin = self.headers.get("Origin")
        if origin is not None and origin != f"http://{host[0]}":
            return "not from this origin"
        if self.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
            return "not from this origin"
        return ""

    def _answer(self, status: HTTPStatus, body: bytes, kind: str) -> None:
        try:
            self.send_response(status)
            if kind:
                self.send_header("Content-Type", f"{kind}; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
            for name, value in _HEADERS.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            pass  # the page has been closed

    def log_message(self, *_: object) -> None:
        """Requests are nobody's news."""
