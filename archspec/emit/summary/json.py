"""The summary of a network for programs: the JSON document that `summary --format json` prints."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from archspec.analysis.cost import cost
from archspec.analysis.groups import groups
from archspec.analysis.memory import BYTES, activation_peak, activation_sum
from archspec.analysis.outline import OPEN, Entry, outline
from archspec.analysis.parameters import parameters
from archspec.analysis.receptive_field import Seen, View, summary
from archspec.core.geometry import Field
from archspec.core.report.json import VERSION, dumps
from archspec.core.report.place import place
from archspec.core.shape import Shape
from archspec.core.source import Span
from archspec.design import TRAIN, Module


def as_json(root: Module, spec: str, mode: str = "eval", depth: int | None = None, by: str = "") -> str:
    """The document of a network, blocks below `depth` folded. Figures of a layer are those of one of its `count`.

    With `by`, groups of layers take the place of layers.
    """
    if not by:
        return dumps(document(root, spec, mode, depth))
    made = document(root, spec, mode, 1)
    del made["layers"]
    gathered = [{"name": name, **one._asdict()} for name, one in groups(root, by, mode)]
    return dumps({**made, "by": by, "groups": gathered})


def document(root: Module, spec: str, mode: str = "eval", depth: int | None = None) -> dict[str, Any]:
    own, work = parameters(root), cost(root, mode)
    outputs = {
        port.name: (at, root.graph.shapes[port.value])
        for at, port in enumerate(root.graph.outputs)
        if mode == TRAIN or port.phase != TRAIN
    }
    views = summary(root, mode)
    return {
        "version": VERSION,
        "mode": mode,
        "spec": spec,
        "network": root.name,
        "inputs": {name: _sizes(shape) for name, shape in zip(root.inputs, root.input_shapes, strict=True)},
        "outputs": {name: _sizes(shape) for name, (_, shape) in outputs.items()},
        "parameters": {"total": own.total, "trainable": own.trainable, "buffers": own.buffers},
        "macs": work.macs,
        "flops": work.flops,
        "work": {kind: int(count) for kind, count in work.work.items()},
        "memory": {
            "parameter_bytes": BYTES * own.total,
            "activation_sum_bytes": activation_sum(root, mode),
            "activation_peak_bytes": activation_peak(root, mode),
        },
        "receptive_field": {name: _fields(root, views[at]) for name, (at, _) in outputs.items()},
        "layers": [_layer(root, one) for one in outline(root, mode, depth) if one.kind != OPEN],
    }


def _layer(root: Module, entry: Entry) -> dict[str, Any]:
    made: dict[str, Any] = {
        "path": entry.path,
        "first": entry.first,
        "op": entry.op,
        "module": entry.is_module,
        "inputs": [_sizes(shape) for shape in entry.inputs],
        "outputs": [_sizes(shape) for shape in entry.outputs],
        "count": entry.count,
        "parameters": entry.parameters,
        "macs": entry.macs,
        "runs": entry.runs,
        "shared": entry.reused,
        "receptive_field": _fields(root, entry.view),
    }
    if len(root.inputs) > 1:
        made["receptive_fields"] = {root.inputs[at]: _fields(root, {at: seen}) for at, seen in entry.view.items()}
    made["strides"] = entry.verdicts and [one and one._asdict() for one in entry.verdicts]
    made["span"] = _span(entry.span)
    return made


def _fields(root: Module, view: View) -> dict[str, Any] | None:
    """The receptive field on the first image that enters into a value; none where none does."""
    for at, seen in view.items():
        if root.input_shapes[at].spatial:
            return _seen(seen, root.input_shapes[at].spatial)
    return None


def _seen(seen: Seen, sizes: tuple[int, ...]) -> dict[str, Any]:
    """Along each axis; where all of it is seen, the size is that of the input, and there are no steps to speak of."""
    return {
        "size": [_size(field, size) for field, size in zip(seen.fields, sizes, strict=True)],
        "stride": [field and _number(field.stride) for field in seen.fields],
        "padding": [field and field.padding for field in seen.fields],
        "center": [field and float(field.center) for field in seen.fields],
        "min_size": [_size(field, size) for field, size in zip(seen.shortest, sizes, strict=True)],
        "global": seen.is_global,
        "context": seen.context,
    }


def _size(field: Field | None, whole: int) -> int:
    return int(whole) if field is None else field.size


def _number(value: Fraction) -> int | float:
    return value.numerator if value.denominator == 1 else float(value)


def _sizes(shape: Shape) -> list[int]:
    return [int(size) for size in shape.sizes]


def _span(span: Span) -> Mapping[str, Any]:
    return {"file": span.source.name, **place(span)._asdict()}
