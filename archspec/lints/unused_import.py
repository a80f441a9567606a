"""A name that is imported and not used.

A reader looks for its use and finds none; usually the use was renamed or deleted. A name that
another file of the run imports from here is used.

Example:
    from "seeds/resnet.arch" import BasicBlock, Bottleneck
    #                                           ^^^^^^^^^^

    network example {
        input image: [16, 8, 8]
        BasicBlock(16)
    }

Use instead:
    from "seeds/resnet.arch" import BasicBlock

    network example {
        input image: [16, 8, 8]
        BasicBlock(16)
    }
"""

from collections.abc import Iterator

from archspec.core.diagnostic import Diagnostic, Edit, Fix, Severity
from archspec.core.edits import left_out, without_lines
from archspec.lints.lint import declared, of_texts
from archspec.lints.naming import exported, names_read
from archspec.lints.subject import Texts, finding
from archspec.syntax import tree

RULE = declared("AS511", "unused-import", __doc__, Severity.WARNING, fix="safe")


@of_texts(RULE)
def find(texts: Texts) -> Iterator[Diagnostic]:
    taken = exported(texts.readers)
    for scope in texts.files:
        used = names_read(scope.file.items)
        for item in scope.file.items:
            if isinstance(item, tree.Import):
                for name in item.names:
                    if name.id not in used and (id(scope), name.id) not in taken:
                        edit = left_out(name.span) if len(item.names) > 1 else _whole(item)
                        fix = None if edit is None else Fix("leave it out", (edit,), safe=True)
                        yield finding(RULE, f"`{name.id}` is imported and not used", name.span, fix=fix)


def _whole(item: tree.Import) -> Edit | None:
    """The edit that deletes an import of one name; in YAML a list would be left with nothing in it."""
    return without_lines(item.span) if item.span.text.startswith("from") else None
