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


def in_form(made: Diagnostic) -> Diagnostic:
    """A diagnostic whose help is in the form that its file is written in."""
    if "`" not in made.help or not made.span.source.is_yaml or made.rule in yaml_errors.OF_YAML:
        return made
    from archspec.elaborate.vocabulary import Registry
    from archspec.syntax.yaml_help import in_yaml

    return made._replace(help=in_yaml(made.help, Registry()))
