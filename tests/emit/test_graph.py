"""The networkx graph: by hand on small networks, against the flat view on random ones."""

import sys
from collections import Counter

import networkx
import pytest
from pictures import TWINS, design, network
from random_specs import spec

import archspec
from archspec.analysis import flat
from archspec.analysis.cost import cost
from archspec.analysis.parameters import parameters
from archspec.emit.graph import to_networkx


def edges(graph: "networkx.MultiDiGraph") -> list[tuple[str, str, int, tuple[int, ...]]]:
    return [(source, target, key, facts["shape"]) for source, target, key, facts in graph.edges(keys=True, data=True)]


def test_a_chain_by_hand() -> None:
    graph = to_networkx(network("a: conv(8, 3, padding=1) -> relu\nmaxpool(2)\nflatten\nfc: linear(5)"))
    assert graph.name == "n"
    assert edges(graph) == [
        ("input:x", "a", 0, (4, 8, 8)),
        ("a", "relu", 0, (8, 8, 8)),
        ("relu", "maxpool", 0, (8, 8, 8)),
        ("maxpool", "flatten", 0, (8, 4, 4)),
        ("flatten", "fc", 0, (128,)),
        ("fc", "output:output", 0, (5,)),
    ]
    assert graph.nodes["a"] == {
        "kind": "layer", "shape": (8, 8, 8), "phase": "always", "count": 1, "op": "conv", "path": "a",
        "operator": "conv(out=8, kernel=3, padding=1)", "inputs": ((4, 8, 8),), "outputs": ((8, 8, 8),),
        "parameters": 8 * 4 * 9 + 8, "buffers": 0, "macs": 8 * 4 * 9 * 64, "is_module": True, "reused": False,
    }  # fmt: skip
    assert graph.nodes["input:x"] == {"kind": "input", "shape": (4, 8, 8), "phase": "always"}
    assert graph.nodes["output:output"] == {"kind": "output", "shape": (5,), "phase": "always"}
    assert all(type(size) is int for _, facts in graph.nodes(data=True) for size in facts["shape"])


def test_a_residual_by_hand() -> None:
    graph = to_networkx(network("r: { residual { a: conv(4, 3, padding=1) -> relu } }"))
    assert edges(graph) == [
        ("input:x", "r.a", 0, (4, 8, 8)),
        ("input:x", "r.add", 1, (4, 8, 8)),
        ("r.a", "r.relu", 0, (4, 8, 8)),
        ("r.relu", "r.add", 0, (4, 8, 8)),
        ("r.add", "output:output", 0, (4, 8, 8)),
    ]
    assert not graph.nodes["r.add"]["is_module"]


def test_parallel_edges_and_parts() -> None:
    graph = to_networkx(
        network("left, right: split([1, 3])\n(right, right) -> add -> b: conv(1, 1)\n(left, b) -> concat")
    )
    between = graph.get_edge_data("split", "add")
    assert between == {0: {"shape": (3, 8, 8), "output": 1}, 1: {"shape": (3, 8, 8), "output": 1}}
    assert graph.get_edge_data("split", "concat") == {0: {"shape": (1, 8, 8), "output": 0}}
    assert graph.get_edge_data("b", "concat") == {1: {"shape": (1, 8, 8), "output": 0}}
    assert graph.nodes["split"]["outputs"] == ((1, 8, 8), (3, 8, 8))


def test_every_iteration_or_all_as_one() -> None:
    module = network('repeat 3 as i { "c{i + 1}": conv(4, 3, padding=1) -> relu }')
    written = to_networkx(module)
    assert [name for name in written if name.startswith("c")] == ["c1", "c2", "c3"]
    assert len(written) == 8
    assert networkx.dag_longest_path_length(written) == 7
    once = to_networkx(module, fold=True)
    assert [facts["count"] for _, facts in once.nodes(data=True) if facts["kind"] == "layer"] == [3, 3]
    assert "c*" in once
    assert networkx.is_directed_acyclic_graph(once)


def test_uses_of_shared_weights() -> None:
    graph = to_networkx(design(TWINS))
    convs = [name for name, facts in graph.nodes(data=True) if facts.get("op") == "conv"]
    assert convs == ["twin.0", "twin.0#2"]
    first, second = (graph.nodes[name] for name in convs)
    assert first["path"] == second["path"] == "twin.0"
    assert (first["parameters"], second["parameters"]) == (80, 0)
    assert (first["reused"], second["reused"]) == (False, True)
    assert first["macs"] == second["macs"]
    assert list(graph.predecessors("twin.0#2")) == ["input:right"]
    assert Counter(facts["kind"] for _, facts in graph.nodes(data=True))["input"] == 2


def test_parts_for_training() -> None:
    graph = to_networkx(network("a: conv(4, 1)\nif training { output aux: { l: { flatten -> linear(2) } } }\nrelu"))
    assert {name for name, facts in graph.nodes(data=True) if facts["phase"] == "train"} >= {"output:aux"}
    assert [facts["phase"] for _, facts in graph.nodes(data=True) if facts.get("op") == "linear"] == ["train"]


def test_names_of_inputs_and_layers_do_not_meet() -> None:
    graph = to_networkx(network('x: conv(4, 1)\n"input:x": conv(4, 1)'))
    assert list(graph) == ["input:x", "x", "input:x#2", "output:output"]


def test_a_million_blocks() -> None:
    module = network("repeat 1000000 { residual { conv(4, 3, padding=1) } }")
    with pytest.raises(ValueError, match="2,000,000 layers are too many for a graph; `fold=True`"):
        to_networkx(module)
    assert len(to_networkx(module, fold=True)) == 4


def test_without_networkx(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "networkx", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'archspec-nn\[graph\]'"):
        to_networkx(network("relu"))


def test_of_a_design() -> None:
    graph = archspec.load("seeds/googlenet").to_networkx()
    assert graph.in_degree("inception4a.concat") == 4
    shapes = {facts["shape"] for _, _, facts in graph.out_edges("inception4a.concat", data=True)}
    assert shapes == {(512, 14, 14)}


@pytest.mark.parametrize("fold", [False, True], ids=["written out", "folded"])
@pytest.mark.parametrize("seed", range(60))
def test_a_random_graph_is_the_flat_view(seed: int, fold: bool) -> None:
    module = design(spec(seed))
    graph = to_networkx(module, fold=fold)
    layers = [facts for _, facts in graph.nodes(data=True) if facts["kind"] == "layer"]
    rows = list(flat.rows(module, fold=fold))
    assert [(one["path"], one["op"], one["count"]) for one in layers] == [
        (row.path, row.layer.op, row.count) for row in rows
    ]
    assert [one["outputs"] for one in layers] == [
        tuple(tuple(int(size) for size in shape) for shape in row.layer.outputs) for row in rows
    ]
    assert sum(one["count"] * one["parameters"] for one in layers) == parameters(module).total
    assert sum(one["count"] * one["macs"] for one in layers) == cost(module).macs
    assert networkx.is_directed_acyclic_graph(graph)
    order = {node: at for at, node in enumerate(graph)}
    for source, target, key, facts in graph.edges(keys=True, data=True):
        assert order[source] < order[target]
        made = graph.nodes[source]
        assert facts["shape"] == (made["outputs"][facts["output"]] if "outputs" in made else made["shape"])
        reader = graph.nodes[target]
        assert facts["shape"] == (reader["inputs"][key] if "inputs" in reader else reader["shape"])
    for node, facts in graph.nodes(data=True):
        expected = {"input": 0, "output": 1}.get(facts["kind"])
        assert graph.in_degree(node) == (len(facts["inputs"]) if expected is None else expected)
