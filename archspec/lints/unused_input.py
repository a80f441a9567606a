"""An input that nothing reads.

Whoever calls the network has to give it, and it changes nothing. Usually a join was meant to read it.

Example:
    block Merge {
        input deep, lateral
    #               ^^^^^^^
        (deep) -> conv(8, 1)
    }
    network example {
        input left: [8, 8, 8], right: [8, 8, 8]
        (left, right) -> Merge
    }

Use instead:
    block Merge {
        input deep, lateral
        (deep, lateral) -> concat -> conv(8, 1)
    }
    network example {
        input left: [8, 8, 8], right: [8, 8, 8]
        (left, right) -> Merge
    }
"""

from collections.abc import Iterator

from archspec.core.diagnostic import Diagnostic, Severity
from archspec.lints.lint import declared, of_texts
from archspec.lints.naming import below, names_read
from archspec.lints.subject import Texts, finding
from archspec.syntax import tree

RULE = declared("AS521", "unused-input", __doc__, Severity.WARNING)


@of_texts(RULE)
def find(texts: Texts) -> Iterator[Diagnostic]:
    for scope in texts.files:
        for item in scope.file.items:
            if not isinstance(item, tree.Block | tree.Network):
                continue
            ports = [port for one in item.body.statements if isinstance(one, tree.Inputs) for port in one.ports]
            if not ports or _goes_on(item.body):
                continue
            used = names_read((item.body,))
            for port in ports:
                if port.name not in used and not port.name.startswith("_") and "in" not in used:
                    span = port.span._replace(end=port.span.start + len(port.name))
                    yield finding(RULE, f"`{item.name}` does not read its input `{port.name}`", span)


def _goes_on(body: tree.Body) -> bool:
    """Whether the first step takes the inputs as they come, or there may be such a step."""
    for one in body.statements:
        if isinstance(one, tree.Chain):
            return one.source is None
        if isinstance(one, tree.Output):
            return one.chain.source is None
        if isinstance(one, tree.If | tree.For | tree.Repeat):
            chains = [part for part in below((one,)) if isinstance(part, tree.Chain)]
            if chains:  # what does nothing lets the inputs pass
                return any(chain.source is None for chain in chains)
    return True
