"""A bias before a normalisation that takes it away again.

Batch and instance normalisation subtract the mean of each channel. A bias that is added to a channel just before is
part of that mean: it changes nothing, its gradient is zero, and it takes memory and time. Weights published with the
bias lack a place for it without. Where some layer that comes of the same text needs its bias, in another turn of a loop
or another use of a block, there is no fix; a shared layer is reported where every use of it has its normalisation.

Example:
    network example {
        input image: [3, 32, 32]
        conv(16, 3, padding=1) -> batchnorm -> relu
    #   ^^^^^^^^^^^^^^^^^^^^^^
    }

Use instead:
    network example {
        input image: [3, 32, 32]
        conv(16, 3, padding=1, bias=false) -> batchnorm -> relu
    }

References:
    Ioffe and Szegedy, Batch Normalization, 2015, section 3.2.
"""

from collections.abc import Iterator

from archspec.core.diagnostic import Diagnostic, Fix, Label, Severity
from archspec.core.edits import argument
from archspec.core.source import Span
from archspec.design import Apply, ChildName, modules
from archspec.lints.lint import declared, of_module
from archspec.lints.subject import Here, Wires

RULE = declared("AS508", "bias-before-norm", __doc__, Severity.WARNING, fix="safe")


@of_module(RULE)
def find(here: Here) -> Iterator[Diagnostic]:
    found: list[tuple[Apply, Apply]] = []
    needed: set[ChildName] = set()  # layers, shared ones among them, of which some use has no normalisation
    for graph in here.graphs():
        wires = here.wires(graph)
        for node in graph.nodes:
            if type(node) is not Apply or not _has_bias(node):
                continue
            norm = _norm_behind(wires, node)
            if norm is None:
                needed.add(node.name)
            elif not node.reused:
                found.append((node, norm))
    for node, norm in found:
        if node.name not in needed:
            yield _finding(here, node, norm)


def _finding(here: Here, node: Apply, norm: Apply) -> Diagnostic:
    count = node.layer.weights["bias"][0]
    message = f"the bias of `{node.layer.op}` has no effect: `{norm.layer.op}` subtracts it again"
    labels = (Label(node.span, f"{int(count)} biases"), Label(norm.span, "takes them away"))
    if not _is_always_behind(here, node.span):
        help = "`bias=false` computes the same here, but another use of this text needs the bias"
        return here.finding(RULE, message, labels, help=help)
    edit = argument(node.span, node.operator, "bias", "false")
    safe = norm.span.text.startswith(norm.layer.op) and not here.module.decisions
    fix = None if edit is None else Fix("leave the bias out", (edit,), safe)
    return here.finding(RULE, message, labels, help="`bias=false` computes the same", fix=fix)


def _has_bias(node: Apply) -> bool:
    return "bias" in node.layer.weights and bool(node.layer.products)


def _norm_behind(wires: Wires, node: Apply) -> Apply | None:
    """The normalisation that alone reads what a layer gives, whenever it runs."""
    found = wires.readers.get(node.outputs[0], ())
    if len(found) != 1 or node.outputs[0] in wires.leaving:
        return None
    (norm,) = found
    if type(norm) is not Apply or norm.layer.op not in ("batchnorm", "instancenorm") or node.phase != norm.phase:
        return None
    return norm


def _is_always_behind(here: Here, span: Span) -> bool:
    """Whether a normalisation stands behind every layer that comes of this text, in all networks of the run.

    One text makes several in a loop, for other arguments of its block, and where weights are shared.
    """
    known = here.known if here.common is None else here.common
    if RULE.code not in known:
        always: dict[Span, bool] = {}
        for module in {id(one): one for network in here.networks or (here.root,) for one in modules(network)}.values():
            for graph in here._replace(module=module).graphs():
                wires = here.wires(graph)
                for node in graph.nodes:
                    if type(node) is Apply and _has_bias(node):
                        normed = _norm_behind(wires, node) is not None
                        always[node.span] = normed and always.get(node.span, True)
        known[RULE.code] = always
    found: bool = known[RULE.code].get(span, False)
    return found
