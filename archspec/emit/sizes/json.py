"""The sizes that fit, for programs."""

import json
from collections.abc import Sequence
from typing import Any

from archspec.analysis.sizes.fitting import AxisSizes
from archspec.analysis.sizes.progression import Period, progressions
from archspec.design import Module

VERSION = 1


def as_json(module: Module, spec: str, axes: Sequence[AxisSizes]) -> str:
    return json.dumps(document(module, spec, axes), indent=2, ensure_ascii=False) + "\n"


def document(module: Module, spec: str, axes: Sequence[AxisSizes]) -> dict[str, Any]:
    """Sizes are listed as [first, last, step]."""
    inputs = {
        name: [int(size) for size in shape] for name, shape in zip(module.inputs, module.input_shapes, strict=True)
    }
    return {
        "version": VERSION,
        "spec": spec,
        "network": module.name,
        "inputs": inputs,
        "axes": [_axis(one) for one in axes],
    }


def _axis(one: AxisSizes) -> dict[str, Any]:
    return {
        "axis": one.axis,
        "inputs": list(one.inputs),
        "range": [one.low, one.high],
        "strict": one.strict,
        "present": one.present,
        "fits": one.present in one.sizes if one.low <= one.present <= one.high else None,
        "below": one.below,
        "above": one.above,
        "count": len(one.sizes),
        "sizes": _sizes(one.sizes),
        "period": _period(one.period),
        "refused": [
            {"code": cause.code, "path": cause.path, "message": cause.message, "sizes": _sizes(cause.sizes)}
            for cause in one.refused
        ],
        "short": [
            {"path": layer.path, "period": _period(layer.period), "sizes": _sizes(layer.sizes)} for layer in one.short
        ],
        "weights_depend": list(one.weighted),
    }


def _sizes(sizes: Sequence[int]) -> list[list[int]]:
    return [[run.first, run.last, run.step] for run in progressions(sizes)]


def _period(period: Period | None) -> dict[str, int] | None:
    return None if period is None else {"start": period.start, "length": period.length}
