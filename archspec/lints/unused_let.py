"""A `let` whose value nothing reads.

It is worked out for nothing, and makes a reader look for its use. A name that begins with `_` says that this is meant.

Example:
    network example {
        input image: [3, 8, 8]
        let width = 16
    #       ^^^^^
        conv(12, 3)
    }

Use instead:
    network example {
        input image: [3, 8, 8]
        let width = 16
        conv(width, 3)
    }
"""

from collections.abc import Iterator

from archspec.core.diagnostic import Diagnostic, Fix, Severity
from archspec.core.edits import without_lines
from archspec.elaborate.names import target_names
from archspec.lints.lint import declared, of_texts
from archspec.lints.naming import below, exported, names_read
from archspec.lints.subject import Texts, finding
from archspec.syntax import tree

RULE = declared("AS513", "unused-let", __doc__, Severity.WARNING, fix="safe")


@of_texts(RULE)
def find(texts: Texts) -> Iterator[Diagnostic]:
    taken = exported(texts.readers)
    for scope in texts.files:
        everywhere = names_read(scope.file.items)
        for item in scope.file.items:
            used = everywhere if isinstance(item, tree.Let) else names_read((item,))
            for node in below((item,)):
                for name, span in target_names(node.targets) if isinstance(node, tree.Let) else ():
                    if name not in used and not name.startswith("_") and (id(scope), name) not in taken:
                        yield finding(RULE, f"nothing reads `{name}`", span, fix=_fix(node))


def _fix(node: tree.Let) -> Fix | None:
    """Delete a `let` of one name that stands alone on its lines."""
    single = len(node.targets) == 1 and node.targets[0].name is not None
    edit = without_lines(node.span) if single and node.span.text.startswith("let") else None
    return None if edit is None else Fix("leave it out", (edit,), safe=True)
