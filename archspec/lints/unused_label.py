"""A label that names no module and that nothing reads.

A label is the path of a module, or a value to be read again. On a step that makes no module (`residual`, `add` and
other joins) it is neither, unless somebody reads it.

Example:
    network example {
        input image: [3, 8, 8]
        total: add { conv(8, 1); conv(8, 1) }
    #   ^^^^^
        relu
    }

Use instead:
    network example {
        input image: [3, 8, 8]
        total: add { conv(8, 1); conv(8, 1) }
        relu -> last: conv(8, 1)
        (total, last) -> add
    }
"""

from collections.abc import Iterator

from archspec.core.diagnostic import Diagnostic, Severity
from archspec.lints.lint import declared, of_texts
from archspec.lints.naming import below, names_read
from archspec.lints.subject import Texts, finding
from archspec.ops import OPERATORS
from archspec.syntax import tree

RULE = declared("AS712", "unused-label", __doc__, Severity.INFO)

_JOINS = frozenset({"add", "sub", "mul", "concat", "stack", "matmul"})


@of_texts(RULE)
def find(texts: Texts) -> Iterator[Diagnostic]:
    for scope in texts.files:
        for item in scope.file.items:
            if not isinstance(item, tree.Block | tree.Network):
                continue
            used = names_read((item.body,))
            tapped = {id(one.chain.steps[-1]) for one in below((item.body,)) if isinstance(one, tree.Output)
                      and one.chain.steps}  # fmt: skip
            for step in below((item.body,)):
                if not isinstance(step, tree.Step) or id(step) in tapped or not _makes_no_module(step, item):
                    continue
                for label in step.labels:
                    name = label.name.parts[0] if len(label.name.parts) == 1 else None
                    if isinstance(name, str) and name not in used:
                        message = f"`{name}` names no module, and nothing reads it"
                        yield finding(RULE, message, label.span)


def _makes_no_module(step: tree.Step, around: tree.Block | tree.Network) -> bool:
    action = step.action
    if isinstance(action, tree.Residual):
        return True
    if not isinstance(action, tree.Combine | tree.Call):
        return False
    name = action.name.id
    hidden = any(parameter.name == name for parameter in around.parameters)
    return name in _JOINS and name in OPERATORS and not hidden
