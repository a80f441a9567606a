"""Names that can be checked without elaborating: in every block, used or not."""

from archspec.core.diagnostic import Label
from archspec.core.source import Span
from archspec.elaborate import rules
from archspec.elaborate.report import Report
from archspec.elaborate.scope import FileScope
from archspec.ops import OPERATORS
from archspec.syntax import tree


def check(scope: FileScope, report: Report) -> None:
    """Report parameters and `let`s that hide operators, and parameters of one name."""
    for item in scope.file.items:
        if isinstance(item, tree.Block | tree.Network):
            _parameters(item.parameters, report)
            _lets(item.body, report)
        elif isinstance(item, tree.Function):
            _parameters(item.parameters, report)


def _parameters(parameters: tuple[tree.Parameter, ...], report: Report) -> None:
    seen: dict[str, Span] = {}
    for parameter in parameters:
        if parameter.name in OPERATORS:
            _hides(parameter.name, parameter.span, report)
        if parameter.name in seen:
            labels = (Label(parameter.span), Label(seen[parameter.name], "first here"))
            report.add(rules.DUPLICATE, f"a second parameter `{parameter.name}`", labels)
        seen[parameter.name] = parameter.span


def _hides(name: str, span: Span, report: Report) -> None:
    message = f"`{name}` hides the operator of that name"
    report.error(rules.HIDES_OPERATOR, message, span, help=f"choose another name, such as `{name}_`")


def _lets(body: tree.Body, report: Report) -> None:
    stack = [body]
    while stack:
        for statement in stack.pop().statements:
            if isinstance(statement, tree.Let):
                for target in statement.targets:
                    if target.name in OPERATORS:
                        _hides(str(target.name), target.span, report)
            elif isinstance(statement, tree.For):
                for target in _flat(statement.targets):
                    if target.name in OPERATORS:
                        _hides(str(target.name), target.span, report)
            stack.extend(_bodies(statement))


def _flat(targets: tuple[tree.Target, ...]) -> list[tree.Target]:
    return [one for target in targets for one in (target, *_flat(target.parts))]


def _bodies(statement: tree.Statement) -> list[tree.Body]:
    """The bodies directly inside a statement."""
    if isinstance(statement, tree.If):
        found = [body for _, body in statement.branches]
        return found + ([statement.otherwise] if statement.otherwise else [])
    if isinstance(statement, tree.For | tree.Repeat):
        return [statement.body]
    chain = statement.chain if isinstance(statement, tree.Output) else statement
    if not isinstance(chain, tree.Chain):
        return []
    made: list[tree.Body] = []
    for step in chain.steps:
        action = step.action
        if isinstance(action, tree.Combine | tree.Group):
            made.append(action.body)
        elif isinstance(action, tree.Residual):
            made.extend([action.body] + ([action.skip] if action.skip else []))
    return made
