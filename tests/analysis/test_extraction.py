"""Parts of networks: what they give is what the whole network computes there, with its weights under its names."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import torch
from agreement import agree, entries, inputs
from random_specs import spec
from torch import nn

import archspec
from archspec.analysis.extraction import paths


def load(tmp_path: Path, text: str) -> archspec.Design:
    path = tmp_path / "spec.arch"
    path.write_text(text, encoding="utf-8")
    return archspec.load(path)


def values(model: nn.Module, given: list[torch.Tensor], names: Iterable[str]) -> dict[str, Any]:
    """What modules of a network give when it runs, at their first use."""
    found: dict[str, Any] = {}
    modules = dict(model.named_modules())

    def keep(name: str) -> Any:
        def hook(_module: nn.Module, _given: Any, out: Any) -> None:  # what a hook returns would take its place
            found.setdefault(name, out)

        return hook

    hooks = [modules[name].register_forward_hook(keep(name)) for name in names]
    with torch.no_grad():
        model(*given)
    for hook in hooks:
        hook.remove()
    return found


def compare(design: archspec.Design, wanted: list[str]) -> None:
    """Extracted values are those that hooks see in the whole network, with its weights loaded by name."""
    torch.manual_seed(0)
    whole = archspec.compile(design).eval()
    given = dict(zip(design.inputs, inputs(design, "cpu"), strict=True))
    expected = values(whole, list(given.values()), wanted)
    part = design.with_outputs(*wanted)
    model = archspec.compile(part).eval()
    left = model.load_state_dict(whole.state_dict(), strict=False)
    assert left.missing_keys == []
    assert entries(part).items() <= entries(design).items()
    with torch.no_grad():
        made = model(*(given[name] for name in part.inputs))
    if len(wanted) == 1:
        made = {wanted[0]: made} if isinstance(made, torch.Tensor) else made
    for name in wanted:
        if isinstance(expected[name], torch.Tensor):
            assert torch.allclose(made[name], expected[name], atol=1e-5), name
    agree(part, model)


@pytest.mark.parametrize("seed", range(8))
def test_random_networks(seed: int, tmp_path: Path) -> None:
    design = load(tmp_path, spec(seed))
    known = list(paths(design.module))
    for wanted in (known[seed % len(known) :][:1], known[:: max(1, len(known) // 3)]):
        compare(design, wanted)


REPEATS = """
block Unit { residual { conv1: conv(in.channels, 3, padding=1) -> bn: batchnorm -> relu } }
network n(classes = 10, depth = 5) {
    "Repeats within repeats."
    input image: [4, 8, 8]
    body: { repeat depth { Unit; repeat 2 { conv(4, 1) -> relu } } }
    named: { repeat 4 as i { "unit{i + 1}": Unit } }
    shared twin: Unit
    a: twin -> b: twin
    if training { output aux: { global_avgpool -> flatten -> linear(classes) } }
    left: conv(4, 1)
    (b) -> right: conv(6, 1)
    (left, right) -> concat
    pool: global_avgpool -> flatten
    fc: linear(classes)
}
"""


class TestRepeats:
    @pytest.fixture
    def design(self, tmp_path: Path) -> archspec.Design:
        return load(tmp_path, REPEATS)

    @pytest.mark.parametrize(
        "wanted",
        [
            ["body.0.bn"], ["body.10.conv1"], ["named.unit3"], ["named.unit1.bn", "named.unit4"],
            ["body", "named", "fc"], ["twin.bn"], ["left"], ["right"], ["body.24"], ["body.2", "body.3", "body.13"],
        ],
    )  # fmt: skip
    def test_values(self, design: archspec.Design, wanted: list[str]) -> None:
        compare(design, wanted)

    def test_what_is_left_out(self, design: archspec.Design) -> None:
        part = design.until("named.unit2")
        assert not [key for key in entries(part) if key.startswith(("named.unit3", "twin", "left", "aux", "fc"))]
        assert part.outputs.keys() == {"output"}

    def test_loops_stay_around_what_is_wanted(self, design: archspec.Design) -> None:
        made = archspec.to_source(design.with_outputs("named.unit1", "body.11"))
        assert "for _ in range(2)" in made

    def test_names_of_outputs(self, design: archspec.Design) -> None:
        assert list(design.with_outputs("left", low="body").outputs) == ["left", "low"]
        model = archspec.compile(design, outputs={"low": "body", "high": "fc"})
        assert set(model(torch.rand(2, 4, 8, 8))) == {"low", "high"}
        assert archspec.compile(design, until="left")(torch.rand(2, 4, 8, 8)).shape == (2, 4, 8, 8)

    def test_a_part_is_a_design(self, design: archspec.Design) -> None:
        unit = design["named.unit2"]
        assert unit.network == "unit2" and unit.inputs.keys() == {"in"}
        whole = archspec.compile(design).eval()
        model = archspec.compile(unit).eval()
        state = {key.removeprefix("named.unit2."): value for key, value in whole.state_dict().items()}
        assert model.load_state_dict(state, strict=False).missing_keys == []
        x = torch.rand(2, 4, 8, 8)
        assert torch.equal(model(x), whole.named.unit2(x))  # type: ignore[union-attr,operator]
        agree(unit, model)
        agree(design["named"]["unit3.bn"], archspec.compile(design["named.unit3.bn"]))
        assert design["body.1"].parameters == 4 * 4 + 4

    def test_the_source_says_what_it_is(self, design: archspec.Design) -> None:
        assert "spec.arch, until left." in archspec.to_source(design.until("left")).splitlines()[0]
        assert "spec.arch, named." in archspec.to_source(design["named"]).splitlines()[0]

    def test_parts_have_all_that_designs_have(self, design: archspec.Design, tmp_path: Path) -> None:
        part = design.with_outputs("named.unit2", "fc")
        assert [row.path for row in part.layers()][-1] == "fc"
        assert archspec.render(part, tmp_path / "part.mmd") is not None or (tmp_path / "part.mmd").exists()
        assert part.parameters < design.parameters


class TestReplace:
    def test_parameters_and_inputs(self, tmp_path: Path) -> None:
        design = load(tmp_path, REPEATS)
        assert design.replace(classes=3).output.sizes == (3,)
        assert design.replace(classes=3).replace(depth=2).output.sizes == (3,)
        assert design.replace(inputs=[4, 12, 12]).inputs["image"].sizes == (4, 12, 12)
        assert design.replace(depth=2).until("body").replace(inputs=[4, 6, 6]).output.sizes == (4, 6, 6)
        assert design["fc"].replace(classes=4).output.sizes == (4,)
        assert design.output.sizes == (10,)

    def test_errors_are_those_of_load(self, tmp_path: Path) -> None:
        design = load(tmp_path, REPEATS)
        for wrong in ({"clases": 3}, {"classes": -1}, {"depth": "deep"}):
            with pytest.raises(archspec.SpecError) as replaced:
                design.replace(**wrong)
            with pytest.raises(archspec.SpecError) as loaded:
                archspec.load(tmp_path / "spec.arch", **wrong)  # type: ignore[arg-type]
            assert str(replaced.value) == str(loaded.value)

    def test_the_text_is_as_it_was_loaded(self, tmp_path: Path) -> None:
        design = load(tmp_path, REPEATS)
        (tmp_path / "spec.arch").write_text("network other { input x: [1]; linear(1) }", encoding="utf-8")
        assert design.replace(classes=3).output.sizes == (3,)

    def test_a_part_that_is_gone(self, tmp_path: Path) -> None:
        part = load(tmp_path, REPEATS).until("body.12")
        with pytest.raises(archspec.NoSuchModule):
            part.replace(depth=1)


class TestErrors:
    @pytest.mark.parametrize(
        ("path", "hint"),
        [
            ("named.unit9", "did you mean `named.unit"),
            ("nmed", "did you mean `named`?"),
            ("named.unit1.conv2", "did you mean `named.unit1.conv1`?"),
            ("fc.weight", "n has no module fc.weight"),
            ("", "n has no module "),
            ("body.25", "did you mean `body."),
        ],
    )
    def test_unknown_paths(self, tmp_path: Path, path: str, hint: str) -> None:
        design = load(tmp_path, REPEATS)
        for ask in (design.until, design.__getitem__, design.with_outputs):
            with pytest.raises(archspec.NoSuchModule) as caught:
                ask(path)
            assert hint in str(caught.value)

    def test_what_is_there_in_training_only(self, tmp_path: Path) -> None:
        with pytest.raises(archspec.NoSuchModule, match="in one mode only"):
            load(tmp_path, REPEATS).until("aux")

    def test_nothing_asked_for(self, tmp_path: Path) -> None:
        with pytest.raises(TypeError, match="path"):
            load(tmp_path, REPEATS).with_outputs()


def test_fingerprints(tmp_path: Path) -> None:
    design = load(tmp_path, REPEATS)
    assert load(tmp_path, "# another comment\n" + REPEATS.replace("Repeats", "Again")).fingerprint == design.fingerprint
    others = [design.replace(classes=3), design.replace(depth=4), design.until("left"), design["named"]]
    others.append(load(tmp_path, REPEATS.replace("-> relu }\n        }", "-> gelu }\n        }")))
    others.append(load(tmp_path, REPEATS.replace('"unit{i + 1}"', '"unit{i}"')))
    others.append(load(tmp_path, REPEATS.replace("(left, right)", "(right, left)")))
    prints = {design.fingerprint, *(one.fingerprint for one in others)}
    assert len(prints) >= len(others)
