"""A block or function that no network of the file uses.

It is not even elaborated, so its errors do not show. In a file without networks, which others import from,
blocks are not reported; nor is one that another file of the run imports.

Example:
    block Unit(channels) {
    #     ^^^^
        conv(channels, 3) -> relu
    }

    network example {
        input image: [3, 8, 8]
        conv(16, 3) -> relu
    }

Use instead:
    block Unit(channels) {
        conv(channels, 3) -> relu
    }

    network example {
        input image: [3, 8, 8]
        Unit(16)
    }
"""

from collections import Counter
from collections.abc import Iterator

from archspec.core.diagnostic import Diagnostic, Severity
from archspec.elaborate.names import name_span
from archspec.lints.lint import declared, of_texts
from archspec.lints.naming import exported, names_read
from archspec.lints.subject import Texts, finding
from archspec.syntax import tree

RULE = declared("AS514", "unused-block", __doc__, Severity.WARNING)


@of_texts(RULE)
def find(texts: Texts) -> Iterator[Diagnostic]:
    taken = exported(texts.readers)
    for scope in texts.files:
        items = scope.file.items
        if not any(isinstance(item, tree.Network | tree.Variant) for item in items):
            continue
        read = [names_read([item]) for item in items]
        readers = Counter(name for names in read for name in names)
        for item, own in zip(items, read, strict=True):
            if not isinstance(item, tree.Block | tree.Function) or (id(scope), item.name) in taken:
                continue
            if readers[item.name] == (item.name in own):  # no other reads it
                kind = "block" if isinstance(item, tree.Block) else "function"
                yield finding(RULE, f"no network here uses the {kind} `{item.name}`", name_span(item))
