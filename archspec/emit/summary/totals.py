"""What a summary says above and below its table: the network, and its totals with their units."""

from collections.abc import Iterator, Sequence

from archspec.analysis.cost import cost
from archspec.analysis.memory import BYTES, activation_peak, activation_sum
from archspec.analysis.outline import OPEN, Entry, outline
from archspec.analysis.parameters import parameters
from archspec.analysis.receptive_field import Seen, summary
from archspec.core.report.style import PLAIN, Style
from archspec.core.report.visible import width, wrap
from archspec.design import TRAIN, Module
from archspec.emit.columns import shown
from archspec.emit.figures import amount, field_words, grouped

NARROWEST = 20  # columns that a text is set in


def heading(root: Module, spec: str, style: Style = PLAIN, room: int | None = None) -> list[str]:
    """The network's name, where it is from, and the first line of its documentation."""
    name, source = shown(root.name, style), shown(spec, style)
    if room is None or width(name) + 2 + width(source) <= room:
        lines = [style.row((name, "strong"), ("  ", ""), (source, "frame"))]
    else:
        lines = [style.row((name, "strong")), *(style.row((line, "frame")) for line in set_in(spec, style, room))]
    for line in root.docs.strip().splitlines()[:1]:
        lines += set_in(line, style, room)
    return lines


def set_in(text: str, style: Style, room: int | None) -> list[str]:
    """A text in lines that have the room."""
    text = shown(text, style)
    return [text] if room is None else wrap(text, max(room, NARROWEST))


def facts(rows: Sequence[tuple[str, str]], style: Style, room: int | None) -> list[str]:
    """Names and what is said of them, the latter below each other and broken where there is no room."""
    indent = max((len(name) for name, _ in rows), default=0) + 2
    lines: list[str] = []
    for name, said in rows:
        for at, piece in enumerate(set_in(said, style, None if room is None else room - indent)):
            lines.append(style.row((f"{'' if at else name:{indent}}", "strong"), (piece, "")))
    return lines


def totals(root: Module, mode: str, entries: Sequence[Entry] = ()) -> list[tuple[str, str]]:
    """The totals of a network: what they are, and what there is to say of them.

    `entries` are those of its outline with nothing folded, where they are known.
    """
    entries = entries or list(outline(root, mode))
    work = cost(root, mode)
    when = "training" if mode == TRAIN else "evaluation"
    whole, peak = activation_sum(root, mode), activation_peak(root, mode)
    rows = [
        ("parameters", _parameters(root, entries)),
        ("MACs", f"{grouped(work.macs)} for one sample in {when}; {grouped(work.flops)} FLOPs, 2 for each MAC"),
        ("other work", ", ".join(f"{kind} {grouped(count)}" for kind, count in work.work.items() if count)),
        ("activations", f"{amount(whole)} in sum, {amount(peak)} at the peak, for one sample in float32"),
        *(("receptive field", text) for text in _receptive_fields(root, mode, entries)),
    ]
    return [row for row in rows if row[1]]


def _parameters(root: Module, entries: Sequence[Entry]) -> str:
    own = parameters(root)
    if not own.total:
        return "none"
    said = f"{grouped(own.total)}, all trainable ({amount(BYTES * own.total)})"
    idle = sum(one.count * one.parameters for one in entries if one.kind != OPEN and one.phase == TRAIN)
    if idle:
        said += f", {grouped(idle)} of them in parts for training only"
    return said + (f"; {grouped(own.buffers)} numbers in buffers" if own.buffers else "")


def _receptive_fields(root: Module, mode: str, entries: Sequence[Entry]) -> Iterator[str]:
    """For each image that enters: what the output sees of it, and what the last map sees that does not see all."""
    ports = [at for at, port in enumerate(root.graph.outputs) if port.phase != TRAIN] or [0]
    for at, seen in summary(root, mode)[ports[0]].items():
        name = root.inputs[at]
        if not root.input_shapes[at].spatial:
            continue
        last = last_local(entries, at)
        if not seen.is_global:
            yield f"{_words(seen, name)}, at the output{'; a gate or the like sees all of it' if seen.context else ''}"
        elif last is None:
            yield f"all of {name} at the output"
        else:
            yield f"{_words(last.view[at], name)}, at {last.path}; all of it at the output"


def _words(seen: Seen, name: str) -> str:
    """`195 × 195 pixels of image, stride 32`"""
    sizes, strides = field_words(seen)
    return f"{sizes} pixels of {name}, stride {strides}"


def last_local(entries: Sequence[Entry], at: int) -> Entry | None:
    """The last feature map that sees a part of the input only."""
    for one in entries[::-1]:
        if one.kind != OPEN and one.runs and at in one.view and not one.view[at].is_global and one.outputs[0].spatial:
            return one
    return None
