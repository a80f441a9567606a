"""Targets: what a command or a call is about. A file, a network in it, one that ships, and what is set for it."""

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from operator import index
from pathlib import Path
from typing import Any, NamedTuple, SupportsIndex

from archspec.core.diagnostic import Diagnostic, Severity, SpecError
from archspec.core.nearest import did_you_mean
from archspec.core.source import Source
from archspec.elaborate.files import SUFFIXES, Unreadable, decode, shipped
from archspec.elaborate.report import Poison
from archspec.elaborate.scope import FileScope, Frame
from archspec.elaborate.workspace import Workspace, shown
from archspec.syntax.parser import BadExpression, parse_expression

STDIN = "<stdin>"


class TargetError(Exception):
    """A target that names no file or no network; the text says why."""


class Target(NamedTuple):
    """A file, and the network in it where one is named. `text` is what was given."""

    path: Path | None  # none: standard input
    network: str
    shown: str


def find(target: str | Path, stdin: str = STDIN) -> list[Target]:
    """The files that a target stands for: `FILE`, `FILE:NETWORK`, a folder, a shipped network, or `-`.

    `stdin` names what standard input holds; it is YAML if the name ends so. Raises `TargetError`.
    """
    text = str(target)
    if not text:
        raise TargetError("an empty target names nothing; the folder at hand is .")
    if text == "-" or text.startswith("-:"):
        return [Target(None, text[2:], stdin)]
    path = Path(text)
    if path.is_dir():
        files = sorted(one for one in path.rglob("*") if one.name.endswith(SUFFIXES) and one.is_file())
        if not files:
            raise TargetError(f"there are no specs below {text}")
        return [Target(one, "", str(one)) for one in files]
    if path.exists():
        return [Target(path, "", text)]
    match = re.fullmatch(r"(.*?\.arch(?:\.yaml)?):(\w+)", text)
    if match:
        return [Target(Path(match[1]), match[2], match[1])]
    found = _shipped(text)
    if found is None:
        hint = did_you_mean(text, shipped_names())
        raise TargetError(f"there is no file and no shipped network {text}" + (f"; {hint}" if hint else ""))
    return [found]


def open_target(workspace: Workspace, target: Target) -> FileScope:
    """The scope of a target's file. Raises `TargetError`."""
    try:
        if target.path is None:
            data = sys.stdin.buffer.read(workspace.limits.file_bytes + 1)
            source = decode(data, target.shown, None, workspace.limits)
            return workspace.scope(source)
        return workspace.open(target.path, target.shown)
    except Unreadable as error:
        raise TargetError(str(error)) from None


def shipped_names() -> list[str]:
    """The networks that ship, by the names under which they can be used: `seeds/lenet5`."""
    return [f"{folder}/{name}" for folder, name, _ in catalogue()]


def catalogue() -> Iterator[tuple[str, str, Path]]:
    """Folder, network and file of every shipped network, read off the texts without elaborating them."""
    root = shipped()
    for path in sorted(root.rglob("*.arch")):
        folder = path.parent.relative_to(root).as_posix()
        for match in re.finditer(r"^network[ \t]+(\w+)[ \t]*([({=])", path.read_text(encoding="utf-8"), re.MULTILINE):
            yield folder, match[1], path


def _shipped(text: str) -> Target | None:
    for folder, name, path in catalogue():
        if text in (f"{folder}/{name}", f"specs/{folder}/{name}"):
            return Target(path, name, shown(path))
    return None


def known_network(workspace: Workspace, scope: FileScope, name: str) -> None:
    """Raise `TargetError` where a file has no network of that name, and `SpecError` where its errors may be why."""
    from archspec.syntax import tree

    if name in scope.broken or isinstance(scope.definitions.get(name), tree.Network | tree.Variant):
        return
    found = workspace.diagnostics()
    if any(one.severity == Severity.ERROR and one.span.source is scope.file.source for one in found):
        raise SpecError(found)
    known = workspace.networks(scope)
    listed = ", ".join(known) or "none"
    raise TargetError(f"{scope.file.source.name} has no network {name}; it has {listed}")


def only_network(workspace: Workspace, scope: FileScope) -> str:
    """The name of a file's only network. Raises `TargetError` where there are others."""
    names = workspace.networks(scope)
    if len(names) == 1:
        return names[0]
    raise_errors(workspace)
    name = scope.file.source.name
    if not names:
        waiting = templates(workspace, scope)
        raise TargetError(f"{name} has no network" + (f" that stands alone: {waiting[0]}" if waiting else ""))
    raise TargetError(f"{name} has {len(names)} networks; name one of them: " + ", ".join(f"{name}:{n}" for n in names))


