"""Values, expressions, labels and arguments of a syntax tree as YAML nodes."""

import re
from typing import Any

from archspec.syntax import tree
from archspec.syntax.printer import print_expression
from archspec.syntax.yaml_events import Mapping, Node, Scalar
from archspec.syntax.yaml_layout import LONGEST_KEY, mapping, plain, quoted, sequence, text
from archspec.syntax.yaml_names import BESIDE, NAME, Names, is_word
from archspec.syntax.yaml_scalars import is_string, resolve
from archspec.syntax.yaml_values import Takes, no_text

_WORD = re.compile(r"[A-Za-z_][\w-]*")
_WORDS = {None: "null", True: "true", False: "false"}


class Phrases:
    """What the writer of statements and steps is made of; `names` holds what names stand for by now."""

    def __init__(self, names: Names) -> None:
        self.names = names

    # --- values: where a string could be meant ---

    def value(self, node: Any, takes: Takes = no_text) -> Node:
        """An argument or a default."""
        made = _literal(node)
        if made is not None:
            return made
        if isinstance(node, tree.List):
            return sequence(self.value(item) for item in node.items)
        if isinstance(node, tree.String):
            content = _content(node)
            slip = NAME.fullmatch(content) and self.names.known(content) and not takes(content)
            if not slip and not content.startswith("$"):
                return text(content) if _WORD.fullmatch(content) else quoted(content)
        return self.dollar(node)

    def dollar(self, node: Any) -> Scalar:
        """An expression, marked as one."""
        return text("$" + print_expression(node))

    # --- formulas: where none could ---

    def formula(self, node: Any) -> Node:
        """A condition, a count, a shape."""
        made = _literal(node)
        if made is not None:
            return made
        if isinstance(node, tree.List):
            return sequence(self.formula(item) for item in node.items)
        return text(print_expression(node))

    def called(self, name: tree.Name, arguments: tuple[tree.Argument, ...] | None) -> Node:
        """What `join` joins by."""
        return text(name.id if arguments is None else print_expression(tree.Apply(name, arguments, name.span)))

    def reading(self, node: tree.Reading) -> Scalar:
        return text(print_expression(node.expression))

    # --- arguments ---

    def arguments(self, name: str, arguments: tuple[tree.Argument, ...]) -> Node:
        """One value, or a list of values and pairs; a mapping where all are named and no list will do."""
        made: list[Node] = []
        for at, argument in enumerate(arguments):
            parameter: Any = at if argument.name is None else argument.name
            value = self.value(argument.value, lambda one, at=parameter: self.names.takes(name, at, one))  # type: ignore[misc]
            made.append(value if argument.name is None else mapping((argument.name, value)))
        if len(made) == 1 and isinstance(made[0], Scalar) and made[0] != plain("null"):
            return made[0]
        keys = [argument.name for argument in arguments if argument.name is not None]
        if keys and len(set(keys)) == len(made):
            named = mapping(*[pair for one in made if isinstance(one, Mapping) for pair in one.pairs])
            if len(keys) > 1 or self.names.joins(name) or not self.names.is_label(name, named):
                return named
        return sequence(made)

    def task_arguments(self, arguments: tuple[tree.Argument, ...]) -> Node:
        """The arguments of a task, whose words need no mark."""
        keys = {argument.name for argument in arguments}
        made = [self._word(argument.value) for argument in arguments]
        named = zip(arguments, made, strict=True)
        if made and None not in keys and len(keys) == len(made):
            return mapping(*[(str(argument.name), value) for argument, value in named])
        return sequence(value if one.name is None else mapping((one.name, value)) for one, value in named)

    def _word(self, node: Any) -> Node:
        if isinstance(node, tree.Name) and is_string(node.id) and not self.names.known(node.id):
            return text(node.id)
        if isinstance(node, tree.String) and NAME.fullmatch(_content(node)) and not self.names.known(_content(node)):
            return quoted(_content(node))
        return self.value(node)

    # --- what binds names ---

    def targets(self, targets: tuple[tree.Target, ...]) -> str:
        return ", ".join(_target(target) for target in targets)

    def signature(self, node: tree.Function) -> str:
        """`half(n, d = 2)`: a function as it is declared."""
        listed = [
            one.name if one.default is None else f"{one.name} = {print_expression(one.default)}"
            for one in node.parameters
        ]
        return f"{node.name}({', '.join(listed)})"

    # --- labels ---

    def label(self, label: tree.Label) -> Scalar:
        return text(_content(label.name))

    def label_key(self, labels: tuple[tree.Label, ...]) -> str | None:
        """Labels as a key, where they can be one."""
        contents = [_content(label.name) for label in labels]
        if any(not one or one != one.strip() or "," in one for one in contents):
            return None
        key = ", ".join(contents)
        return None if is_word(key) or key in BESIDE or key == "<<" or len(key) > LONGEST_KEY else key


def _target(target: tree.Target) -> str:
    if target.parts:
        return "[" + ", ".join(_target(part) for part in target.parts) + "]"
    return "_" if target.name is None else target.name


def _literal(node: Any) -> Scalar | None:
    """A number, boolean or none as YAML has it: a number in its author's spelling, unless only text knows it (`5M`)."""
    sign = ""
    if isinstance(node, tree.Unary) and node.operator in ("-", "+"):
        sign, node = node.operator, node.operand
    if not isinstance(node, tree.Constant) or (sign and isinstance(node.value, bool | None)):
        return None
    if node.value is None or isinstance(node.value, bool):
        return plain(_WORDS[node.value])
    made = plain(print_expression(node))
    return plain(sign + made.text) if resolve(made) == node.value else None


def _content(node: tree.String) -> str:
    """The text of a string as it stands in YAML: expressions in braces, braces doubled."""
    parts = [
        part.replace("{", "{{").replace("}", "}}") if isinstance(part, str) else "{" + print_expression(part) + "}"
        for part in node.parts
    ]
    return "".join(parts)
