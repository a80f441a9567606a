"""Steps, chains and branches of a spec in YAML."""

import re
from typing import TYPE_CHECKING

from archspec.core.nearest import did_you_mean
from archspec.core.source import Span
from archspec.syntax import tree
from archspec.syntax.yaml_errors import FORM, Malformed, bad
from archspec.syntax.yaml_events import Mapping, Node, Scalar, Sequence
from archspec.syntax.yaml_names import BESIDE, NAME, STEPS, opens
from archspec.syntax.yaml_scalars import Place, resolve
from archspec.syntax.yaml_values import head, is_empty, shortened

if TYPE_CHECKING:
    from archspec.syntax.yaml_reader import Reader

_LABEL = re.compile(r"(?:\{\{|\{[^}]*+\}?|[^,{])++")  # up to a comma that stands in no expression


def chain(run: "Reader", node: Node) -> tree.Chain:
    """A step, a list of steps that follow each other, or either behind the values it reads (`from`)."""
    if isinstance(node, Sequence):
        if not node.items:
            raise bad(FORM, "a chain without steps", node.span, "`identity` passes the value on")
        return tree.Chain(None, tuple([step(run, item) for item in node.items]), node.span)
    if isinstance(node, Mapping) and opens(node) in ("from", "do"):
        fields = run.fields(node, opens(node), (), ("do",) if opens(node) == "from" else ())
        readings = _readings(run, fields["from"]) if "from" in fields else None
        behind = fields.get("do")
        if isinstance(behind, Mapping) and opens(behind) in ("from", "do"):
            raise bad(FORM, "a chain reads values at its start only", head(behind))
        return tree.Chain(readings, () if behind is None else chain(run, behind).steps, node.span)
    made = step(run, node)
    return tree.Chain(None, (made,), made.span)


def opening(made: tree.Chain) -> tree.Chain:
    """A chain that stands as a statement: where one could begin, words that do so are not names."""
    if made.source is None and not made.steps[0].labels:
        action = made.steps[0].action
        if isinstance(action, tree.Call | tree.Combine) and action.name.id in tree.OPENING:
            raise _word(action.name)
    return made


def branch(run: "Reader", node: Node) -> tree.Chain:
    """As `chain`; a branch of several steps is set apart where its first step has a label, which names that step."""
    made = chain(run, node)
    if isinstance(node, Sequence) and len(made.steps) > 1 and made.steps[0].labels:
        group = tree.Group(tree.Body((made,), node.span), node.span)
        return tree.Chain(None, (tree.Step((), group, node.span),), node.span)
    return made


def _readings(run: "Reader", node: Node) -> tuple[tree.Reading, ...]:
    items = node.items if isinstance(node, Sequence) else (node,)
    if not items:
        raise bad(FORM, "no value is read here", node.span, "`from: [left, right]`")
    return tuple([_reading(run, item) for item in items])


def _reading(run: "Reader", node: Node) -> tree.Reading:
    if isinstance(node, Scalar) and NAME.fullmatch(node.text):
        name = tree.Name(run.name(node, "a value", node.span), node.span)
        return tree.Reading(name, node.span)
    made = run.formula(node, "a value")
    base = made
    while isinstance(base, tree.Attribute | tree.Item):
        base = base.base
    if not isinstance(base, tree.Name):
        raise bad(FORM, "only values are read", made.span, "a label, as in `deep`, `backbone.c512` or `branches[0]`")
    return tree.Reading(made, made.span)


def step(run: "Reader", node: Node) -> tree.Step:
    """One step, with its labels where it has some."""
    if isinstance(node, Sequence):
        raise bad(FORM, "a list within a chain", head(node), "steps that belong together are `group: […]`")
    if isinstance(node, Scalar):
        return tree.Step((), _bare(run, node), node.span)
    word = opens(node)
    if word == "label":
        fields = run.fields(node, word, ("step",))
        given = fields["label"]
        names = given.items if isinstance(given, Sequence) else (given,)
        labels = tuple([_whole_label(run, one) for one in names])
        if not labels:
            raise bad(FORM, "a list of labels without any", given.span)
        return tree.Step(labels, action(run, fields["step"]), node.span)
    if word:
        return tree.Step((), action(run, node), node.span)
    key, value = _only_pair(node)
    if run.names.is_label(key.text, value):
        return tree.Step(_labels(run, key), action(run, value, key), node.span)
    return tree.Step((), _applied(run, key, value, node.span), node.span)


