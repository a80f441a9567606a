"""Which classes and loops generated source has: one class for the ways in which a block comes out, loops that grow."""

from pathlib import Path

import pytest
from agreement import agree, runs

import archspec


def load(tmp_path: Path, text: str) -> archspec.Design:
    path = tmp_path / "spec.arch"
    path.write_text(text, encoding="utf-8")
    return archspec.load(path)


def source(tmp_path: Path, text: str) -> str:
    """The source of a network, whose module is what its spec says."""
    design = load(tmp_path, text)
    agree(design, archspec.compile(design))
    runs(design, archspec.compile(design))
    return archspec.to_source(design)


def classes(text: str) -> list[str]:
    return [line.split()[1].partition("(")[0] for line in text.splitlines() if line.startswith("class ")]


def network(blocks: str, body: str) -> str:
    return f"{blocks}\nnetwork n {{\n input image: [8, 6, 6]\n {body}\n}}\n"


class TestVariants:
    def test_an_activation_is_an_argument(self, tmp_path: Path) -> None:
        block = "block Unit(channels, act = identity) { conv(channels, 3, padding=1) -> batchnorm -> act }"
        made = source(tmp_path, network(block, "Unit(4, relu) -> Unit(4, gelu) -> Unit(4)"))
        assert classes(made) == ["Unit", "N"]
        assert "act: type[nn.Module]" in made and "act()," in made
        assert "Unit(4, 4, nn.Identity)" in made

    def test_an_identity_in_the_middle_keeps_the_numbers(self, tmp_path: Path) -> None:
        """`nn.Identity` before the batch norm would make it number 2: its weights would have other names."""
        block = "block Unit(act) { conv(8, 1) -> act -> batchnorm }"
        made = source(tmp_path, network(block, "Unit(relu) -> Unit(identity)"))
        assert classes(made) == ["Unit", "Unit2", "N"]

    def test_a_residual_that_may_be_there(self, tmp_path: Path) -> None:
        block = """
            block Unit(channels, stride = 1) {
                add {
                    body: { conv(channels, 3, stride=stride, padding=1) -> batchnorm }
                    if stride == 1 and in.channels == channels { identity }
                }
            }
        """
        made = source(tmp_path, network(block, "Unit(8) -> Unit(8, stride=2) -> Unit(4)"))
        assert classes(made) == ["Unit", "N"]
        assert "self.use_residual = stride == 1 and in_channels == channels" in made
        assert "        if self.use_residual:\n            body = body + x\n" in made

    def test_steps_of_a_sequence_that_may_be_there(self, tmp_path: Path) -> None:
        block = """
            block Unit(channels, wide, dropped = false) {
                if wide > in.channels { conv(wide, 1) -> relu }
                conv(channels, 3, padding=1) -> batchnorm
                relu
                if dropped { dropout(0.1) }
            }
        """
        made = source(tmp_path, network(block, "Unit(8, 8) -> Unit(8, 16) -> Unit(4, 2, dropped=true)"))
        assert classes(made) == ["Unit", "N"]
        assert "if wide > in_channels" in made and "if dropped" in made

    def test_a_labelled_step_that_may_be_there_is_an_identity(self, tmp_path: Path) -> None:
        block = """
            block Unit(normed) {
                conv: conv(8, 3, padding=1)
                if normed { norm: batchnorm }
                residual { deep: conv(8, 1) }
            }
        """
        made = source(tmp_path, network(block, "a: Unit(true) -> b: Unit(false)"))
        assert classes(made) == ["Unit", "N"]
        assert "self.norm = nn.BatchNorm2d(8) if normed else nn.Identity()" in made

    def test_a_value_that_is_needed_again_is_kept(self, tmp_path: Path) -> None:
        block = """
            block Unit(scaled) {
                a: conv(8, 1)
                if scaled { scaled: scale(0.5) }
                b: conv(8, 1)
                (b, a) -> add
            }
        """
        made = source(tmp_path, network(block, "x: Unit(true) -> y: Unit(false)"))
        assert classes(made) == ["Unit", "N"]

    def test_alternatives_are_classes_of_their_own(self, tmp_path: Path) -> None:
        block = """
            block Unit(deep) {
                stem: conv(8, 1)
                norm: batchnorm
                if deep { left: conv(8, 3, padding=1) } else { right: maxpool(3, stride=1, padding=1) }
                relu
            }
        """
        made = source(tmp_path, network(block, "a: Unit(true) -> b: Unit(false)"))
        assert classes(made) == ["Unit", "Unit2", "N"]

    def test_numbers_of_what_is_not_there(self, tmp_path: Path) -> None:
        """A number that cannot be said in the words of the block is an argument, and nothing where it is not needed."""
        block = """
            fn squeezed(n) = max(round(n / 3), 2)
            block Gate(hidden) {
                mul { identity; { global_avgpool -> a: conv(hidden, 1) -> relu -> b: conv(in.channels, 1) -> sigmoid } }
            }
            block Unit(channels, gated) {
                conv: conv(channels, 1)
                if gated { gate: Gate(squeezed(channels)) }
                bn: batchnorm
            }
        """
        made = source(tmp_path, network(block, "a: Unit(8, true) -> b: Unit(12, true) -> c: Unit(6, false)"))
        assert classes(made) == ["Gate", "Unit", "N"]


