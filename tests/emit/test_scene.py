"""Scenes: what a diagram shows, by hand on small networks and by sums on random ones."""

from collections import Counter

import pytest
from pictures import RESIDUAL, TWINS, UNET, box, design, drawn, multiples, network, plain_edges, skips
from random_specs import spec

import archspec
from archspec.analysis import flat
from archspec.analysis.cost import cost
from archspec.analysis.parameters import parameters
from archspec.core.layer import Pass
from archspec.design import Apply, Graph, Instance, Module, Repeat
from archspec.emit.diagram.palette import MODULE
from archspec.emit.diagram.scene import CannotDraw, boxes, frames, title
from archspec.emit.diagram.unfolding import ROWS, scene
from archspec.emit.graph import to_networkx

SEEDS = range(150)


def shipped(name: str) -> Module:
    return archspec.load(f"seeds/{name}").module


# ---- what stands in a box


def test_a_layer_and_its_activation_share_a_box() -> None:
    shown = scene(network("conv1: conv(8, 3, padding=1) -> batchnorm -> relu\nmaxpool(2)\nflatten\nfc: linear(5)"))
    assert [one.words for one in drawn(shown)] == [
        ("3×3 conv, 8", "batchnorm", "relu"),
        ("2×2 maxpool, stride 2",),
        ("flatten",),
        ("linear, 5",),
    ]
    assert [one.name for one in drawn(shown)] == ["conv1", "", "", "fc"]
    assert [one.kind for one in drawn(shown)] == ["conv", "pool", "shape", "linear"]
    first = box(shown, "conv1")
    assert first.figures is not None
    assert (first.figures.parameters, first.figures.macs) == (8 * 4 * 9 + 8 + 16, 8 * 4 * 9 * 64)
    assert [path for path, _ in first.layers] == ["conv1", "0", "relu"]
    assert first.layers[0][1] == "conv(out=8, kernel=3, padding=1)"


def test_an_activation_that_is_read_twice_has_its_own_box() -> None:
    shown = scene(network("a: conv(4, 1)\nb: relu\n(a, b) -> add"))
    assert [one.words for one in drawn(shown)] == [("1×1 conv, 4",), ("relu",), ("add",)]
    assert plain_edges(shown) == [("input:x", "a"), ("a", "b"), ("a", "add"), ("b", "add"), ("add", "output:output")]
    assert [(edge.source, edge.target) for edge in skips(shown)] == [("a", "add")]


def test_a_pooled_pixel_is_flattened_in_its_box_and_a_map_is_not() -> None:
    assert [one.words for one in drawn(scene(network("global_avgpool -> flatten")))] == [("global_avgpool", "flatten")]
    assert [one.words for one in drawn(scene(network("maxpool(2) -> flatten")))] == [
        ("2×2 maxpool, stride 2",),
        ("flatten",),
    ]


def test_what_does_nothing_is_not_drawn() -> None:
    empty = "block Projection(channels) { if in.channels != channels { conv(channels, 1) } }"
    shown = scene(network("conv(4, 1)\nidentity\nsame: Projection(4)\nother: Projection(2)", before=empty))
    assert [one.id for one in drawn(shown)] == ["0", "other"]
    assert plain_edges(shown) == [("input:x", "0"), ("0", "other"), ("other", "output:output")]


def test_a_network_that_hands_its_input_on() -> None:
    shown = scene(network("identity"))
    assert drawn(shown) == []
    assert plain_edges(shown) == [("input:x", "output:output")]


def test_a_block_of_one_box_is_that_box() -> None:
    shown = scene(network("up: Unit(8)", before="block Unit(n) { inner: { conv(n, 1) -> batchnorm -> relu } }"))
    (only,) = drawn(shown)
    assert (only.id, only.name, only.words) == ("up", "up", ("1×1 conv, 8", "batchnorm", "relu"))
    assert only.layers[0][0] == "up.inner.0"


