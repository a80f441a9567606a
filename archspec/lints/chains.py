"""What follows a layer where nothing else reads its value."""

from archspec.analysis.head import transparent
from archspec.design import Apply
from archspec.lints.subject import Wires

ACTIVATIONS = frozenset(
    {
        "celu", "elu", "gelu", "hardsigmoid", "hardswish", "hardtanh", "leaky_relu", "logsigmoid", "mish", "prelu",
        "relu", "relu6", "rrelu", "selu", "sigmoid", "silu", "softplus", "softsign", "tanh", "threshold",
    }
)  # fmt: skip
NORMS = frozenset({"batchnorm", "instancenorm", "groupnorm", "layernorm", "rmsnorm"})


def next_layer(wires: Wires, node: Apply, through: frozenset[str] = frozenset()) -> Apply | None:
    """The only layer that reads what a layer gives, past those that change no number and those `through`."""
    while True:
        value = node.outputs[0]
        found = wires.readers.get(value, ())
        if len(node.outputs) != 1 or len(found) != 1 or value in wires.leaving:
            return None
        (reader,) = found
        if type(reader) is not Apply or len(reader.inputs) != 1:
            return None
        if not (transparent(reader) or reader.layer.op in through) or reader.layer.op.endswith("dropout"):
            return reader
        node = reader
