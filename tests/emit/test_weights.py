"""Weights by name: what fits is taken, what does not is said, and a hostile file does nothing."""

import pickle
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

import archspec

pytest.importorskip("safetensors")

SPEC = """
network n(classes = 10) {
    input image: [3, 8, 8]
    conv: conv(4, 3) -> bn: batchnorm -> relu -> global_avgpool -> flatten
    fc: linear(classes)
}
"""


@pytest.fixture
def design(tmp_path: Path) -> archspec.Design:
    path = tmp_path / "spec.arch"
    path.write_text(SPEC, encoding="utf-8")
    return archspec.load(path)


@pytest.fixture
def model(design: archspec.Design) -> nn.Module:
    return archspec.compile(design)


def same(left: nn.Module, right: nn.Module) -> bool:
    return all(torch.equal(a, b) for a, b in zip(left.state_dict().values(), right.state_dict().values(), strict=True))


def copied(model: nn.Module) -> dict[str, torch.Tensor]:
    return {name: tensor.clone() for name, tensor in model.state_dict().items()}


class TestThereAndBack:
    def test_safetensors(self, design: archspec.Design, model: nn.Module, tmp_path: Path) -> None:
        archspec.save_weights(model, tmp_path / "n.safetensors")
        other = archspec.compile(design)
        assert not same(model, other)
        report = archspec.load_weights(other, tmp_path / "n.safetensors")
        assert same(model, other)
        assert report.complete and report.network is True
        assert report.loaded == tuple(model.state_dict())

    def test_other_tools_read_the_file(self, design: archspec.Design, model: nn.Module, tmp_path: Path) -> None:
        from safetensors import safe_open
        from safetensors.torch import load_file

        archspec.save_weights(model, tmp_path / "n.safetensors")
        assert load_file(tmp_path / "n.safetensors").keys() == model.state_dict().keys()
        with safe_open(tmp_path / "n.safetensors", "pt") as file:
            assert file.metadata()["archspec.fingerprint"] == design.fingerprint

    def test_torch_save_and_dictionaries(self, design: archspec.Design, model: nn.Module, tmp_path: Path) -> None:
        torch.save(model.state_dict(), tmp_path / "n.pth")
        for source in (tmp_path / "n.pth", str(tmp_path / "n.pth"), model.state_dict()):
            other = archspec.compile(design)
            report = archspec.load_weights(other, source)
            assert report.complete and report.network is None
            assert same(model, other)

    def test_any_module_can_be_saved(self, tmp_path: Path) -> None:
        archspec.save_weights(nn.Linear(2, 3), tmp_path / "n.safetensors")
        assert archspec.load_weights(nn.Linear(2, 3), tmp_path / "n.safetensors").network is None

    def test_a_part_takes_the_weights_of_the_whole(self, design: archspec.Design, model: nn.Module) -> None:
        part = archspec.compile(design, until="bn")
        report = archspec.load_weights(part, model.state_dict(), partial=True)
        assert report.unexpected == ("fc.weight", "fc.bias") and not report.missing


class TestWhatDoesNotFit:
    def test_another_head(self, design: archspec.Design, model: nn.Module) -> None:
        other = archspec.compile(design.replace(classes=3))
        before = copied(other)
        with pytest.raises(archspec.WeightsError) as caught:
            archspec.load_weights(other, model.state_dict())
        assert "fc.weight is 10 × 4, not 3 × 4" in str(caught.value)
        assert all(torch.equal(before[name], tensor) for name, tensor in other.state_dict().items())
        report = archspec.load_weights(other, model.state_dict(), partial=True)
        assert caught.value.report == report
        assert [one.name for one in report.shapes] == ["fc.weight", "fc.bias"]
        assert torch.equal(other.conv.weight, model.conv.weight)  # type: ignore[union-attr,arg-type]
        assert torch.equal(other.fc.weight, before["fc.weight"])  # type: ignore[union-attr,arg-type]

    def test_names(self, model: nn.Module) -> None:
        state = copied(model)
        state["head.weight"] = state.pop("fc.weight")
        report = archspec.load_weights(model, state, partial=True)
        assert report.missing == ("fc.weight",) and report.unexpected == ("head.weight",)
        assert "missing: fc.weight" in str(report) and not report.complete

    def test_precision_is_converted_and_said(self, design: archspec.Design, model: nn.Module) -> None:
        halves = {name: one.half() if one.is_floating_point() else one for name, one in copied(model).items()}
        other = archspec.compile(design)
        report = archspec.load_weights(other, halves)
        assert report.complete and len(report.converted) == 8
        assert other.conv.weight.dtype == torch.float32  # type: ignore[union-attr]
        assert "8 from float16 to float32" in str(report)

    def test_whole_numbers_for_real_ones_are_left(self, model: nn.Module) -> None:
        state = copied(model)
        state["fc.bias"] = torch.arange(10)
        report = archspec.load_weights(model, state, partial=True)
        assert [one.name for one in report.kinds] == ["fc.bias"]

    def test_counters_of_batch_norms_may_lack(self, model: nn.Module) -> None:
        state = {name: one for name, one in copied(model).items() if not name.endswith("num_batches_tracked")}
        assert archspec.load_weights(model, state).complete

    def test_another_network_of_the_same_tensors(self, tmp_path: Path, model: nn.Module) -> None:
        archspec.save_weights(model, tmp_path / "n.safetensors")
        (tmp_path / "other.arch").write_text(SPEC.replace("relu", "gelu"), encoding="utf-8")
        other = archspec.compile(archspec.load(tmp_path / "other.arch"))
        report = archspec.load_weights(other, tmp_path / "n.safetensors")
        assert report.network is False and "another network" in str(report)


