"""Estimates against torch: what its graph keeps, what its allocator would count, what its optimizers hold."""

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.distributed._tools.mem_tracker import MemTracker

import archspec
from archspec.analysis.estimate.devices import DEVICES, custom
from archspec.analysis.estimate.rows import groups, rows
from archspec.analysis.estimate.setting import OPTIMIZERS, BadSetting, Figures, Setting, setting_of
from archspec.analysis.estimate.totals import estimate
from archspec.analysis.outline import OPEN

BATCH = 2
NETWORKS = {
    "torchvision/alexnet": (3, 64, 64),
    "seeds/vgg16": (3, 32, 32),
    "torchvision/resnet50": (3, 64, 64),
    "torchvision/googlenet": (3, 64, 64),
    "torchvision/mobilenet_v2": (3, 64, 64),
    "torchvision/densenet121": (3, 64, 64),
    "torchvision/convnext_tiny": (3, 64, 64),
    "torchvision/swin_t": (3, 64, 64),
    "torchvision/vit_b_32": (3, 224, 224),
}


def built(design: archspec.Design) -> nn.Module:
    """The module in training mode; its weights start fast, not well."""
    started = {name: getattr(nn.init, name) for name in ("trunc_normal_", "kaiming_normal_", "kaiming_uniform_")}
    try:
        for name in started:
            setattr(nn.init, name, lambda tensor, *_, **__: tensor)
        module = archspec.compile(design)
    finally:
        for name, function in started.items():
            setattr(nn.init, name, function)
    return module.train()


def kept_by_torch(module: nn.Module, tensor: torch.Tensor) -> int:
    """The bytes that autograd keeps, each storage once, without parameters, buffers and the batch."""
    apart = {one.untyped_storage().data_ptr() for one in (*module.parameters(), *module.buffers(), tensor)}
    held: dict[int, tuple[int, torch.Tensor]] = {}

    def note(one: torch.Tensor) -> torch.Tensor:
        if (at := one.untyped_storage().data_ptr()) not in apart:
            held[at] = (one.untyped_storage().nbytes(), one)
        return one

    with torch.autograd.graph.saved_tensors_hooks(note, lambda one: one):
        module(tensor)
    return sum(size for size, _ in held.values())


def masks(design: archspec.Design) -> int:
    """By how much masks of dropout are larger on the CPU than the estimate, which is for CUDA, says."""
    wider = 0
    for row in archspec.analysis.flat.rows(design.module, "train"):
        if row.layer.op == "dropout" and row.runs and 0 < row.layer.call.keywords.get("p", 0.5) < 1:  # type: ignore[union-attr]
            wider += 3 * BATCH * row.layer.output.elements
    return wider


LARGE = {"seeds/vgg16", "torchvision/vit_b_32", "torchvision/densenet121", "torchvision/convnext_tiny"}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] if name in LARGE else []) for name in NETWORKS]
)
def test_keeps_what_torch_keeps(name: str) -> None:
    design = archspec.load(name, inputs=NETWORKS[name])
    module = built(design)
    expected = kept_by_torch(module, torch.rand(BATCH, *design.inputs["image"]))
    assert estimate(design.module, Setting(BATCH, train=True)).activations + masks(design) == expected


def test_autocast_keeps_what_torch_keeps() -> None:
    """Copies of weights and values in low precision among them."""
    design = archspec.load("torchvision/resnet18", inputs=(3, 64, 64))
    module = built(design)
    with torch.autocast("cpu", torch.bfloat16):
        expected = kept_by_torch(module, torch.rand(BATCH, 3, 64, 64))
    found = estimate(design.module, Setting(BATCH, train=True, dtype="bf16", amp=True))
    assert found.activations == expected


def step_of(design: archspec.Design, train: bool, optimizer: str) -> int:
    """The peak that torch's own tracker counts in the second step, on tensors that are not there."""
    made: dict[str, Any] = {
        "sgd": lambda weights: torch.optim.SGD(weights, 0.1, foreach=True),
        "momentum": lambda weights: torch.optim.SGD(weights, 0.1, momentum=0.9, foreach=True),
        "adamw": lambda weights: torch.optim.AdamW(weights, foreach=True),
    }
    with FakeTensorMode(allow_non_fake_inputs=True):
        module = built(design).train(train)
        tensor = torch.empty(BATCH, *next(iter(design.inputs.values())))
        stepping = made[optimizer](module.parameters())
        tracker = MemTracker()
        tracker.track_external(module, stepping, tensor)
        with tracker, torch.set_grad_enabled(train):
            for _ in range(2 if train else 1):
                output = module(tensor)
                if train:
                    output.sum().backward()
                    stepping.step()
                    stepping.zero_grad()
                    tracker.reset_mod_stats()
                    del output
        total: int = next(iter(tracker.get_tracker_snapshot("peak").values()))["Total"]
    return total


