"""The JSON Schema (draft 2020-12) of the YAML form, for editors: made from the declarations of the operators.

Where YAML leaves open what a key is, the schema decides as the reader does: an operator takes its arguments, and any
other key is a label or a block. It does not know the names of a file; so where the name of an operator is used as a
label, only operators, and blocks that begin with a capital, count as the step behind it.
"""

import json
from inspect import cleandoc
from typing import Any

from archspec.elaborate.vocabulary import joins
from archspec.emit.schema.arguments import Schema, any_of, of_arguments, of_parameters
from archspec.ops import OPERATORS
from archspec.ops.base import Declared, Operator
from archspec.ops.tasks import TASKS
from archspec.syntax.versions import READ
from archspec.syntax.yaml_names import BESIDE, COMPANIONS, STATEMENTS

_NAME = "^[A-Za-z_][A-Za-z0-9_]*$"


def schema() -> Schema:
    """The schema of a spec file in YAML."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "archspec",
        "description": "A neural-network architecture: a network, a block, or a list of definitions.",
        "type": ["object", "array", "null"],
        "if": {"type": "array"},
        "then": {"items": _ref("definition")},
        "else": {"if": {"type": "object"}, "then": _ref("file")},
        "$defs": {
            **_values(),
            **_definitions(),
            **_statements(),
            **_steps(),
            **{f"parameters.{name}": of_parameters(one) for name, one in sorted(OPERATORS.items())},
            **{f"parameters.{name}": of_parameters(one) for name, one in sorted(TASKS.items())},
            **{f"arguments.{name}": of_arguments(one, False) for name, one in sorted(TASKS.items())},
            **{f"arguments.{name}": of_arguments(one, joins(name)) for name, one in sorted(OPERATORS.items())},
        },
    }


def as_text() -> str:
    """The schema as a JSON file."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _object(properties: dict[str, Any], required: tuple[str, ...], description: str = "") -> Schema:
    made: Schema = {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }
    return {"description": description, **made} if description else made


def _map(values: Schema, description: str) -> Schema:
    return {"description": description, "type": "object", "minProperties": 1, "additionalProperties": values}


def _list(items: Schema, least: int = 0) -> Schema:
    return {"type": "array", "items": items, **({"minItems": least} if least else {})}


# --- values ---


def _values() -> dict[str, Schema]:
    scalar: Schema = {"type": ["string", "number", "boolean", "null"]}
    one_pair = {"type": "object", "minProperties": 1, "additionalProperties": _ref("value")}
    return {
        "name": {"type": "string", "pattern": _NAME, "maxLength": 64},
        "expression": {"type": "string", "pattern": r"^\$", "description": "An expression: `$planes * 4`."},
        "value": any_of(scalar, _list(_ref("value"))),
        "formula": {
            "description": "An expression; the mark `$` may be left out.",
            **any_of({"type": ["string", "number", "boolean", "null"], "minLength": 1}, _list(_ref("formula"))),
        },
        "parameters": {
            "description": "Parameters with their defaults; in a list, those without are names alone.",
            **any_of(one_pair, _list(any_of(_ref("name"), one_pair))),
        },
    }


# --- definitions ---


def _sections() -> dict[str, Schema]:
    shape = {"description": "A shape without the batch: [channels, height, width].", **_ref("formula")}
    ports = {"type": "object", "minProperties": 1, "additionalProperties": shape}
    any_arguments = _ref("arguments")
    known = {name: _ref(f"arguments.{name}") for name in sorted(OPERATORS)}
    return {
        "doc": {"type": "string", "description": "What it is; it reaches the generated code."},
        "input": {
            "description": "The inputs by name, with their shapes.",
            **any_of(ports, _ref("name"), _list(any_of(_ref("name"), ports), 1)),
        },
        "let": _map(_ref("value"), "Values by name: `width: $planes * 2`."),
        "fn": _map(_ref("formula"), "Functions: `half(n): n // 2`."),
        "default": {
            "description": "Arguments that operators have from here on, unless a step gives others.",
            "type": "object",
            "minProperties": 1,
            "properties": known,
            "additionalProperties": any_arguments,
        },
    }


