"""What an operator is: one class that declares its parameters and says what layer it makes of its inputs."""

from typing import Any, ClassVar, NamedTuple

from archspec.core.kept import ALL, VIEW, Kept
from archspec.core.layer import Layer
from archspec.core.nearest import did_you_mean
from archspec.ops.kinds import BadValue, Kind, spelled

REQUIRED: Any = type("Required", (), {"__repr__": lambda self: "required"})()


class Parameter(NamedTuple):
    """A parameter as declared; its name is the attribute's."""

    name: str
    kind: Kind
    default: Any
    docs: str

    @property
    def required(self) -> bool:
        return self.default is REQUIRED


class DoesNotFit(Exception):
    """An operator that cannot take these inputs.

    `at` names the parameter to blame, or is empty where the inputs are; `inputs` lists the positions of the inputs to
    blame; `notes` back it up (a formula with its numbers); `help` says what would fit. It knows no spans: the statement
    that used the operator supplies them. `rule` is the code of the rule that it breaks.
    """

    def __init__(
        self,
        message: str,
        *,
        at: str = "",
        inputs: tuple[int, ...] = (),
        notes: tuple[str, ...] = (),
        help: str = "",
        rule: str = "AS402",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.at = at
        self.inputs = inputs
        self.notes = notes
        self.help = help
        self.rule = rule


class BadDeclaration(ValueError):
    """An operator or initialiser that cannot be declared so; the text says why."""


def taken(name: str) -> BadDeclaration:
    """A second operator or initialiser of a name."""
    return BadDeclaration(f"there is an operator {name} already")


class BadArgument(Exception):
    """An argument that does not bind: `at` is the parameter's name, or the position of a surplus argument."""

    def __init__(self, message: str, at: str | int, help: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.at = at
        self.help = help


def parameter(kind: Kind, default: Any = REQUIRED, docs: str = "") -> Any:
    """Declare a parameter of an operator (or of an initialiser)."""
    return Parameter("", kind, default, docs)


class Declared:
    """A class whose attributes made by `parameter` are its parameters, in order: the order of positional arguments."""

    name: ClassVar[str] = ""
    parameters: ClassVar[dict[str, Parameter]] = {}
    _required: ClassVar[tuple[str, ...]] = ()  # the parameters without a default
    others: ClassVar[Kind | None] = None  # what arguments of any other name take; they are kept as `given`
    given: tuple[tuple[str, Any], ...] = ()
    of_user: ClassVar[bool] = False  # not one of archspec's own

    def __init_subclass__(cls, name: str = "", **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        cls.of_user = not cls.__module__.startswith("archspec.")
        if name:
            cls.name = name
        declared = dict(cls.parameters)
        for key, value in list(vars(cls).items()):
            if type(value) is Parameter:
                if key not in declared and any(hasattr(base, key) for base in cls.__bases__):
                    raise BadDeclaration(f"a parameter of {cls.__name__} is called {key}, which operators have already")
                declared[key] = value._replace(name=key)
                if value.required:
                    delattr(cls, key)
                else:
                    setattr(cls, key, value.default)  # an instance holds what it was given, and no more
        cls.parameters = declared
        cls._required = tuple([key for key, one in declared.items() if one.required])

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        """Bind and validate. Raises `BadArgument`."""
        self.__dict__ = self._bound(arguments, keywords)

    def __repr__(self) -> str:
        """As a spec would write it: `conv(64, 3)` reads `conv(out=64, kernel=3)`."""
        changed = [
            f"{key}={spelled(getattr(self, key))}"
            for key, declared in self.parameters.items()
            if declared.required or getattr(self, key) != declared.default
        ]
        if self.others is not None:
            changed += [f"{key}={spelled(value)}" for key, value in self.given]
        return f"{self.name}({', '.join(changed)})" if changed else self.name

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and values_of(other) == values_of(self) and other.given == self.given

    def __hash__(self) -> int:
        return hash((type(self), *values_of(self).values(), self.given))

    @classmethod
    def _bound(cls, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> dict[str, Any]:
        """The parameters that are given, and their values. Raises `BadArgument`."""
        declared = cls.parameters
        given: dict[str, Any] = dict(zip(declared, arguments, strict=False))
        if len(arguments) > len(declared):
            takes = f"{len(declared)} argument{'s' if len(declared) != 1 else ''}" if declared else "no arguments"
            raise BadArgument(f"`{cls.name}` takes {takes}, here are {len(arguments)}", len(declared))
        more: dict[str, Any] = {}
        for key, value in keywords.items():
            if key not in declared:
                if cls.others is None:
                    raise BadArgument(f"`{cls.name}` has no parameter `{key}`", key, did_you_mean(key, declared))
                more[key] = accepted(key, cls.others, value)
                continue
            if key in given:
                raise BadArgument(f"`{key}` is given twice", key)
            given[key] = value
        for key, value in given.items():
            given[key] = accepted(key, declared[key].kind, value)
        for key in cls._required:
            if key not in given:
                hint = f"`{key}` is {declared[key].docs or declared[key].kind.words}"
                raise BadArgument(f"`{cls.name}` needs `{key}`", "", hint)
        if more:
            given["given"] = tuple(sorted(more.items()))
        return given


def values_of(one: Declared) -> dict[str, Any]:
    """The values of all parameters by name, in order."""
    return {key: getattr(one, key) for key in one.parameters}


def accepted(key: str, kind: Kind, value: Any) -> Any:
    """The value of a parameter in its canonical form. Raises `BadArgument`."""
    try:
        return kind.accept(value)
    except BadValue as error:
        raise BadArgument(f"`{key}`: {error}", key, error.help or f"`{key}` takes {kind.words}") from None


class Ports(NamedTuple):
    """How many values an operator takes; `most` is none where there is no bound."""

    least: int
    most: int | None


class Operator(Declared):
    """An operator with its arguments. A subclass declares parameters and `layer`; its docstring is its manual page."""

    ports: ClassVar[Ports] = Ports(1, 1)
    outputs: ClassVar[int | None] = 1  # none: it depends on the arguments
    keeps: ClassVar[Kept] = ALL  # for the backward pass; what is not declared counts as all there is
    precision: ClassVar[str] = ""  # under autocast: "low", "full" (float32), or that of its inputs
    idle: ClassVar[bool] = False  # in evaluation it hands its input on
    looks_up: ClassVar[bool] = False  # its inputs are integers that choose entries, such as numbers of words
    integers: ClassVar[tuple[str, ...]] = ()  # the buffers that hold int64, whatever the weights are

    def __init_subclass__(cls, name: str = "", **keywords: Any) -> None:
        super().__init_subclass__(name=name, **keywords)
        if name:
            cls.ports = _ports(cls.layer)
            if name in OPERATORS:
                raise taken(name)
            OPERATORS[name] = cls

    def layer(self, *inputs: Any, **_: Any) -> Layer:
        """The layer this operator makes of inputs of these shapes. Raises `DoesNotFit`.

        A subclass names its inputs: `(self, x: Shape)` takes one, `(self, first: Shape, *others: Shape)` one or more.
        """
        raise DoesNotFit(f"`{self.name}` says nothing of its shape")

    def kept(self, layer: Layer) -> Kept:
        """What a layer of this operator keeps of a training step's pass forward, for the pass backward."""
        return VIEW if layer.view else self.keeps


OPERATORS: dict[str, type[Operator]] = {}
_VARARGS = 4  # `inspect.CO_VARARGS`: that module takes longer to import than all operators together


def _ports(function: Any) -> Ports:
    """The ports of an operator are the parameters of its `layer`."""
    code = function.__code__  # `inspect.signature` takes milliseconds over all operators
    takes: int = code.co_argcount - 1
    endless = bool(code.co_flags & _VARARGS)
    return Ports(takes - len(function.__defaults__ or ()), None if endless else takes)
