"""Arguments that commands share, and the design they ask for."""

import argparse
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archspec.core.limits import DEFAULT_LIMITS, Limits

if TYPE_CHECKING:
    from archspec.designs import Design
    from archspec.targets import Expression


STDIN = "<stdin>"


class UsageError(Exception):
    """Arguments that cannot be meant so; the text says why."""


def add_target(parser: argparse.ArgumentParser, many: bool = False) -> None:
    if many:
        words = "a file, a folder, FILE:NETWORK, a network that ships, or - for standard input"
        parser.add_argument("target", metavar="TARGET", nargs="+", help=words)
    else:
        words = "FILE, FILE:NETWORK, a network that ships (seeds/lenet5), or - for standard input"
        parser.add_argument("target", metavar="TARGET", help=words)
    add_stdin_filename(parser)
    add_plugins(parser)


def add_plugins(parser: argparse.ArgumentParser) -> None:
    words = "a module with operators of your own, from where Python looks or from here; may be repeated"
    parser.add_argument("--plugin", metavar="MODULE", action="append", default=[], help=words)


def use_plugins(modules: list[str]) -> None:
    """Make the operators of these modules known; this folder is where Python looks last. Raises `PluginError`."""
    from archspec.ops.plugins import use

    if os.getcwd() not in sys.path and not sys.flags.safe_path:
        sys.path.append(os.getcwd())
    use(*modules)


def add_stdin_filename(parser: argparse.ArgumentParser) -> None:
    words = "the name of what standard input holds: YAML, if it ends in .yaml"
    parser.add_argument("--stdin-filename", metavar="NAME", default=STDIN, help=words)


def add_overrides(parser: argparse.ArgumentParser) -> None:
    """What replaces parameters, input shapes and limits."""
    group = parser.add_argument_group("overrides")
    words = "a parameter of the network, its value as the language writes it; may be repeated"
    group.add_argument("--set", metavar="NAME=VALUE", action="append", default=[], help=words)
    words = "the shape of an input, without the batch; may be repeated"
    group.add_argument("--input", metavar="[NAME=]C,H,W", action="append", default=[], help=words)
    add_limits(group)


def add_parts(parser: argparse.ArgumentParser) -> None:
    """What is wanted of a network, if not all of it."""
    group = parser.add_argument_group("parts")
    group.add_argument("--until", metavar="PATH", help="the network as far as this module: layer3, layer3.0.conv1")
    words = "the values of these modules as outputs, by name or by path"
    group.add_argument("--features", metavar="[NAME=]PATH,…", help=words)


def add_limits(parser: argparse._ActionsContainer) -> None:
    words = f"how much a spec may ask for; NAME is one of {', '.join(Limits._fields)}"
    parser.add_argument("--limit", metavar="NAME=N", action="append", default=[], help=words)


def add_color(parser: argparse.ArgumentParser) -> None:
    words = "colours; auto (the default) looks at the terminal, NO_COLOR and FORCE_COLOR"
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto", help=words)


def add_output(parser: argparse.ArgumentParser, words: str) -> None:
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, help=words)


def whole(text: str) -> int:
    """A whole number, as the type of an argument."""
    if not (text.isdecimal() and text.isascii() and len(text) < 10):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number")
    return int(text)


def levels(text: str) -> int:
    """A number of levels of blocks, as the type of an argument."""
    number = whole(text)
    if number < 1:
        raise argparse.ArgumentTypeError("there is at least 1 level")
    return number


def parameters(arguments: argparse.Namespace) -> dict[str, Any]:
    """The parameters that `--set` gives. Raises `UsageError`."""
    made: dict[str, Any] = {}
    for text in arguments.set:
        name, value = parameter(text)
        if name in made:
            raise UsageError(f"--set gives {name} twice")
        made[name] = value
    return made


def parameter(text: str) -> "tuple[str, Expression]":
    """The name and the value that one `--set` gives. Raises `UsageError`."""
    from archspec.targets import Expression

    name, found, value = text.partition("=")
    if not found or not re.fullmatch(r"[A-Za-z_]\w*", name.strip(), re.ASCII) or not value.strip():
        raise UsageError(f"--set wants NAME=VALUE, such as --set num_classes=10, not {text!r}")
    return name.strip(), Expression(value.strip())


def inputs(arguments: argparse.Namespace) -> Mapping[str, tuple[int, ...]] | tuple[int, ...] | None:
    """The shapes that `--input` gives: one for the only input, or several by name. Raises `UsageError`."""
    named: dict[str, tuple[int, ...]] = {}
    for text in arguments.input:
        name, shape = input_shape(text)
        named[name] = shape
    if "" in named:
        if len(arguments.input) > 1:
            raise UsageError("--input given more than once wants names: --input left=1,105,105")
        return named[""]
    return named or None


def input_shape(text: str) -> tuple[str, tuple[int, ...]]:
    """The name that one `--input` gives, if it does, and its shape. Raises `UsageError`."""
    name, _, shape = text.rpartition("=")
    sizes = [size.strip() for size in shape.split(",")]
    if not all(size.isdecimal() and size.isascii() and len(size) < 20 for size in sizes):
        raise UsageError(f"--input wants sizes such as 3,224,224 or image=3,224,224, not {text!r}")
    return name.strip(), tuple(int(size) for size in sizes)


def limits(arguments: argparse.Namespace) -> Limits:
    """The limits that `--limit` changes. Raises `UsageError`."""
    changed: dict[str, int] = {}
    for text in arguments.limit:
        name, _, value = text.partition("=")
        if name not in Limits._fields or not (value.isdecimal() and value.isascii() and len(value) < 20):
            raise UsageError(f"--limit wants NAME=N with a NAME of {', '.join(Limits._fields)}, not {text!r}")
        changed[name] = int(value)
    return DEFAULT_LIMITS._replace(**changed)


def design(arguments: argparse.Namespace) -> "Design":
    """The network that the arguments name. Raises `UsageError`, `TargetError` and `SpecError`."""
    from archspec.api import load_with

    given = parameters(arguments), inputs(arguments), limits(arguments)
    found = load_with(arguments.target, *given, arguments.stdin_filename)
    until, features = getattr(arguments, "until", None), getattr(arguments, "features", None)
    return _part(found, until, features) if until or features else found


def _part(whole: "Design", until: str | None, features: str | None) -> "Design":
    """The part of a network that is asked for. Raises `TargetError` where it has no such module."""
    from archspec.analysis.extraction import NoSuchModule
    from archspec.targets import TargetError

    try:
        found = whole if until is None else whole.until(until)
        if features is None:
            return found
        wanted = [one.strip().rpartition("=") for one in features.split(",") if one.strip()]
        if not wanted:
            raise UsageError("--features names no module")
        named = [name or path for name, _, path in wanted]
        twice = next((name for name in named if named.count(name) > 1), None)
        if twice is not None:
            raise UsageError(f"--features gives two outputs the name {twice}")
        return found.with_outputs(**dict(zip(named, (path for _, _, path in wanted), strict=True)))
    except NoSuchModule as error:
        raise TargetError(str(error)) from None
