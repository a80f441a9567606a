"""Sweeps: every variant equals the design that `load` gives, wherever the work is done."""

from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import archspec
from archspec.analysis.variant import Variant
from archspec.sweeping import CHUNK, alternatives, count
from archspec.targets import Expression

SPEC = """\
network net(width = 8, depth = 2, unit = relu) {
    input image: [3, 32, 32]
    repeat depth { conv(width, 3, padding=1) -> unit }
    conv(width * 2, 4, stride=3)
    global_avgpool -> flatten -> linear(10)
    assert params == 1
}
"""
LOOSE = SPEC.replace("    assert params == 1\n", "")


@pytest.fixture
def spec(tmp_path: Path) -> str:
    path = tmp_path / "net.arch"
    path.write_text(SPEC, encoding="utf-8")
    return str(path)


def test_every_variant_is_the_design_that_load_gives(spec: str) -> None:
    loose = Path(spec).with_name("loose.arch")
    loose.write_text(LOOSE, encoding="utf-8")
    found = list(archspec.sweep(spec, {"width": [4, 8], "depth": [0, 1, 3]}, [(3, 32, 32), (3, 33, 40)]))
    assert len(found) == count({"width": [4, 8], "depth": [0, 1, 3]}, [(1,), (2,)]) == 12
    for one in found:
        shape, width, depth = one.settings["input"], one.settings["width"], one.settings["depth"]
        design = archspec.load(loose, inputs=shape, width=width, depth=depth)
        assert (one.figures["parameters"], one.figures["macs"]) == (design.parameters, design.macs)
        assert one.figures["receptive_field"] == design.receptive_field
        assert one.figures["output"] == [10]
        assert one.kept
        assert not one.error
    assert [one.settings["depth"] for one in found[:4]] == [0, 1, 3, 0]
    assert {one.figures["stride"] for one in found} == {"lossy"}


def test_a_variant_with_an_error_is_one_row_and_spoils_no_other(spec: str) -> None:
    found = list(archspec.sweep(spec, {"width": [4, 0, 8]}))
    assert [bool(one.error) for one in found] == [False, True, False]
    assert found[1].error.startswith("AS301 ")
    assert not found[1].kept
    assert not found[1].figures


def test_where_speaks_of_figures_and_settings(spec: str) -> None:
    widths = {"width": list(range(1, 20))}
    found = list(archspec.sweep(spec, widths, where="parameters < 2000 and width % 2 == 1"))
    assert len(found) == 19
    expected = [one for one in found if one.figures["parameters"] < 2000 and one.settings["width"] % 2]
    assert [one for one in found if one.kept] == expected
    assert 0 < len(expected) < 19


@pytest.mark.parametrize("pool", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_any_executor_gives_the_same_in_order(spec: str, pool: type[Executor]) -> None:
    widths = {"width": list(range(1, 2 * CHUNK + 10))}
    alone = list(archspec.sweep(spec, widths))
    with pool(2) as executor:  # type: ignore[call-arg]
        spread: list[Variant] = list(archspec.sweep(spec, widths, executor=executor))
    assert spread == alone
    assert len({one.figures["parameters"] for one in alone}) == len(alone)


def test_a_cluster_of_dask_takes_the_work(spec: str) -> None:
    """Its executor is one of `concurrent.futures`; here the workers are threads of this process."""
    from distributed import Client

    widths = {"width": list(range(1, 2 * CHUNK + 10))}
    with Client(n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None) as client:
        spread = list(archspec.sweep(spec, widths, executor=client.get_executor()))
    assert spread == list(archspec.sweep(spec, widths))


def test_what_is_wrong_with_all_of_it_is_said_at_once(spec: str, tmp_path: Path) -> None:
    with pytest.raises(archspec.SpecError, match="AS1"):
        archspec.sweep(spec, {}, where="parameters <")
    with pytest.raises(archspec.TargetError, match="standard input"):
        archspec.sweep("-", {})
    with pytest.raises(archspec.TargetError, match="no network other"):
        archspec.sweep(f"{spec}:other", {})
    broken = tmp_path / "broken.arch"
    broken.write_text("network n {", encoding="utf-8")
    with pytest.raises(archspec.SpecError):
        archspec.sweep(str(broken), {})


@pytest.mark.parametrize(
    ("parameters", "inputs", "said"),
    [
        ({}, 32, "inputs: a sweep takes a list, not 32"),
        ({}, "333", "inputs: a sweep takes a list, not '333'"),
        ({}, [3, 32, 32], "inputs: a shape is a list of whole numbers, such as .*, not 3"),
        ({}, {"image": [[3, 32, 32.5]]}, r"inputs\['image'\]: 32.5 is no whole number"),
        ({"width": 8}, None, "width: a sweep takes a list, not 8"),
        ({"unit": "relu"}, None, "unit: a sweep takes a list, not 'relu'"),
    ],
)
def test_what_is_no_list_is_said_at_once(spec: str, parameters: Any, inputs: Any, said: str) -> None:
    with pytest.raises(TypeError, match=said):
        archspec.sweep(spec, parameters, inputs)


def test_an_unknown_name_in_where(spec: str) -> None:
    with pytest.raises(archspec.SpecError, match="AS201"):
        list(archspec.sweep(spec, {}, where="parmeters < 5"))


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1,2,3", ["1", "2", "3"]),
        ("[1, 2], [3, 4]", ["[1, 2]", "[3, 4]"]),
        ("[1, 2]", ["[1, 2]"]),
        ("range(8, 11)", ["8", "9", "10"]),
        ("[2 * i for i in range(3)]", ["0", "2", "4"]),
        ("relu, gelu", ["relu", "gelu"]),
        ("relu", ["relu"]),
        ("relu(inplace=true)", ["relu(inplace=true)"]),
    ],
)
def test_what_set_lists(text: str, values: list[str]) -> None:
    assert alternatives("x", Expression(text)) == [Expression(one) for one in values]
