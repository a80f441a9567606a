"""Numbers in a generated class: the expression they came from, where it is right for every module of the class."""

from collections.abc import Mapping, Sequence
from typing import Any

from archspec.core.layer import Name
from archspec.core.number import Expr, Literal, Symbol, Unknown, evaluate, origin, plain, symbols
from archspec.design import Module
from archspec.emit.python_code import Unsayable, expression, identifier, literal
from archspec.emit.torch.classes import Argument
from archspec.emit.torch.running import Running

COUNTER = "i"
Values = Sequence[tuple[int, Any]]  # the module's position in its class, and the value there


class Numbers:
    """The names of one generated class: its arguments, collected as its text needs them, and its local definitions.

    An expression is trusted only if it gives the right value in every module of the class; else a number that is the
    same everywhere is printed as it is, and one that differs becomes an argument.
    """

    def __init__(self, modules: Sequence[Module], scopes: Sequence[Mapping[str, Any]]) -> None:
        self.modules = modules
        self.scopes = scopes
        self.names: dict[str, str] = {}  # symbols by their Python names
        self.arguments: dict[str, Argument] = {}  # by Python name
        self.runs = False  # whether the text written last counts the iterations of the loop around
        self.locals: dict[str, tuple[Expr, str]] = {}  # `let`s: Python name → definition and its text

    def count(self, values: Values) -> str:
        """Python for a number of iterations: arithmetic of plain numbers is done here."""
        return self.text([(at, value if symbols(origin(value)) else int(value)) for at, value in values], "repeats")

    def text(self, values: Values, hint: str) -> str:
        """Python for a value; `hint` names the argument if there is no other way."""
        first = values[0][1]
        if isinstance(first, Name):
            names = [value for _, value in values]
            return first.text if all(one == first for one in names) else self._differing(names, values, hint)
        if isinstance(first, Running):
            self.runs = True
            base = self.text([(at, value.base) for at, value in values], hint)
            step = self.text([(at, value.step) for at, value in values], f"{hint}_step")
            return f"{base} + {COUNTER} * {step}" if " " not in step else f"{base} + {COUNTER} * ({step})"
        for _, value in values:
            made = origin(value)
            if type(made) is not Literal and self.holds(made, values):
                try:
                    return self.say(made)
                except Unsayable:
                    continue
        plains = [plain(value) for _, value in values]
        if all(_same(plains[0], one) for one in plains):
            return self._literal(first, values, hint)
        if all(isinstance(one, tuple) and len(one) == len(plains[0]) for one in plains):
            return self._tuple(values, hint)
        symbol = self._parameter(plains, values)
        return symbol if symbol is not None else self._differing(plains, values, hint)

    def _literal(self, first: Any, values: Values, hint: str) -> str:
        remembers = isinstance(first, tuple) and any(type(origin(one)) is not Literal for one in first)
        return self._tuple(values, hint) if remembers else literal(first)

    def _tuple(self, values: Values, hint: str) -> str:
        width = len(values[0][1])
        parts = [self.text([(at, value[k]) for at, value in values], hint) for k in range(width)]
        return f"({parts[0]},)" if width == 1 else f"({', '.join(parts)})"

    def _parameter(self, plains: Sequence[Any], values: Values) -> str | None:
        """The parameter of the block that has this value everywhere: truth values and words do not remember."""
        for name in self.scopes[values[0][0]]:
            found = [self.scopes[at].get(name) for at, _ in values]
            if "." not in name and all(_same(plain(a), b) for a, b in zip(found, plains, strict=True)):
                return self.say(Symbol(name))
        return None

    def _differing(self, plains: Sequence[Any], values: Values, hint: str) -> str:
        by_module = {id(self.modules[at]): one for (at, _), one in zip(values, plains, strict=True)}
        for name, argument in self.arguments.items():
            if argument.symbol is None and _agree(argument.values, by_module):
                argument.values = {**argument.values, **by_module}
                return name
        name = self.free(identifier(hint))
        self.arguments[name] = Argument(name, None, annotation(plains), by_module)
        return name

    def complete(self) -> None:
        """Give arguments a value for modules that lack what they are for."""
        for argument in self.arguments.values():
            nothing = _nothing(next(iter(argument.values.values())))
            argument.values = {id(module): argument.values.get(id(module), nothing) for module in self.modules}

    def flag(self, truths: Sequence[tuple[int, bool]], hint: str) -> str:
        """An argument that says whether something is there."""
        return self._differing([truth for _, truth in truths], list(truths), hint)

    def holds(self, made: Expr, values: Values) -> bool:
        """Whether an expression gives the value in each of the modules."""
        try:
            return all(_same(plain(evaluate(made, self.scopes[at])), plain(value)) for at, value in values)
        except Unknown:
            return False

    def say(self, made: Expr) -> str:
        """An expression as Python; its symbols become arguments and local names. Raises `Unsayable`."""
        for symbol in symbols(made):
            if symbol.name not in self.scopes[0]:
                if symbol.definition is None:
                    raise Unsayable(symbol.name)
                self._local(symbol)
            elif symbol.name not in self.names:
                self._argument(symbol.name)
        return expression(made, self.names)

    def _local(self, symbol: Symbol) -> None:
        assert symbol.definition is not None
        name = identifier(symbol.name)
        if name in self.locals:
            if self.locals[name][0] != symbol.definition:
                raise Unsayable(symbol.name)  # two `let`s of one name
        else:
            text = self.say(symbol.definition)
            if name in self.arguments:
                raise Unsayable(symbol.name)
            self.locals[name] = (symbol.definition, text)
        self.names[symbol.name] = name

    def _argument(self, symbol: str) -> None:
        name = self.free(identifier(symbol.replace("[", "").replace("]", "")))
        plains = [plain(scope[symbol]) for scope in self.scopes]
        self.names[symbol] = name
        by_module = {id(module): one for module, one in zip(self.modules, plains, strict=True)}
        self.arguments[name] = Argument(name, symbol, annotation(plains), by_module)

    def free(self, name: str) -> str:
        made, count = name, 1
        while made in self.arguments or made in self.locals:
            count += 1
            made = f"{name}_{count}"
        return made


