"""The live module is its source: in tracebacks, copied, pickled, compiled, exported, in other formats, precisions."""

import copy
import inspect
import pickle
import subprocess
import sys
import textwrap
import traceback
from pathlib import Path

import pytest
import torch
from torch import nn

import archspec

# A little of everything that generated code has: an optional residual, growing loops, learned tensors, windows, several
# outputs in training, shared weights, an activation as an argument.
SPEC = """
block Unit(channels, act, stride = 1) {
    add {
        body: { conv(channels, 3, stride=stride, padding=1, bias=false) -> batchnorm -> act }
        if stride == 1 and in.channels == channels { identity }
    }
}
block Layer(growth) { norm: batchnorm -> relu; conv: conv(growth, 3, padding=1) }
network sink(classes = 5) {
    "A little of everything."
    input image: [3, 16, 16]
    stem: { Unit(8, relu); Unit(8, gelu); Unit(8, identity, stride=2) }
    dense: { repeat 3 as i { concat { identity; "layer{i}": Layer(4) } } }
    if training { output aux: { global_avgpool -> flatten -> linear(classes) } }
    shared twin: Unit(20, relu)
    a: twin -> b: twin
    permute([1, 2, 0]) -> norm: layernorm -> attn: window_attention(2, 4, shift=2)
    tokens: flatten(0, 1)
    cls: parameter([1, 20])
    (cls, tokens) -> concat(axis=0)
    select(0, axis=0) -> dropout(0.1)
    head: linear(classes)
}
"""


@pytest.fixture(scope="module")
def design(tmp_path_factory: pytest.TempPathFactory) -> archspec.Design:
    path = tmp_path_factory.mktemp("spec") / "sink.arch"
    path.write_text(SPEC, encoding="utf-8")
    return archspec.load(path)


@pytest.fixture
def model(design: archspec.Design) -> nn.Module:
    torch.manual_seed(0)
    return archspec.compile(design).eval()


@pytest.fixture
def image() -> torch.Tensor:
    return torch.rand(2, 3, 16, 16, generator=torch.Generator().manual_seed(1))


def same(left: object, right: object) -> bool:
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    assert isinstance(left, torch.Tensor) and isinstance(right, torch.Tensor)
    return torch.allclose(left, right, atol=1e-5)


class TestSource:
    def test_tracebacks_show_the_line(self, model: nn.Module) -> None:
        with pytest.raises(RuntimeError) as caught:
            model(torch.rand(1, 4, 16, 16))
        text = "".join(traceback.format_exception(caught.value))
        assert "x: Tensor = self.stem(image)" in text
        assert "<archspec sink " in text

    def test_inspect_shows_the_class(self, design: archspec.Design, model: nn.Module) -> None:
        assert inspect.getsource(type(model)) in archspec.to_source(design)
        assert inspect.getsource(inspect.getmodule(type(model))) == archspec.to_source(design)  # type: ignore[arg-type]

    def test_equal_designs_have_one_class(self, design: archspec.Design, model: nn.Module) -> None:
        assert type(archspec.compile(design)) is type(model)


class TestCopies:
    def test_deepcopy(self, model: nn.Module, image: torch.Tensor) -> None:
        twin = copy.deepcopy(model)
        assert twin.twin.body[0].weight is not model.twin.body[0].weight
        assert same(model(image), twin(image))

    def test_pickle(self, model: nn.Module, image: torch.Tensor) -> None:
        twin = pickle.loads(pickle.dumps(model))
        assert type(twin) is type(model)
        assert not twin.training
        assert same(model(image), twin(image))

    def test_a_fresh_process_needs_no_spec(
        self, design: archspec.Design, model: nn.Module, image: torch.Tensor, tmp_path: Path
    ) -> None:
        """An instance of the written file's class needs the file; one of the live module carries its source."""
        (tmp_path / "model.py").write_text(archspec.to_source(design), encoding="utf-8")
        (tmp_path / "model.pickle").write_bytes(pickle.dumps(model))
        torch.save(model, tmp_path / "model.pt")
        torch.save((image, model(image)), tmp_path / "expected.pt")
        code = """
            import pickle, sys, traceback, torch, model
            assert type(pickle.loads(pickle.dumps(model.Sink()))) is model.Sink
            assert not [one for one in sys.modules if one.startswith("archspec")]
            image, expected = torch.load("expected.pt")
            live = pickle.load(open("model.pickle", "rb"))
            assert torch.allclose(live(image), expected, atol=1e-5)
            live = torch.load("model.pt", weights_only=False)
            assert torch.allclose(live(image), expected, atol=1e-5)
            try:
                live(image[:, :2])
            except RuntimeError:
                print(traceback.format_exc())
        """
        command = [sys.executable, "-c", textwrap.dedent(code)]
        ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
        assert "self.stem(image)" in ran.stdout


class TestTransformations:
    @pytest.mark.parametrize("training", [True, False])
    def test_compiles_without_graph_breaks(self, model: nn.Module, image: torch.Tensor, training: bool) -> None:
        model.train(training)
        torch.compiler.reset()
        compiled = torch.compile(model, fullgraph=True, backend="eager")
        torch.manual_seed(2)
        expected = copy.deepcopy(model)(image)
        torch.manual_seed(2)
        made = compiled(image)
        assert (made.keys() if training else None) == (expected.keys() if training else None)
        if not training:
            assert same(made, expected)
        else:
            sum(one.sum() for one in made.values()).backward()
            assert all(one.grad is not None for one in model.parameters())

    @pytest.mark.parametrize("training", [True, False])
    def test_exports(self, model: nn.Module, image: torch.Tensor, training: bool) -> None:
        model.train(training)
        batch = torch.export.Dim("batch", min=2, max=64)
        exported = torch.export.export(model, (image,), dynamic_shapes=({0: batch},))
        if not training:
            more = torch.cat([image, image])
            assert same(exported.module()(more), model(more))
        assert set(exported.state_dict) == set(model.state_dict())

    @pytest.mark.filterwarnings("ignore::FutureWarning")
    def test_onnx(self, model: nn.Module, image: torch.Tensor, tmp_path: Path) -> None:
        onnx = pytest.importorskip("onnx")
        pytest.importorskip("onnxscript")
        path = tmp_path / "model.onnx"
        torch.onnx.export(model, (image,), path, dynamo=True, verbose=False)
        onnx.checker.check_model(str(path))
        from onnx.reference import ReferenceEvaluator

        (made,) = ReferenceEvaluator(str(path)).run(None, {"image": image.numpy()})
        assert same(torch.from_numpy(made), model(image).detach())

    def test_channels_last(self, model: nn.Module, image: torch.Tensor) -> None:
        expected = model(image)
        other = copy.deepcopy(model).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        assert same(other(image.contiguous(memory_format=torch.channels_last)), expected)

    @pytest.mark.parametrize("training", [True, False])
    def test_autocast(self, model: nn.Module, image: torch.Tensor, training: bool) -> None:
        model.train(training)
        with torch.autocast("cpu", torch.bfloat16):
            made = model(image)
        for one in made.values() if training else (made,):
            assert one.dtype == torch.bfloat16 and one.isfinite().all()

    @pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
    def test_on_a_gpu(self, model: nn.Module, image: torch.Tensor) -> None:
        expected = model(image)
        other = copy.deepcopy(model).cuda()
        assert torch.allclose(other(image.cuda()).cpu(), expected, atol=1e-3)