class TestGrowth:
    DENSE = "block Layer(growth) { bn: batchnorm -> relu; conv: conv(growth, 3, padding=1) }"

    def test_a_repeat_that_grows_is_a_loop(self, tmp_path: Path) -> None:
        block = """
            block Dense(depth, growth) {
                repeat depth as i { concat { identity; "layer{i + 1}": Layer(growth) } }
            }
        """
        made = source(tmp_path, network(self.DENSE + block, "a: Dense(4, 2) -> b: Dense(6, 3)"))
        assert 'self.add_module(f"layer{i + 1}", Layer(in_channels + i * growth, growth))' in made
        assert "for layer in self.children():\n            x = torch.cat([x, layer(x)], dim=1)" in made

    def test_groups_of_a_loop_share_a_class(self, tmp_path: Path) -> None:
        body = """
            for n in [3, 4, 5] {
                "dense{n}": { repeat n as i { concat { identity; "layer{i}": Layer(4) } } }
            }
        """
        made = source(tmp_path, network(self.DENSE, body))
        assert classes(made) == ["Layer", "Dense", "N"]

    def test_two_iterations_stay_as_they_are(self, tmp_path: Path) -> None:
        body = 'repeat 2 as i { concat { identity; "layer{i}": Layer(4) } }'
        assert "range(" not in source(tmp_path, network(self.DENSE, body))

    def test_unnamed_layers_that_grow(self, tmp_path: Path) -> None:
        made = source(tmp_path, network("", "repeat 5 { concat { identity; conv(4, 3, padding=1) } }"))
        assert "nn.Conv2d(8 + i * 4, 4, 3, padding=1)" in made

    @pytest.mark.parametrize("hidden", ["round(in.channels / 3) + 1", "in.channels // 3 + 1", "in.channels * 2"])
    def test_what_grows_within_a_layer(self, tmp_path: Path, hidden: str) -> None:
        """A number within the block that follows from its size, whether the source can say it or not."""
        block = f"block Layer {{ a: conv({hidden}, 1) -> relu; b: conv(3, 1) }}"
        source(tmp_path, network(block, 'repeat 4 as i { concat { identity; "layer{i}": Layer } }'))

    def test_a_value_that_is_read_later_ends_the_loop(self, tmp_path: Path) -> None:
        body = """
            for i in range(4) { "c{i}": Layer(3); if i == 2 { "kept": relu } }
            tail: conv(2, 1)
            (tail, kept) -> concat
        """
        assert "range(" not in source(tmp_path, network(self.DENSE, body))
