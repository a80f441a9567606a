"""The arithmetic of one layer: its shapes, parameters, multiply-accumulates and other work, number by number."""

from collections.abc import Iterator, Sequence
from math import prod

from archspec.analysis.locate import Found
from archspec.analysis.memory import BYTES
from archspec.core.layer import Layer
from archspec.core.shape import CHANNEL, FEATURE, SEQUENCE, SPATIAL, Shape
from archspec.design import EVAL, TRAIN, Apply, Module
from archspec.emit.explain.field import field_facts, stride_facts
from archspec.emit.explain.provenance import provenance
from archspec.emit.figures import amount, grouped
from archspec.ops.fitting import AXES

Fact = tuple[str, str]  # what it is, and what there is to say of it


def layer_facts(root: Module, found: Found, node: Apply) -> list[Fact]:
    """Everything there is to say of a layer."""
    layer = node.layer
    made = [*when(found.phase), *entering(found, layer.inputs), *_outputs(root, found, layer), *stride_facts(layer)]
    made += _parameters(root, found, layer)
    if layer.products:
        terms = [_product(one.factors) for one in layer.products]
        made.append(("MACs", f"{' + '.join(terms)} = {grouped(layer.macs)}"))
    if layer.work:
        made.append(("other work", ", ".join(f"{kind} {grouped(count)}" for kind, count in layer.work.items())))
    made += field_facts(root, found)
    if layer.view:
        what = "the input" if layer.inputs else "the weights"
        made.append(("memory", f"none of its own: the output is another look at {what}"))
    else:
        elements = sum(shape.elements for shape in layer.outputs)
        made.append(("memory", f"{grouped(elements)} numbers = {amount(BYTES * elements)} in float32"))
    return made


def when(phase: str) -> list[Fact]:
    """Said of what does not always run."""
    words = {TRAIN: "in training only", EVAL: "in evaluation only"}
    return [("runs", words[phase])] if phase in words else []


def entering(found: Found, shapes: Sequence[Shape]) -> Iterator[Fact]:
    """What enters a layer or block, and from where."""
    for at, (shape, source) in enumerate(zip(shapes, found.sources, strict=True), 1):
        yield f"input {at}" if len(shapes) > 1 else "input", f"{shape} from {source}"


def _outputs(root: Module, found: Found, layer: Layer) -> Iterator[Fact]:
    for at, shape in enumerate(layer.outputs, 1):
        yield f"output {at}" if len(layer.outputs) > 1 else "output", str(shape)
        yield from _sizes(root, found, layer, shape)


def _sizes(root: Module, found: Found, layer: Layer, shape: Shape) -> Iterator[Fact]:
    """Each size by its formula; axes of which the same is to be said in one line."""
    said: dict[tuple[str, ...], list[str]] = {}
    formulas = _formulas(layer)
    for axis, name in enumerate(axis_names(shape)):
        if axis in shape.spatial_axes and formulas:
            lines: tuple[str, ...] = (formulas[shape.spatial_axes.index(axis)],)
        else:
            lines = _origin(root, found, layer, shape, axis)
        if lines:
            said.setdefault(lines, []).append(name)
    for lines, names in said.items():
        for at, line in enumerate(lines):
            yield "" if at else f"  {', '.join(names)}", line


def _formulas(layer: Layer) -> list[str]:
    if not layer.windows or len(layer.windows) != len(layer.output.spatial):
        return []
    return [window.formula(int(size)) for window, size in zip(layer.windows, layer.inputs[0].spatial, strict=True)]


def _origin(root: Module, found: Found, layer: Layer, shape: Shape, axis: int) -> tuple[str, ...]:
    """Where a size comes from that no window makes; nothing where it is an input's own."""
    size = shape.sizes[axis]
    if any(axis < one.rank and size is one.sizes[axis] for one in layer.inputs):
        return ()
    sizes = [int(one.sizes[axis]) for one in layer.inputs if one.rank == shape.rank]
    if layer.op == "concat" and sum(sizes) == size and len(sizes) > 1:
        return (f"{' + '.join(map(str, sizes))} = {int(size)}",)
    if layer.op == "flatten" and shape.rank == 1:
        return (f"{' · '.join(str(int(one)) for one in layer.inputs[0].sizes)} = {int(size)}",)
    return tuple(provenance(size, root, found.around))


def axis_names(shape: Shape) -> list[str]:
    """`channels`, `height`, `width`."""
    words = {CHANNEL: "channels", FEATURE: "features", SEQUENCE: "length"}
    spatial = iter(AXES.get(len(shape.spatial), ()))
    return [words[role] if role != SPATIAL else next(spatial, "size") for role in shape.roles]


def _parameters(root: Module, found: Found, layer: Layer) -> Iterator[Fact]:
    if not layer.weights and not layer.buffers:
        return
    yield "parameters", grouped(layer.parameters) + (", shared: counted at their first use" if found.reused else "")
    noted: list[str] = []
    for name, shape in layer.weights.items():
        yield f"  {name}", _tensor(layer, shape)
        for size in shape:
            noted += [line for line in provenance(size, root, found.around) if line not in noted]
    for name, shape in layer.buffers.items():
        yield f"  {name}", f"{_tensor(layer, shape)}, a buffer"
    for at, line in enumerate(noted):
        yield "" if at else "  from", line


def _tensor(layer: Layer, shape: tuple[int, ...]) -> str:
    """`64 output channels × 3 input channels × 7 kernel height × 7 kernel width = 9,408`"""
    sizes = [int(size) for size in shape]
    if not sizes:
        return "1 number"
    factors = _product(list(zip(_names(layer, sizes), sizes, strict=True)))
    return f"{factors} = {grouped(prod(sizes))}" if len(sizes) > 1 else factors


def _names(layer: Layer, sizes: list[int]) -> list[str]:
    """What the axes of a weight count, by the factors of the multiply-accumulates, which count the same."""
    for one in layer.products:
        factors = [(name, int(size)) for name, size in one.factors if not _is_position(name)]
        for order in (factors, factors[::-1]):
            if [size for _, size in order] == sizes:
                return [name for name, _ in order]
        outputs = [name for name, size in factors if name.startswith("output") and [size] == sizes]
        if outputs:
            return outputs[:1]
    axis = layer.output.channel_axis
    if len(sizes) == 1 and axis is not None and layer.output.sizes[axis] == sizes[0]:
        return [axis_names(layer.output)[axis]]
    return [""] * len(sizes)


def _is_position(name: str) -> bool:
    """Whether a factor counts places where weights are used, and so is no axis of the weights."""
    side, _, axis = name.partition(" ")
    return name == "positions" or (side in ("input", "output") and axis in AXES[3] + AXES[1])


def _product(factors: Sequence[tuple[str, int]]) -> str:
    return " × ".join(f"{grouped(size)} {name}".rstrip() for name, size in factors)
