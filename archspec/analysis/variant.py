"""The figures by which variants of a network are compared."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from archspec.analysis.totals import total_of
from archspec.analysis.worst_stride import worst_stride
from archspec.design import TRAIN, Module

FIGURES = ("parameters", "macs", "receptive_field", "activation_peak_bytes")


class Variant(NamedTuple):
    """One design of a sweep.

    settings: what was set, by name
    figures:  parameters, macs, receptive_field, activation_peak_bytes, output, stride; empty where it has errors
    error:    the first error, empty where there is none
    kept:     whether it is a design, and `where` holds of it
    """

    settings: Mapping[str, Any]
    figures: Mapping[str, Any]
    error: str
    kept: bool


def figures(module: Module) -> dict[str, Any]:
    """The figures of a design by name: numbers, the output's shape as a list, the gravest stride as a word."""
    port = next((one for one in module.graph.outputs if one.phase != TRAIN), module.graph.outputs[0])
    worst = worst_stride(module)
    return {
        **{name: int(total_of(module, name)) for name in FIGURES},
        "output": [int(size) for size in module.graph.shapes[port.value].sizes],
        "stride": worst.verdict if worst is not None else "",
    }
