"""What enters a module and what leaves it: sizes that remember their names inside, and the arguments outside."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from archspec.core.diagnostic import Label
from archspec.core.number import Literal, Symbol, origin, plain, remember, substitute
from archspec.core.shape import CHANNEL, FEATURE, SEQUENCE, Shape
from archspec.core.source import Span
from archspec.design import Module
from archspec.elaborate import rules
from archspec.elaborate.graph import GraphBuilder, Labelled
from archspec.elaborate.report import Poison
from archspec.elaborate.scope import Frame
from archspec.elaborate.values import described
from archspec.syntax import tree

if TYPE_CHECKING:
    from archspec.elaborate.elaborator import Elaborator


def network_inputs(
    run: "Elaborator", body: tree.Body, sizes: Mapping[str, tuple[int, ...]], builder: GraphBuilder
) -> tuple[str, ...]:
    """The names of a network's inputs; those whose sizes are given are among them. Raises `Poison`."""
    names: list[str] = []
    steps = False
    for statement in body.statements:
        if isinstance(statement, tree.Inputs):
            if steps and not names:  # nothing could enter those steps
                message = "`input` stands before the steps of a block or network"
                raise run.report.error(rules.MISPLACED, message, statement.span)
            names.extend(port.name for port in statement.ports)
        steps = steps or isinstance(statement, tree.Chain)
    known = set(names)
    for name in sizes:
        if name not in known:
            message = f"there is no input `{name}`"
            raise run.report.error(rules.BAD_SHAPE, message, builder.span)
    run.sizes = dict(sizes)
    return tuple(names)


def declare(run: "Elaborator", node: tree.Inputs, frame: Frame, builder: GraphBuilder) -> None:
    """The inputs of a network, with the shapes they declare or were given."""
    for port in node.ports:
        if port.name in builder.labels:
            run.report.error(rules.DUPLICATE, f"a second input is called `{port.name}`", port.span)
            continue
        try:
            shape = _declared_shape(run, port, frame)
        except Poison:
            builder.labels[port.name] = Labelled(None)
            builder.current = None
            continue
        value = builder.input(shape, port.span)
        builder.labels[port.name] = Labelled((value,))
        if builder.current is not None:
            builder.current = (*builder.current, value)


def _declared_shape(run: "Elaborator", port: tree.InputPort, frame: Frame) -> Shape:
    given = run.sizes.get(port.name)
    if given is None and port.shape is None:
        help = f"write `{declaration(port.span, port.name)}`"
        raise run.report.error(rules.BAD_SHAPE, f"the shape of `{port.name}` is missing", port.span, help=help)
    if given is not None:
        sizes: tuple[Any, ...] = given
        place = port.span
    else:
        assert port.shape is not None
        sizes = run.evaluate.items(port.shape, frame)
        place = port.shape.span
    limits = run.limits
    if not 1 <= len(sizes) <= min(limits.rank, 4):
        help = "[features], [channels, length], [channels, height, width] or [channels, depth, height, width]"
        message = f"an input with {len(sizes)} axes"
        raise run.report.error(rules.BAD_SHAPE, message, place, help=help)
    for size in sizes:
        if isinstance(size, bool) or not isinstance(size, int) or not 1 <= size <= limits.size:
            message = f"{described(size) if not isinstance(size, int) else f'`{plain(size)}`'} is not a size"
            raise run.report.error(rules.BAD_SHAPE, message, place, help="sizes are positive integers")
    shape = _entering(Shape(sizes), port.name, sizes)
    if shape.elements > limits.elements:
        raise run.report.error(rules.TOO_LARGE, f"an input of {shape.elements} elements", place)
    return shape


def declaration(at: Span, name: str = "image") -> str:
    """How an input is declared in the file of a place."""
    return f"input: {{{name}: [3, 224, 224]}}" if at.source.is_yaml else f"input {name}: [3, 224, 224]"


def block_ports(block: tree.Block) -> list[tuple[str, Span]]:
    """The names of a block's inputs: those it declares, else the one it calls `in`."""
    declared = [s for s in block.body.statements if isinstance(s, tree.Inputs)]
    return [(port.name, port.span) for one in declared for port in one.ports] or [("in", block.name_span)]


def check_ports(run: "Elaborator", block: tree.Block, entering: int, span: Span) -> None:
    """As many values enter a block as it takes. Raises `Poison`."""
    ports = block_ports(block)
    if len(ports) != entering:
        takes = f"{len(ports)} value{'s' if len(ports) != 1 else ''}"
        entered = f"{entering} enter{'s' if entering == 1 else ''}"
        listed = ", ".join(name for name, _ in ports)
        help = f"write `({listed}) -> {block.name}`" if len(ports) > 1 else "read one of them: `(name) -> …`"
        if not entering:
            help = f"nothing enters here: declare an input, `{declaration(span)}`"
        labels = (Label(span), Label(block.name_span, "declared here"))
        raise run.report.add(rules.PORTS, f"`{block.name}` takes {takes}, here {entered}", labels, help=help)


def block_inputs(block: tree.Block, shapes: tuple[Shape, ...]) -> list[tuple[str, Shape, Span]]:
    """The inputs of a block by name, as they are seen inside."""
    return [(name, _entering(x, name), at) for (name, at), x in zip(block_ports(block), shapes, strict=True)]


def _entering(shape: Shape, name: str, sizes: tuple[Any, ...] | None = None) -> Shape:
    """The shape of an input within its module: sizes remember that they are the input's."""
    words = _axis_words(shape)
    made = []
    for at, size in enumerate(shape.sizes):
        given = sizes[at] if sizes is not None else size
        keep = sizes is not None and type(origin(given)) is not Literal
        made.append(given if keep else remember(int(size), Symbol(f"{name}.{words[at]}")))
    return Shape(made, shape.roles)


def leaving(module: Module, arguments: Mapping[str, Any], entered: tuple[Shape, ...]) -> tuple[Shape, ...]:
    """The output shapes of a block as the module around it sees them: in terms of the arguments it gave."""
    names = {name: origin(value) for name, value in arguments.items() if isinstance(value, int | float)}
    for inside, outside in zip(module.input_shapes, entered, strict=True):
        for size, given in zip(inside.sizes, outside.sizes, strict=True):
            symbol = origin(size)
            if isinstance(symbol, Symbol):
                names[symbol.name] = origin(given)
    return tuple(Shape((_outside(size, names) for size in shape.sizes), shape.roles) for shape in module.output_shapes)


def _outside(size: int, names: Mapping[str, Any]) -> int:
    expression = origin(size)
    if isinstance(expression, Literal):
        return int(size)
    seen = substitute(expression, names)
    return int(size) if seen is None else remember(int(size), seen)


def _axis_words(shape: Shape) -> list[str]:
    spatial = shape.spatial_axes
    words = []
    for at, role in enumerate(shape.roles):
        if role in (CHANNEL, FEATURE) and at == shape.channel_axis:
            words.append("channels")
        elif role == SEQUENCE:
            words.append("length")
        elif at in spatial:
            back = len(spatial) - spatial.index(at)
            words.append("length" if len(spatial) == 1 else {1: "width", 2: "height", 3: "depth"}[back])
        else:
            words.append(f"shape[{at}]")
    return words