def test_words_say_what_differs() -> None:
    body = """
    conv(8, [3, 5], stride=[2, 1], dilation=2, padding=4, groups=2)
    avgpool(3, stride=1, padding=1)
    leaky_relu(0.2)
    adaptive_avgpool(4)
    upsample(2)
    dropout(0.3)
    """
    assert [word for one in drawn(scene(network(body))) for word in one.words] == [
        "3×5 conv, 8, stride 2×1, dilation 2, groups 2",
        "3×3 avgpool",
        "leaky_relu 0.2",
        "adaptive_avgpool to 4",
        "upsample to 8",
        "dropout 0.3",
    ]


# ---- nesting and folding


def test_resnet50_by_default() -> None:
    shown = scene(shipped("resnet50"))
    assert [title(one) for one in frames(shown.children)] == [
        ("layer1", "Bottleneck ×3"),
        ("0", "Bottleneck"),
        ("1…2", "Bottleneck ×2"),
    ]
    closed = [one for one in drawn(shown) if one.kind == MODULE]
    assert [title(one) for one in closed] == [
        ("layer2", "Bottleneck ×4"),
        ("layer3", "Bottleneck ×6"),
        ("layer4", "Bottleneck ×3"),
    ]
    assert closed[1].figures is not None
    assert closed[1].figures.parameters == 7_098_368
    assert [list(shape) for shape in (*closed[1].inputs, *closed[1].outputs)] == [[512, 28, 28], [1024, 14, 14]]
    (skip,) = skips(shown)
    assert (skip.source, skip.target, list(skip.shape)) == ("layer1.1…2.in", "layer1.1…2.add", [256, 56, 56])
    assert not shown.notes


def test_resnet152_is_as_small_as_resnet50() -> None:
    small, large = scene(shipped("resnet50")), scene(shipped("resnet152"))
    assert len(list(boxes(small.children))) == len(list(boxes(large.children)))
    assert ("layer3", "Bottleneck ×36") in [title(one) for one in drawn(large)]


def test_the_first_of_each_kind_stands_open() -> None:
    shown = scene(shipped("googlenet"))
    assert [one.id for one in frames(shown.children)] == ["inception3a", *(f"inception3a.branch{n}" for n in (2, 3, 4))]
    closed = [one.id for one in drawn(shown) if one.kind == MODULE]
    assert closed == [
        "inception3b", "inception4a", "aux1", "inception4b", "inception4c", "inception4d", "aux2", "inception4e",
        "inception5a", "inception5b",
    ]  # fmt: skip


def test_small_networks_stand_open() -> None:
    shown = scene(shipped("mnist_inception"))
    assert not [one for one in drawn(shown) if one.kind == MODULE]
    assert len(list(frames(shown.children))) == 2


def test_a_long_network_of_few_boxes_does_not() -> None:
    body = "\n".join(f"    conv({n}, 3, padding=1)\n    Residual" for n in range(5, 15))
    module = network(body, before=RESIDUAL)
    shown = scene(module)
    assert sum(1 for one in drawn(shown) if one.kind == MODULE) == 9
    assert len(drawn(scene(module, depth=1))) == 10 * 4 > ROWS


def test_a_repeat_is_drawn_once() -> None:
    shown = scene(network("repeat 6 { Residual }", before=RESIDUAL))
    (only,) = frames(shown.children)
    assert title(only) == ("0…5", "Residual ×6")
    assert only.times == 6
    assert len(drawn(shown)) == 3


def test_a_repeat_of_layers_is_a_box_or_a_frame() -> None:
    shown = scene(network("repeat 3 { conv(4, 3, padding=1) -> relu }"))
    (only,) = drawn(shown)
    assert (title(only), only.words) == (("0…4", "×3"), ("3×3 conv, 4", "relu"))
    shown = scene(network("repeat 3 { conv(8, 1) -> conv(4, 1) }"))
    (around,) = frames(shown.children)
    assert title(around) == ("", "×3")
    assert [one.name for one in drawn(shown)] == ["0…4", "1…5"]
    assert around.figures.parameters == 8 * 4 + 8 + 4 * 8 + 4


