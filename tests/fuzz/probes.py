"""What must hold of any input: a verdict within bounds, findings that stand in their files, and output in every format.

A probe raises `AssertionError` where something does not hold; whatever else leaves it is a failure as well.
"""

import ast
import contextlib
import io
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import archspec
from archspec.api import Checked
from archspec.cli.main import main
from archspec.core.diagnostic import RULES, Diagnostic, SpecError
from archspec.core.limits import DEFAULT_LIMITS
from archspec.core.report import FORMATS, report
from archspec.core.report.style import Style
from archspec.core.source import Source, Span
from archspec.elaborate.files import Unreadable, read
from archspec.elaborate.parsing import is_yaml
from archspec.emit.convert import convert
from archspec.emit.diagram.render import CannotDraw
from archspec.emit.summary.json import as_json
from archspec.lints.selection import Selection
from archspec.syntax.format import format_source
from archspec.targets import TargetError

# With less to ask for, an input that asks for much is refused sooner, and more are tried in the same time.
LIMITS = DEFAULT_LIMITS._replace(distinct_layers=3_000, evaluations=100_000, diagnostics=200)
BUDGET = 10.0  # seconds of processor time for one input; most take some milliseconds
LARGE = 400  # layers of a network, folded, beyond which nothing but `check` is tried
SLOW = "AS713"  # builds a network for hundreds of sizes
ALL = Selection(extend=("AS",), ignore=(SLOW,))
LOOKS = (Style(), Style(color=True, unicode=False, width=40))


def probe(path: Path, deep: bool = False) -> str:
    """Try one file; what it was, in a word: `unreadable`, `errors`, `findings` or `clean`.

    A `deep` probe goes through the command line, too, and through what is made of a spec that is right.
    """
    begun = time.process_time()
    found = checked(path)
    if found is not None:
        standing(found)
        drawn(found.diagnostics)
    if deep:
        commands(path, found)
        if found is not None:
            other_forms(path, found)
    spent = time.process_time() - begun
    assert spent < BUDGET, f"took {spent:.1f} s"
    if found is None:
        return "unreadable"
    return "errors" if found.errors else "findings" if found.diagnostics else "clean"


def checked(path: Path) -> Checked | None:
    """What `check` finds with every rule on; none where the file cannot be read at all."""
    try:
        return archspec.check(path, limits=LIMITS, selection=ALL)
    except TargetError as error:
        if "not UTF-8" in str(error) or "limit" in str(error):
            return None
        raise


def standing(found: Checked) -> None:
    """Every finding has a known rule, a message, and places within its file; they are sorted and told apart."""
    for one in found.diagnostics:
        assert RULES[one.rule.code] is one.rule
        assert one.message.strip() and "\n" not in one.message, one.message
        said = (one.message, one.help, *(label.text for label in one.labels), *"\n".join(one.notes).split("\n"))
        assert max(map(len, said)) < 1000, said
        assert one.labels
        for span in spans(one):
            assert 0 <= span.start <= span.end <= len(span.source.text), (str(one), span.start, span.end)
    orders = [one.order for one in found.diagnostics]
    assert orders == sorted(orders)
    assert len({(*order, one.message) for order, one in zip(orders, found.diagnostics, strict=True)}) == len(orders)


def spans(one: Diagnostic) -> Iterator[Span]:
    yield from (label.span for label in one.labels)
    yield from (frame.span for frame in one.trail)
    if one.fix is not None:
        yield from (edit.span for edit in one.fix.edits)


def drawn(diagnostics: tuple[Diagnostic, ...]) -> None:
    """Each format says each finding, and programs can read theirs."""
    for format in FORMATS:
        text = report(diagnostics, format, version="1")
        if format == "json":
            assert len(json.loads(text)["diagnostics"]) == len(diagnostics)
        elif format == "sarif":
            assert len(json.loads(text)["runs"][0]["results"]) == len(diagnostics)
        elif format in ("github", "concise"):
            assert text.count("\n") == len(diagnostics)
    for style in LOOKS:
        report(diagnostics, "text", style)


def commands(path: Path, found: Checked | None) -> None:
    """The exit code is that of what was found, and no internal error is told."""
    expected = 2 if found is None else int(found.errors > 0)
    limits = [f"--limit={name}={getattr(LIMITS, name)}" for name in ("distinct_layers", "evaluations", "diagnostics")]
    code, out, err = ran("check", str(path), "--extend-select", "AS", "--ignore", SLOW, "--format", "concise", *limits)
    assert code == expected, (code, expected, out, err)
    assert bool(err) == (code == 2), err
    if found is not None:
        assert out.count("\n") == len(found.diagnostics)


def ran(*arguments: str) -> tuple[int, str, str]:
    """The command line in this process: its exit code and what it printed."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(arguments)
    said = [one.buffer.getvalue().decode() for one in (out, err)]  # type: ignore[attr-defined]
    assert "AS901" not in said[1] and "Traceback" not in said[1], said[1]
    return code, *said


def other_forms(path: Path, found: Checked) -> None:
    """Layout and conversion refuse what does not parse and keep the rest; what is right compiles and is counted."""
    source = read(path, path.name, LIMITS)
    yaml = is_yaml(path.name)
    if not yaml:
        text = refused(lambda: format_source(source))
        assert text is None or format_source(Source(path.name, text)) == text
    refused(lambda: convert(source, to_yaml=not yaml))
    if found.errors:
        return
    for name in named(path):
        design = archspec.load(f"{path}:{name}", limits=LIMITS)
        if sum(1 for _ in design.layers(fold=True)) <= LARGE:
            ast.parse(archspec.to_source(design))
            json.loads(as_json(design.module, design.spec))
            drawn(archspec.check(f"{path}:{name}", limits=LIMITS, selection=Selection((SLOW,))).diagnostics)
            with contextlib.suppress(CannotDraw):
                archspec.render(design, format="mmd")


def named(path: Path) -> list[str]:
    """The networks of a file."""
    from archspec.elaborate.workspace import Workspace

    workspace = Workspace(LIMITS)
    return list(workspace.networks(workspace.open(path, path.name)))


def refused(make: Callable[[], str]) -> str | None:
    """What is made, or none where the spec is refused in order."""
    try:
        return make()
    except (SpecError, Unreadable):
        return None
