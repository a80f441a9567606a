"""What can be wrong with a spec in YAML, beyond what can be wrong with its expressions."""

from archspec.core.diagnostic import Diagnostic, Label, Rule, rule
from archspec.core.source import Span

NO_YAML = rule(
    "AS111",
    "no-yaml",
    """The text is no YAML.

    YAML indents with spaces, never with tabs. Text that holds `: ` or ` #`, or begins with one of the characters
    `[ ] { } , # & * ! | > % @` or a backtick, stands in quotes; within `[ ]` and `{ }` so does text with a comma or
    a bracket.
    """,
)
REFUSED = rule(
    "AS112",
    "yaml-feature",
    """A part of YAML that specs do without.

    Anchors, aliases and merge keys (a block or a `let` names what is used twice), tags, directives, keys that are lists
    or mappings, more than one document in a file. Reading a spec takes time in proportion to its text.
    """,
)
DUPLICATE_KEY = rule(
    "AS113",
    "duplicate-key",
    """A key that stands twice in one mapping.

    Most readers of YAML keep one of the two and drop the other in silence. Steps that follow each other are items of a
    list, and so are several networks in one file: each begins with `- `.
    """,
)
FORM = rule(
    "AS114",
    "yaml-form",
    """YAML that says nothing in this language.

    `docs/yaml.md` has every construct with an example; `archspec convert` shows how a spec in text reads in YAML.
    """,
)
STRING = rule(
    "AS115",
    "plain-string",
    """A plain string that reads like a name.

    As an argument or a default, `relu` is a string of four letters and `$relu` is the operator. A string where
    something of that name exists is taken for a slip; should it be meant, it is written `$"relu"`.
    """,
    fix="unsafe",
)

OF_YAML = (NO_YAML, REFUSED, DUPLICATE_KEY, FORM, STRING)


class Malformed(Exception):
    """A part of a YAML spec that cannot be read."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


def bad(rule: Rule, message: str, span: Span, help: str = "", *others: Label) -> Malformed:
    """The exception for a message about a place; `others` are places that contributed."""
    return Malformed(Diagnostic(rule, message, (Label(span), *others), help=help))
