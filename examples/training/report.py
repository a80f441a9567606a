"""Curves and a confusion matrix as pictures: SVG, which any browser shows, without a library."""

import math
from collections.abc import Callable, Mapping, Sequence
from html import escape

FONT = "font-family='system-ui, sans-serif' font-size='12'"
TRAIN, TEST, INK, GRID = "#8a94a6", "#2563eb", "#1f2937", "#e5e7eb"
WIDTH, HEIGHT, MARGIN, TOP = 380, 240, 48, 68


def curves(history: Sequence[Mapping[str, float]], title: str) -> str:
    """Loss and accuracy by epoch, on what was trained on and on what was tested on."""
    series = {key: [one[key] for one in history] for key in ("loss", "test_loss", "accuracy", "test_accuracy")}
    panels = [
        _panel("loss", (series["loss"], series["test_loss"]), 0, _number),
        _panel("accuracy", (series["accuracy"], series["test_accuracy"]), 1, _share),
    ]
    width, height = 2 * (WIDTH + MARGIN) + MARGIN, HEIGHT + TOP + MARGIN
    last = history[-1]["test_accuracy"] if history else 0.0
    best = max((one["test_accuracy"] for one in history), default=0.0)
    heading = f"{title}: {best:.2%} at best, {last:.2%} at last, of the test images"
    return _svg(width, height, [_text(MARGIN, 24, heading, weight="600"), *panels])


def _panel(name: str, series: Sequence[Sequence[float]], column: int, form: Callable[[float], str]) -> str:
    left, top = MARGIN + column * (WIDTH + MARGIN), TOP
    epochs = max((len(one) for one in series), default=0)
    finite = [value for one in series for value in one if math.isfinite(value)]
    marks = ticks(min(finite, default=0.0), max(finite, default=1.0))
    low, high = marks[0], marks[-1]

    def x(epoch: int) -> float:
        return left + (WIDTH * epoch / (epochs - 1) if epochs > 1 else WIDTH / 2)

    def y(value: float) -> float:
        return top + HEIGHT * (high - value) / (high - low)

    out = []
    for mark in marks:
        out.append(f"<path d='M{left} {y(mark):.1f}h{WIDTH}' stroke='{GRID}'/>")
        out.append(_text(left - 6, y(mark) + 4, form(mark), "end"))
    every = max(1, math.ceil(epochs / 8))
    out += [_text(x(epoch), top + HEIGHT + 18, str(epoch + 1), "middle") for epoch in range(0, epochs, every)]
    out.append(_text(left + WIDTH, top + HEIGHT + 34, "epoch", "end"))
    out.append(_text(left, top - 8, name, weight="600"))
    for at, (label, colour, values) in enumerate(zip(("train", "test"), (TRAIN, TEST), series, strict=True)):
        points = " ".join(f"{x(n):.1f},{y(value):.1f}" for n, value in enumerate(values) if math.isfinite(value))
        out.append(f"<polyline points='{points}' fill='none' stroke='{colour}' stroke-width='2'/>")
        out.append(_text(left + WIDTH - 40 + 40 * at, top - 8, label, "end", colour, "600"))
    return "".join(out)


def ticks(low: float, high: float) -> list[float]:
    """Round numbers, four to eight of them, from at or below `low` to at or above `high`."""
    span = max(high - low, 1e-3, abs(high) / 100)
    power = 10.0 ** math.floor(math.log10(span / 4))
    step = next(power * factor for factor in (1, 2, 5, 10) if span / (power * factor) <= 6)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [number * step for number in range(first, max(last, first + 1) + 1)]


def confusion(table: Sequence[Sequence[int]], classes: Sequence[str]) -> str:
    """How often each class was taken for which: a row per class, darker where more of the row is."""
    cell, left, top = 46, 24 + 7 * max(len(name) for name in classes), 72
    side = cell * len(classes)
    out = [_text(left, 24, "rows: what it is; columns: what it was taken for", weight="600")]
    for row, (name, counts) in enumerate(zip(classes, table, strict=True)):
        total = max(1, sum(counts))
        out.append(_text(left - 8, top + cell * row + cell / 2 + 4, name, "end"))
        out.append(_text(left + cell * row + cell / 2, top - 8, name if len(name) < 7 else name[:5] + "…", "middle"))
        for column, count in enumerate(counts):
            share = count / total
            x, y = left + cell * column, top + cell * row
            colour = TEST if row == column else "#dc2626"
            out.append(f"<rect x='{x}' y='{y}' width='{cell - 1}' height='{cell - 1}' rx='3' fill='{GRID}'/>")
            if count:
                opacity = 0.15 + 0.85 * math.sqrt(share)  # a few mistakes can be seen, too
                out.append(
                    f"<rect x='{x}' y='{y}' width='{cell - 1}' height='{cell - 1}' rx='3' fill='{colour}'"
                    f" fill-opacity='{opacity:.3f}'><title>{escape(name)} taken for {escape(classes[column])}: {count}"
                    "</title></rect>"
                )
                ink = "white" if opacity > 0.55 else INK
                out.append(_text(x + cell / 2, y + cell / 2 + 4, str(count), "middle", ink))
    return _svg(left + side + 24, top + side + 24, out)


def _svg(width: float, height: float, parts: Sequence[str]) -> str:
    body = "\n".join(parts)
    size = f"viewBox='0 0 {width} {height}' width='{width}' height='{height}'"
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' {size} {FONT}>\n"
        f"<rect width='100%' height='100%' fill='white'/>\n{body}\n</svg>\n"
    )


def _text(x: float, y: float, words: str, anchor: str = "start", colour: str = INK, weight: str = "400") -> str:
    place = f"x='{x:.1f}' y='{y:.1f}' text-anchor='{anchor}'"
    return f"<text {place} fill='{colour}' font-weight='{weight}'>{escape(words)}</text>"


def _number(value: float) -> str:
    return f"{value:.3g}"


def _share(value: float) -> str:
    return f"{100 * value:.4g} %"