def templates(workspace: Workspace, scope: FileScope) -> list[str]:
    """What the networks of a file need that do not stand alone, in a sentence each."""
    made = []
    for name, needed in workspace.templates(scope).items():
        values = " ".join(f"--set {one}=…" for one in needed)
        made.append(f"{name} needs {', '.join(needed)}, as in {scope.file.source.name}:{name} {values}")
    return made


def diagnostics(workspace: Workspace) -> tuple[Diagnostic, ...]:
    """What was reported; of fixes those that hold what they promise."""
    found = workspace.diagnostics()
    if all(one.fix is None for one in found):
        return found
    from archspec.elaborate import trial  # for specs with something to mend

    return trial.diagnostics(workspace)


def raise_errors(workspace: Workspace) -> None:
    """Raise `SpecError` with all that was found, if an error is among it."""
    if any(one.severity == Severity.ERROR for one in workspace.diagnostics()):
        raise SpecError(diagnostics(workspace))


def named_inputs(scope: FileScope, name: str, inputs: Any) -> dict[str, tuple[int, ...]]:
    """Input shapes by name; a single shape is that of the first input. Raises `TypeError` for what is no shape."""
    if inputs is None:
        return {}
    if isinstance(inputs, Mapping):
        return {key: given_shape(sizes, key) for key, sizes in inputs.items()}
    return {input_names(scope, name)[0]: given_shape(inputs)}


def given_shape(sizes: Any, name: str = "") -> tuple[int, ...]:
    """The shape of an input as it is handed in. Raises `TypeError`, which names the input."""
    said = f"inputs[{name!r}]" if name else "inputs"
    if isinstance(sizes, str | bytes) or not isinstance(sizes, Iterable):
        raise TypeError(f"{said}: a shape is a list of whole numbers, such as [3, 224, 224], not {sizes!r}")
    made = []
    for size in sizes:
        try:
            made.append(index(size))
        except TypeError:
            raise TypeError(f"{said}: {size!r} is no whole number") from None
    return tuple(made)


def input_names(scope: FileScope, name: str) -> list[str]:
    """The names of a network's inputs. Raises `TargetError` where it has none."""
    from archspec.syntax import tree

    item: Any = scope.definitions.get(name)
    while isinstance(item, tree.Variant):
        value: Any = item.value
        while isinstance(value, tree.Apply):
            value = value.function
        base = value.id
        if base in scope.imported:
            scope, base = scope.imported[base]
        item = scope.definitions.get(base)
    if isinstance(item, tree.Network):
        found = [port.name for one in item.body.statements if isinstance(one, tree.Inputs) for port in one.ports]
        if found:
            return found
    raise TargetError(f"{name} declares no input")


class Expression(NamedTuple):
    """A value as the language writes it, such as `[2, 2, 2, 2]` or `Bottleneck(groups=32)`."""

    text: str


def parameter_values(workspace: Workspace, scope: FileScope, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters as values of the language. Raises `TypeError`, which names the one that is none."""
    return {
        key: _evaluated(workspace, scope, key, value) if isinstance(value, Expression) else _as_value(key, value)
        for key, value in parameters.items()
    }


def _evaluated(workspace: Workspace, scope: FileScope, key: str, value: Expression) -> Any:
    source = Source(f"--set {key}", value.text)
    try:
        return workspace.elaborator.evaluate.value(parse_expression(source), Frame(scope))
    except BadExpression as error:
        raise SpecError((error.diagnostic,)) from None
    except Poison:
        raise SpecError(workspace.diagnostics()) from None


def _as_value(name: str, value: Any) -> Any:
    """A Python value as one of the language, which knows no kinds of integer, nor of others."""
    if isinstance(value, list | tuple | range):
        return tuple(_as_value(name, item) for item in value)
    if value is None:
        return value
    for kind in (bool, int, float, str):
        if isinstance(value, kind):
            return kind(value)
    if hasattr(value, "tolist"):  # NumPy's numbers and arrays, and those of its kin, as Python has them
        made = value.tolist()
        if type(made) is not type(value):  # a long double stays one
            return _as_value(name, made)
    if isinstance(value, SupportsIndex):
        return value.__index__()
    words = "a number, a text, a truth value, or a list of these"
    raise TypeError(f"{name}: a value is {words}, not of the type {type(value).__name__}")