@pytest.mark.parametrize(
    ("name", "train", "optimizer"),
    [
        pytest.param("torchvision/resnet18", True, "momentum", marks=pytest.mark.slow),
        ("torchvision/resnet18", False, "sgd"),
        pytest.param("torchvision/squeezenet1_1", True, "momentum", marks=pytest.mark.slow),
        ("torchvision/squeezenet1_1", False, "sgd"),
        ("seeds/lenet5", True, "adamw"),
    ],
)
def test_peaks_where_torch_does(name: str, train: bool, optimizer: str) -> None:
    design = archspec.load(name)
    expected = step_of(design, train, optimizer)
    found = estimate(design.module, Setting(BATCH, train, optimizer=optimizer))
    # code that nests a call in another holds a value a little longer
    assert found.peak == pytest.approx(expected, rel=0.03)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizers_hold_what_torch_s_hold(name: str) -> None:
    classes = {"momentum": "SGD", "sgd": "SGD", "adam": "Adam", "adamw": "AdamW", "rmsprop": "RMSprop"}
    weight = nn.Parameter(torch.rand(1000))
    options = {"momentum": 0.9} if name == "momentum" else {}
    stepping = getattr(torch.optim, classes.get(name, name.capitalize()))([weight], lr=0.1, **options)
    weight.sum().backward()
    stepping.step()
    held = [one for one in stepping.state[weight].values() if isinstance(one, torch.Tensor) and one.numel() > 1]
    assert OPTIMIZERS[name].states * weight.numel() == sum(one.numel() for one in held)


# --- laws ---

STEPS = "residual { conv(8, 3, padding=1) -> batchnorm -> relu -> dropout(0.5) -> conv(8, 3, padding=1) } -> relu"


def spec(tmp_path: Path, body: str, name: str = "net.arch") -> archspec.Design:
    path = tmp_path / name
    text = (
        f"network net {{\n    input image: [8, 16, 16]\n    {body}\n    global_avgpool -> flatten -> linear(10)\n}}\n"
    )
    path.write_text(text, encoding="utf-8")
    return archspec.load(path)


@pytest.mark.parametrize("train", [True, False])
@pytest.mark.parametrize("count", [1, 2, 3, 7])
@pytest.mark.parametrize("amp", [True, False])
def test_equal_iterations_are_as_those_written_out(tmp_path: Path, count: int, train: bool, amp: bool) -> None:
    folded = spec(tmp_path, f"repeat {count} {{ {STEPS} }}", "folded.arch")
    written = spec(tmp_path, "\n".join([STEPS] * count), "written.arch")
    setting = Setting(3, train, "bf16" if amp else "fp32", amp, device=DEVICES["t4"])
    first, second = estimate(folded.module, setting), estimate(written.module, setting)
    assert first.activations == second.activations
    assert first.peak == pytest.approx(second.peak, rel=0.01)
    assert first.seconds == pytest.approx(second.seconds)
    assert first.figures.parameters == second.figures.parameters


def test_a_million_equal_blocks_are_arithmetic(tmp_path: Path) -> None:
    few, many = (spec(tmp_path, f"repeat {n} {{ {STEPS} }}", f"of{n}.arch") for n in (1000, 1_000_000))
    setting = Setting(8, train=True)
    one = estimate(few.module, setting).activations - estimate(spec(tmp_path, STEPS).module, setting).activations
    assert estimate(many.module, setting).activations == estimate(few.module, setting).activations + one * 1000
    assert len(list(rows(many.module, setting))) < 20


@pytest.mark.parametrize("name", ["seeds/googlenet", "torchvision/swin_t", "classics/fpn_resnet50"])
@pytest.mark.parametrize("train", [True, False])
def test_rows_add_up(name: str, train: bool) -> None:
    module = archspec.load(name).module
    setting = Setting(4, train, device=DEVICES["l4"])
    whole = estimate(module, setting)
    listed = [row.figures for row in rows(module, setting) if row.kind != OPEN]
    folded = [row.figures for row in rows(module, setting, 1) if row.kind != OPEN]
    by_op = [figures for _, _, figures in groups(module, setting, "op")]
    by_block = [figures for _, _, figures in groups(module, setting, "block")]
    for parts in (listed, folded, by_op, by_block):
        total = Figures()
        for figures in parts:
            total = total.plus(figures)
        assert total[:6] == whole.figures[:6]
        assert total[6:] == pytest.approx(whole.figures[6:])


def test_parts_that_do_not_run_take_memory() -> None:
    design = archspec.load("seeds/googlenet")
    trained, run = (estimate(design.module, Setting(1, train)) for train in (True, False))
    assert trained.parameters == run.parameters == 4 * design.parameters
    assert trained.buffers == run.buffers


