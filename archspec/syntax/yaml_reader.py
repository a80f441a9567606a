"""The YAML form: YAML in, the same syntax tree out as from text, every node with its place in the YAML."""

import re

from archspec.core.diagnostic import Diagnostic
from archspec.core.garbage import paused
from archspec.core.limits import DEFAULT_LIMITS, Limits
from archspec.core.nearest import did_you_mean
from archspec.core.source import Source, Span
from archspec.syntax import tree
from archspec.syntax.versions import checked
from archspec.syntax.yaml_errors import FORM, Malformed, bad
from archspec.syntax.yaml_events import Mapping, Node, Scalar, Sequence, compose
from archspec.syntax.yaml_names import NAME, Names, Vocabulary, opens
from archspec.syntax.yaml_statements import SECTIONS, STATEMENTS, defaults, functions, lets
from archspec.syntax.yaml_steps import apart, branch, chain, opening
from archspec.syntax.yaml_values import Values, head, is_empty, shortened

_DEFINED = re.compile(r"\b(?:network|block)[\"']?:[ \t]*[\"']?([A-Za-z_][A-Za-z0-9_]{0,63})")
_ITEMS = ("network", "block", "import", "let", "fn", "default")


@paused()
def read(
    source: Source, vocabulary: Vocabulary, limits: Limits = DEFAULT_LIMITS
) -> tuple[tree.File, tuple[Diagnostic, ...]]:
    """The tree of a spec in YAML, and its errors. Definitions with an error are left out and named in `File.broken`."""

    def defined() -> list[str]:
        return _DEFINED.findall(source.text)

    try:
        root, problems = compose(source, limits)
    except Malformed as error:
        return tree.File(source, (), frozenset(defined())), (error.diagnostic,)
    reader = Reader(source, Names(vocabulary), limits)
    items = reader.file(root)
    broken = frozenset(reader.broken)
    if problems:  # which of two equal keys was meant is unknown, and so is what else the file says
        return tree.File(source, (), frozenset(defined())), problems
    return checked(tree.File(source, tuple(items), broken), tuple(reader.problems), defined)


