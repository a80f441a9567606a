"""Each limit holds exactly: as much as it says is taken, one more is refused, in text and in YAML, as flags set it."""

from collections.abc import Callable
from pathlib import Path

import pytest

import archspec
from archspec.core.limits import DEFAULT_LIMITS, Limits
from archspec.core.source import Source
from archspec.emit.convert import convert
from archspec.targets import TargetError


def network(body: str, shape: str = "[4, 8, 8]") -> str:
    return f"network n {{\n    input x: {shape}\n    {body}\n}}\n"


def wide(size: int) -> str:
    return network("relu", f"[{size}, 1, 1]")


def groups(depth: int) -> str:
    """Braces nested so deep, the network's among them."""
    return network("g: { " * (depth - 1) + "relu" + " }" * (depth - 1))


def imports(folder: Path, count: int, chained: bool) -> str:
    """Files that the spec imports, each by itself or each by the one before."""
    for at in range(1, count + 1):
        more = f'from "f{at + 1}.arch" import B{at + 1}\n' if chained and at < count else ""
        uses = f"B{at + 1}" if more else "relu"
        (folder / f"f{at}.arch").write_text(f"{more}block B{at} {{ {uses} }}\n")
    wanted = [1] if chained else range(1, count + 1)
    first = "".join(f'from "f{at}.arch" import B{at}\n' for at in wanted)
    return first + network("\n    ".join(f"B{at}" for at in wanted))


class Case:
    """A text that asks for `amount` of something, tried at a limit of `limit`; and the rule that refuses more."""

    def __init__(self, limit: int, code: str, make: Callable[[Path, int], str], yaml: bool = True) -> None:
        self.limit, self.code, self.make, self.yaml = limit, code, make, yaml


CASES = {
    "import_files": Case(3, "AS207", lambda folder, n: imports(folder, n, chained=False)),
    "import_depth": Case(3, "AS207", lambda folder, n: imports(folder, n, chained=True)),
    "nesting": Case(6, "AS104", lambda folder, n: groups(n)),
    "expression_depth": Case(9, "AS304", lambda folder, n: network(f"let v = {'-' * (n - 1)}1"), yaml=False),
    "identifier": Case(9, "AS104", lambda folder, n: network(f"let {'v' * n} = 3")),
    "string": Case(20, "AS104", lambda folder, n: network(f'let v = "{"s" * (n - 2)}"'), yaml=False),
    "distinct_layers": Case(9, "AS304", lambda folder, n: network("\n    ".join(["relu"] * n))),
    "rank": Case(2, "AS408", lambda folder, n: network("relu", str([1] * n))),
    "size": Case(50, "AS408", lambda folder, n: wide(n)),
    "elements": Case(50, "AS304", lambda folder, n: wide(n)),
    "integer": Case(1000, "AS302", lambda folder, n: network(f"let v = {n - 1} + 1")),
    "repeats": Case(7, "AS304", lambda folder, n: network(f"repeat {n} {{ relu }}")),
}


@pytest.mark.parametrize("form", ["text", "yaml"])
@pytest.mark.parametrize("name", CASES)
def test_at_the_limit_and_beyond(tmp_path: Path, name: str, form: str) -> None:
    case = CASES[name]
    if form == "yaml" and not case.yaml:
        pytest.skip("counts what only text has: signs in a row, quotes")
    limits = DEFAULT_LIMITS._replace(**{name: case.limit})
    for amount, expected in ((case.limit, []), (case.limit + 1, [case.code])):
        text = case.make(tmp_path, amount)
        path = tmp_path / ("spec.arch" if form == "text" else "spec.arch.yaml")
        path.write_text(text if form == "text" else convert(Source("spec.arch", text), to_yaml=True))
        found = archspec.check(path, limits=limits).diagnostics
        errors = [one.rule.code for one in found if one.severity == "error"]
        assert errors == expected, (amount, [str(one) for one in found])


def test_bytes_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "spec.arch"
    path.write_text(network("relu"))
    size = path.stat().st_size
    assert archspec.check(path, limits=Limits(file_bytes=size)).ok
    with pytest.raises(TargetError, match="the limit is"):
        archspec.check(path, limits=Limits(file_bytes=size - 1))


@pytest.mark.parametrize(
    "text", [network("\n    ".join(f"nothing{at}" for at in range(9))), "block B ?\n" * 9], ids=["names", "text"]
)
def test_number_of_diagnostics(tmp_path: Path, text: str) -> None:
    path = tmp_path / "spec.arch"
    path.write_text(text)
    for limit in (1, 4, 9, 100):
        assert len(archspec.check(path, limits=Limits(diagnostics=limit)).diagnostics) == min(limit, 9)


def test_steps_of_evaluation(tmp_path: Path) -> None:
    """What counts as a step is not for a test to say: some number is enough, and all below are not."""
    path = tmp_path / "spec.arch"
    path.write_text(network("let v = [i for i in range(10)]"))
    enough = [archspec.check(path, limits=Limits(evaluations=limit)).ok for limit in range(1, 120)]
    assert enough == sorted(enough) and not enough[0] and enough[-1]


def test_every_limit_has_its_test() -> None:
    assert {*CASES, "file_bytes", "diagnostics", "evaluations"} == set(Limits._fields)


def test_the_limits_are_those_that_are_documented() -> None:
    assert DEFAULT_LIMITS._asdict() == {
        "file_bytes": 2 * 1024 * 1024,
        "import_files": 64,
        "import_depth": 16,
        "nesting": 64,
        "expression_depth": 256,
        "identifier": 64,
        "string": 4096,
        "distinct_layers": 100_000,
        "diagnostics": 1000,
        "rank": 8,
        "size": 2**31 - 1,
        "elements": 2**48,
        "integer": 2**53,
        "repeats": 10**9,
        "evaluations": 2_000_000,
    }


def test_imported_files_are_counted_for_each_spec(tmp_path: Path) -> None:
    """A folder of many specs that import a file each is no spec that imports many."""
    for at in range(5):
        (tmp_path / f"part{at}.arch").write_text(f"block B{at} {{ relu }}\n")
        (tmp_path / f"a{at}.arch").write_text(f'from "part{at}.arch" import B{at}\n' + network(f"B{at}"))
    assert archspec.check(*sorted(tmp_path.glob("a*.arch")), limits=Limits(import_files=2)).ok
