"""What a text means does not hang on the names of its blocks, their order, its layout or its form."""

import re
from pathlib import Path
from random import Random

import pytest
from random_specs import spec

from archspec.core.diagnostic import Diagnostic
from archspec.core.source import Source
from archspec.emit.convert import convert
from archspec.syntax.format import format_source
from fuzz.breakage import KINDS, broken
from fuzz.invariants import Essence, blocks, essence, findings, renamed, reordered

SPECS = Path(__file__).parents[2] / "specs"
# Broken in every way that leaves a tree, right, and with advice to give.
TEXTS = {
    **{name: broken(Random(3), name).text for name, (code, _) in KINDS.items() if code >= "AS2"},
    **{f"right{at}": spec(at) for at in range(4)},
    **{name: (SPECS / f"{name}.arch").read_text() for name in ("seeds/mnist_inception_broken", "classics/unet")},
    "advice": """
        block Early(depth, unused = 3) {
            let forgotten = 4
            conv(depth, 3, padding=1) -> batchnorm -> relu -> maxpool(2)
        }
        block Late(depth) {
            residual { Early(depth) -> upsample(2) -> conv(in.channels, 1) -> conv(1, 1) }
        }
        block Never { relu }
        network n {
            input x: [3, 29, 29]
            Early(8)
            stage: Late(in.channels)
            Early(in.channels + 8)
            dead: Early(5)
            conv(3, 1, stride=2)
        }
    """,
}


MEANT: dict[str, tuple[Diagnostic, ...]] = {}


@pytest.fixture(params=TEXTS.values(), ids=TEXTS)
def text(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    text: str = request.param
    if text not in MEANT:
        MEANT[text] = findings(tmp_path / "spec.arch", text)
    return text


def test_there_is_something_to_compare() -> None:
    assert sum(len(blocks(text)) > 1 for text in TEXTS.values()) > 5
    assert len({block.name for block in blocks(TEXTS["advice"])} & {"Early", "Late", "Never"}) == 3


def test_blocks_by_other_names(tmp_path: Path, text: str) -> None:
    names = {block.name: f"Renamed{block.name}" for block in blocks(text)}
    back = {new: old for old, new in names.items()}
    found = findings(tmp_path / "spec.arch", renamed(text, names))
    assert [renamed(repr(essence(one)), back) for one in found] == [repr(essence(one)) for one in MEANT[text]]
    assert [one.span.line for one in found] == [one.span.line for one in MEANT[text]]


def test_blocks_in_another_order(tmp_path: Path, text: str) -> None:
    found = findings(tmp_path / "spec.arch", reordered(text, Random(1)))
    expected = sorted((essence(one), one.span.text) for one in MEANT[text])
    assert sorted((essence(one), one.span.text) for one in found) == expected


def test_another_layout(tmp_path: Path, text: str) -> None:
    found = findings(tmp_path / "spec.arch", format_source(Source("spec.arch", text)))
    assert [essence(one) for one in found] == [essence(one) for one in MEANT[text]]


def test_another_form(tmp_path: Path, text: str) -> None:
    """As YAML, and back from it. Help may cite the code, in the form that it has."""
    yaml = convert(Source("spec.arch", text), to_yaml=True)
    found = findings(tmp_path / "spec.arch.yaml", yaml)
    assert [in_words(essence(one)) for one in found] == [in_words(essence(one)) for one in MEANT[text]]
    again = findings(tmp_path / "spec.arch", convert(Source("spec.arch.yaml", yaml), to_yaml=False))
    assert [essence(one) for one in again] == [essence(one) for one in MEANT[text]]


def in_words(one: Essence) -> Essence:
    return one._replace(help=" ".join(re.findall(r"\w+", re.sub("`[^`]*`", "", one.help))))


def test_advice_is_among_it(tmp_path: Path) -> None:
    found = findings(tmp_path / "spec.arch", TEXTS["advice"])
    codes = {one.rule.code for one in found}
    assert codes >= {"AS508", "AS512", "AS513", "AS514"}