def action(run: "Reader", node: Node, label: Scalar | None = None) -> tree.Action:
    """What a step does, without a label; `label` is the one it stands under."""
    if isinstance(node, Scalar):
        return _bare(run, node, label)
    if isinstance(node, Sequence):
        if label is not None and any(isinstance(item, Scalar) and not _names_step(item) for item in node.items):
            raise _no_step(run, "this list holds no steps", node, label)
        return tree.Group(run.body(node), node.span)
    word = opens(node)
    if word in STEPS or word == "join":
        return _structure(run, node, word)
    if word:
        help = "it is an item of its own in a list of layers"
        raise bad(FORM, f"`{word}` is no step", head(node), help)
    if label is not None and len(node.pairs) != 1:
        raise _no_step(run, "this is no step", node, label)
    key, value = _only_pair(node)
    if run.names.is_label(key.text, value):
        if label is not None:
            _check_slip(run, label, key)
        if isinstance(value, Mapping) and len(value.pairs) == 1 and not NAME.fullmatch(key.text):
            raise bad(FORM, "a label under a label", key.span, "a submodule holds a list: `name: [label: step]`")
    return _applied(run, key, value, node.span)


def _applied(run: "Reader", key: Scalar, value: Node, span: Span) -> tree.Call | tree.Combine:
    """`conv: [64, 3]`, or `concat: […]` with its branches."""
    name = _operator(tree.Name(run.name(key, "an operator", key.span), key.span))
    if isinstance(value, Sequence) and run.names.joins(key.text):
        for item in value.items:
            if not _could_be_branch(run, key.text, item):
                help = f"a list behind `{key.text}` holds branches; arguments are a mapping: `{key.text}: {{axis: 1}}`"
                raise bad(FORM, "this is no branch", head(item), help)
        return tree.Combine(name, None, run.body(value, branches=True), span)
    return tree.Call(name, arguments(run, key, value), span)


def _could_be_branch(run: "Reader", operator: str, item: Node) -> bool:
    if isinstance(item, Scalar):
        return _names_step(item)
    if isinstance(item, Mapping) and len(item.pairs) == 1:
        key, value = item.pairs[0]
        argument = key.text in (run.names.parameters(operator) or ()) and not run.names.applies(key.text)
        return not (argument and isinstance(value, Scalar) and not _names_step(value))
    return True


def arguments(run: "Reader", name: Scalar, node: Node) -> tuple[tree.Argument, ...]:
    """A value; a list of values and of pairs `name: value`; or a mapping of such pairs."""
    if is_empty(node):
        help = f"without arguments write `{name.text}` alone; for the argument `none`, `[null]`"
        raise bad(FORM, f"the arguments of `{name.text}` are missing", name.span, help)
    if isinstance(node, Scalar):
        return (_argument(run, name.text, 0, node),)
    run.deeper(node.span)
    try:
        if isinstance(node, Mapping):
            return tuple([_named(run, name.text, *pair) for pair in node.pairs])
        found: list[tree.Argument] = []
        for at, item in enumerate(node.items):
            if isinstance(item, Mapping) and item.pairs:
                found += [_named(run, name.text, *pair) for pair in item.pairs]
            else:
                found.append(_argument(run, name.text, at, item))
        return tuple(found)
    finally:
        run.depth -= 1


def _argument(run: "Reader", name: str, at: int, node: Node) -> tree.Argument:
    return tree.Argument(None, run.value(node, lambda text: run.names.takes(name, at, text)), node.span)


def _named(run: "Reader", name: str, key: Scalar, node: Node) -> tree.Argument:
    parameter = run.name(key, "a parameter", key.span)
    known = run.names.parameters(name)
    unknown = known is not None and parameter not in known
    if unknown and (isinstance(node, Mapping) or (parameter == "branches" and run.names.joins(name))):
        raise _no_parameter(run, name, key)
    # what nothing takes is said when it is applied, and that first: whether a mark is missing as well does not matter
    value = run.value(node, lambda text: unknown or run.names.takes(name, parameter, text))
    return tree.Argument(parameter, value, key.span.to(node.span) if node.span.end > key.span.end else key.span)


def _no_parameter(run: "Reader", name: str, key: Scalar) -> Malformed:
    help = did_you_mean(key.text, run.names.parameters(name) or ())
    if run.names.joins(name):
        help = f"branches are a list behind `{name}`, or with arguments `{{join: {name}(…), branches: […]}}`"
    return bad(FORM, f"`{name}` has no parameter `{key.text}`", key.span, help)


def _structure(run: "Reader", node: Mapping, word: str) -> tree.Action:
    if word == "group":
        return tree.Group(run.body(run.fields(node, word)["group"]), node.span)
    if word == "residual":
        fields = run.fields(node, word, (), ("skip",))
        body = run.body(fields["residual"])  # first: what is bound in it is known in the other
        return tree.Residual(body, run.body(fields["skip"]) if "skip" in fields else None, node.span)
    fields = run.fields(node, word, ("branches",))
    call = _called(run.formula(fields["join"], "an operator"), fields["join"])
    return tree.Combine(call.name, call.arguments, run.body(fields["branches"], branches=True), node.span)