class TestNoMemory:
    """On the meta device, what is copied to a tensor is gone."""

    @pytest.fixture
    def bare(self, design: archspec.Design) -> nn.Module:
        with torch.device("meta"):
            return archspec.compile(design)

    def test_loading(self, model: nn.Module, bare: nn.Module) -> None:
        with pytest.raises(archspec.WeightsError, match=r"conv\.weight is on the meta device, .* model\.to_empty"):
            archspec.load_weights(bare, model.state_dict())
        bare.to_empty(device="cpu")
        assert archspec.load_weights(bare, model.state_dict()).complete
        assert same(model, bare)

    def test_loading_from_it(self, model: nn.Module, bare: nn.Module) -> None:
        before = copied(model)
        with pytest.raises(archspec.WeightsError, match=r"conv\.weight is on the meta device"):
            archspec.load_weights(model, bare.state_dict())
        assert all(torch.equal(before[name], tensor) for name, tensor in model.state_dict().items())

    def test_saving(self, bare: nn.Module, tmp_path: Path) -> None:
        with pytest.raises(archspec.WeightsError, match=r"conv\.weight is on the meta device"):
            archspec.save_weights(bare, tmp_path / "n.safetensors")


class Hostile:
    def __reduce__(self) -> Any:
        return (Path.touch, (Path("touched"),))


class TestFiles:
    @pytest.mark.filterwarnings("ignore:Detected pickle protocol")
    def test_a_pickle_that_runs_code(self, model: nn.Module, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        torch.save({"fc.bias": Hostile()}, "n.pth")
        Path("m.pth").write_bytes(pickle.dumps({"fc.bias": Hostile()}))
        for name in ("n.pth", "m.pth"):
            with pytest.raises(archspec.WeightsError, match=r"more than tensors, .*: Unsupported") as caught:
                archspec.load_weights(model, name)
            assert "weights_only" not in str(caught.value)  # no advice to run it after all
        assert not Path("touched").exists()

    def test_what_is_no_state_dict(self, model: nn.Module, tmp_path: Path) -> None:
        torch.save({"epoch": 3, "model": model.state_dict()}, tmp_path / "n.pth")
        with pytest.raises(archspec.WeightsError, match="epoch, model"):
            archspec.load_weights(model, tmp_path / "n.pth")

    @pytest.mark.parametrize("content", [b"", b"nonsense", b"\xff" * 64, b'\x08\0\0\0\0\0\0\0{"a":1}}'])
    def test_broken_safetensors(self, model: nn.Module, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "n.safetensors").write_bytes(content)
        with pytest.raises(archspec.WeightsError, match="no safetensors file"):
            archspec.load_weights(model, tmp_path / "n.safetensors")

    def test_only_safetensors_are_written(self, model: nn.Module, tmp_path: Path) -> None:
        for name in ("n.pt", "n", "safetensors"):
            with pytest.raises(archspec.WeightsError, match=r"does not end in \.safetensors"):
                archspec.save_weights(model, tmp_path / name)
        assert not list(tmp_path.glob("*n"))

    @pytest.mark.parametrize("name", ["n.pt", "n.SAFETENSORS", "n"])
    def test_a_file_is_known_by_what_is_in_it(
        self, design: archspec.Design, model: nn.Module, tmp_path: Path, name: str
    ) -> None:
        archspec.save_weights(model, tmp_path / "n.safetensors")
        (tmp_path / "n.safetensors").rename(tmp_path / name)
        other = archspec.compile(design)
        assert archspec.load_weights(other, tmp_path / name).network is True
        assert same(model, other)

    def test_no_file(self, model: nn.Module, tmp_path: Path) -> None:
        for name in ("n.safetensors", "n.pth"):
            with pytest.raises(FileNotFoundError):
                archspec.load_weights(model, tmp_path / name)
