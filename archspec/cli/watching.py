"""What `archspec view` shows: the network as it is on disk now, worked out anew when one of its files changes."""

import argparse
import json
import threading
from collections.abc import Collection
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from archspec.cli import options
from archspec.core.diagnostic import Diagnostic, SpecError
from archspec.core.source import Source

if TYPE_CHECKING:
    from archspec.design import Module
    from archspec.elaborate.draft import Draft
    from archspec.emit.diagram.page_data import PageData

INTERVAL = 0.15  # seconds between looks at the files


class State(NamedTuple):
    """What the page is told, and its version: a change of one is a change of the other."""

    version: str
    body: bytes


class Watch:
    """Looks at the files of a target in a thread of its own. `wait` gives the state once it is another one."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self.arguments = arguments
        self.files: set[Path] = set()
        self._changed = threading.Condition()
        self._ended = threading.Event()
        self._stamps: dict[Path, tuple[int, int] | None] = {}
        self.state = self._worked_out()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def wait(self, version: str, seconds: float) -> State | None:
        """The state if it is not of this version, else as soon as it is another one; none after so many seconds."""
        with self._changed:
            if self._changed.wait_for(lambda: self.state.version != version or self._ended.is_set(), seconds):
                return self.state if self.state.version != version else None
        return None

    def close(self) -> None:
        self._ended.set()
        with self._changed:
            self._changed.notify_all()
        self._thread.join()

    def _look(self) -> None:
        while not self._ended.wait(INTERVAL):
            if self._stamps == stamps(self.files):
                continue
            state = self._worked_out()
            with self._changed:
                self.state = state
                self._changed.notify_all()

    def _worked_out(self) -> State:
        from archspec.targets import TargetError, find

        try:
            targets = find(self.arguments.target)
            self.files |= {one.path.absolute() for one in targets if one.path is not None}
        except TargetError:
            pass  # said below, or the file has gone for a moment: what was known of it is still looked at
        before = stamps(self.files)  # taken first: what changes meanwhile is another change
        shown, sources = self._shown()
        self.files |= {source.path for source in sources.values() if source.path is not None}
        self._stamps = {**stamps(self.files), **before}
        if shown["scene"] is None:
            shown["sources"] = {name: source.text for name, source in sorted(sources.items())}
        body = json.dumps(shown, separators=(",", ":"))
        version = sha256(body.encode()).hexdigest()[:16]
        return State(version, json.dumps({"version": version, **shown}, separators=(",", ":")).encode())

    def _drawn(self, module: "Module | Draft") -> "PageData":
        """What is drawn. A module that is gone for the moment need not be opened."""
        from archspec.emit.diagram.page_data import PageData
        from archspec.emit.diagram.scene import CannotDraw

        try:
            return PageData(module, depth=self.arguments.depth, expand=self.arguments.expand)
        except CannotDraw:
            if not self.arguments.expand or not hasattr(module, "failures"):
                raise
            return PageData(module, depth=self.arguments.depth)

    def _shown(self) -> tuple[dict[str, Any], dict[str, Source]]:
        """The scene, or none and what is wrong; and the files it was read from."""
        from archspec.api import check
        from archspec.emit.diagram.scene import CannotDraw
        from archspec.targets import TargetError

        shown: dict[str, Any] = {"scene": None, "diagnostics": [], "problem": ""}
        arguments = self.arguments
        try:
            design = options.design(arguments)
            made = self._drawn(design.module)
            shown["scene"] = made.data()
            target = arguments.target
            found = check(target, inputs=options.inputs(arguments), parameters=options.parameters(arguments))
            shown["diagnostics"] = [_diagnostic(one) for one in found.diagnostics if design.network in one.networks]
            return shown, made.sources
        except SpecError as error:
            shown["diagnostics"] = [_diagnostic(one) for one in error.diagnostics]
            draft = error.draft and error.draft()
            if draft is not None:
                with suppress(CannotDraw):
                    made = self._drawn(draft)
                    shown["scene"] = made.data()
                    return shown, made.sources
            return shown, {one.span.source.name: one.span.source for one in error.diagnostics}
        except (TargetError, CannotDraw, OSError) as error:
            shown["problem"] = str(error)
        except Exception as error:  # noqa: BLE001  the page goes on; the next save may be better
            shown["problem"] = f"AS901 internal error, {type(error).__name__}: {error}"
        return shown, {}


def _diagnostic(found: Diagnostic) -> dict[str, Any]:
    return {
        "file": found.span.source.name, "line": found.span.line, "code": found.rule.code,
        "severity": str(found.severity), "message": found.message,
    }  # fmt: skip


def stamps(files: Collection[Path]) -> dict[Path, tuple[int, int] | None]:
    """When each file was last written and how long it is; none where it is missing."""
    made: dict[Path, tuple[int, int] | None] = {}
    for path in sorted(files):
        try:
            known = path.stat()
            made[path] = known.st_mtime_ns, known.st_size
        except OSError:
            made[path] = None
    return made