def _definitions() -> dict[str, Schema]:
    sections = _sections()
    body = {"parameters": _ref("parameters"), **sections, "layers": _ref("layers")}
    variant = {"network": _ref("name"), "is": {"type": "string", "description": "A network with its arguments."}}
    imported = {
        "from": {"type": "string", "pattern": r"\.arch(\.yaml)?$", "description": "A file of the same project."},
        "import": any_of(_ref("name"), _list(_ref("name"), 1)),
    }
    version = {"description": "The version of the language; it stands at the top of a file.", "enum": list(READ)}
    tasks = {"task": {"description": "What the network is for.", **_tasks()}}
    cases: list[tuple[list[str], Schema]] = [
        (["network", "is"], _object(variant, ("network", "is"), "A network that is another one with arguments.")),
        (["network"], _object({"network": _ref("name"), **body, **tasks}, ("network",), "A network.")),
        (["block"], _object({"block": _ref("name"), **body}, ("block",), "A block: layers to use by name.")),
        (["import"], _object(imported, ("from", "import"), "Names from another file.")),
        *[([word], _object({word: sections[word]}, (word,))) for word in ("let", "fn", "default")],
    ]
    return {
        "definition": _one_of([*cases, (["archspec"], _object({"archspec": version}, ("archspec",)))]),
        "file": _one_of(
            [
                (words, {**then, "properties": {"archspec": version, **then["properties"]}})
                for words, then in [*cases, (["archspec"], _object({}, ("archspec",)))]
            ]
        ),
    }


def _tasks() -> Schema:
    """Kinds of tasks with their arguments."""
    known = {name: {"description": _about(one), **_ref(f"arguments.{name}")} for name, one in sorted(TASKS.items())}
    return {"type": "object", "minProperties": 1, "properties": known, "additionalProperties": False}


def _one_of(cases: list[tuple[list[str], Schema]]) -> Schema:
    """The first of these that has the words of its own; the last word of each is what it is known by."""
    made: Schema = {"anyOf": [{"required": [word]} for word in dict.fromkeys(words[0] for words, _ in cases)]}
    for words, then in reversed(cases):
        made = {"if": {"required": words}, "then": then, "else": made}
    return {"type": "object", **made}


# --- statements ---


def _statements() -> dict[str, Schema]:
    layers, chain = _ref("layers"), _ref("chain")
    formula = _ref("formula")
    branch_of_if = _object({"if": formula, "then": layers}, ("if", "then"))
    forms: dict[str, Schema] = {
        **{word: _object({word: one}, (word,)) for word, one in _sections().items()},
        "from": _object(
            {"from": any_of({"type": "string"}, _list({"type": "string"}, 1)), "do": chain},
            ("from",),
            "Earlier values, read by their labels, and the steps that they enter.",
        ),
        "do": _object({"do": chain}, ("do",)),
        "shared": _object(
            {"shared": _map(_ref("step"), "Steps by name")}, ("shared",), "One set of weights, used at several places."
        ),
        "expect": _object({"expect": formula}, ("expect",), "The shape at this place; `_` stands for any size."),
        "assert": _object(
            {"assert": formula, "message": {"type": "string"}}, ("assert",), "A promise that `check` keeps."
        ),
        "task": _object(
            {"task": {"enum": sorted(TASKS)}, "with": any_of(*(_ref(f"arguments.{name}") for name in sorted(TASKS)))},
            ("task", "with"),
            "What the network is for.",
        ),
        "output": _object({"output": chain}, ("output",), "An output of its own; the value goes on unchanged."),
        "if": _object(
            {"if": formula, "then": layers, "elif": _list(branch_of_if), "else": layers}, ("if", "then"), "A choice."
        ),
        "for": _object(
            {"for": any_of({"type": "string"}, _list({})), "in": formula, "body": layers}, ("for", "in", "body")
        ),
        "repeat": _object({"repeat": formula, "as": _ref("name"), "body": layers}, ("repeat", "body")),
    }
    statement: Schema = _ref("step")
    for word in sorted(forms, key=lambda word: word != "do"):  # `do` stands beside `from`, too
        required = [word, COMPANIONS[word]] if word in COMPANIONS else [word]
        statement = {"if": {"required": required}, "then": _ref(f"statement.{word}"), "else": statement}
    texts: Schema = {"if": {"type": "array"}, "then": _ref("chain"), "else": _ref("step")}
    return {
        "layers": {"description": "Layers, one after the other.", **_list(_ref("statement"))},
        "branches": {"description": "Branches from one value; an item is one branch.", **_list(_ref("statement"))},
        "statement": {"if": {"type": "object"}, "then": statement, "else": texts},
        **{f"statement.{word}": one for word, one in forms.items()},
        "chain": {
            "if": {"type": "array"},
            "then": _list(_ref("step"), 1),
            "else": {
                "if": {"type": "object", "required": ["from"]},
                "then": _ref("statement.from"),
                "else": {
                    "if": {"type": "object", "required": ["do"]},
                    "then": _ref("statement.do"),
                    "else": _ref("step"),
                },
            },
        },
    }


