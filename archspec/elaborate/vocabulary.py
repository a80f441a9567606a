"""What the YAML form asks of the registry, so that reading YAML knows no operator itself."""

from archspec.core.nearest import nearest
from archspec.ops import INITIALISERS, OPERATORS
from archspec.ops.elsewhere import from_elsewhere
from archspec.ops.kinds import BadValue, Kind
from archspec.ops.plugins import known
from archspec.syntax.yaml_names import Signature


class Registry:
    """The operators and initialisers that are registered by now or offered by installed packages."""

    def __init__(self) -> None:
        self._signatures: dict[str, Signature | None] = {}  # of the names that were asked for

    def operator(self, name: str) -> Signature | None:
        """The signature of an operator."""
        if name not in self._signatures:
            self._signatures[name] = _signature(name)
        return self._signatures[name]

    def takes(self, operator: str, parameter: str, text: str) -> bool:
        """Whether a parameter of an operator takes this very text."""
        declared = OPERATORS[operator].parameters.get(parameter)
        kind = OPERATORS[operator].others if declared is None else declared.kind
        return kind is not None and _takes(kind, text)

    def is_value(self, name: str) -> bool:
        """Whether a name is that of an initialiser."""
        return name in INITIALISERS

    def closest(self, name: str) -> str:
        """The operator that a name might be a slip for, or nothing."""
        return from_elsewhere(name) or nearest(name, OPERATORS)


def _signature(name: str) -> Signature | None:
    found = known(name)
    return None if found is None else Signature(tuple(found.parameters), joins(name), found.others is not None)


def _takes(kind: Kind, text: str) -> bool:
    try:
        kind.accept(text)
    except BadValue:
        return False
    return True


def is_word(text: str) -> bool:
    """Whether any parameter takes this very text, as `padding` does `same`."""
    made = (*OPERATORS.values(), *INITIALISERS.values())
    return any(_takes(parameter.kind, text) for one in made for parameter in one.parameters.values())


def joins(name: str) -> bool:
    """Whether an operator joins any number of branches, and needs no arguments for it."""
    found = OPERATORS[name]
    several = found.ports.most is None or found.ports.least > 1
    return several and not any(one.required for one in found.parameters.values())
