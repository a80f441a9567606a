"""What an operator of the user's own must answer: held here, so that no later stage stumbles over it."""

import re
from math import isfinite
from typing import Any

from archspec.core.diagnostic import RULES
from archspec.core.layer import Cut, FunctionCall, Layer, Methods, ModuleCall, Name, ParameterCall, Pass
from archspec.core.shape import Shape
from archspec.ops.base import DoesNotFit, Operator
from archspec.ops.plugins import PluginError, called

_NAME = "[A-Za-z_][A-Za-z0-9_]*"
_OF_TORCH = rf"(nn|torch|F)(\.{_NAME})+"
_TARGET = rf"{_OF_TORCH}|{_NAME}(\.{_NAME})*:{_NAME}"
_SIGNS = frozenset({"+", "-", "*", "/", "@", "**", "//", "%", "&", "|"})
_FORMS = frozenset({"arguments", "list", "infix", "method", "index"})


def layer_of(operator: Operator, shapes: tuple[Shape, ...]) -> Layer:
    """The layer of an operator. Raises `DoesNotFit`, and `PluginError` where an operator of the user's is at fault."""
    if not operator.of_user:
        return operator.layer(*shapes)
    try:
        layer: Layer = called(type(operator), operator.layer, *shapes)
        problem = _problem(operator, shapes, layer)
    except DoesNotFit as error:
        problem = _refusal_problem(error, len(shapes))
        if not problem:
            raise
    if problem:
        raise PluginError(f"the operator {operator.name} of {type(operator).__module__} {problem}")
    return layer


def _refusal_problem(error: DoesNotFit, inputs: int) -> str:
    """What is wrong with a refusal, or nothing."""
    if error.rule not in RULES:
        return f"refuses by a rule {error.rule!r}, which is not there"
    if not all(at in range(inputs) for at in error.inputs):
        return f"refuses inputs {error.inputs} of {inputs}, counted from 0"
    return ""


def _problem(operator: Operator, shapes: tuple[Shape, ...], layer: Any) -> str:
    """What is wrong with a layer, or nothing."""
    if not isinstance(layer, Layer):
        return f"answers with {type(layer).__name__}, not with a Layer"
    if layer.op != operator.name:
        return f"answers with a layer of {layer.op!r}"
    if layer.inputs != shapes:
        return f"answers with a layer for other inputs: {', '.join(map(str, layer.inputs))}"
    if not layer.outputs or not all(_is_shape(one) for one in layer.outputs):
        return "gives no output, or one that is no Shape of whole numbers"
    if operator.outputs is not None and len(layer.outputs) != operator.outputs:
        return f"gives {len(layer.outputs)} outputs and declares {operator.outputs}"
    if layer.windows and any(len(layer.windows) != len(one.spatial_axes) for one in shapes[:1]):
        return f"has {len(layer.windows)} windows for {len(shapes[0].spatial_axes)} spatial axes"
    tensors = {**layer.weights, **layer.buffers}
    if not all(_are_sizes(shape) for shape in tensors.values()):
        return "has a weight or buffer whose shape is not a tuple of whole numbers"
    if tensors and not isinstance(layer.call, ModuleCall | ParameterCall):
        return "has weights or buffers without a module to hold them"
    starts = [one for one in layer.initialisation if one.weight not in layer.weights]
    if starts:
        return f"starts {starts[0].weight}, which is none of its weights"
    return _call_problem(layer.call)


def _call_problem(call: Any) -> str:
    """What is wrong with what is to be generated, or nothing."""
    if isinstance(call, Methods):
        return next((said for one in call.calls if (said := _method_problem(one))), "")
    if isinstance(call, FunctionCall):
        if call.form not in _FORMS:
            return f"generates a call of form {call.form!r}; forms are {', '.join(sorted(_FORMS))}"
        if call.form == "method":
            return _method_problem(call)
        if call.form == "infix" and call.target not in _SIGNS:
            return f"generates the sign {call.target!r}"
        if call.form in ("arguments", "list") and not re.fullmatch(_TARGET, call.target):
            return _unknown(call.target)
        return _argument_problem(call.arguments, call.keywords)
    if isinstance(call, ModuleCall):
        if not re.fullmatch(_TARGET, call.target):
            return _unknown(call.target)
        return _argument_problem(call.arguments, call.keywords)
    if not isinstance(call, ParameterCall | Pass):
        return f"generates {type(call).__name__}, which is no call"
    return ""


def _unknown(target: str) -> str:
    return f"generates {target!r}; a target is one of torch's (nn.ReLU, torch.cat, F.pad) or MODULE:NAME"


def _method_problem(call: FunctionCall) -> str:
    if not re.fullmatch(_NAME, call.target):
        return f"generates the method {call.target!r}"
    return _argument_problem(call.arguments, call.keywords)


def _argument_problem(arguments: Any, keywords: Any) -> str:
    if not all(isinstance(name, str) and name.isidentifier() for name in keywords):
        return "generates a keyword that is no name"
    odd = next((one for one in (*arguments, *keywords.values()) if not _is_sayable(one)), None)
    return "" if odd is None else f"generates the argument {odd!r}: numbers, strings, tuples and Name can be written"


def _is_sayable(value: Any) -> bool:
    if isinstance(value, Name):
        return bool(re.fullmatch(_OF_TORCH, value.text))
    if isinstance(value, Cut):
        return True
    if type(value) is tuple:
        return all(_is_sayable(one) for one in value)
    if isinstance(value, float):
        return isfinite(value)
    return value is None or isinstance(value, bool | int | str)


def _is_shape(value: Any) -> bool:
    return isinstance(value, Shape) and len(value.roles) == value.rank and _are_sizes(value.sizes)


def _are_sizes(sizes: Any) -> bool:
    return isinstance(sizes, tuple) and all(
        isinstance(one, int) and not isinstance(one, bool) and one >= 0 for one in sizes
    )