def test_equal_neighbours_fold_undeclared() -> None:
    shown = scene(network("a1: Residual\na2: Residual\na3: Residual\nconv(8, 1)\nb: Residual", before=RESIDUAL))
    assert [title(one) for one in frames(shown.children)] == [("a1…3", "Residual ×3"), ("b", "Residual")]


def test_equal_groups_of_layers_fold_when_there_are_three() -> None:
    pair = "conv(8, 1) -> relu -> conv(4, 1)\n"
    assert [one.times for one in frames(scene(network(3 * pair)).children)] == [3]
    assert len(drawn(scene(network(2 * pair)))) == 4


@pytest.mark.parametrize(
    "body",
    [
        "Residual\nrelu\nResidual",
        "a: Residual\nResidual\n(a) -> conv(4, 1)",
        "shared twin: Residual\ntwin -> twin",
    ],
    ids=["apart", "read elsewhere", "shared"],
)
def test_neighbours_that_are_not_equal_stay_apart(body: str) -> None:
    assert all(one.times == 1 for one in frames(scene(network(body, before=RESIDUAL)).children))


def test_a_module_around_one_other_is_not_drawn_twice() -> None:
    shown = scene(shipped("cifar_resnet"))
    assert [title(one) for one in frames(shown.children)][:2] == [
        ("layer1", "ResidualBlock ×2"),
        ("layer2", "ResidualBlock ×2"),
    ]
    first = next(frames(shown.children))
    assert (first.id, first.times, first.figures.parameters) == ("layer1.0…1", 2, 4672)


def test_a_block_is_called_after_its_blocks_unless_these_are_single_boxes() -> None:
    before = (
        RESIDUAL
        + """
block Unit(n) { conv(n, 1) -> relu }
block Stage { Residual; Residual2 }
block Stages { Residual; conv(8, 1) -> conv(4, 1) }
block Units { Unit(3); Unit(5) }
block Residual2 { residual { conv(4, 1) -> conv(4, 1) } }
block Same { Residual; Residual; Residual }
"""
    )
    shown = scene(network("a: Stage\nb: Stages\nc: Units\nd: conv(4, 1)\ne: Same", before=before), depth=0)
    assert [one.block for one in drawn(shown)] == ["Stage", "Stages", "Units", "", "Residual ×3"]


def test_written_out() -> None:
    module = network("repeat 6 { Residual }", before=RESIDUAL)
    shown = scene(module, fold=False)
    assert [title(one) for one in frames(shown.children)] == [(str(n), "Residual") for n in range(6)]
    assert len(skips(shown)) == 6


def test_what_is_too_long_is_not_written_out() -> None:
    shown = scene(network("repeat 1000000 { Residual }", before=RESIDUAL), fold=False)
    assert len(drawn(shown)) == 3
    assert shown.notes == ("Equal iterations are drawn once: one by one they are 5,000,000 layers.",)


def test_depth() -> None:
    module = shipped("resnet50")
    assert not list(frames(scene(module, depth=0).children))
    assert [title(one) for one in drawn(scene(module, depth=0))][2:6] == [
        ("layer1", "Bottleneck ×3"), ("layer2", "Bottleneck ×4"), ("layer3", "Bottleneck ×6"),
        ("layer4", "Bottleneck ×3"),
    ]  # fmt: skip
    one = scene(module, depth=1)
    assert [one.id for one in frames(one.children)] == ["layer1", "layer2", "layer3", "layer4"]
    assert [title(one) for one in drawn(one) if one.id.startswith("layer3")] == [
        ("0", "Bottleneck"),
        ("1…5", "Bottleneck ×5"),
    ]
    all_of_it = scene(module, depth=9)
    assert not [one for one in drawn(all_of_it) if one.kind == MODULE]
    assert len(skips(all_of_it)) == 4


