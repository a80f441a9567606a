"""What a key means: the one rule that tells labels from what is applied. The reader and the writer both ask here.

A key that names something - an operator, or a block, import, parameter, `let`, `shared` or loop variable of the file -
applies it, and its value holds arguments. Any other key is a label, and its value is the step that it names. So is the
name of an operator or block whose value is a step that cannot be its arguments: `conv: {conv: [64, 3]}`.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple, Protocol

from archspec.syntax.yaml_events import Mapping, Node, Scalar, Sequence

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

# Words that open a step or statement wherever one can stand; those of the second line do beside their companion alone.
STEPS = frozenset({"residual", "group"})
STATEMENTS = frozenset(
    {
        "from", "do", "if", "for", "repeat", "expect", "assert", "let", "fn", "default", "input", "output", "shared",
        "doc",
    }
)  # fmt: skip
_ALONE = STEPS | STATEMENTS
COMPANIONS = {"join": "branches", "label": "step", "task": "with"}
# Words that say something beside another one alone, in one mapping with it: as items of their own they would be labels.
BESIDE = {
    "then": "`if`", "elif": "`if`", "else": "`if`", "in": "`for`", "as": "`repeat`", "body": "`repeat` or `for`",
    "skip": "`residual`", "do": "`from`", "join": "`branches`", "branches": "`join`", "label": "`step`",
    "step": "`label`", "with": "`task`", "message": "`assert`",
}  # fmt: skip


class Signature(NamedTuple):
    """What the rule needs to know of an operator.

    parameters: their names in order; where it is `open`, it takes arguments of any other name, too
    joins:      whether it joins branches and needs no arguments for it
    """

    parameters: tuple[str, ...]
    joins: bool
    open: bool = False


class Vocabulary(Protocol):
    """The names that hold in every file. They are handed in: reading knows no operator."""

    def operator(self, name: str) -> Signature | None:
        """The signature of an operator."""
        ...

    def takes(self, operator: str, parameter: str, text: str) -> bool:
        """Whether a parameter of an operator takes this very text, as `padding` does `same`."""
        ...

    def is_value(self, name: str) -> bool:
        """Whether a name that is no operator has a value everywhere, as initialisers do."""
        ...

    def closest(self, name: str) -> str:
        """The operator that a name might be a slip for, or nothing."""
        ...


class Names:
    """What names stand for while a file is read or written, in its order."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.file: dict[str, tuple[str, ...] | None] = {}  # blocks with their parameters; imports and `let`s without
        self.values: set[str] = set()  # functions and networks: nothing that a step could apply
        self.local: set[str] = set()

    def enter(self, parameters: Iterable[str]) -> None:
        """Begin a definition."""
        self.local = set(parameters)

    def bind(self, names: Iterable[str]) -> None:
        """Names that hold from here to the end of the definition."""
        self.local.update(names)

    def applies(self, name: str) -> bool:
        """Whether a name could stand for an operator or block."""
        return name in self.local or name in self.file or self.vocabulary.operator(name) is not None

    def known(self, name: str) -> bool:
        """Whether a name stands for anything."""
        return name in ("none", "None") or self.applies(name) or name in self.values or self.vocabulary.is_value(name)

    def parameters(self, name: str) -> tuple[str, ...] | None:
        """The parameters of an operator or block, as far as the file tells them."""
        if name in self.local:
            return None
        if name in self.file:
            return self.file[name]
        signature = self.vocabulary.operator(name)
        return None if signature is None or signature.open else signature.parameters

    def operator(self, name: str) -> Signature | None:
        """The signature of a name that is an operator here."""
        return None if name in self.local or name in self.file else self.vocabulary.operator(name)

    def joins(self, name: str) -> bool:
        """Whether a list behind this name holds branches."""
        signature = self.operator(name)
        return signature is not None and signature.joins

    def takes(self, name: str, parameter: str | int, text: str) -> bool:
        """Whether a parameter, by name or position, takes this very text."""
        signature = self.operator(name)
        if signature is None:
            return False
        if isinstance(parameter, int):
            parameter = signature.parameters[parameter] if parameter < len(signature.parameters) else ""
        return self.vocabulary.takes(name, parameter, text)

    def is_label(self, key: str, value: Node) -> bool:
        """Whether a key of one pair is a label: the rule of this module. The key is no word of structure."""
        if not NAME.fullmatch(key) or not self.applies(key):
            return True
        taken = self.parameters(key)
        if taken is None or isinstance(value, Sequence):
            return False
        if isinstance(value, Scalar):
            if not self.applies(value.text):
                return False
            return not taken or (self.operator(key) is not None and not self.takes(key, 0, value.text))
        inner = [name.text for name, _ in value.pairs]
        if any(name in taken for name in inner):
            return False
        return opens_step(value) or (len(inner) == 1 and (not NAME.fullmatch(inner[0]) or self.applies(inner[0])))


def is_word(key: str) -> bool:
    """Whether a key that stands alone is a word of structure."""
    return key in _ALONE


def opens(node: Mapping) -> str:
    """The word of structure that a mapping begins with, in whatever order its keys stand; or nothing."""
    if len(node.pairs) == 1:
        alone = node.pairs[0][0].text
        return alone if alone in _ALONE else ""
    keys = [key.text for key, _ in node.pairs]
    for word, companion in COMPANIONS.items():
        if word in keys and companion in keys:
            return word
    others = (key for key in keys if key in _ALONE and key != "do")  # which is what `from` opens, too
    return next(others, "do" if "do" in keys else "")


def opens_step(node: Mapping) -> bool:
    """Whether a mapping is a step by its structure: a residual, a group, branches that join."""
    word = opens(node)
    return word in STEPS or word == "join"
