"""A syntax tree as a spec in YAML: what `yaml_reader` reads back as the same tree, and what one would write by hand."""

from collections.abc import Sequence as Many
from typing import Any

from archspec.syntax import tree
from archspec.syntax.yaml_bindings import bound
from archspec.syntax.yaml_events import Mapping, Node, Scalar, Sequence
from archspec.syntax.yaml_layout import lay_out, layers, lines, mapping, plain, quoted, sequence, text
from archspec.syntax.yaml_names import Names, Vocabulary, is_word
from archspec.syntax.yaml_phrases import Phrases

Pair = tuple[str | Scalar, Node]


def write(file: tree.File, vocabulary: Vocabulary) -> str:
    """The YAML of a file: a mapping where it holds one block or network, else a list of its definitions."""
    writer = Writer(Names(vocabulary))
    writer.announce(file)
    items = merged([pair for item in file.items for pair in writer.definition(item)])
    if not items:
        return ""
    if len(items) == 1 and isinstance(file.items[0], tree.Block | tree.Network):
        return lay_out(items[0])
    if (
        len(items) == 2
        and isinstance(file.items[0], tree.Version)
        and isinstance(file.items[1], tree.Block | tree.Network)
    ):
        return lay_out(Mapping(items[0].pairs + items[1].pairs, items[0].span))
    return _spaced(items)


def _spaced(items: list[Mapping]) -> str:
    """A list of definitions, with blank lines around those that have layers."""
    parts: list[str] = []
    for at, item in enumerate(items):
        around = items[max(at - 1, 0) : at + 1]
        if at and any(len(one.pairs) > 2 or one.get("layers") is not None for one in around):
            parts.append("\n")
        parts.append(lay_out(layers([item])))
    return "".join(parts)


