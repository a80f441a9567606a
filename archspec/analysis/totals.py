"""The figures of a module by the names that `assert` and reports use."""

from collections.abc import Callable

from archspec.analysis.cost import cost
from archspec.analysis.memory import BYTES, activation_peak, activation_sum
from archspec.analysis.parameters import parameters
from archspec.analysis.receptive_field import summary
from archspec.design import TRAIN, Module


def field_size(module: Module) -> int:
    """The receptive field of the (first) output along its longest axis; of a global one the size of the input."""
    ports = [at for at, port in enumerate(module.graph.outputs) if port.phase != TRAIN] or [0]
    longest = 0
    for at, seen in summary(module)[ports[0]].items():
        sizes = module.input_shapes[at].spatial
        for axis, field in enumerate(seen.fields):
            whole = int(sizes[axis]) if axis < len(sizes) else 0
            longest = max(longest, whole if field is None else field.size if sizes else 0)
    return longest


_TOTALS: dict[str, Callable[[Module], int]] = {
    "params": lambda module: parameters(module).total,
    "parameters": lambda module: parameters(module).total,
    "buffers": lambda module: parameters(module).buffers,
    "weight_layers": lambda module: parameters(module).layers,
    "macs": lambda module: cost(module).macs,
    "flops": lambda module: cost(module).flops,
    "receptive_field": field_size,
    "parameter_bytes": lambda module: BYTES * parameters(module).total,
    "activation_sum_bytes": activation_sum,
    "activation_peak_bytes": activation_peak,
}
NAMES = frozenset(_TOTALS)


def total_of(module: Module, name: str) -> int:
    """One figure of a module."""
    return _TOTALS[name](module)
