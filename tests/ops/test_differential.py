"""Every operator of the registry against torch, on random arguments and shapes."""

from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from operator_strategies import Case, cases
from torch_agreement import compare

from archspec.core.layer import Layer, ModuleCall, Product
from archspec.core.shape import Shape
from archspec.emit.torch.support import SUPPORT
from archspec.ops import OPERATORS, DoesNotFit, conv

pytestmark = [
    pytest.mark.filterwarnings("ignore:Using padding='same'"),  # torch says that it copies; fine
    pytest.mark.filterwarnings("ignore:dropout option adds dropout"),  # archspec refuses it
]

FLOOR = 100  # cases that must be taken, so that agreeing to refuse is not all there is

EXAMPLES = {
    "conv": 800, "depthwise": 400, "conv_transpose": 600, "maxpool": 600, "avgpool": 600, "l2pool": 250,
    "upsample": 500, "linear": 300, "split": 300, "chunk": 250, "glu": 300, "rearrange": 400,
}  # fmt: skip


def taken(name: str, examples: int, phases: tuple[Phase, ...] = (Phase.generate, Phase.shrink)) -> Counter[str]:
    """Compare so many random cases; what was built for those that both sides take, and how often."""
    counts: Counter[str] = Counter()

    @settings(
        max_examples=examples,
        phases=phases,
        derandomize=True,
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(cases(OPERATORS[name]))
    def agree(case: Case) -> None:
        layer = compare(case)
        if layer is not None:
            counts[getattr(layer.call, "target", "")] += 1

    agree()
    return counts


@pytest.mark.parametrize("name", sorted(OPERATORS))
def test_agrees_with_torch(name: str) -> None:
    counts = taken(name, EXAMPLES.get(name, 200))
    assert counts.total() >= FLOOR, counts
    kinds = {"conv": "Conv", "maxpool": "MaxPool", "avgpool": "AvgPool"}
    if name in kinds:  # our own modules too
        assert {target for target in SUPPORT if kinds[name] in target} <= set(counts), counts


def without(key: str) -> Callable[[Layer], Layer]:
    """Leave an argument out of the call."""

    def changed(layer: Layer) -> Layer:
        call = layer.call
        if not isinstance(call, ModuleCall):
            return layer
        return layer._replace(call=call._replace(keywords={k: v for k, v in call.keywords.items() if k != key}))

    return changed


def renamed_bias(layer: Layer) -> Layer:
    return layer._replace(weights={key.replace("bias", "biases"): shape for key, shape in layer.weights.items()})


def groups_in_macs(layer: Layer) -> Layer:
    channels = layer.inputs[0].channels
    factors = [(name, channels if "per group" in name else number) for name, number in layer.products[0].factors]
    return layer._replace(products=(Product.of(*factors),))


def macs_at_output(layer: Layer) -> Layer:
    sizes = iter(layer.output.spatial)
    factors = [(name, next(sizes) if name in SIZES else number) for name, number in layer.products[0].factors]
    return layer._replace(products=(Product.of(*factors),))


SIZES = {"input length", "input depth", "input height", "input width"}


def undilated_window(layer: Layer) -> Layer:
    return layer._replace(windows=tuple(window._replace(dilation=1) for window in layer.windows))  # type: ignore[call-arg]


def swapped_output(layer: Layer) -> Layer:
    return layer._replace(outputs=(Shape(reversed(layer.output.sizes), layer.output.roles),))


def forgotten_counter(layer: Layer) -> Layer:
    return layer._replace(buffers={key: shape for key, shape in layer.buffers.items() if "tracked" not in key})


def refused_stride(layer: Layer) -> Layer:
    if getattr(layer.windows[0], "stride", 1) > 1:
        raise DoesNotFit("too far", at="stride")
    return layer


def unmoved_blocks(layer: Layer) -> Layer:
    return layer._replace(windows=tuple(window._replace(shift=0) for window in layer.windows))  # type: ignore[call-arg]


def no_windows(layer: Layer) -> Layer:
    return layer._replace(windows=(), mixes=False)


def backwards(layer: Layer) -> Layer:
    return layer._replace(windows=tuple(window._replace(by=-window.by) for window in layer.windows))  # type: ignore[call-arg, union-attr]


def one_product_less(layer: Layer) -> Layer:
    return layer._replace(products=layer.products[1:])


def other_order(layer: Layer) -> Layer:
    return layer._replace(weights=dict(reversed(layer.weights.items())))


BUGS: list[tuple[str, Callable[[Layer], Layer]]] = [
    ("conv", without("stride")),
    ("conv", without("groups")),
    ("conv", without("padding_mode")),
    ("conv", renamed_bias),
    ("conv", groups_in_macs),
    ("conv", undilated_window),
    ("conv", refused_stride),
    ("conv_transpose", macs_at_output),
    ("conv_transpose", without("output_padding")),
    ("linear", renamed_bias),
    ("maxpool", without("ceil_mode")),
    ("avgpool", without("count_include_pad")),
    ("batchnorm", forgotten_counter),
    ("batchnorm", without("eps")),
    ("upsample", without("align_corners")),
    ("concat", swapped_output),
    ("attention", one_product_less),
    ("instancenorm", forgotten_counter),
    ("layernorm", without("eps")),
    ("locally_connected", no_windows),
    ("locally_connected", without("stride")),
    ("lstm", one_product_less),
    ("lstm", other_order),
    ("matmul", swapped_output),
    ("pad", no_windows),
    ("permute", swapped_output),
    ("permute", no_windows),
    ("pixel_shuffle", no_windows),
    ("rearrange", no_windows),
    ("roll", backwards),
    ("select", no_windows),
    ("slice", no_windows),
    ("window_attention", unmoved_blocks),
    ("window_attention", without("qkv_bias")),
    ("window_attention", one_product_less),
]


@pytest.mark.parametrize(("name", "bug"), BUGS, ids=lambda one: one if isinstance(one, str) else one.__qualname__)
def test_sees_a_planted_bug(name: str, bug: Callable[[Layer], Layer], monkeypatch: pytest.MonkeyPatch) -> None:
    right = OPERATORS[name].layer
    monkeypatch.setattr(OPERATORS[name], "layer", lambda op, *inputs: bug(right(op, *inputs)))
    with pytest.raises((AssertionError, RuntimeError)):
        taken(name, EXAMPLES.get(name, 200), (Phase.generate,))


def test_sees_a_check_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conv, "check_groups", lambda *_: None)
    with pytest.raises((AssertionError, ValueError)):
        taken("conv", EXAMPLES["conv"], (Phase.generate,))
