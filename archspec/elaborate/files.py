"""Reading spec files, and finding what they import: within their project, or among the networks that ship."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from archspec.core.limits import Limits
from archspec.core.source import Source

SUFFIXES = (".arch", ".arch.yaml")


class Unreadable(Exception):
    """A file that cannot be read as a spec; the text says why, `help` what to do."""

    def __init__(self, text: str, help: str = "") -> None:
        super().__init__(text)
        self.help = help


def shipped() -> Path:
    """The folder of the specs that ship: in the package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "specs"
    return inside if inside.is_dir() else package.parent / "specs"


def read(path: Path, name: str, limits: Limits) -> Source:
    """The text of a spec file. Raises `Unreadable`."""
    try:
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode):
            what = "a folder" if stat.S_ISDIR(status.st_mode) else "no regular file"
            raise Unreadable(f"{name} is {what}")
        if status.st_size > limits.file_bytes:
            raise Unreadable(f"{name} has {status.st_size:,} bytes; the limit is {limits.file_bytes:,}")
        with open(path, "rb") as file:
            data = file.read(limits.file_bytes + 1)
    except OSError as error:
        raise Unreadable(f"cannot read {name}: {error.strerror or error}") from None
    except ValueError:  # a path with a null character
        raise Unreadable(f"cannot read {name!r}") from None
    return decode(data, name, path.absolute(), limits)  # what it imports is found from any other folder as well


def decode(data: bytes, name: str, path: Path | None, limits: Limits) -> Source:
    """The text in the bytes of a spec: UTF-8, with or without a mark at its start, lines ending in any way."""
    if len(data) > limits.file_bytes:
        raise Unreadable(f"{name} has more than {limits.file_bytes:,} bytes, the limit")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(f"{name} is not UTF-8: byte {error.start} on line {line}") from None
    return Source(name, text.replace("\r\n", "\n").replace("\r", "\n"), path)


def project_root(folder: Path) -> Path:
    """The nearest folder above with a `pyproject.toml`, else the folder itself."""
    for one in (folder, *folder.parents):
        if (one / "pyproject.toml").is_file():
            return one
    return folder


def resolve_import(wanted: str, importer: Source) -> Path:
    """The file an import names. Raises `Unreadable`."""
    if not wanted or "\0" in wanted or "\\" in wanted or wanted.startswith(("/", "~")) or ":" in wanted:
        raise Unreadable(f"`{wanted}` is no path relative to this file")
    if not wanted.endswith(SUFFIXES):
        raise Unreadable(f"`{wanted}` does not end in `.arch` or `.arch.yaml`")
    folder = importer.path.parent if importer.path is not None else Path.cwd()
    folder = folder.resolve()
    local = Path(os.path.realpath(folder / wanted))
    root = project_root(folder)
    if local.is_relative_to(root) and local.exists():
        return local
    library = shipped().resolve()
    ours = Path(os.path.realpath(library / wanted))
    if ours.is_relative_to(library) and ours.is_file():
        return ours
    if not local.is_relative_to(root):
        raise Unreadable(f"`{wanted}` lies outside the project", _project(folder))
    raise Unreadable(f"there is no file `{wanted}`")


def _project(folder: Path) -> str:
    """What the project of a file in this folder is, and why."""
    root = project_root(folder)
    if not (root / "pyproject.toml").is_file():
        return "no folder above has a `pyproject.toml`, so the project is this file's own folder"
    said = "this file's own folder" if root == folder else f"`{os.path.relpath(root, folder)}` from here"
    return f"the project is {said}, the nearest with a `pyproject.toml`"


class Imports:
    """What imports lead to, looked up and read once: what is made of the same texts later on is the same network."""

    def __init__(self) -> None:
        self._paths: dict[tuple[Source, str], Path] = {}
        self._sources: dict[Path, Source] = {}

    def resolve(self, wanted: str, importer: Source) -> Path:
        """As `resolve_import`."""
        key = importer, wanted
        if key not in self._paths:
            self._paths[key] = resolve_import(wanted, importer)
        return self._paths[key]

    def read(self, path: Path, name: str, limits: Limits) -> Source:
        """As `read`."""
        if path not in self._sources:
            self._sources[path] = read(path, name, limits)
        return self._sources[path]

    def replaced(self, sources: Mapping[Path, Source]) -> "Imports":
        """The same with other texts for some files."""
        made = Imports()
        made._sources = {**self._sources, **sources}
        return made