def annotation(values: Sequence[Any]) -> str:
    """The type of an argument with these values."""
    if any(isinstance(value, Name) for value in values):
        return "type[nn.Module]"
    lengths = {len(value) for value in values if isinstance(value, tuple)}
    fixed = lengths.pop() if len(lengths) == 1 else 0
    kinds = dict.fromkeys(_annotation(value, fixed) for value in values)
    if set(kinds) == {"int", "float"}:
        return "float"
    return " | ".join(sorted(kinds, key=lambda kind: (kind == "None", kind)))


def _annotation(value: Any, fixed: int = 0) -> str:
    """The type of a value; a tuple of as many as the axes of a picture, where all have so many, says how many."""
    if isinstance(value, tuple):
        inner = " | ".join(sorted(dict.fromkeys(_annotation(item) for item in value))) or "int"
        return f"tuple[{', '.join([inner] * fixed)}]" if fixed in (1, 2, 3) else f"tuple[{inner}, ...]"
    return "None" if value is None else type(value).__name__


def _agree(one: Mapping[int, Any], other: Mapping[int, Any]) -> bool:
    """Whether one argument can have these values and those. Classes may differ in which modules they are for."""
    if one.keys() != other.keys() and not all(isinstance(value, Name) for value in (*one.values(), *other.values())):
        return False
    return all(_same(value, other[key]) for key, value in one.items() if key in other)


def _nothing(value: Any) -> Any:
    """A value of the same type that says nothing."""
    if isinstance(value, Name):
        return Name("nn.Identity")
    return type(value)() if isinstance(value, bool | int | float | str) else value


def _same(left: Any, right: Any) -> bool:
    """Equal and of one type: `1`, `1.0` and true differ in generated source."""
    if type(left) is not type(right):
        return False
    if isinstance(left, tuple):
        return len(left) == len(right) and all(_same(a, b) for a, b in zip(left, right, strict=True))
    return bool(left == right)
