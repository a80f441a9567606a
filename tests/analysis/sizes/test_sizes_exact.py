"""The sizes that fit, against elaborating the network for each size."""

from pathlib import Path
from typing import NamedTuple

import pytest
from random_specs import spec

from archspec.analysis import flat
from archspec.analysis.sizes.fitting import AxisSizes
from archspec.api import load, sizes
from archspec.core.diagnostic import SpecError
from archspec.designs import Design

SPECS = {
    # skips that meet only where four halvings leave nothing over
    "unet": """\
block Double(c) { conv(c, 3, padding=1) -> relu -> conv(c, 3, padding=1) -> relu }
block Up(c) {
    input deep, lateral
    (deep) -> up: conv_transpose(c, 2, stride=2)
    (lateral, up) -> concat
    Double(c)
}
network unet {
    input image: [1, 32, 48]
    e1: Double(4)
    maxpool(2) -> e2: Double(8)
    maxpool(2) -> e3: Double(8)
    (e3, e2) -> d2: Up(8)
    (d2, e1) -> d1: Up(4)
    conv(2, 1)
}
""",
    # a block, and the network itself, that are other ones for other sizes
    "even": """\
block Halve {
    if in.height % 2 == 0 { maxpool(2) } else { maxpool(3, stride=2, padding=1) }
    conv(4, 3)
}
network even { input image: [3, 20, 21]; Halve; stage: { Halve }; global_avgpool -> flatten -> linear(3) }
""",
    "whole": """\
network whole {
    input image: [3, 16, 16]
    stem: conv(4, 3, stride=2, padding=1)
    if image.height > 24 { conv(4, 5, stride=3) }
    if stem.width == 8 { identity } else { conv(4, 2) }
}
""",
    # what is kept at the present size only: the repeat folds there, elsewhere it shrinks
    "folds": """\
network folds {
    input image: [2, 1, 1]
    repeat 3 { conv(2, 3, stride=2, padding=1) -> relu }
    repeat 2 as i { "b{i}": { maxpool(2, stride=2, padding=1) } }
}
""",
    # windows that depend on the size, gates, sizes that become features
    "mixed": """\
block Gate(n) { mul { identity; { global_avgpool -> conv(n, 1) -> relu -> conv(in.channels, 1) -> sigmoid } } }
network mixed {
    input image: [3, 24, 24]
    conv(8, 3, stride=2, padding="same") -> batchnorm -> silu
    g: Gate(2)
    dw: depthwise(5, stride=2, padding=2) -> concat { identity; avgpool(3, stride=1, padding=1) }
    maxpool(3, stride=2, ceil_mode=true)
    conv(4, 3, padding=1, padding_mode="reflect")
    upsample(scale=2) -> pad([[1, -2], 0])
    adaptive_avgpool(2)
    flatten -> fc: linear(5)
}
""",
    "dense": """\
block Head(n) { flatten; if in.channels > 3 { hidden: linear(.features // 2) }; linear(n) }
network dense { input image: [3, 12, 12]; conv(4, 4, stride=3); Head(2) }
""",
    # the rank of what a block makes depends on its size: only the whole network can tell
    "ranks": """\
block End { if in.height > 4 { conv(2, 3) } else { flatten -> linear(6) } }
network ranks { input image: [3, 3, 8]; conv(4, 1); End; softmax(axis=0) }
""",
    # one set of weights for two inputs, whose shape depends on the size
    "twin": """\
block Twin(n) { conv(4, 3) -> relu -> maxpool(2) -> flatten -> linear(n) }
network twin {
    input left: [1, 12, 12], right: [1, 12, 13]
    shared tower: Twin(6)
    (left) -> a: tower
    (right) -> b: tower
    (a, b) -> sub -> abs -> linear(1)
}
""",
    "heads": """\
network heads {
    input image: [3, 32, 32]
    shared head: conv(2, 3, padding=1)
    p1: conv(8, 3, stride=2)
    p2: conv(8, 3, stride=2, padding=1)
    (p1) -> near: head
    (p2) -> far: head
    output near: { (near) -> identity }
    output far: { (far) -> identity }
}
""",
    "tokens": """\
network tokens {
    input image: [3, 32, 32]
    patch: conv(8, 8, stride=8) -> rearrange("c h w -> (h w) c")
    add { identity; positions: parameter([16, 8]) }
    layernorm -> attention(2) -> select(0) -> linear(4)
}
""",
    "helped": """\
network helped {
    input image: [3, 24, 24]
    conv(4, 3, padding=1)
    if training { output aux: { maxpool(5, stride=4) -> conv(2, 3) } }
    maxpool(2)
}
""",
    "line": """\
network line { input wave: [1, 64]; conv(4, 7, stride=3) -> maxpool(2) -> conv(4, 3, dilation=2, stride=2) }
""",
    "volume": """\
network volume { input scan: [1, 6, 9, 9]; conv(2, 3, stride=2) -> avgpool(2, padding=1) -> conv(1, 1) }
""",
}
SEEDS = {"lenet5": 40, "alexnet_227": 40, "decoder": 20, "resnet18": 24, "mnist_inception": 30}
SLOW = {"googlenet": 75, "squeezenet1_0": 75, "cifar_resnet": 75, "vgg11": 75}


