"""Operators of the user's own: from modules that are named on the command line or in Python, and installed packages.

A spec never names a plugin: reading one runs no code but what the user has asked for or installed. A module is named
with `--plugin` or `use`, and registers every operator that it defines. An installed package offers operators by name,
in the group `archspec.operators` of its entry points:

    [project.entry-points."archspec.operators"]
    swish = "my_layers.operators:Swish"

Such an operator is imported when a spec uses its name for something that is not known otherwise; so packages that are
installed cost nothing until then, and cannot change what a spec means that was good without them.
"""

import re
import sys
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from archspec.ops.base import OPERATORS, BadArgument, BadDeclaration, Declared, DoesNotFit, Operator
from archspec.ops.initialisers import INITIALISERS

if TYPE_CHECKING:
    from archspec.ops.offers import Offer

_NAME = "[A-Za-z_][A-Za-z0-9_]*"  # patterns are made when first needed: start-up is a feature
_MODULE = rf"{_NAME}(\.{_NAME})*"

INSTALLED: set[str] = set()  # the operators among the registered ones that installed packages offer
USED: dict[str, None] = {}  # modules, in the order of their use
_ASIDE: dict[str, type[Declared]] = {}  # what modules of installed packages define and nobody has asked for


class PluginError(Exception):
    """A plugin that cannot be used; the text is a sentence that names it and says why."""


class _Registered(NamedTuple):
    operators: dict[str, type[Operator]]
    initialisers: dict[str, Any]


def use(*modules: str) -> None:
    """Make the operators that these modules define known, in this process. Raises `PluginError`."""
    for module in modules:
        if module not in USED:
            _use(module)
            USED[module] = None


def _use(module: str) -> None:
    if not re.fullmatch(_MODULE, module):
        raise PluginError(f"a plugin is the name of a module, such as my_layers.operators, not {module!r}")
    said = f"the plugin {module}"
    loaded = set(sys.modules)
    made = _imported(module, said)
    new = {**made.operators, **made.initialisers}
    new.update({name: one for name, one in _ASIDE.items() if _within(one, module)})
    if not new and not any(_within(one, module) for one in (*OPERATORS.values(), *INITIALISERS.values())):
        hint = 'one is a class such as `class Swish(Operator, name="swish")`'
        raise PluginError(f"{said} defines no operator; {hint}")
    try:
        for name in new:
            _check_name(name, said)
    except PluginError:
        _forget(module, loaded)
        raise
    for name, one in new.items():
        _register(name, one)
    INSTALLED.difference_update(name for name, one in OPERATORS.items() if _within(one, module))


def known(name: str) -> type[Operator] | None:
    """The operator of a name: registered, or offered by an installed package. Raises `PluginError`."""
    found = OPERATORS.get(name)
    if found is None and name not in INITIALISERS:
        from archspec.ops.offers import installed_offers

        offers = installed_offers().get(name)
        if offers:
            return _take(name, offers)
    return found


def use_installed() -> None:
    """Register all that installed packages offer. Raises `PluginError`."""
    from archspec.ops.offers import installed_offers

    for name, offers in sorted(installed_offers().items()):
        if name not in INSTALLED:
            said = f"the operator {name} of {offers[0].package}"
            _check_name(name, said)
            _take(name, offers)


def called(owner: type[Declared], function: Callable[..., Any], *arguments: Any, **keywords: Any) -> Any:
    """The answer of a function of an operator. What goes wrong in one of the user's raises `PluginError`."""
    try:
        return function(*arguments, **keywords)
    except (BadArgument, DoesNotFit):
        raise
    except Exception as error:
        if not owner.of_user:
            raise
        raise PluginError(f"the operator {owner.name} of {owner.__module__} failed: {_words(error)}") from error


# --- registering ---


def _take(name: str, offers: "list[Offer]") -> type[Operator]:
    """The operator of a name that installed packages offer."""
    if len(offers) > 1:
        both = " and ".join(sorted(one.package for one in offers))
        raise PluginError(f"two installed packages offer an operator {name}: {both}")
    module, attribute = offers[0].module, offers[0].attribute
    said = f"the operator {name} of {offers[0].package}"
    if not re.fullmatch(_MODULE, module) or not re.fullmatch(_NAME, attribute):
        raise PluginError(f"{said}: an entry point reads MODULE:CLASS, not {offers[0].value!r}")
    made = _imported(module, said)
    _ASIDE.update({**made.operators, **made.initialisers})
    found = getattr(sys.modules[module], attribute, None)
    if found is None:
        raise PluginError(f"{said}: the module {module} has no {attribute}")
    if not (isinstance(found, type) and issubclass(found, Operator)):
        raise PluginError(f"{said}: {module}:{attribute} is no operator, a class that derives from Operator")
    if found.name != name:
        called_so = f"is called {found.name}" if found.name else "has no name"
        raise PluginError(f"{said}: {module}:{attribute} {called_so}, not {name}")
    _register(name, found)
    INSTALLED.add(name)
    return found


def _register(name: str, one: type[Declared]) -> None:
    _ASIDE.pop(name, None)
    if issubclass(one, Operator):
        OPERATORS[name] = one
    else:
        INITIALISERS[name] = one  # type: ignore[assignment]


def _check_name(name: str, said: str) -> None:
    if not re.fullmatch(_NAME, name):
        raise PluginError(f"{said} cannot be used: {name!r} is no name of the language")
    if name in OPERATORS or name in INITIALISERS:
        raise PluginError(f"{said} cannot be used: there is an operator {name} already")


def _imported(module: str, said: str) -> _Registered:
    """Import a module, and take what that registered out of the registries again. Raises `PluginError`."""
    before = _Registered(dict(OPERATORS), dict(INITIALISERS))
    loaded = set(sys.modules)
    try:
        import_module(module)
    except BadDeclaration as error:
        _forget(module, loaded)
        raise PluginError(f"{said} cannot be used: {error}") from error
    except (Exception, SystemExit) as error:
        _forget(module, loaded)
        if isinstance(error, ModuleNotFoundError) and f"{module}.".startswith(f"{error.name}."):
            raise PluginError(f"{said} is not there: no module is called {error.name}") from error
        raise PluginError(f"{said} cannot be imported: {_words(error)}") from error
    finally:
        made = _Registered(
            {name: one for name, one in OPERATORS.items() if name not in before.operators},
            {name: one for name, one in INITIALISERS.items() if name not in before.initialisers},
        )
        for registry, new in ((OPERATORS, made.operators), (INITIALISERS, made.initialisers)):
            for name in new:
                del registry[name]
    return made


def _forget(module: str, loaded: set[str]) -> None:
    """Half of a package must not stay imported: a second attempt would find it without its operators."""
    package = module.partition(".")[0]
    for name in set(sys.modules) - loaded:
        if name.partition(".")[0] == package:
            del sys.modules[name]


def _within(one: type[Declared], module: str) -> bool:
    return f"{one.__module__}.".startswith(f"{module}.")


def _words(error: BaseException) -> str:
    """What went wrong, in one line."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
