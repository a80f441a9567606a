"""What others take for the same figures: `python -m benchmarks.peers NAME MODULE.py CLASS C,H,W`.

Each is given the network as plain PyTorch source, which imports nothing of archspec (Keras has one of its own), and
works on the meta device if it can: nothing is computed there. (The first random initialisation on that device makes
torch import its compiler; that is part of what its users wait for, and `warm` leaves it out.)
"""

import importlib.util
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def network(path: str, name: str) -> Any:
    """The class of a network from its source."""
    spec = importlib.util.spec_from_file_location("network", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return getattr(module, name)


def torchinfo(make: Any, shape: tuple[int, ...]) -> object:
    import torch
    from torchinfo import summary

    with torch.device("meta"):
        return summary(make(), input_data=torch.empty(1, *shape), verbose=0, device="meta")


def flop_counter(make: Any, shape: tuple[int, ...]) -> object:
    """Torch's own counter; it gives FLOPs only."""
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    with torch.device("meta"):
        module, image = make(), torch.empty(1, *shape)
    with FlopCounterMode(display=False) as counter:
        module(image)
    return counter.get_total_flops()


def fvcore(make: Any, shape: tuple[int, ...]) -> object:
    """It traces the network, which takes real tensors."""
    import torch
    from fvcore.nn import FlopCountAnalysis, parameter_count

    module = make().eval()
    flops = FlopCountAnalysis(module, torch.zeros(1, *shape)).unsupported_ops_warnings(False)
    return flops.total(), parameter_count(module)[""]


def onnx(make: Any, shape: tuple[int, ...]) -> object:
    """Export, and ONNX's shape inference; the weights are drawn, as the export wants them."""
    import torch
    from onnx import shape_inference

    made = torch.onnx.export(make().eval(), (torch.rand(1, *shape),), dynamo=True, verbose=False)
    assert made is not None
    return shape_inference.infer_shapes(made.model_proto)


def keras(make: Any, shape: tuple[int, ...]) -> object:
    """The table of the ResNet-152 that Keras has, on torch; it knows no PyTorch source."""
    os.environ.setdefault("KERAS_BACKEND", "torch")
    from keras import applications

    lines: list[str] = []
    applications.ResNet152(weights=None, input_shape=(*shape[1:], shape[0])).summary(print_fn=lines.append)
    return lines


PEERS: dict[str, Callable[[Any, tuple[int, ...]], object]] = {
    "torchinfo": torchinfo,
    "flop_counter": flop_counter,
    "fvcore": fvcore,
    "onnx": onnx,
    "keras": keras,
}


def warm(name: str, path: str, network_name: str, shape: tuple[int, ...]) -> float:
    """Seconds for building and analysing a network when all that is imported is there."""
    make = network(path, network_name)
    PEERS[name](make, shape)
    start = time.process_time()
    PEERS[name](make, shape)
    return time.process_time() - start


if __name__ == "__main__":
    chosen, path, network_name, sizes = sys.argv[1:5]
    entering = tuple(int(size) for size in sizes.split(","))
    if sys.argv[5:] == ["warm"]:
        print(warm(chosen, path, network_name, entering))
    else:
        assert Path(path).exists()
        PEERS[chosen](network(path, network_name), entering)
