"""What is raised travels between processes: text and attributes arrive. A pool waits for ever for what cannot."""

import pickle
from collections.abc import Callable

import pytest

import archspec
from archspec.core.report import report
from archspec.operators import DoesNotFit


def broken() -> object:
    return archspec.load("seeds/mnist_inception_broken")


def asked_wrongly() -> object:
    return list(archspec.sweep("seeds/lenet5", {}, where="parmeters < 5"))


def refused() -> object:
    raise DoesNotFit("no", at="groups", inputs=(1,), notes=("8 / 3",), help="4", rule="AS404")


CALLS: dict[str, Callable[[], object]] = {
    "SpecError": broken,
    "SpecError of a condition": asked_wrongly,
    "TargetError": lambda: archspec.load("nowhere"),
    "PluginError": lambda: archspec.use("no module"),
    "NoSuchModule": lambda: archspec.load("seeds/lenet5")["nothing"],
    "BadSetting": lambda: archspec.estimate("seeds/lenet5", device="a100"),
    "CannotDraw": lambda: archspec.render(archspec.load("seeds/lenet5"), format="gif"),
    "WeightsError": lambda: archspec.load_weights(archspec.compile(archspec.load("seeds/lenet5")), {}),
    "DoesNotFit": refused,
}


@pytest.mark.parametrize("name", CALLS)
def test_it_is_the_same_in_another_process(name: str) -> None:
    with pytest.raises(Exception) as caught:  # noqa: PT011 — its class is compared below
        CALLS[name]()
    error = caught.value
    assert type(error).__name__ == name.partition(" ")[0]
    twin = pickle.loads(pickle.dumps(error))
    assert (type(twin), str(twin), twin.args) == (type(error), str(error), error.args)
    for attribute, value in vars(error).items():
        if attribute == "diagnostics":  # sources are themselves and equal to no other
            assert report(twin.diagnostics, "text") == report(value, "text")
        elif attribute != "draft":
            assert getattr(twin, attribute) == value
    assert getattr(twin, "draft", None) is None
