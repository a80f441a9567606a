"""Devices by name, with the peaks that their makers publish: dense arithmetic, without sparsity, at boost clock.

Nothing is computed from these figures but a bound: no program reaches a published peak.
"""

from typing import NamedTuple

T, G = 10**12, 10**9


class Device(NamedTuple):
    """A device: FLOP a second for each type of number, bytes a second from its memory, and how large that is.

    A type that is not among its peaks runs as fast as float32 does: it is converted, or done in float32.
    """

    name: str
    peaks: tuple[tuple[str, float], ...]
    bandwidth: float
    memory: int = 0

    def peak(self, dtype: str) -> float:
        known = dict(self.peaks)
        return known.get(dtype, known["fp32"])


def _device(
    name: str, fp32: float, tf32: float, half: float, bandwidth: float, memory: int, bf16: bool = True
) -> Device:
    peaks = {"fp32": fp32 * T, "tf32": (tf32 or fp32) * T, "fp16": half * T}
    if bf16:
        peaks["bf16"] = half * T
    return Device(name, tuple(peaks.items()), bandwidth * G, memory * 2**30)


DEVICES = {
    # NVIDIA H100 Tensor Core GPU data sheet: SXM and PCIe columns, halved where it counts sparsity
    "h100-sxm": _device("NVIDIA H100 SXM", 67, 494.7, 989.4, 3350, 80),
    "h100-pcie": _device("NVIDIA H100 PCIe", 51, 378, 756, 2000, 80),
    # NVIDIA H200 Tensor Core GPU data sheet
    "h200": _device("NVIDIA H200 SXM", 67, 494.7, 989.4, 4800, 141),
    # NVIDIA A100 Tensor Core GPU data sheet
    "a100-40gb": _device("NVIDIA A100 40 GB", 19.5, 156, 312, 1555, 40),
    "a100-80gb": _device("NVIDIA A100 80 GB SXM", 19.5, 156, 312, 2039, 80),
    # NVIDIA A10 data sheet
    "a10": _device("NVIDIA A10", 31.2, 62.5, 125, 600, 24),
    # NVIDIA L4 and L40S data sheets, halved where they count sparsity
    "l4": _device("NVIDIA L4", 30.3, 60, 121, 300, 24),
    "l40s": _device("NVIDIA L40S", 91.6, 183, 362, 864, 48),
    # NVIDIA Tesla V100 data sheet (SXM2) and NVIDIA T4 data sheet: no bfloat16, no TF32
    "v100": _device("NVIDIA V100 SXM2 32 GB", 15.7, 0, 125, 900, 32, bf16=False),
    "t4": _device("NVIDIA T4", 8.1, 0, 65, 320, 16, bf16=False),
    # NVIDIA Ada GPU architecture white paper, appendix A: half precision adding up in float32, as torch has it
    "rtx-4090": _device("NVIDIA GeForce RTX 4090", 82.6, 82.6, 165.2, 1008, 24),
    # NVIDIA Ampere GA102 GPU architecture white paper, appendix A
    "rtx-3090": _device("NVIDIA GeForce RTX 3090", 35.6, 35.6, 71, 936, 24),
}


def custom(flops: float, bandwidth: float) -> Device:
    """A device of one's own: FLOP a second in the type asked for, and bytes a second."""
    return Device("a device of these figures", (("fp32", flops),), bandwidth)