class Reader(Values):
    """Reads one file; what is wrong is collected, a statement at a time."""

    def __init__(self, source: Source, names: Names, limits: Limits) -> None:
        super().__init__(source, names, limits)
        self.problems: list[Diagnostic] = []
        self.broken: set[str] = set()

    # --- the file ---

    def file(self, root: Node | None) -> list[tree.Definition]:
        """The definitions of a file: a mapping that is one, or a list of them."""
        if root is None or is_empty(root):
            return []
        items = root.items if isinstance(root, Sequence) else _parted(root)
        for item in items:
            if isinstance(item, Mapping):
                self._announce(item)
        found: list[tree.Definition] = []
        for item in items:
            before = len(self.problems)
            try:
                made = self._item(item)
            except Malformed as error:
                self.problems.append(error.diagnostic)
            if len(self.problems) == before:
                found.extend(made)
            elif isinstance(item, Mapping):
                self.broken.update(_defined(item))
        return found

    def _announce(self, item: Mapping) -> None:
        """What an item defines holds in all of the file."""
        block = item.get("block")
        names = self.names
        if isinstance(block, Scalar):
            names.file[block.text] = tuple(_parameter_names(item.get("parameters")))
            return
        applicable = item.get("network") is None and (item.get("let") or item.get("import")) is not None
        for name in _defined(item):
            if applicable:
                names.file[name] = None
            else:
                names.values.add(name)

    def _item(self, item: Node) -> list[tree.Definition]:
        if not isinstance(item, Mapping):
            help = "`network: Name`, `block: Name`, `import: […]`, `let`, `fn` or `default`"
            raise bad(FORM, "a definition is expected", head(item), help)
        self.names.enter(())
        word = next((key.text for key, _ in item.pairs if key.text in _ITEMS), "")
        if item.pairs and item.pairs[0][0].text == "archspec":
            return [self._version(item)]
        if item.get("network") is not None or item.get("block") is not None:
            return [self._definition(item)]
        if word == "import":
            return [self._import(item)]
        reader = {"let": lets, "fn": functions, "default": defaults}.get(word)
        if reader is None:
            if not item.pairs:
                raise bad(FORM, "an empty mapping defines nothing", item.span)
            first = item.pairs[0][0]
            help = did_you_mean(first.text, _ITEMS) or "a network begins with `network: Name`"
            raise bad(FORM, f"`{shortened(first.text)}` begins no definition", first.span, help)
        value = self.fields(item, word)[word]
        return reader(self, item.pairs[0][0], value)

    def _version(self, item: Mapping) -> tree.Version:
        value = self.fields(item, "archspec")["archspec"]
        if not isinstance(value, Scalar):
            raise bad(FORM, "the version of the language is a number", head(value), "`archspec: 1`")
        written = f'"{value.text}"' if value.style else value.text
        return tree.Version(written, item.pairs[0][0].span.to(value.span))

    def _import(self, item: Mapping) -> tree.Import:
        fields = self.fields(item, "import", ("from",))
        path = self.text(fields["from"], "a file", item.span)
        given = fields["import"]
        nodes = given.items if isinstance(given, Sequence) else (given,)
        names = tuple([tree.Name(self.name(node, "a name", item.span), node.span) for node in nodes])
        if not names:
            raise bad(FORM, "`import` names nothing", given.span, "`import: [Bottleneck, Stage]`")
        return tree.Import(path, fields["from"].span, names, item.span)

    # --- definitions ---

    def _definition(self, item: Mapping) -> tree.Block | tree.Network | tree.Variant:
        word = "network" if item.get("network") is not None else "block"
        if word == "network" and item.get("is") is not None:
            fields = self.fields(item, word, ("is",))
            name = self.name(fields[word], "a name", item.span)
            return tree.Variant(name, self.formula(fields["is"], "a network"), fields[word].span, item.span)
        fields = self.fields(item, word, (), ("parameters", *SECTIONS, "layers"))
        name = self.name(fields[word], "a name", item.span)
        given = fields.get("parameters")
        self.names.enter(_parameter_names(given))
        parameters = () if given is None else self._parameters(given)
        statements: list[tree.Statement] = []
        for key, value in sorted(item.pairs, key=lambda pair: pair[0].text == "layers"):  # which come last anyway
            try:
                if key.text in SECTIONS:
                    statements.extend(SECTIONS[key.text](self, key, value))
                elif key.text == "layers":
                    statements.extend(self.body(value).statements)
            except Malformed as error:
                self.problems.append(error.diagnostic)
        body = tree.Body(tuple(statements), fields[word].span.to(item.span))
        kind = tree.Network if word == "network" else tree.Block
        return kind(name, parameters, body, fields[word].span, item.span)

    def _parameters(self, node: Node) -> tuple[tree.Parameter, ...]:
        """`{classes: 10}`, or `[unit, depths, classes: 10]` where some have no default."""
        if not isinstance(node, Sequence | Mapping):
            raise bad(FORM, "`parameters` wants a list or a mapping", head(node), "`[unit, classes: 10]`")
        found: list[tree.Parameter] = []
        for item in node.items if isinstance(node, Sequence) else (node,):
            if isinstance(item, Mapping):
                for key, value in item.pairs:
                    name = self.name(key, "a parameter", key.span)
                    found.append(tree.Parameter(name, self.value(value), key.span.to(value.span)))
            else:
                found.append(tree.Parameter(self.name(item, "a parameter", item.span), None, item.span))
        return tuple(found)

    # --- bodies ---

    def body(self, node: Node, branches: bool = False) -> tree.Body:
        """A list of statements; each reports its own errors. Branches are statements, too."""
        if not isinstance(node, Sequence):
            place = Span(node.span.source, node.span.start, max(node.span.end, node.span.start + 1))
            raise bad(FORM, "a list of layers is expected", place if is_empty(node) else head(node), "`- ` begins each")
        self.deeper(node.span)
        statements: list[tree.Statement] = []
        try:
            for item in node.items:
                try:
                    statements.extend(self._statement(item, branches))
                except Malformed as error:
                    self.problems.append(error.diagnostic)
                    if len(self.problems) > self.limits.diagnostics:
                        break
        finally:
            self.depth -= 1
        return tree.Body(tuple(statements), node.span)

    def _statement(self, node: Node, branches: bool) -> list[tree.Statement]:
        if isinstance(node, Mapping):
            reader = STATEMENTS.get(opens(node))
            if reader is not None:
                return reader(self, node)
            alone = node.pairs[0][0] if len(node.pairs) == 1 else None
            if alone is not None and alone.text == "do" and not branches:  # where it sets a label of a step apart
                raise apart(alone)
        return [opening(branch(self, node) if branches else chain(self, node))]

    def fields(
        self, node: Mapping, word: str, required: tuple[str, ...] = (), optional: tuple[str, ...] = ()
    ) -> dict[str, Node]:
        """The values of a mapping by their keys: `word`, those that it needs and those that it may have."""
        known = (word, *required, *optional)
        found: dict[str, Node] = {}
        for key, value in node.pairs:
            if key.text not in known:
                listed = ", ".join(f"`{one}`" for one in known[1:])
                help = did_you_mean(key.text, known) or (f"beside it may stand {listed}" if listed else "")
                raise bad(FORM, f"`{shortened(key.text)}` does not belong to `{word}`", key.span, help)
            found[key.text] = value
        for key_ in required:
            if key_ not in found:
                place = next(key.span for key, _ in node.pairs if key.text == word)
                help = f"`{key_}: …` stands beside it, without `- `"
                raise bad(FORM, f"`{word}` needs `{key_}`", place, help)
        return found


def _parted(root: Node) -> tuple[Node, ...]:
    """The items of a file that is one mapping: `archspec: 1` beside a definition is one of its own."""
    if not isinstance(root, Mapping) or len(root.pairs) < 2 or root.get("archspec") is None:
        return (root,)
    version = tuple(pair for pair in root.pairs if pair[0].text == "archspec")
    rest = tuple(pair for pair in root.pairs if pair[0].text != "archspec")
    return Mapping(version, version[0][0].span.to(version[0][1].span)), Mapping(rest, root.span)


def _parameter_names(node: Node | None) -> list[str]:
    items = node.items if isinstance(node, Sequence) else () if node is None else (node,)
    found: list[str] = []
    for item in items:
        found += [key.text for key, _ in item.pairs] if isinstance(item, Mapping) else []
        found += [item.text] if isinstance(item, Scalar) else []
    return found


def _defined(item: Mapping) -> list[str]:
    """The names that an item of a file defines or imports, as far as they can be read."""
    name = item.get("network") or item.get("block")
    if name is not None:
        return [name.text] if isinstance(name, Scalar) else []
    for key, value in item.pairs:
        if key.text == "import":
            nodes = value.items if isinstance(value, Sequence) else (value,)
            return [node.text for node in nodes if isinstance(node, Scalar)]
        if key.text in ("let", "fn") and isinstance(value, Mapping):
            texts = [one.text if key.text == "let" else one.text.partition("(")[0] for one, _ in value.pairs]
            return [found for text in texts for found in NAME.findall(text) if found != "_"]
    return []
