"""Trying inputs: what is made is written to a file, probed, and compared with what is known of it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

from archspec.core.diagnostic import Severity
from fuzz.breakage import Broken
from fuzz.makers import MAKERS, Made
from fuzz.probes import checked, probe


class Failure(NamedTuple):
    """An input that did not hold: how to make it again, what went wrong, and the input."""

    maker: str
    number: int
    error: Exception
    made: Made

    def __str__(self) -> str:
        return f"{self.maker} {self.number}: {type(self.error).__name__}: {self.error}"


def trials(
    maker: str, numbers: Iterable[int], folder: Path, verdicts: Counter[str], every: int = 5
) -> Iterator[Failure]:
    """Try inputs of these numbers, one in `every` deeply; those that failed. Counts what they were."""
    for number in numbers:
        made = MAKERS[maker](Random(number))
        try:
            verdict = attempt(made, folder, deep=number % every == 0)
        except Exception as error:  # noqa: BLE001  any failure is what is looked for
            yield Failure(maker, number, error, made)
        else:
            verdicts[f"{maker}, {verdict}"] += 1


def attempt(made: Made, folder: Path, deep: bool) -> str:
    """Try one input; the verdict. Raises where something does not hold."""
    path = folder / f"spec{made.suffix}"
    path.write_bytes(made.data)  # where it stays, should the interpreter itself end
    verdict = probe(path, deep)
    if made.right:
        assert verdict in ("clean", "findings"), verdict
    if made.known is not None:
        expected(path, made.suffix, made.known)
    return verdict


def expected(path: Path, suffix: str, known: Broken) -> None:
    """A spec that is broken in one way has that one error, at the lines that were broken."""
    found = checked(path)
    assert found is not None
    errors = [one for one in found.diagnostics if one.severity is Severity.ERROR]
    assert [one.rule.code for one in errors] == [known.code], (known.kind, [str(one) for one in errors])
    if suffix == ".arch" and known.first:
        assert known.first <= errors[0].span.line <= known.last, (known, str(errors[0]))
