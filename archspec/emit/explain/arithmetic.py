"""The arithmetic of a network, of a block in it, or of one layer: where each number comes from."""

from typing import Any

from archspec.analysis.cost import cost
from archspec.analysis.locate import Found, locate, paths
from archspec.analysis.outline import Place, Walk, outline
from archspec.analysis.parameters import parameters
from archspec.core.nearest import did_you_mean
from archspec.core.report.place import where
from archspec.core.report.style import PLAIN, Style
from archspec.core.source import Span
from archspec.design import EVAL, TRAIN, Apply, Instance, Module
from archspec.emit.columns import Column, lay_out, shown
from archspec.emit.explain.field import field_facts
from archspec.emit.explain.layer import Fact, entering, layer_facts, when
from archspec.emit.figures import grouped, shapes
from archspec.emit.summary.table import table
from archspec.emit.summary.totals import facts, heading
from archspec.ops.kinds import spelled


class NoSuchPath(Exception):
    """A path that names nothing in a network; the text says so, with the nearest one that does."""


def explain(root: Module, spec: str, path: str = "", style: Style = PLAIN, room: int | None = None) -> str:
    """What there is to say of what lies at a path; of the network, how sizes go through it. Raises `NoSuchPath`."""
    if not path:
        return "\n".join(_network(root, spec, style, room)) + "\n"
    found = locate(root, path)
    if any(one.phase == TRAIN for one in found):
        found = locate(root, path, TRAIN)
    if not found and path in root.inputs:
        raise NoSuchPath(f"{path} is an input of {root.name}, {root.input_shapes[root.inputs.index(path)]}; no layer")
    if not found:
        hint = did_you_mean(path, paths(root))
        raise NoSuchPath(f"{root.name} has no layer {path}" + (f"; {hint.replace('`', '')}" if hint else ""))
    pages = [_page(root, one, style, room) for one in found]
    return "\n\n".join("\n".join(page) for page in pages) + "\n"


def _page(root: Module, found: Found, style: Style, room: int | None) -> list[str]:
    node = found.node
    said = repr(node.operator) if type(node) is Apply else node.module.name  # type: ignore[union-attr]
    lines = [style.row((shown(found.path, style), "strong"), (f"  {shown(said, style)}", ""))]
    lines += [style.row((shown(line, style), "frame")) for line in _places(found)]
    lines.append("")
    if type(node) is Apply:
        return lines + facts(layer_facts(root, found, node), style, room)
    assert type(node) is Instance
    return lines + _block(root, found, node, style, room)


def _places(found: Found) -> list[str]:
    """Where it stands, and where the blocks around it are used."""
    lines = [f"{where(found.node.span)}  {_source(found.node.span)}"]
    for path, instance in reversed(found.around):
        if instance.module.kind != "group":
            lines.append(f"in {path}, {where(instance.span)}  {_source(instance.span)}")
    return lines


def _source(span: Span) -> str:
    """The first line of a span."""
    first, *more = span.text.split("\n")
    return f"{first.rstrip()} …" if more else first


def _block(root: Module, found: Found, node: Instance, style: Style, room: int | None) -> list[str]:
    module, mode = node.module, TRAIN if found.phase == TRAIN else EVAL
    rows: list[Fact] = [*when(found.phase), *entering(found, module.input_shapes)]
    rows.append(("output", shapes(module.output_shapes)))
    given = ", ".join(f"{name} = {described(value)}" for name, value in module.parameters.items())
    if given:
        rows.append(("arguments", given))
    own = grouped(parameters(module).total)
    rows.append(("parameters", f"{own}, shared: counted at their first use" if found.reused else own))
    rows.append(("MACs", grouped(cost(module, mode).macs)))
    lines = facts([*rows, *field_facts(root, found)], style, room)
    place = Place(f"{found.path}.", f"{found.path}.", phase=found.phase, reused=found.reused)
    entries = list(Walk(root, mode, 1).graph(module.graph, found.given, place))
    return [*lines, "", *table(entries, root, style, room)] if entries else lines


def described(value: Any) -> str:
    """An argument in a few words: operators and blocks by their names."""
    name = getattr(value, "name", None)
    return name if isinstance(name, str) and name else spelled(value)


def _network(root: Module, spec: str, style: Style, room: int | None) -> list[str]:
    """How sizes go through a network: the layers that change them, by their formulas."""
    lines = [*heading(root, spec, style, room), ""]
    rows = []
    for entry in outline(root, TRAIN):
        if type(entry.node) is not Apply or not entry.node.layer.windows:
            continue
        layer = entry.node.layer
        before, after = layer.inputs[0].spatial, layer.output.spatial
        if before == after:
            continue
        formulas = [window.formula(int(size)) for window, size in zip(layer.windows, before, strict=True)]
        rows.append(
            (
                entry.path,
                layer.op,
                f"{_sizes(before)} → {_sizes(after) if after else 'none'}",
                ", ".join(dict.fromkeys(formulas)),
            )
        )
    if not rows:
        return [*lines, shown("no layer changes a spatial size", style)]
    titles = ("layer", "operator", "size", "by")
    columns = [Column(title, tuple((shown(row[at], style), "") for row in rows)) for at, title in enumerate(titles)]
    return lines + lay_out(columns, style)


def _sizes(sizes: tuple[int, ...]) -> str:
    texts = [str(int(size)) for size in sizes]
    return texts[0] if len(set(texts)) == 1 else " × ".join(texts)
