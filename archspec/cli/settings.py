"""Settings of `archspec check`: `[tool.archspec]` in the nearest `pyproject.toml`, and options on top of them."""

import argparse
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from archspec.cli.options import UsageError

if TYPE_CHECKING:
    from archspec.lints.selection import Selection

LEVELS = ("error", "warning", "info")


class Settings(NamedTuple):
    """What holds for a project. `folder` is that of the file which says it."""

    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_file_ignores: Mapping[str, tuple[str, ...]] = {}
    fail_level: str = "error"
    strict: bool = False
    folder: Path = Path()

    def selection(self, arguments: argparse.Namespace) -> "Selection":
        """What to report: what the command line says, and else what is said here. Raises `UsageError`."""
        from archspec.lints.selection import Selection

        base = Selection(self.select, _extended(self.extend_select, self.strict), self.ignore)
        select = _given("--select", arguments.select)
        extend = _given("--extend-select", arguments.extend_select)
        ignore = _given("--ignore", arguments.ignore)
        return Selection(select, _extended(extend, arguments.strict), ignore, self.per_file_ignores, self.folder, base)


def read(folder: Path) -> Settings:
    """The settings that hold in a folder. Raises `UsageError`."""
    for one in (folder, *folder.parents):
        path = one / "pyproject.toml"
        if path.is_file():
            return _read(path)
    return Settings()


def _read(path: Path) -> Settings:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror or error}") from None
    if not _may_set(data):
        return Settings()
    import tomllib

    try:
        table = tomllib.loads(data.decode("utf-8")).get("tool", {}).get("archspec", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, AttributeError) as error:
        raise UsageError(f"cannot read {path}: {error}") from None
    if not isinstance(table, dict):
        raise UsageError(f"{path}: [tool.archspec] is no table")
    given = {key.replace("-", "_"): _setting(path, key, value) for key, value in table.items()}
    return Settings(**given, folder=path.parent)


def _extended(codes: tuple[str, ...], strict: bool) -> tuple[str, ...]:
    from archspec.lints.selection import STRICT

    return (*codes, STRICT) if strict else codes


def _may_set(data: bytes) -> bool:
    """Whether a file can hold `[tool.archspec]`: to parse one that cannot takes a tenth of the time of a small check.

    A key stands on one line with the tables that it is in, but for `[tool]`, a table of its own.
    """
    return b"archspec" in data and bool(
        re.search(rb"tool.*archspec|^\s*\[\s*[\"']?tool[\"']?\s*\]", data, re.MULTILINE)
    )


def _setting(path: Path, key: str, value: Any) -> Any:
    """A setting in its own type. Raises `UsageError`."""
    where = f"{path}: [tool.archspec] {key}"
    if key in ("select", "extend-select", "ignore"):
        return _listed(where, value)
    if key == "per-file-ignores":
        if not isinstance(value, dict):
            raise UsageError(f'{where} is a table of patterns, such as {{ "seeds/*" = ["AS5"] }}')
        return {pattern: _listed(f"{where}: {pattern}", codes) for pattern, codes in value.items()}
    if key == "fail-level":
        if value not in LEVELS:
            raise UsageError(f"{where} is one of {', '.join(LEVELS)}, not {value!r}")
        return value
    if key == "strict":
        if not isinstance(value, bool):
            raise UsageError(f"{where} is true or false, not {value!r}")
        return value
    known = ", ".join(one.replace("_", "-") for one in Settings._fields if one != "folder")
    raise UsageError(f"{where} is no setting; there are {known}")


def _listed(where: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise UsageError(f'{where} is a list of beginnings of codes, such as ["AS5"]')
    return _codes(where, value)


def _given(option: str, lists: list[str] | None) -> tuple[str, ...]:
    return () if lists is None else _codes(option, ",".join(lists).split(","))


def _codes(where: str, given: list[str]) -> tuple[str, ...]:
    """Beginnings of codes. Raises `UsageError`."""
    from archspec.api import rules

    known = rules()
    codes = tuple(code.strip() for code in given)
    for code in codes:
        if not code or not any(one.startswith(code) for one in known):
            raise UsageError(f"{where}: no code begins with {code!r}; codes look like AS401")
    return codes