# --- steps ---


def _steps() -> dict[str, Schema]:
    operators = sorted(OPERATORS)
    named: Schema = {
        "type": "object",
        "propertyNames": {"pattern": _NAME, "not": {"enum": operators}},
        "additionalProperties": _ref("value"),
    }
    labels = any_of({"type": "string"}, _list({"type": "string"}, 1))
    pair: Schema = {
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "propertyNames": {"not": {"enum": sorted({*STATEMENTS, *BESIDE})}},
        "properties": {name: _applied(OPERATORS[name]) for name in operators},
        "additionalProperties": _ref("labelled"),
    }
    forms = {
        "residual": _object(
            {"residual": _ref("layers"), "skip": _ref("layers")},
            ("residual",),
            "The sum of both ways; without `skip`, of the layers and the value as it was.",
        ),
        "group": _object({"group": _ref("layers")}, ("group",), "Layers taken together, without a name."),
        "join": _object(
            {"join": {"type": "string"}, "branches": _ref("branches")},
            ("join", "branches"),
            "Branches and what joins them.",
        ),
        "label": _object({"label": labels, "step": _ref("step")}, ("label", "step"), "A step with its labels."),
    }
    step: Schema = pair
    for word, form in forms.items():
        required = [word, COMPANIONS[word]] if word in COMPANIONS else [word]
        step = {"if": {"required": required}, "then": form, "else": step}
    capital = "^[A-Z]"
    return {
        "step": {
            "if": {"type": "string"},
            "then": {"pattern": r"^(\$.+|[A-Za-z_][A-Za-z0-9_]*)$", "description": "A step without arguments."},
            "else": {"type": "object", **step},
        },
        "arguments": {
            "description": "One value, a list of values and of pairs `name: value`, or a mapping of such pairs.",
            **any_of({"type": ["string", "number", "boolean"]}, named, _list(any_of(_ref("value"), named))),
        },
        # behind a name that is no operator's: the arguments of a block, or the step or group that a label names
        "labelled": any_of(
            _ref("arguments"),
            _ref("step"),
            _ref("layers"),
            {**named, "minProperties": 1, "maxProperties": 1, "additionalProperties": _ref("arguments")},
        ),
        # behind the name of an operator: what makes that name a label
        "names-step": any_of(
            {"type": "string", "enum": operators},
            {"type": "string", "pattern": capital},
            {
                "type": "object",
                "minProperties": 1,
                "maxProperties": 1,
                "propertyNames": any_of({"enum": [*operators, "residual", "group"]}, {"pattern": capital}),
            },
            {"type": "object", "anyOf": [{"required": ["residual", "skip"]}, {"required": ["join", "branches"]}]},
        ),
    }


def _applied(operator: type[Operator]) -> Schema:
    """The value behind the name of an operator: its arguments, or the step that a label of that name names."""
    arguments = _ref(f"arguments.{operator.name}")
    given = _ref("branches") if joins(operator.name) else None
    own = [name for name in operator.parameters if name in OPERATORS]
    is_step: Schema = _ref("names-step")
    if own:  # `upsample: {scale: 2}` is no label, though there is an operator `scale`
        is_step = {"allOf": [is_step, {"not": {"type": "object", "anyOf": [{"required": [name]} for name in own]}}]}
    otherwise = arguments if given is None else {"if": {"type": "array"}, "then": given, "else": arguments}
    about = _about(operator)
    return {"description": about, "if": is_step, "then": _ref("step"), "else": otherwise}


def _about(declared: type[Declared]) -> str:
    """The first sentence of its page."""
    return cleandoc(declared.__doc__ or "").partition("\n\n")[0]
