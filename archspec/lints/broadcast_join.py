"""A sum in which one value is spread over the axes of another.

Where an axis has size 1, torch adds its one entry to every position of the other value, in silence. For a sum of maps
that is hardly ever meant: an upsampling is missing, a branch was pooled too far, or the wrong value is read. A gate
multiplies (`mul`), and learned tensors (`parameter`) are spread on purpose, as are vectors that are made maps of one
position (`unflatten`), such as the embedding of a time or a style: none of these is reported.

Example:
    network example {
        input image: [16, 8, 8]
        add {
    #   ^^^
            identity
            { global_avgpool -> conv(16, 1) }
        }
    }

Use instead:
    network example {
        input image: [16, 8, 8]
        mul {
            identity
            { global_avgpool -> conv(16, 1) -> sigmoid }
        }
    }
"""

from collections.abc import Iterator

from archspec.core.diagnostic import Diagnostic, Label, Severity
from archspec.core.shape import CHANNEL, SPATIAL, Shape
from archspec.design import Apply, Graph
from archspec.lints.ancestors import line
from archspec.lints.heads import head
from archspec.lints.lint import declared, of_module
from archspec.lints.subject import Here

RULE = declared("AS505", "broadcast-join", __doc__, Severity.WARNING)


@of_module(RULE)
def find(here: Here) -> Iterator[Diagnostic]:
    for graph in here.graphs():
        wires = here.wires(graph)
        for node in graph.nodes:
            if type(node) is not Apply or node.layer.op not in ("add", "sub") or len(node.inputs) < 2:
                continue
            for value, entering in zip(node.inputs, node.layer.inputs, strict=True):
                what = _spread(entering, node.layer.output)
                if what and not _is_meant(here, graph, value):
                    message = f"`{node.layer.op}` spreads {entering} over {node.layer.output}: {what}"
                    labels = [Label(head(node.span), f"the sum is {node.layer.output}")]
                    made = wires.makers.get(value)
                    if made is not None:
                        labels.append(Label(made.span, f"this is {entering}"))
                    help = "bring both to one shape (`upsample`, a convolution of 1 × 1), or gate with `mul`"
                    yield here.finding(RULE, message, labels, help=help)
                    break


def _spread(entering: Shape, output: Shape) -> str:
    """What is spread, in words; empty where nothing is."""
    pairs = list(zip(entering, output, output.roles, strict=True))
    spatial = [(own, whole) for own, whole, role in pairs if role == SPATIAL]
    if spatial and all(own == 1 for own, _ in spatial) and any(whole > 1 for _, whole in spatial):
        return "each position gets the same"
    if any(own == 1 < whole and role == CHANNEL for own, whole, role in pairs):
        return "each channel gets the same"
    return ""


def _is_meant(here: Here, graph: Graph, value: int) -> bool:
    """Whether a value is a learned tensor, its axes perhaps moved, or a vector that was made a map with axes of 1."""
    as_it_is = True  # with the positions that it has in the sum
    for node in line(here, graph, value):
        entering, leaving = node.layer.inputs[:1], node.layer.output
        if node.layer.is_parameter:
            return True
        if as_it_is and node.layer.op in ("unflatten", "reshape") and not entering[0].spatial and leaving.spatial:
            return True
        as_it_is = as_it_is and bool(entering) and entering[0].spatial == leaving.spatial
    return False