def test_expand() -> None:
    shown = scene(shipped("resnet50"), expand=["layer3.4"])
    assert [one.id for one in frames(shown.children)][3:] == ["layer3", "layer3.1…5"]
    shown = scene(shipped("resnet50"), depth=0, expand=["layer2"])
    assert [one.id for one in frames(shown.children)] == ["layer2"]


@pytest.mark.parametrize("path", ["layer9", "layer3.6", "conv1", "layer3.0.conv1", ""])
def test_expand_what_is_no_module(path: str) -> None:
    with pytest.raises(CannotDraw, match=f"^`{path}` is no module that can be opened$"):
        scene(shipped("resnet50"), expand=[path])


# ---- too much to draw


def test_more_than_fits_is_opened_less() -> None:
    shown = scene(shipped("resnet50"), depth=5, most=20)
    assert len(list(boxes(shown.children))) - len(list(frames(shown.children))) <= 20
    assert shown.notes == ("Open to a depth of 1: deeper there are more than 20 boxes.",)


def test_a_long_chain_folds() -> None:
    widths = [4 + n % 7 + n * n % 5 for n in range(2000)]
    module = network("\n".join(f"    conv({n}, 1)" for n in widths))
    shown = scene(module)
    assert len(drawn(shown)) == 17
    middle = drawn(shown)[8]
    assert (middle.kind, middle.name, middle.words) == (MODULE, "8…1991", ("1,984 in a row",))
    assert sum(one.figures.parameters for one in drawn(shown) if one.figures) == parameters(module).total
    assert shown.notes == ("Long chains are drawn as one box: in full there are more than 800.",)


def test_what_is_too_wide_is_refused() -> None:
    module = network("    concat {\n" + "\n".join(f"        conv({1 + n % 3}, 1)" for n in range(900)) + "\n    }")
    with pytest.raises(CannotDraw, match="`n` has more than 800 parts side by side"):
        scene(module)


# ---- edges


def test_shapes_are_marked_where_they_change() -> None:
    shown = scene(network("conv(4, 3, padding=1)\nconv(8, 3, padding=1)\nconv(8, 3, padding=1)\nmaxpool(2)"))
    assert [(list(edge.shape), edge.changed) for edge in shown.edges] == [
        ([4, 8, 8], True),  # what enters the network is news
        ([4, 8, 8], False),
        ([8, 8, 8], True),
        ([8, 8, 8], False),
        ([8, 4, 4], True),
    ]


def test_branches_in_order_and_no_skip_among_them() -> None:
    shown = scene(network("concat {\n b1: conv(1, 1)\n b2: { conv(2, 1) -> conv(2, 1) }\n b3: maxpool(3, 1, 1)\n }"))
    assert [edge.target for edge in shown.edges if edge.source == "input:x"] == ["b1", "b2.in", "b3"]
    assert [edge.source for edge in shown.edges if edge.target == "concat"] == ["b1", "b2.1", "b3"]
    assert [edge.input for edge in shown.edges if edge.target == "concat"] == [0, 1, 2]
    assert not skips(shown)


def test_a_value_enters_a_frame_once() -> None:
    shown = scene(network("r: Residual", before=RESIDUAL))
    assert [(edge.source, edge.target) for edge in shown.edges] == [
        ("input:x", "r.in"), ("r.in", "r.a"), ("r.a", "r.b"), ("r.b", "r.add"), ("r.in", "r.add"),
        ("r.add", "output:output"),
    ]  # fmt: skip
    assert [edge.skip for edge in shown.edges] == [False, False, False, False, True, False]


