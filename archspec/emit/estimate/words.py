"""What an estimate says in sentences: its setting, its sums, its peak and its time."""

from archspec.analysis.estimate.setting import Setting
from archspec.analysis.estimate.totals import Estimate
from archspec.emit.figures import amount, compact, grouped

NOTE = (
    "Memory is what tensors take: workspaces of cuDNN and cuBLAS and what the allocator leaves unused come on top. "
    "Time is a lower bound: each layer at the device's published peak of arithmetic or memory, whichever takes longer."
)
MEMORY_NOTE = NOTE.partition(" Time is")[0]


def setting_words(setting: Setting) -> str:
    """`training with adamw, 32 samples in bf16, on NVIDIA A100 80 GB SXM`"""
    what = f"training with {setting.optimizer}" if setting.train else "inference"
    if setting.train and setting.copies:
        what += " and float32 copies of the weights"
    kind = f"float32 with {setting.dtype} autocast" if setting.amp else setting.dtype
    said = f"{what}, {grouped(setting.batch)} sample{'s' * (setting.batch != 1)} in {kind}"
    return said + (f", on {setting.device.name}" if setting.device else "")


def facts_of(found: Estimate) -> list[tuple[str, str]]:
    """Names and what is said of them."""
    setting = found.setting
    rows = [
        ("setting", setting_words(setting)),
        ("parameters", amount(found.parameters) + (f", and {amount(found.buffers)} of buffers" * bool(found.buffers))),
    ]
    if setting.train:
        rows += [
            ("gradients", amount(found.gradients)),
            ("optimizer", amount(found.optimizer)),
            ("activations", f"{amount(found.activations)} kept for the backward pass"),
        ]
    rows += [
        ("batch", f"{amount(found.inputs)} in, {amount(found.outputs)} out"),
        ("peak memory", _peak(found)),
    ]
    if setting.device is not None:
        rows.append(("time", _time(found)))
    return rows


def phase_of_peak(found: Estimate) -> str:
    """Where the peak is: "forward", "backward" or "optimizer"."""
    peaks = {"forward": found.forward_peak, "backward": found.backward_peak, "optimizer": found.optimizer_peak}
    return max(peaks, key=lambda name: peaks[name])


def _peak(found: Estimate) -> str:
    where = {
        "forward": "in the forward pass",
        "backward": "in the backward pass",
        "optimizer": "in the optimizer's step",
    }
    said = f"{amount(found.peak)}, {where[phase_of_peak(found)]}"
    room = found.setting.device.memory if found.setting.device else 0
    if room:
        share = 100 * found.peak / room
        said += f"; {share:,.1f} % of the device's {room // 2**30} GiB" + (": it does not fit" if share > 100 else "")
    return said


def _time(found: Estimate) -> str:
    figures = found.figures
    parts = [f"forward {duration(figures.forward)}"]
    if found.setting.train:
        parts += [f"backward {duration(figures.backward)}", f"optimizer {duration(found.update)}"]
    rate = f"at most {compact(int(found.setting.batch / found.seconds))} samples a second" if found.seconds else ""
    limit = f"arithmetic is the limit for {100 * figures.bound / found.seconds:.0f} % of it" if found.seconds else ""
    return f"at least {duration(found.seconds)} ({', '.join(parts)}); {rate}; {limit}"


def duration(seconds: float) -> str:
    """Three digits and a unit: `7.22 ms`."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= 0.9995 * size:
            scaled = seconds / size
            digits = 2 if scaled < 9.995 else 1 if scaled < 99.95 else 0
            return f"{scaled:,.{digits}f} {unit}"
    return f"{seconds / 1e-9:,.0f} ns"
