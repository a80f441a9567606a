"""What installed packages offer in their entry points, read without `importlib.metadata`.

That module takes 50 times as long to import as the folders take to read. Packages are where pip puts them: a folder
`NAME-VERSION.dist-info` (or `.egg-info`) in a folder of `sys.path`. An earlier folder hides the same package in later
ones.
"""

import os
import re
import sys
from typing import NamedTuple

GROUP = "archspec.operators"
_FOLDER = re.compile(r"(?P<name>.+?)(-(?P<version>\d[^-]*)(-.*)?)?\.(dist|egg)-info")


class Offer(NamedTuple):
    """An entry point: what a package calls `name`, and where it is."""

    name: str
    value: str
    package: str

    @property
    def module(self) -> str:
        return self.value.partition(":")[0].strip()

    @property
    def attribute(self) -> str:
        return self.value.partition(":")[2].strip()


_found: dict[tuple[str, ...], dict[str, list[Offer]]] = {}


def installed_offers() -> dict[str, list[Offer]]:
    """The offers of installed packages by name; several where packages disagree."""
    places = tuple(sys.path)
    if places not in _found:
        _found[places] = _read(places)
    return _found[places]


def _read(places: tuple[str, ...]) -> dict[str, list[Offer]]:
    made: dict[str, list[Offer]] = {}
    seen: set[str] = set()
    for place in places:
        for folder in _folders(place or os.curdir):
            matched = _FOLDER.fullmatch(folder)
            if matched is None:
                continue
            package = re.sub(r"[-_.]+", "-", matched["name"]).lower()
            if package in seen:
                continue
            seen.add(package)
            said = f"{package} {matched['version']}" if matched["version"] else package
            for name, value in _entries(os.path.join(place or os.curdir, folder, "entry_points.txt")):
                made.setdefault(name, []).append(Offer(name, value, said))
    return made


def _folders(place: str) -> list[str]:
    try:
        return sorted(name for name in os.listdir(place) if name.endswith((".dist-info", ".egg-info")))
    except OSError:
        return []


def _entries(path: str) -> list[tuple[str, str]]:
    """The names and values of our group in a file of entry points."""
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError:
        return []
    if GROUP.encode() not in data:
        return []
    made: list[tuple[str, str]] = []
    ours = False
    for line in data.decode("utf-8", "replace").splitlines():
        text = line.partition("#")[0].strip()
        if text.startswith("["):
            ours = text.strip("[] ") == GROUP
        elif ours and "=" in text:
            name, _, value = text.partition("=")
            made.append((name.strip(), value.partition("[")[0].strip()))
    return made