def _called(made: tree.Expression, node: Node) -> tree.Call:
    if isinstance(made, tree.Name) and made.id != "in":
        return tree.Call(_operator(made), None, made.span)
    if isinstance(made, tree.Apply) and isinstance(made.function, tree.Name) and made.function.id != "in":
        return tree.Call(_operator(made.function), made.arguments, made.span)
    raise bad(FORM, "only an operator or block makes a step", node.span, "`$conv(64, 3)`, or `conv: [64, 3]`")


def _operator(name: tree.Name) -> tree.Name:
    """A name that is applied."""
    if name.id == "residual":
        raise _word(name)
    return name


def _word(name: tree.Name) -> Malformed:
    help = f"it is a key, with what it takes behind it: `{name.id}: …`"
    return bad(FORM, f"`{name.id}` is no step by itself", name.span, help)


# --- steps that are text ---


def _names_step(node: Scalar) -> bool:
    return node.text.startswith("$") or (isinstance(resolve(node), str) and NAME.fullmatch(node.text) is not None)


def _bare(run: "Reader", node: Scalar, label: Scalar | None = None) -> tree.Call:
    """A step without arguments, `relu`, or one written as an expression, `$conv(64, 3)`."""
    text = node.text
    if text.startswith("$"):
        return _called(run.expression(text[1:], Place(node, 1)), node)
    if _names_step(node):
        return tree.Call(_operator(tree.Name(run.name(node, "a step", node.span), node.span)), None, node.span)
    if label is not None:
        raise _no_step(run, "a step is missing" if is_empty(node) else "this is no step", node, label)
    shown = shortened(text)
    called = re.match(r"([A-Za-z_]\w*)\s*\(", text)
    help = ""
    if "->" in text:
        help = "steps that follow each other are a list: `[conv: [64, 3], relu]`"
    elif called:
        help = f"write `{called[1]}: […]`, or `${shown}`"
    elif text.startswith("("):
        help = "a value is read with `from`: `- from: deep`"
    raise bad(FORM, f"`{shown}` is no step" if shown else "a step is missing", node.span, help)


# --- labels ---


def _labels(run: "Reader", key: Scalar) -> tuple[tree.Label, ...]:
    """The labels of a key: `conv1`, `left, right`, `denselayer{i + 1}`."""
    if key.text in BESIDE:
        raise apart(key)
    if "," not in key.text:
        return (_whole_label(run, key),)
    place, found = Place(key), []
    at = 0
    while at <= len(key.text):
        match = _LABEL.match(key.text, at)
        text = match[0] if match else ""
        if not text.strip():
            raise bad(FORM, "a label is missing between commas", key.span)
        start = at + len(text) - len(text.lstrip())
        span = place.span(start, start + len(text.strip()))
        found.append(_label(run, text.strip(), place.shifted(start), span))
        at += len(text) + 1
    return tuple(found)


def apart(key: Scalar) -> Malformed:
    """A word that stands by itself and belongs beside another one."""
    word = key.text
    help = f"`{word}` stands beside {BESIDE[word]}, without `- `"
    help += "" if word == "do" else f"; as a label, it is `{{label: {word}, step: …}}`"
    return bad(FORM, f"`{word}` is no step by itself", key.span, help)


def _whole_label(run: "Reader", node: Node) -> tree.Label:
    """A label that is all of a scalar, commas and all."""
    if not isinstance(node, Scalar):
        raise bad(FORM, "a label is a text", head(node))
    run.short(node)
    return _label(run, node.text, Place(node), node.span)


def _label(run: "Reader", text: str, place: Place, span: Span) -> tree.Label:
    if NAME.fullmatch(text):
        run.short_name(text, span)
    return tree.Label(run.interpolated(text, place, span), span)


def _only_pair(node: Mapping) -> tuple[Scalar, Node]:
    if len(node.pairs) == 1:
        return node.pairs[0]
    if not node.pairs:
        raise bad(FORM, "an empty mapping is no step", node.span)
    listed = ", ".join(f"`{shortened(key.text)}`" for key, _ in node.pairs[:4])
    help = f"here are {listed}; steps that follow each other are items of a list, arguments stand further in"
    raise bad(FORM, "a step is a mapping of one key", node.pairs[1][0].span, help)


def _no_step(run: "Reader", message: str, node: Node, label: Scalar) -> Malformed:
    near = run.names.vocabulary.closest(label.text)
    help = f"`{shortened(label.text)}` names no operator or block, so it is a label, and a step belongs here"
    help += f"; did you mean `{near}`?" if near else ""
    return bad(FORM, message, label.span if is_empty(node) else head(node), help)


def _check_slip(run: "Reader", label: Scalar, key: Scalar) -> None:
    """`maxpol: {kernel: 2}` would be a label on a step `kernel`: say what is meant."""
    near = run.names.vocabulary.closest(label.text)
    signature = run.names.operator(near) if near else None
    if signature is not None and key.text in signature.parameters:
        raise bad(FORM, f"nothing is called `{shortened(label.text)}`", label.span, f"did you mean `{near}`?")
