"""A run over spec files: their scopes with imports resolved, and the networks they define, elaborated on request."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archspec.core.diagnostic import Diagnostic, Label, Severity
from archspec.core.garbage import paused
from archspec.core.limits import DEFAULT_LIMITS, Limits
from archspec.core.shape import Shape
from archspec.core.source import Source, Span
from archspec.design import Module
from archspec.elaborate import names, rules
from archspec.elaborate.elaborator import Elaborator
from archspec.elaborate.files import Imports, Unreadable, read
from archspec.elaborate.parsing import parsed
from archspec.elaborate.recursion import room
from archspec.elaborate.report import Poison, Report
from archspec.elaborate.scope import MISSING, FileScope, Frame
from archspec.elaborate.statements import default_arguments
from archspec.elaborate.values import NO_ARGUMENTS, Arguments, Given
from archspec.ops import OPERATORS
from archspec.syntax import tree

if TYPE_CHECKING:
    from archspec.elaborate.draft import Draft


Asked = tuple[FileScope, str, Mapping[str, Any], Mapping[str, tuple[int, ...]]]


class Workspace:
    """Files read so far and what was reported about them. Limits come from the caller, never from a spec."""

    def __init__(self, limits: Limits = DEFAULT_LIMITS, texts: Imports | None = None) -> None:
        self.limits = limits
        self.texts = texts or Imports()
        self.report = Report(limits)
        self.elaborator = Elaborator(self.report, limits)
        self.scopes: dict[Path, FileScope] = {}
        self.asked: dict[tuple[int, str], Asked] = {}  # what was built first of each network
        self.imports = 0  # files read for the sake of the one that was opened
        self.reading: list[Path] = []  # files whose definitions are being gathered: the importers of the one at hand
        self.cyclic: set[tuple[int, str]] = set()  # variants that were reported to be variants of themselves

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        return self.report.diagnostics()

    # --- files ---

    def open(self, path: Path, name: str) -> FileScope:
        """The scope of a file. Raises `Unreadable`."""
        real = path.resolve()
        if real not in self.scopes:
            self.imports = 0
            self.scope(read(path, name, self.limits), real)
        return self.scopes[real]

    @paused()
    def scope(self, source: Source, key: Path | None = None) -> FileScope:
        """The scope of a text: its definitions, those it imports, and its defaults."""
        file, problems = parsed(source, self.limits)
        for problem in problems:
            self.report.take(problem)
        scope = FileScope(file)
        scope.evaluate_let = self._evaluate_let
        if key is None:
            self.imports = 0
        else:
            self.scopes[key] = scope
            self.reading.append(key)
        try:
            with room():
                self._gather(file, scope)
        finally:
            scope.evaluate_let = None  # all are evaluated; and what holds no circle is freed without the collector
            if key is not None:
                self.reading.pop()
        return scope

    def _gather(self, file: tree.File, scope: FileScope) -> None:
        for item in file.items:
            if isinstance(item, tree.Import):
                self._import(item, scope)
            elif not isinstance(item, tree.Default | tree.Version):
                self._define(item, scope)
        for item in file.items:
            if isinstance(item, tree.Default):
                self._default(item, scope)
        for name in scope.lets:
            scope.lookup(name)  # so that its errors show, read or not
        names.check(file, self.report)

    def _define(self, item: Any, scope: FileScope) -> None:
        if isinstance(item, tree.Let):
            for name, span in names.target_names(item.targets):
                if self._is_new(name, span, scope):
                    scope.lets[name] = item
        elif self._is_new(item.name, names.name_span(item), scope):
            scope.definitions[item.name] = item

    def _is_new(self, name: str, span: Span, scope: FileScope) -> bool:
        names.check_name(name, span, self.report)
        first = scope.places.setdefault(name, span)
        if first is not span:
            labels = (Label(span), Label(first, "first defined here"))
            self.report.add(rules.DUPLICATE, f"a second definition of `{name}`", labels)
        return first is span

    def _default(self, item: tree.Default, scope: FileScope) -> None:
        try:
            name, arguments = default_arguments(self.elaborator, item, Frame(scope))
        except Poison:
            scope.broken.update({item.name.id} & OPERATORS.keys())  # what depends on the default stays silent
            return
        scope.defaults[name] = scope.defaults.get(name, NO_ARGUMENTS).joined(arguments)

    def _evaluate_let(self, scope: FileScope, item: tree.Let) -> None:
        """Evaluate a `let` of a file when it is first read; meanwhile it has no value."""
        named = [name for name, _ in names.target_names(item.targets)]
        evaluating = scope.evaluating
        if any(one is item for one in evaluating):
            at = next(i for i, one in enumerate(evaluating) if one is item)
            cycle = [next(names.target_names(one.targets))[0] for one in (*evaluating[at:], item)]
            help = "there is no recursion: " + " → ".join(cycle)
            raise self.report.error(rules.RECURSION, f"`{named[0]}` needs its own value", item.span, help=help)
        evaluating.append(item)
        frame = Frame(scope)
        try:
            value = self.elaborator.evaluate.value(item.value, frame)
            self.elaborator.evaluate.bind(item.targets, value, frame, item.value)
            scope.values.update(frame.names)
        except Poison:
            scope.broken.update(named)
        finally:
            evaluating.pop()

    def _import(self, item: tree.Import, scope: FileScope) -> None:
        source = scope.file.source
        wanted = [name.id for name in item.names]
        try:
            path = self.texts.resolve(item.path, source)
            if path in self.reading:
                raise Unreadable(f"`{item.path}` imports this file in turn")
            if path not in self.scopes:
                if len(self.reading) > self.limits.import_depth:
                    raise Unreadable(f"imports are nested more than {self.limits.import_depth} deep")
                if self.imports >= self.limits.import_files:
                    raise Unreadable(f"more than {self.limits.import_files} files are imported")
                self.imports += 1
                self.scope(self.texts.read(path, shown(path), self.limits), path)
        except Unreadable as error:
            self.report.error(rules.BAD_IMPORT, str(error), item.path_span, help=error.help)
            scope.broken.update(wanted)
            return
        other = self.scopes[path]
        for name in item.names:
            if name.id not in other.broken and other.lookup(name.id) is MISSING:
                help = self.elaborator.budget.closest(name.id, other.names())
                self.report.error(rules.BAD_IMPORT, f"`{item.path}` defines no `{name.id}`", name.span, help=help)
                scope.broken.add(name.id)
            elif self._is_new(name.id, name.span, scope):
                scope.imported[name.id] = (other, name.id)

    # --- networks ---

    def networks(self, scope: FileScope) -> list[str]:
        """The names of the networks a file defines itself, templates left out, in order."""
        left_out = self.templates(scope)
        found = [name for name, item in scope.definitions.items() if isinstance(item, tree.Network | tree.Variant)]
        return [name for name in found if name not in left_out]

    def templates(self, scope: FileScope) -> dict[str, list[str]]:
        """The networks of a file that stand for others, with the parameters that they need values for."""
        found = {name: item for name, item in scope.definitions.items() if isinstance(item, tree.Network)}
        needed = {name: [one.name for one in item.parameters if one.default is None] for name, item in found.items()}
        return {name: names for name, names in needed.items() if names}

    @paused()
    def build(
        self,
        scope: FileScope,
        name: str,
        overrides: Mapping[str, Any] | None = None,
        inputs: Mapping[str, tuple[int, ...]] | None = None,
        promises: bool = True,
    ) -> Module | None:
        """Elaborate a network with some of its parameters and input shapes overridden; none where it is broken.

        Its promises are checked for the declared inputs, unless told otherwise.
        """
        self.asked.setdefault((id(scope), name), (scope, name, overrides or {}, inputs or {}))
        self.report.network = name
        try:
            with room():
                definition, home, arguments, span = self._resolve(scope, name, [])
        except Poison:
            return None
        finally:
            self.report.network = ""
        for key, value in (overrides or {}).items():
            arguments = _overridden(arguments, definition, key, Given(value, definition.name_span))
        self.elaborator.promising = promises and not inputs
        with room():
            return self.elaborator.network(definition, home, arguments, span, inputs or {}, name)

    def draft(
        self, scope: FileScope, name: str, overrides: Mapping[str, Any], inputs: Mapping[str, tuple[int, ...]]
    ) -> "Draft | None":
        """As `build`, for a network with errors: as much of it as there is; none where that is nothing.

        What is wrong is met once more, and reported no second time.
        """
        from archspec.elaborate.draft import Draft, Drafting

        if name not in scope.definitions:
            return None  # its own text has errors
        before = self.report, self.elaborator
        self.report = Report(self.limits)
        self.elaborator = Elaborator(self.report, self.limits)
        drafting = self.elaborator.drafting = Drafting()
        try:
            module = self.build(scope, name, overrides, inputs) or drafting.root
        finally:
            self.report, self.elaborator = before
        return None if module is None else Draft(module, drafting.failures, self.diagnostics())

    def again(
        self,
        module: Module,
        shapes: tuple[Shape, ...],
        scope: FileScope | None = None,
        name: str = "",
        values: Mapping[str, Any] | None = None,
    ) -> Module | Diagnostic:
        """A network or a block built here as it is for inputs of other shapes, or what it reports for them.

        The scope, name and parameters are those of the network.
        """
        if module.kind == "network" and scope is not None:
            sizes = {port: tuple(map(int, one)) for port, one in zip(module.inputs, shapes, strict=True)}
            mark = self.start_over()
            return self.outcome(self.build(scope, name, values, sizes), mark)
        run = self.elaborator
        maker, given = run.made[id(module)]
        run.promising = False
        mark = self.start_over()
        made: Module | None = None
        try:
            with room():
                made = run.module(maker, given, shapes, maker.block.name_span)[0]
        except Poison:
            pass
        return self.outcome(made, mark)

    def start_over(self) -> int:
        """Forget what was spent so far, for one more of a bounded number of elaborations; for `outcome`."""
        self.elaborator.budget.start_over()
        return len(self.report.log)

    def outcome(self, made: Module | None, mark: int) -> Module | Diagnostic:
        """What was made since `start_over`, or the first error on the way."""
        error = next((one for one in self.report.log[mark:] if one.severity == Severity.ERROR), None)
        if error is not None:
            return error
        assert made is not None
        return made

    def _resolve(self, scope: FileScope, name: str, seen: list[str]) -> tuple[tree.Network, FileScope, Arguments, Span]:
        """The network behind a name, following variants, with the arguments gathered on the way."""
        while name in scope.imported:
            scope, name = scope.imported[name]
        item = scope.definitions.get(name)
        if isinstance(item, tree.Network):
            return item, scope, NO_ARGUMENTS, item.name_span
        assert isinstance(item, tree.Variant)
        if len(seen) > self.limits.nesting:
            raise self.elaborator.budget.too_deep(
                f"variants of variants, more than {self.limits.nesting}", item.name_span
            )
        if name in seen:
            raise self._variant_cycle(scope, item, [*seen[seen.index(name) :], name])
        frame = Frame(scope)
        value: Any = item.value
        applied: list[tree.Apply] = []
        while isinstance(value, tree.Apply):
            applied.append(value)
            value = value.function
        base = value.id if isinstance(value, tree.Name) else ""
        home, original = scope, base
        while original in home.imported:
            home, original = home.imported[original]
        target = home.definitions.get(original)
        if not isinstance(target, tree.Network | tree.Variant):
            if base in scope.broken:
                raise Poison(base)
            known = [n for n in scope.names() if isinstance(scope.definitions.get(n), tree.Network | tree.Variant)]
            raise self.report.error(
                rules.UNKNOWN_NAME,
                f"`{value.span.text}` is no network",
                value.span,
                help=self.elaborator.budget.closest(base, known),
            )
        definition, home, arguments, _ = self._resolve(home, original, [*seen, name])
        for one in reversed(applied):
            given = self.elaborator.evaluate.arguments(one.arguments, frame)
            if seen or isinstance(target, tree.Variant):
                arguments = arguments.joined(Arguments(given.positional))
                for key, argument in given.named:
                    arguments = _overridden(arguments, definition, key, argument)
            else:
                arguments = arguments.joined(given)
        return definition, home, arguments, item.value.span

    def _variant_cycle(self, scope: FileScope, item: tree.Variant, cycle: list[str]) -> Poison:
        """Variants of each other: one cause, though each of them is asked for."""
        if (id(scope), item.name) in self.cyclic:
            return Poison(item.name)
        self.cyclic.update((id(scope), name) for name in cycle)
        help = "there is no recursion: " + " → ".join(cycle)
        return self.report.error(rules.RECURSION, f"`{item.name}` is a variant of itself", item.name_span, help=help)


def _overridden(arguments: Arguments, definition: tree.Network, key: str, given: Given) -> Arguments:
    """Arguments with one of them replaced, by name."""
    parameters = [parameter.name for parameter in definition.parameters]
    named = tuple(zip(parameters, arguments.positional, strict=False)) + arguments.named
    surplus = arguments.positional[len(parameters) :]
    return Arguments(surplus, tuple((k, v) for k, v in named if k != key) + ((key, given),))


def shown(path: Path) -> str:
    """A path as a reader would write it: relative to where they stand, if it lies below."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
