"""JSON Schema of what operators take, from their declarations."""

from collections.abc import Callable
from typing import Any

from archspec.ops.base import Declared, Parameter
from archspec.ops.kinds import (
    Boolean,
    Choice,
    Initialiser,
    Integer,
    ListOf,
    OneOrMore,
    Optional,
    Padding,
    PerAxis,
    Real,
)

Schema = dict[str, Any]

EXPRESSION: Schema = {"$ref": "#/$defs/expression"}
_AXES = 3


def any_of(*schemas: Schema) -> Schema:
    """One of several schemas, those within each other flattened and none of them twice."""
    found: list[Schema] = []
    for schema in schemas:
        inner = schema["anyOf"] if set(schema) == {"anyOf"} else [schema]
        found.extend(one for one in inner if one not in found)
    return found[0] if len(found) == 1 else {"anyOf": found}


def _bounds(least: float, most: float) -> Schema:
    found: Schema = {}
    if least > -(2**30):
        found["minimum"] = least
    if most < 2**30:
        found["maximum"] = most
    return found


def _integer(kind: Integer) -> Schema:
    return {"type": "integer", **_bounds(kind.least, kind.most)}


def _real(kind: Real) -> Schema:
    bounds = _bounds(kind.least, kind.most)
    if kind.above:
        bounds["exclusiveMinimum"] = bounds.pop("minimum")
    if kind.below:
        bounds["exclusiveMaximum"] = bounds.pop("maximum")
    return {"type": "number", **bounds}


def _per_axis(kind: PerAxis) -> Schema:
    one = of_kind(kind.of)
    return any_of(one, {"type": "array", "items": one, "minItems": 1, "maxItems": _AXES})


def _padding(kind: Padding) -> Schema:
    side = any_of(_integer(Integer(kind.least)), EXPRESSION)
    entry = any_of(side, {"type": "array", "items": side, "minItems": 2, "maxItems": 2})
    words: list[Schema] = [{"enum": list(kind.words_allowed)}] if kind.words_allowed else []
    return any_of(side, {"type": "array", "items": entry, "minItems": 1, "maxItems": _AXES}, *words)


def _list_of(kind: ListOf) -> Schema:
    least: Schema = {"minItems": kind.least} if kind.least else {}
    return {"type": "array", "items": of_kind(kind.of), **least}


def _one_or_more(kind: OneOrMore) -> Schema:
    one = of_kind(kind.of)
    return any_of(one, {"type": "array", "items": one, "minItems": 1})


_SCHEMAS: dict[type, Callable[[Any], Schema]] = {
    Integer: _integer,
    Real: _real,
    Boolean: lambda kind: {"type": "boolean"},
    Choice: lambda kind: {"enum": list(kind.options)},
    PerAxis: _per_axis,
    Padding: _padding,
    ListOf: _list_of,
    OneOrMore: _one_or_more,
    Optional: lambda kind: any_of(of_kind(kind.of), {"type": "null"}),
    Initialiser: lambda kind: {"type": "null"},  # others are expressions: `$normal(std=0.01)`
}


def of_kind(kind: Any) -> Schema:
    """What a kind of parameter takes, or an expression that gives it. Kinds of operators of one's own take anything."""
    known = _SCHEMAS.get(type(kind))
    return {"$ref": "#/$defs/value"} if known is None else any_of(known(kind), EXPRESSION)


def of_parameter(declared: Parameter) -> Schema:
    """A parameter with its documentation and default."""
    schema = {**of_kind(declared.kind)}
    if declared.docs:
        schema["description"] = declared.docs
    if not declared.required and isinstance(declared.default, bool | int | float | str | None):
        schema["default"] = declared.default
    return schema


def of_arguments(operator: type[Declared], branches: bool) -> Schema:
    """The arguments of an operator or task: a value, a list, or a mapping; no list where one holds `branches`."""
    declared = operator.parameters
    base = f"#/$defs/parameters.{operator.name}/properties"
    named: Schema = {"$ref": f"#/$defs/parameters.{operator.name}"}
    forms: list[Schema] = [named]
    if not branches:
        places = [any_of({"$ref": f"{base}/{name}"}, named) for name in declared]
        array: Schema = {"type": "array", "prefixItems": places, "items": named}
        forms.append(array if places else {"type": "array", "items": named})
    if declared:
        first = {"$ref": f"{base}/{next(iter(declared))}"}
        forms.append({"allOf": [{"type": ["string", "number", "boolean"]}, first]})
    return any_of(*forms)


def of_parameters(operator: type[Declared]) -> Schema:
    """The parameters of an operator or task by their names. None is required: a `default` may give it."""
    others = False if operator.others is None else of_kind(operator.others)
    return {
        "type": "object",
        "properties": {name: of_parameter(one) for name, one in operator.parameters.items()},
        "additionalProperties": others,
    }
