"""`archspec fmt`: specs in canonical layout."""

import argparse
import sys
from codecs import BOM_UTF8
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from archspec.cli.options import UsageError, add_stdin_filename
from archspec.cli.output import complain, complain_of, look, save, write, write_bytes
from archspec.core.diagnostic import SpecError
from archspec.core.limits import DEFAULT_LIMITS
from archspec.core.source import Source
from archspec.elaborate.files import Unreadable, decode, read

_EPILOG = """\
examples:
  archspec fmt net.arch             lay out a file
  archspec fmt specs/               lay out every text spec below a folder
  archspec fmt --check specs/       say which files would change, and exit with 1 if any would
  archspec fmt --diff net.arch      show what would change
  archspec fmt - < net.arch         from standard input to standard output

A file with a syntax error is left as it is.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = _EPILOG
    words = "a file, a folder, or - for standard input"
    parser.add_argument("target", metavar="TARGET", nargs="+", help=words)
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if a file would change")
    parser.add_argument("--diff", action="store_true", help="write nothing; print what would change, exit as --check")
    add_stdin_filename(parser)


class Outcome(NamedTuple):
    """The exit code of one file, and whether its layout changes."""

    code: int
    changed: bool = False


def run(arguments: argparse.Namespace) -> int:
    files = dict.fromkeys(path for target in arguments.target for path in _files(target))
    if None in files:
        _refuse_yaml(arguments.stdin_filename)
    made = [_format(path, arguments) for path in files]
    if not arguments.diff and any(path is not None for path in files):
        changed = sum(one.changed for one in made)
        would = " would be" if arguments.check else ""
        write(f"{changed} of {len(made)} file{'s' if len(made) != 1 else ''}{would} reformatted\n")
    return max(one.code for one in made)


def _files(target: str) -> Iterator[Path | None]:
    """The files that a target stands for; none is standard input. Raises `UsageError`."""
    path = Path(target)
    if not target:
        raise UsageError("an empty target names nothing; the folder at hand is .")
    if target == "-":
        yield None
    elif path.is_dir():
        found = [one for one in sorted(path.rglob("*.arch")) if one.is_file() and not _hidden(one, path)]
        if not found:
            raise UsageError(f"there are no text specs below {target}")
        yield from found
    elif not path.exists() and ".arch:" in target:
        raise UsageError(f"fmt lays out whole files: {target.rpartition(':')[0]}")
    else:
        _refuse_yaml(target)
        yield path


def _refuse_yaml(name: str) -> None:
    if name.endswith((".yaml", ".yml")):
        raise UsageError(f"{name} is YAML; fmt lays out the text form")


def _hidden(path: Path, folder: Path) -> bool:
    """Whether a file lies in a folder of a tool, such as `.venv`, or is hidden itself."""
    return any(part.startswith(".") for part in path.relative_to(folder).parts)


def _format(path: Path | None, arguments: argparse.Namespace) -> Outcome:
    """Lay out one file, or say what is wrong with it."""
    from archspec.syntax.format import format_source

    check, diff = arguments.check, arguments.diff
    try:
        source = _read(path, arguments.stdin_filename)
        text = format_source(source)
    except Unreadable as error:
        complain(str(error))
        return Outcome(2)
    except SpecError as error:
        complain_of(error.diagnostics)
        return Outcome(1)
    changed = text != source.text
    if diff:
        print_difference(source, text)
    elif check:
        if changed:
            write(f"would reformat {source.name}\n")
    elif path is None:
        write_bytes(text.encode())
    elif changed:
        save_text(path, text)
        write(f"reformatted {source.name}\n")
    return Outcome(int(changed and (check or diff)), changed)


def _read(path: Path | None, stdin: str) -> Source:
    if path is not None:
        return read(path, str(path), DEFAULT_LIMITS)
    return decode(sys.stdin.buffer.read(DEFAULT_LIMITS.file_bytes + 1), stdin, None, DEFAULT_LIMITS)


def save_text(path: Path, text: str) -> None:
    """Write the text; lines end as the first one of the file does, and the mark that it begins with stays."""
    with path.open("rb") as file:
        first = file.readline()
    ending = "\r\n" if first.endswith(b"\r\n") else "\n"
    mark = BOM_UTF8 if first.startswith(BOM_UTF8) else b""
    save(path, mark + text.replace("\n", ending).encode())


def print_difference(source: Source, text: str) -> None:
    from difflib import unified_diff

    from archspec.core.report.visible import visible

    old, new = source.text.splitlines(keepends=True), text.splitlines(keepends=True)
    style = look()
    for line in unified_diff(old, new, source.name, source.name):
        code = line.removesuffix("\n")
        write(f"{visible(code, style.unicode) if sys.stdout.isatty() else code}\n")
        if code == line and not line.startswith(("---", "+++")):
            write("\\ No newline at end of file\n")
