"""A parameter that nothing reads.

Whoever sets it expects something to change, and nothing does. A name that begins with `_` says that this is meant.

Example:
    block Unit(channels, slope = 0.1) {
    #                    ^^^^^
        conv(channels, 3, padding=1) -> leaky_relu
    }

    network example {
        input image: [3, 8, 8]
        Unit(16)
    }

Use instead:
    block Unit(channels, slope = 0.1) {
        conv(channels, 3, padding=1) -> leaky_relu(slope)
    }

    network example {
        input image: [3, 8, 8]
        Unit(16)
    }
"""

from collections.abc import Iterator

from archspec.core.diagnostic import Diagnostic, Severity
from archspec.elaborate.names import name_span
from archspec.lints.lint import declared, of_texts
from archspec.lints.naming import below, names_read
from archspec.lints.subject import Texts, finding
from archspec.syntax import tree

RULE = declared("AS512", "unused-parameter", __doc__, Severity.WARNING)


@of_texts(RULE)
def find(texts: Texts) -> Iterator[Diagnostic]:
    for scope in texts.files:
        for node in below(scope.file.items):
            if not isinstance(node, tree.Block | tree.Network | tree.Function):
                continue
            within = node.value if isinstance(node, tree.Function) else node.body
            used = names_read((within, *(one.default for one in node.parameters)))
            for parameter in node.parameters:
                if parameter.name not in used and not parameter.name.startswith("_"):
                    message = f"`{node.name}` does not read its parameter `{parameter.name}`"
                    yield finding(RULE, message, name_span(parameter))