@pytest.mark.parametrize(("depth", "targets"), [(0, ["dec2", "dec1"]), (1, ["dec2.in#2", "dec1.in#2"])])
def test_skips_survive_closing(depth: int, targets: list[str]) -> None:
    shown = scene(design(UNET), depth=depth)
    entering = [edge for edge in skips(shown) if not edge.source.endswith("in#2")]
    assert [edge.target for edge in entering] == targets
    assert [list(edge.shape) for edge in entering] == [[8, 16, 16], [4, 32, 32]]


def test_the_trunk_is_the_longest_way() -> None:
    shown = scene(network("residual { a: conv(4, 1) -> tanh -> b: conv(4, 1) } skip { p: conv(4, 1) }\nc: conv(2, 1)"))
    assert {edge.target for edge in shown.edges if edge.trunk} == {"a", "b", "add", "c", "output:output"}
    assert [edge.source for edge in shown.edges if not edge.trunk] == ["input:x", "p"]
    assert not skips(shown)


def test_a_value_added_to_itself() -> None:
    shown = scene(network("a: conv(4, 1)\n(a, a) -> add"))
    assert [(edge.source, edge.input) for edge in shown.edges if edge.target == "add"] == [("a", 0), ("a", 1)]
    assert not skips(shown)


def test_parts_of_a_value() -> None:
    shown = scene(network("left, right: split([1, 3])\n(right) -> c: conv(3, 1)\n(left, c) -> concat"))
    out = [(edge.target, edge.output, list(edge.shape)) for edge in shown.edges if edge.source == "split"]
    assert out == [("c", 1, [3, 8, 8]), ("concat", 0, [1, 8, 8])]


def test_several_inputs_and_outputs() -> None:
    shown = scene(design("network n {\n input a: [4], b: [4]\n (a, b) -> add\n output sum: identity\n linear(2)\n}"))
    assert [one.id for one in boxes(shown.children)] == [
        "input:a", "input:b", "add", "0", "output:sum", "output:output",
    ]  # fmt: skip
    assert [list(shape) for shape in shown.outputs] == [[4], [2]]


def test_shared_weights_are_said() -> None:
    shown = scene(design(TWINS), depth=0)
    first, second = (one for one in drawn(shown) if one.kind == MODULE)
    assert first.figures is not None
    assert second.figures is not None
    assert (first.id, second.id) == ("twin", "twin#2")
    assert (first.figures.shared, second.figures.shared) == (False, True)
    assert shown.figures.parameters == first.figures.parameters + 17
    inner = [one for one in drawn(scene(design(TWINS), depth=1)) if one.id.startswith("twin#2") or "#2" in one.id]
    assert [one.figures.shared for one in inner if one.figures] == [True] * len(inner)
    assert inner


def test_shared_weights_in_a_repeat_count_elsewhere() -> None:
    step = "s -> maxpool(1, stride=1)"
    shown = scene(network(f"shared s: conv(4, 3, padding=1)\ns\nrepeat 3 {{ {step} -> {step} }}"))
    (around,) = frames(shown.children)
    assert (around.figures.parameters, around.figures.macs) == (0, 2 * 4 * 4 * 9 * 64)
    assert shown.figures.parameters == 4 * 4 * 9 + 4


def test_parts_for_training_are_marked() -> None:
    shown = scene(network("a: conv(4, 1)\nif training { output aux: { flatten -> linear(2) } }\nb: conv(2, 1)"))
    phases = {one.id: one.phase for one in boxes(shown.children)}
    assert [id for id, phase in phases.items() if phase == "always"] == ["input:x", "a", "b", "output:output"]
    assert {phase for id, phase in phases.items() if id not in ("input:x", "a", "b", "output:output")} == {"train"}
    assert [edge.phase for edge in shown.edges if edge.target == "output:aux"] == ["train"]
    assert [list(shape) for shape in shown.outputs] == [[2, 8, 8]]


# ---- sums


