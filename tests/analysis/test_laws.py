"""Summaries obey their laws: on random designs they equal what the flat walk and torch say."""

from pathlib import Path
from typing import Any

import pytest
import torch
from random_specs import spec
from torch import nn

import archspec
from archspec.analysis import flat
from archspec.analysis.cost import cost
from archspec.analysis.memory import BYTES, activation_peak, activation_sum
from archspec.analysis.parameters import parameters
from archspec.analysis.receptive_field import Seen, summary
from archspec.design import Apply, Graph, Instance, Repeat


def designs(tmp_path: Path, seeds: range) -> list[archspec.Design]:
    path = tmp_path / "random.arch"
    made = []
    for seed in seeds:
        path.write_text(spec(seed), encoding="utf-8")
        made.append(archspec.load(path))
    return made


# --- counts ---


def test_counts_are_sums_over_the_flat_view(tmp_path: Path) -> None:
    for design in designs(tmp_path, range(150)):
        for fold in (False, True):
            rows = list(flat.rows(design.module, fold=fold))
            assert parameters(design.module).total == sum(row.count * row.parameters for row in rows)
            assert parameters(design.module).buffers == sum(row.count * row.buffers for row in rows)
            assert cost(design.module).macs == sum(row.count * row.macs for row in rows if row.runs)
        work: dict[str, int] = {}
        for row in flat.rows(design.module):
            for kind, amount in row.layer.work.items():
                work[kind] = work.get(kind, 0) + amount
        assert dict(cost(design.module).work) == work


# --- memory ---


class Program:
    """A design as a straight list of steps over memory: what a run does, with nothing composed."""

    def __init__(self, design: archspec.Design) -> None:
        self.sizes: list[int] = []
        self.steps: list[tuple[list[int], list[int]]] = []  # the memories each layer reads, and those it makes
        graph = design.module.graph
        inputs = [self.allocate(BYTES * shape.elements) for shape in design.module.input_shapes]
        homes = self.run(graph, inputs)
        self.inputs, self.outputs = inputs, [homes[port.value] for port in graph.outputs]

    def allocate(self, size: int) -> int:
        self.sizes.append(size)
        return len(self.sizes) - 1

    def run(self, graph: Graph, inputs: list[int]) -> dict[int, int]:
        homes = dict(zip(graph.inputs, inputs, strict=True))
        for node in graph.nodes:
            given = [homes[value] for value in node.inputs]
            if isinstance(node, Apply):
                if node.layer.view:
                    made = [given[0]] * len(node.outputs)
                else:
                    made = [self.allocate(BYTES * shape.elements) for shape in node.layer.outputs]
                self.steps.append((given, made))
            elif isinstance(node, Instance):
                inner = self.run(node.module.graph, given)
                made = [inner[port.value] for port in node.module.graph.outputs]
            else:
                assert isinstance(node, Repeat)
                for _ in range(node.count):
                    inner = self.run(node.body, given)
                    given = [inner[node.body.outputs[0].value], *given[1:]]
                made = [given[0]]
            homes.update(zip(node.outputs, made, strict=True))
        return homes

    def peak(self) -> int:
        last = dict.fromkeys(self.outputs, len(self.steps))
        for at, (read, _) in enumerate(self.steps):
            for memory in read:
                last[memory] = max(at, last.get(memory, -1))
        alive = set(self.inputs)
        peak = sum(self.sizes[memory] for memory in alive)
        for at, (_, made) in enumerate(self.steps):
            alive |= set(made)
            peak = max(peak, sum(self.sizes[memory] for memory in alive))
            alive = {memory for memory in alive if last.get(memory, -1) > at}
        return peak


def test_memory_is_that_of_a_straight_run(tmp_path: Path) -> None:
    for design in designs(tmp_path, range(300)):
        program = Program(design)
        inputs = sum(program.sizes[memory] for memory in program.inputs)
        assert activation_sum(design.module) == sum(program.sizes) - inputs
        assert activation_peak(design.module) == program.peak()


# --- receptive fields ---


def test_fields_of_a_module_are_those_of_its_last_layer(tmp_path: Path) -> None:
    """Composed block by block, and layer by layer."""
    for design in designs(tmp_path, range(150)):
        rows = list(flat.rows(design.module))
        output = design.module.graph.outputs[0].value
        last = next((row for row in reversed(rows) if row.runs), None)
        makers = [node for node in design.module.graph.nodes if output in node.outputs]
        if last is None or not makers or not isinstance(makers[0], Apply):
            continue
        assert summary(design.module)[0][0] == last.seen


def positive(model: nn.Module) -> nn.Module:
    """The module with positive weights, and means in place of maxima: every pixel that can count does."""
    for name, child in model.named_children():
        if isinstance(child, nn.MaxPool2d):
            mean = nn.AvgPool2d(child.kernel_size, child.stride, child.padding, child.ceil_mode)
            setattr(model, name, mean) if not name.isdigit() else model._modules.__setitem__(name, mean)
        elif isinstance(child, nn.ReLU | nn.Tanh | nn.GELU | nn.Dropout):
            model._modules[name] = nn.Identity()
        else:
            positive(child)
    with torch.no_grad():
        for parameter in model.parameters(recurse=False):
            parameter.copy_(0.5 + torch.rand_like(parameter))
    return model


def support(model: nn.Module, shape: tuple[int, ...], position: tuple[int, int]) -> list[tuple[int, int]]:
    """The first and last row and column of the input with a gradient, of one position of the output."""
    given = torch.rand(1, *shape, dtype=torch.float64).add_(0.5).requires_grad_()
    made: Any = model(given)
    made[0, :, position[0], position[1]].sum().backward()
    assert given.grad is not None
    seen = given.grad[0].abs().sum(0)
    return [(int(hit.min()), int(hit.max())) for hit in (seen.sum(1).nonzero(), seen.sum(0).nonzero())]


@pytest.mark.parametrize("batch", range(5))
def test_fields_are_the_support_of_gradients(batch: int, tmp_path: Path) -> None:
    checked = 0
    path = tmp_path / "random.arch"
    for seed in range(batch * 40, (batch + 1) * 40):
        text = spec(seed)
        if "mul {" in text or "linear" in text:
            continue  # a gate, or all of the input: nothing local to compare
        path.write_text(text.replace("[", "[", 1), encoding="utf-8")
        design = archspec.load(path, inputs=[archspec.load(path).inputs["x"].sizes[0], 48, 48])
        seen: Seen = summary(design.module)[0][0]
        shape = tuple(int(size) for size in design.inputs["x"])
        rows, columns = (int(size) for size in design.output.sizes[1:])
        if seen.is_global:
            continue
        model = positive(archspec.compile(design).double().eval())
        for at in {(rows // 2, columns // 2), (rows // 3, columns // 2), (rows // 2, columns // 3)}:
            promised = [field.interval(u) for field, u in zip(seen.fields, at, strict=True) if field is not None]
            if any(low > high for low, high in promised):
                continue
            inside = all(low >= 0 and high < size for (low, high), size in zip(promised, shape[1:], strict=True))
            found = support(model, shape, at)
            for (low, high), (first, last) in zip(promised, found, strict=True):
                assert low <= first and last <= high, (text, at)
            if inside:
                assert found == promised, (text, at)
                checked += 1
    assert checked >= 20
