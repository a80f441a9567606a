"""From a source to its syntax tree, by the form that it is written in."""

from archspec.core.diagnostic import Diagnostic
from archspec.core.limits import DEFAULT_LIMITS, Limits
from archspec.core.source import Source, is_yaml
from archspec.syntax import tree, yaml_errors
from archspec.syntax.parser import parse

__all__ = ["is_yaml", "parsed", "yaml_errors"]  # whose rules are known wherever specs are read


def parsed(source: Source, limits: Limits = DEFAULT_LIMITS) -> tuple[tree.File, tuple[Diagnostic, ...]]:
    """The tree of a spec in either form, and its errors."""
    if not source.is_yaml:
        return parse(source, limits)
    from archspec.elaborate.vocabulary import Registry
    from archspec.syntax.yaml_reader import read

    return read(source, Registry(), limits)