def drawn_layers(module: Module, **options: bool) -> Counter[str]:
    found: Counter[str] = Counter()
    for one, times in multiples(scene(module, depth=99, most=10_000, **options)):
        for _, operator in one.layers:
            found[operator] += times
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_every_layer_of_a_random_design_is_drawn(seed: int) -> None:
    module = design(spec(seed))
    expected: Counter[str] = Counter()
    for node, count in all_layers(module):
        expected[repr(node)] += count
    assert drawn_layers(module) == expected
    assert drawn_layers(module, fold=False) == expected


def all_layers(module: Module) -> list[tuple[object, int]]:
    """The operators that do something, each with how often it runs."""
    found: list[tuple[object, int]] = []

    def visit(graph: Graph, times: int) -> None:
        for node in graph.nodes:
            if isinstance(node, Repeat):
                visit(node.body, times * int(node.count))
            elif isinstance(node, Instance):
                visit(node.module.graph, times)
            elif isinstance(node, Apply) and not isinstance(node.layer.call, Pass):
                found.append((node.operator, times))

    visit(module.graph, 1)
    return found


@pytest.mark.parametrize("depth", [0, 1, 99])
@pytest.mark.parametrize("seed", range(60))
def test_figures_add_up(seed: int, depth: int) -> None:
    module = design(spec(seed))
    shown = scene(module, depth=depth, most=10_000)
    owned = macs = 0
    for one, times in multiples(shown):
        assert one.figures is not None
        owned += 0 if one.figures.shared else times * one.figures.parameters
        macs += times * one.figures.macs
    assert (owned, macs) == (parameters(module).total, cost(module).macs)


@pytest.mark.parametrize("options", [{}, {"depth": 0}, {"depth": 99, "fold": False}], ids=["auto", "closed", "open"])
@pytest.mark.parametrize("seed", range(60))
def test_a_random_scene_is_sound(seed: int, options: dict[str, int]) -> None:
    shown = scene(design(spec(seed)), **options)  # type: ignore[arg-type]
    known = {one.id: one for one in boxes(shown.children)}
    assert len(known) == sum(1 for _ in boxes(shown.children))
    entering: Counter[str] = Counter()
    for edge in shown.edges:
        assert edge.shape == known[edge.source].outputs[edge.output]
        assert edge.shape == known[edge.target].inputs[edge.input]
        entering[edge.target] += 1
    for one in known.values():
        assert entering[one.id] == (0 if one.kind == "input" else len(one.inputs))
    order = list(known)  # a maker stands before its readers, but for outputs, which stand last
    assert all(order.index(edge.source) < order.index(edge.target) for edge in shown.edges)


@pytest.mark.parametrize("seed", range(60))
def test_a_random_scene_has_the_edges_of_the_graph(seed: int) -> None:
    """What reads what is as in the graph of layers, which is walked by other code."""
    module = design(spec(seed))
    shown = scene(module, depth=99, fold=False)
    graph = to_networkx(module)
    by_path: dict[str, list[str]] = {}
    for one in drawn(shown):
        for path, _ in one.layers:
            by_path.setdefault(path, []).append(one.id)
    home = {}  # by node of the graph, the box it is drawn in; what does nothing is in none
    for node, facts in graph.nodes(data=True):
        if facts["kind"] != "layer":
            home[node] = node
        elif facts["op"] not in ("identity", "concat", "add", "mul", "sub") or len(facts["inputs"]) > 1:
            home[node] = by_path[facts["path"]].pop(0)
    expected: Counter[tuple[str, str]] = Counter()
    for source, target in graph.edges():
        while source not in home:
            (source,) = graph.predecessors(source)
        if target in home and home[source] != home[target]:
            expected[home[source], home[target]] += 1
    assert not any(by_path.values())
    assert Counter(plain_edges(shown)) == expected


def test_rows_of_the_flat_view_have_the_paths_of_boxes() -> None:
    module = shipped("resnet50")
    paths = {row.path for row in flat.rows(module) if not isinstance(row.layer.call, Pass)}
    shown = scene(module, depth=99, fold=False)
    assert {path for one in drawn(shown) for path, _ in one.layers} == paths