class Writer(Phrases):
    """Turns definitions, statements and steps into YAML nodes. It follows the names of a file in the reader's order."""

    # --- the file ---

    def announce(self, file: tree.File) -> None:
        """What the file defines holds in all of it."""
        names = self.names
        for item in file.items:
            if isinstance(item, tree.Block):
                names.file[item.name] = tuple(parameter.name for parameter in item.parameters)
            elif isinstance(item, tree.Let):
                names.file.update(dict.fromkeys(bound(item.targets)))
            elif isinstance(item, tree.Import):
                names.file.update(dict.fromkeys(name.id for name in item.names))
            elif isinstance(item, tree.Network | tree.Variant | tree.Function):
                names.values.add(item.name)

    def definition(self, item: Any) -> list[list[Pair]]:
        """The pairs of a definition, as a list of one entry."""
        self.names.enter(())
        if isinstance(item, tree.Import):
            named = sequence(text(name.id) for name in item.names)
            return [[("from", quoted(item.path)), ("import", named)]]
        if isinstance(item, tree.Version):
            return [[("archspec", plain(item.text))]]
        if isinstance(item, tree.Variant):
            return [[("network", text(item.name)), ("is", self.formula(item.value))]]
        if isinstance(item, tree.Block | tree.Network):
            return [self._body_of(item)]
        return [[self.section(item)]]

    def _body_of(self, item: tree.Block | tree.Network) -> list[Pair]:
        pairs: list[Pair] = [("network" if isinstance(item, tree.Network) else "block", text(item.name))]
        self.names.enter(parameter.name for parameter in item.parameters)
        if item.parameters:
            pairs.append(("parameters", self._parameters(item.parameters)))
        statements = list(item.body.statements)
        used: list[list[Pair]] = []
        while statements and _section_word(statements[0]):
            made = self.section(statements[0])
            if used and not _joins(used[-1][0], made) and any(pair[0][0] == made[0] for pair in used):
                break
            used = _with(used, [made])
            del statements[0]
        pairs += [pair for one in used for pair in one]
        if statements:
            pairs.append(("layers", self.statements(statements)))
        return pairs

    def _parameters(self, parameters: tuple[tree.Parameter, ...]) -> Node:
        names = [parameter.name for parameter in parameters]
        if len(set(names)) == len(names) and all(parameter.default is not None for parameter in parameters):
            return mapping(*[(one.name, self.value(one.default)) for one in parameters])
        return sequence(
            text(one.name) if one.default is None else mapping((one.name, self.value(one.default)))
            for one in parameters
        )

    # --- statements ---

    def section(self, node: Any) -> Pair:
        """A statement that may stand as a key of a definition."""
        if isinstance(node, tree.Doc):
            return "doc", quoted(node.text)
        if isinstance(node, tree.Inputs):
            return "input", self._ports(node.ports)
        if isinstance(node, tree.Let):
            made = "let", mapping((self.targets(node.targets), self.value(node.value)))
            self.names.bind(bound(node.targets))
            return made
        if isinstance(node, tree.Function):
            return "fn", lines((self.signature(node), self.formula(node.value)))
        if isinstance(node, tree.Task):
            return "task", mapping((node.kind.id, self.task_arguments(node.arguments)))
        return "default", mapping((node.name.id, self.arguments(node.name.id, node.arguments)))

    def _ports(self, ports: tuple[tree.InputPort, ...]) -> Node:
        names = [port.name for port in ports]
        if len(set(names)) == len(names) and all(port.shape is not None for port in ports):
            return mapping(*[(port.name, self.formula(port.shape)) for port in ports])
        return sequence(
            text(port.name) if port.shape is None else mapping((port.name, self.formula(port.shape))) for port in ports
        )

    def statements(self, statements: Many[Any], branches: bool = False) -> Sequence:
        """A list of statements, or of branches."""
        made: list[list[Pair] | Node] = []
        for one in statements:
            written = self._statement(one, branches)
            if isinstance(written, list) and made and isinstance(made[-1], list):
                made[-1:] = _with([made[-1]], written)
            else:
                made.append(written)
        return layers(mapping(*one) if isinstance(one, list) else one for one in made)

    def _statement(self, node: Any, branches: bool) -> list[Pair] | Node:
        """Pairs where statements of a kind may share a mapping, else a node."""
        if isinstance(node, tree.Task):
            return mapping(("task", text(node.kind.id)), ("with", self.task_arguments(node.arguments)))
        if _section_word(node):
            return [self.section(node)]
        if isinstance(node, tree.Shared):
            made: list[Pair] = [("shared", mapping((node.name, self.action(node.action))))]
            self.names.bind([node.name])
            return made
        if isinstance(node, tree.Chain):
            return self.branch(node) if branches else self.chain(node)
        if isinstance(node, tree.Output):
            return mapping(("output", self.chain(node.chain)))
        if isinstance(node, tree.Expect):
            return mapping(("expect", self.formula(node.shape)))
        if isinstance(node, tree.Assert):
            message: list[Pair] = [("message", quoted(node.message))] if node.message else []
            return mapping(("assert", self.formula(node.condition)), *message)
        return mapping(*self._nested(node))

    def _nested(self, node: Any) -> list[Pair]:
        """A statement that holds others."""
        if isinstance(node, tree.Repeat):
            count = self.formula(node.count)
            if node.name is None:
                return [("repeat", count), ("body", self.statements(node.body.statements))]
            self.names.bind([node.name])
            return [("repeat", count), ("as", text(node.name)), ("body", self.statements(node.body.statements))]
        if isinstance(node, tree.For):
            source = self.formula(node.source)
            self.names.bind(bound(node.targets))
            alone = len(node.targets) == 1 and node.targets[0].parts  # which YAML has lists for
            targets = (plain if alone else text)(self.targets(node.targets))
            return [("for", targets), ("in", source), ("body", self.statements(node.body.statements))]
        first, *others = [self._branch_of_if(*branch) for branch in node.branches]
        pairs = list(first.pairs)
        if others:
            pairs.append((text("elif"), layers(others)))
        if node.otherwise is not None:
            pairs.append((text("else"), self.statements(node.otherwise.statements)))
        return list(pairs)

    def _branch_of_if(self, condition: Any, body: tree.Body) -> Mapping:
        return mapping(("if", self.formula(condition)), ("then", self.statements(body.statements)))

    # --- chains and branches ---

    def chain(self, node: tree.Chain) -> Node:
        """A step, a list of steps, or either behind the values it reads."""
        steps = [self.step(one) for one in node.steps]
        behind = steps[0] if len(steps) == 1 else sequence(steps)
        if node.source is None:
            return behind
        read = [self.reading(one) for one in node.source]
        source: Pair = ("from", read[0] if len(read) == 1 else sequence(read))
        return mapping(source, ("do", behind)) if steps else mapping(source)

    def branch(self, node: tree.Chain) -> Node:
        """As `chain`; a list whose first step has a label stands for the same in braces."""
        if node.source is None and len(node.steps) == 1 and not node.steps[0].labels:
            action = node.steps[0].action
            inner = action.body.statements if isinstance(action, tree.Group) else ()
            if len(inner) == 1 and isinstance(inner[0], tree.Chain) and _begins_with_label(inner[0]):
                return self.chain(inner[0])
        if _begins_with_label(node):
            return mapping(("do", self.chain(node)))
        return self.chain(node)

    # --- steps ---

    def step(self, node: tree.Step) -> Node:
        if not node.labels:
            return self.action(node.action)
        key = self.label_key(node.labels)
        made = self.action(node.action)
        if key is not None:
            short = made.pairs[0][1] if isinstance(node.action, tree.Group) and isinstance(made, Mapping) else made
            for one in (short, made):
                if self.names.is_label(key, one):
                    return mapping((quoted(key) if "{" in key else key, one))  # as in text
        labels = [self.label(label) for label in node.labels]
        given = labels[0] if len(labels) == 1 else sequence(labels)
        return mapping(("label", given), ("step", made))

    def action(self, node: Any) -> Node:
        if isinstance(node, tree.Call):
            return self._call(node)
        if isinstance(node, tree.Combine):
            branches = self.statements(node.body.statements, branches=True)
            if node.arguments is None and self.names.joins(node.name.id) and not is_word(node.name.id):
                return mapping((node.name.id, branches))
            return mapping(("join", self.called(node.name, node.arguments)), ("branches", branches))
        if isinstance(node, tree.Residual):
            skip: list[Pair] = []
            body = self.statements(node.body.statements)
            if node.skip is not None:
                skip.append(("skip", self.statements(node.skip.statements)))
            return mapping(("residual", body), *skip)
        return mapping(("group", self.statements(node.body.statements)))

    def _call(self, node: tree.Call) -> Node:
        name = node.name.id
        if node.arguments is None:
            return text(name)
        given = self.arguments(name, node.arguments)
        fits = not self.names.joins(name) or not isinstance(given, Sequence)
        if fits and not is_word(name) and not self.names.is_label(name, given):
            return mapping((name, given))
        return self.dollar(tree.Apply(node.name, node.arguments, node.span))


