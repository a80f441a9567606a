"""The name that a step gives to the child it makes of the module around."""

from typing import TYPE_CHECKING, Any

from archspec.core.diagnostic import Label
from archspec.core.module_names import is_reserved
from archspec.elaborate import rules
from archspec.elaborate.graph import GraphBuilder
from archspec.elaborate.naming import AUTO
from archspec.syntax import tree

if TYPE_CHECKING:
    from archspec.elaborate.elaborator import Elaborator


def child_name(run: "Elaborator", label: tuple[tree.Label, str] | None, builder: GraphBuilder) -> Any:
    """The name a step's module gets: its label, or the next number."""
    if label is None or label[1] == "_":
        return AUTO
    node, name = label
    module = builder.module
    if is_reserved(name):
        message = f"`{name}` is an attribute of `torch.nn.Module`"
        run.report.error(rules.RESERVED, message, node.span, help=f"choose another name, such as `{name}_`")
    elif builder.kind == "repeat":
        builder.child_labels.append((node, name))  # checked when the iterations are put together
    elif name in module.children:
        labels = [Label(node.span), Label(module.children[name], "first used here")]
        help = "names are paths in the `state_dict`: each stands once in a module"
        if module.children[name] == node.span:  # of the turn before
            labels, help = labels[:1], f'number it by what differs: `for i in …`, `"{name}{{i}}"`'
        run.report.add(rules.DUPLICATE, f"a second module is called `{name}`", labels, help=help)
    else:
        module.children[name] = node.span
    return name