class Tried(NamedTuple):
    codes: frozenset[str]
    short: bool
    layers: frozenset[str]


def tried(target: str, design: Design, one: AxisSizes, axis: int, size: int) -> Tried:
    """The network elaborated for that size."""
    shapes: dict[str, list[int]] = {}
    for name, shape in design.inputs.items():
        shapes[name] = [int(axis_size) for axis_size in shape]
        if name in one.inputs:
            shapes[name][shape.spatial_axes[axis]] = size
    try:
        made = load(target, inputs=shapes)
    except SpecError as error:
        return Tried(frozenset(found.rule.code for found in error.diagnostics), False, frozenset())
    layers = set()
    rank = len(next(iter(design.inputs.values())).spatial)
    for row in flat.rows(made.module, "eval"):
        windows = row.layer.windows
        looked = (axis,) if len(windows) == rank else range(len(windows))
        for at in looked:
            found = windows[at].check(int(row.layer.inputs[0].spatial[at]))
            bad = found is not None and (found.remainder if one.strict else found.verdict == "lossy")
            if row.runs and bad:
                layers.add(row.path)
    return Tried(frozenset(), bool(layers), frozenset(layers))


def hold_against_elaboration(target: str, high: int, strict: bool) -> None:
    design = load(target)
    found = sizes(design, 1, high, strict=strict)
    assert len(found) == len(next(iter(design.inputs.values())).spatial)
    for axis, one in enumerate(found):
        refused = {size: cause for cause in one.refused for size in cause.sizes}
        short: dict[int, set[str]] = {}
        for layer in one.short:
            for size in layer.sizes:
                short.setdefault(size, set()).add(layer.path)
        for size in range(1, high + 1):
            right = tried(target, design, one, axis, size)
            assert (size in refused) == bool(right.codes), (one.axis, size, right, refused.get(size))
            if right.codes:
                assert refused[size].code in right.codes, (one.axis, size)
            assert (size in short) == right.short, (one.axis, size, right)
            if "*" not in "".join(short.get(size, ())):
                assert short.get(size, set()) == right.layers, (one.axis, size)
            assert (size in one.sizes) == (not right.codes and not right.short), (one.axis, size)


@pytest.mark.parametrize("name", SPECS)
@pytest.mark.parametrize("strict", [False, True])
def test_small_networks(name: str, strict: bool, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.arch"
    path.write_text(SPECS[name])
    hold_against_elaboration(str(path), 50, strict)


@pytest.mark.parametrize("seed", range(12))
def test_random_networks(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "random.arch"
    path.write_text(spec(seed))
    hold_against_elaboration(str(path), 20, strict=seed % 2 == 0)


@pytest.mark.parametrize("name", SEEDS)
def test_shipped_networks(name: str) -> None:
    hold_against_elaboration(f"seeds/{name}", SEEDS[name], strict=name in ("resnet18", "decoder"))


@pytest.mark.slow
@pytest.mark.parametrize("name", SLOW)
@pytest.mark.parametrize("strict", [False, True])
def test_more_shipped_networks(name: str, strict: bool) -> None:
    hold_against_elaboration(f"seeds/{name}", SLOW[name], strict)
