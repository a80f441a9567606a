"""The JSON Schema of the YAML form: what ships passes it, what is broken does not, and no operator is left out."""

import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from archspec.core.source import Source
from archspec.elaborate.files import shipped
from archspec.elaborate.vocabulary import Registry
from archspec.emit.convert import convert
from archspec.emit.schema.arguments import of_kind
from archspec.emit.schema.document import as_text, schema
from archspec.ops import OPERATORS
from archspec.ops.base import REQUIRED
from archspec.ops.kinds import BadValue
from archspec.syntax.yaml_events import Mapping, Node, Scalar, Sequence, compose
from archspec.syntax.yaml_reader import read
from archspec.syntax.yaml_scalars import resolve

SCHEMA = schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
TEXTS = sorted(shipped().rglob("*.arch"))
YAMLS = sorted(shipped().rglob("*.arch.yaml"))
PAGE = (Path(__file__).parents[2] / "docs" / "yaml.md").read_text(encoding="utf-8")


def plain(node: Node | None) -> Any:
    """A YAML text as the values that a validator sees."""
    if node is None:
        return None
    if isinstance(node, Scalar):
        return resolve(node)
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    assert isinstance(node, Mapping)
    return {key.text: plain(value) for key, value in node.pairs}


def errors(text: str) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(plain(compose(Source("x", text))[0]))]


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"].endswith("2020-12/schema")
    assert as_text() == as_text()


@pytest.mark.parametrize("path", YAMLS, ids=[path.name for path in YAMLS])
def test_what_ships_in_yaml_is_valid(path: Path) -> None:
    assert errors(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", TEXTS, ids=[path.name for path in TEXTS])
def test_what_ships_in_text_is_valid_as_yaml(path: Path) -> None:
    assert errors(convert(Source(path.name, path.read_text(encoding="utf-8")), to_yaml=True)) == []


@pytest.mark.parametrize("text", re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL))
def test_what_the_guide_shows_is_valid(text: str) -> None:
    lenient = text.replace("{label: unit, step: {unit: 64}}", "unit")
    assert errors(lenient) == []


@pytest.mark.parametrize("name", sorted(OPERATORS))
def test_every_operator_and_parameter_is_in_it(name: str) -> None:
    step = SCHEMA["$defs"]["step"]
    while "properties" not in step:
        step = step["else"]
    assert step["properties"][name]["description"]
    declared = SCHEMA["$defs"][f"parameters.{name}"]["properties"]
    assert list(declared) == list(OPERATORS[name].parameters)
    for key, parameter in OPERATORS[name].parameters.items():
        assert declared[key].get("description", "") == parameter.docs


@pytest.mark.parametrize("name", sorted(OPERATORS))
def test_it_takes_the_defaults_of_every_parameter(name: str) -> None:
    for key, parameter in OPERATORS[name].parameters.items():
        default = parameter.default
        if default is not REQUIRED and isinstance(default, bool | int | float | str | None):
            rule = {**SCHEMA["$defs"][f"parameters.{name}"]["properties"][key], "$defs": SCHEMA["$defs"]}
            assert jsonschema.Draft202012Validator(rule).is_valid(default), key


_PROBES: list[Any] = [
    -1, 0, 1, 2, 0.5, 1.5, 2.0, -0.5, True, False, None, "same", "zeros", "$x", "nearest", "banana", [1, 2], [0, 1],
    [[1, 2], [0, 0]], [1, 2, 3, 4], [], [[1, 2, 3]],
]  # fmt: skip


def value_of(probe: Any) -> Any:
    return tuple(value_of(one) for one in probe) if isinstance(probe, list) else probe


@pytest.mark.parametrize("name", sorted(OPERATORS))
def test_it_takes_what_the_parameter_takes(name: str) -> None:
    """On values that are no expressions, the schema of a kind agrees with the kind, huge numbers apart."""
    for key, parameter in OPERATORS[name].parameters.items():
        rule = {**of_kind(parameter.kind), "$defs": SCHEMA["$defs"]}
        if rule.get("$ref") == "#/$defs/value":
            continue  # a kind of its own: anything may be written
        for probe in _PROBES:
            if isinstance(probe, str) and probe.startswith("$"):
                continue
            try:
                parameter.kind.accept(value_of(probe))
                taken = True
            except BadValue:
                taken = False
            assert jsonschema.Draft202012Validator(rule).is_valid(probe) == taken, (key, probe)


_N = "network: N\ninput: {x: [3, 8, 8]}\nlayers:\n"
BROKEN = [
    _N + "  - conv: [64, -3]",
    _N + "  - conv: {out: 64, kernal: 3}",
    _N + "  - conv: [64, 3, paddin: 1]",
    _N + "  - conv: [64, 3, bias: maybe]",
    _N + "  - conv: [64, 3, padding_mode: mirror]",
    _N + "  - conv: [64, 3, 1, 1, 1, 1, true, zeros, null, null, 5]",
    _N + "  - conv1: {conv: [64, -3]}",
    _N + "  - conv1: {conv: {out: 64, kernal: 3}}",
    _N + "  - conv1: {maxpool: {kernal: 3}}",
    _N + "  - features: [conv: [64, 3, paddin: 1]]",
    _N + "  - concat: [relu, conv: [64, 0]]",
    _N + "  - concat: {axes: 1}",
    _N + "  - residual: [conv: [64, 0]]",
    _N + "  - residual: relu",
    _N + "  - residual: [relu]\n    skips: []",
    _N + "  - repeat: 3\n    body: [conv: [64, 0]]",
    _N + "  - repeat: 3",
    _N + "  - if: x\n    body: []",
    _N + "  - if: x\n    then: [dropout: 1.5]",
    _N + "  - for: i\n    body: []",
    _N + "  - from: x\n    do: [conv: [64, 0]]",
    _N + "  - output: {a: {conv: [64, 0]}}",
    _N + "  - shared: {a: {conv: [64, 0]}}",
    _N + "  - default: {conv: {bais: false}}",
    _N + "  - upsample: {scle: 2}",
    _N + "  - relu: 5",
    _N + "  - maxpool: 0",
    _N + "  - 64",
    _N + "  - []",
    _N + "  - {conv: [64, 3], relu: null}",
    _N + "  - [relu, {expect: [1]}]",
    _N + "  - [relu, [tanh]]",
    _N + "  - conv(64, 3)",
    "network: N\nlayer: []",
    "- netwrk: N",
    "block: N\nis: M()",
    "network: 3x",
    "hello",
    "- default: {conv: {stride: 0}}",
    "- import: [A]",
    "network: N\nparameters: 3",
    "network: N\ninput: 3",
]


@pytest.mark.parametrize("text", BROKEN)
def test_what_is_broken_is_refused(text: str) -> None:
    assert errors(text)


def test_most_of_what_is_broken_is_refused_by_reading_alone() -> None:
    """The rest are values out of bounds, and found where they are used."""
    refused = [text for text in BROKEN if read(Source("x", text), Registry())[1]]
    assert len(refused) >= 18