def test_memory_grows_with_the_batch_and_shrinks_with_the_type() -> None:
    module = archspec.load("seeds/vgg16").module
    one, ten = (estimate(module, Setting(batch, train=True)) for batch in (1, 10))
    assert ten.activations == 10 * one.activations
    half = estimate(module, Setting(10, train=True, dtype="bf16"))
    pixels = 64 * 112**2 + 128 * 56**2 + 256 * 28**2 + 512 * (14**2 + 7**2)
    indices_and_masks = 10 * (8 * pixels + 2 * 4096)  # these stay as they are
    assert 2 * half.activations - ten.activations == indices_and_masks
    copies = estimate(module, Setting(10, train=True, dtype="bf16", master=True))
    assert copies.optimizer - half.optimizer == half.figures.parameters * (12 - 4)


def test_shared_memory_counts_once(tmp_path: Path) -> None:
    """A convolution keeps its input, which is the output that the ReLU before it keeps."""
    design = spec(tmp_path, "conv(8, 3, padding=1) -> relu -> conv(8, 3, padding=1) -> relu")
    kept = [(row.op, row.figures.kept) for row in rows(design.module, Setting(1, train=True))]
    layer = 4 * 8 * 16 * 16
    assert kept[:4] == [("conv", 0), ("relu", layer), ("conv", 0), ("relu", layer)]


def test_the_roofline_of_a_convolution(tmp_path: Path) -> None:
    design = spec(tmp_path, "conv(8, 3, padding=1, bias=false)")
    layer, weights, macs = 4 * 8 * 16 * 16, 4 * 8 * 8 * 9, 8 * 16 * 16 * 8 * 9
    slow, starved = custom(1e6, 1e15), custom(1e15, 1e3)
    for device, forward, backward in (
        (slow, 2 * macs / 1e6, 2 * macs / 1e6),  # the batch wants no gradient: that of the weights is all there is
        (starved, (2 * layer + weights) / 1e3, (2 * layer + weights) / 1e3),
    ):
        (row, *_) = rows(design.module, Setting(1, train=True, device=device))
        assert (row.figures.forward, row.figures.backward) == pytest.approx((forward, backward))
        assert row.figures.bound == pytest.approx(forward + backward if device is slow else 0.0)


def test_every_network_has_an_estimate() -> None:
    """The largest of each folder, in all types."""
    for name in (
        "torchvision/deeplabv3_resnet50",
        "classics/fpn_resnet50",
        "slim/inception_v3",
        "torchvision/maxvit_t",
    ):
        module = archspec.load(name).module
        for setting in (
            Setting(64, train=True, device=DEVICES["h100-sxm"]),
            Setting(64, True, "bf16", True, device=DEVICES["h100-sxm"]),
            Setting(1, False, "fp16", device=DEVICES["v100"]),
        ):
            found = estimate(module, setting)
            assert found.peak > found.parameters + found.activations > 0
            assert found.seconds > 0


@pytest.mark.parametrize(
    ("given", "of", "words"),
    [
        ({"batch": 0}, "batch", "1 or more"),
        ({"batch": 2**50}, "batch", "at most"),
        ({"batch": 2.5}, "batch", "2.5 samples; it takes a whole number"),
        ({"dtype": "bf61"}, "dtype", "did you mean bf16"),
        ({"amp": True}, "amp", "changes nothing"),
        ({"optimizer": "adamv"}, "optimizer", "did you mean adam"),
        ({"master": True, "train": True}, "master", "already"),
        ({"master": True, "dtype": "bf16"}, "master", "training"),
        ({"device": "a100"}, "device", "a100-40gb or a100-80gb"),
        ({"device": ""}, "device", "there are h100-sxm"),
    ],
)
def test_refuses_settings_that_there_are_not(given: dict[str, Any], of: str, words: str) -> None:
    with pytest.raises(BadSetting, match=words) as raised:
        setting_of(**given)
    assert raised.value.of == of


def test_devices_have_plausible_peaks() -> None:
    for name, device in DEVICES.items():
        peaks = dict(device.peaks)
        assert peaks["fp32"] <= peaks["tf32"] <= peaks["fp16"], name
        assert device.peak("bf16") in (peaks["fp16"], peaks["fp32"]), name
        assert 1e11 < device.bandwidth < 1e13 and device.memory > 8 * 2**30, name


def test_the_library_takes_names_and_designs() -> None:
    found = archspec.estimate("seeds/lenet5", 32, train=True, dtype="float16", device="T4", num_classes=7)
    assert found.setting.dtype == "fp16" and found.seconds > 0
    assert archspec.estimate(archspec.load("seeds/lenet5")).seconds == 0
    with pytest.raises(ValueError, match="no device"):
        archspec.estimate("seeds/lenet5", device="abacus")
