"""A spec in its other form: text as YAML, YAML as text."""

import re
from collections.abc import Iterator

from archspec.core.diagnostic import SpecError
from archspec.core.source import Source
from archspec.elaborate.parsing import is_yaml, parsed
from archspec.syntax.format import same

_COMMENT = re.compile(r"(?:^|(?<=\s))#", re.MULTILINE)


def convert(source: Source, to_yaml: bool) -> str:
    """The text of a spec in the form asked for, whichever form it is in. Its comments are lost.

    Raises `SpecError` with the errors of a spec that cannot be read.
    """
    file, problems = parsed(source)
    if problems:
        raise SpecError(problems)
    if to_yaml:
        from archspec.elaborate.vocabulary import Registry
        from archspec.syntax.yaml_writer import write

        text = write(file, Registry())
    else:
        from archspec.syntax.printer import print_file

        text = print_file(file)
    again, problems = parsed(Source(f"{source.name}{'.yaml' if to_yaml else '.arch'}", text))
    if problems or not same(file.items, again.items):
        why = f": {problems[0]}" if problems else ""
        raise AssertionError(f"{source.name} would change its meaning{why}")
    return text


def has_comments(source: Source) -> bool:
    """Whether a spec that can be read has comments, which its other form would lack."""
    if not is_yaml(source.name):
        from archspec.syntax.layout.tokens import tokenize

        return any(token.before or token.after for token in tokenize(source.text))
    from archspec.syntax.yaml_events import compose

    rest = list(source.text)
    for start, end in _scalars(compose(source)[0]):
        rest[start:end] = "x" * (end - start)
    return _COMMENT.search("".join(rest)) is not None


def _scalars(root: object) -> Iterator[tuple[int, int]]:
    from archspec.syntax.yaml_events import Mapping, Scalar, Sequence

    stack = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, Scalar):
            yield node.span.start, node.span.end
        elif isinstance(node, Sequence):
            stack.extend(node.items)
        elif isinstance(node, Mapping):
            stack.extend(part for pair in node.pairs for part in pair)