def _begins_with_label(node: tree.Chain) -> bool:
    return node.source is None and len(node.steps) > 1 and bool(node.steps[0].labels)


_SECTIONS = {
    tree.Doc: "doc", tree.Inputs: "input", tree.Let: "let", tree.Function: "fn", tree.Default: "default",
    tree.Task: "task",
}  # fmt: skip


def _section_word(node: Any) -> str:
    return _SECTIONS.get(type(node), "")


# --- statements of a kind share a mapping: `let: {a: 1, b: 2}` ---


def _joins(before: Pair, after: Pair) -> bool:
    """Whether the mapping of a statement can take up that of the next."""
    if before[0] != after[0] or before[0] not in ("let", "fn", "default", "shared", "task"):
        return False
    first, second = before[1], after[1]
    assert isinstance(first, Mapping)
    assert isinstance(second, Mapping)
    taken = {key.text for key, _ in first.pairs}
    return not any(key.text in taken for key, _ in second.pairs)


def _with(pairs: list[list[Pair]], added: list[Pair]) -> list[list[Pair]]:
    """Mappings, each given by its pairs, and another one: part of the last if it is of the same kind."""
    if pairs and len(added) == 1 and len(pairs[-1]) == 1 and _joins(pairs[-1][0], added[0]):
        word, before = pairs[-1][0]
        after = added[0][1]
        assert isinstance(before, Mapping)
        assert isinstance(after, Mapping)
        return [*pairs[:-1], [(word, lines(*before.pairs, *after.pairs))]]
    return [*pairs, added]


def merged(items: list[list[Pair]]) -> list[Mapping]:
    """The mappings of these pairs, those of a kind that follow each other as one."""
    made: list[list[Pair]] = []
    for pairs in items:
        made = _with(made, pairs)
    return [mapping(*pairs) for pairs in made]
