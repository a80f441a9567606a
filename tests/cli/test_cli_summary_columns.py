"""`archspec summary`: rows for operators and blocks, and columns by choice; that what is seen adds up."""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from networks import NETWORKS

from archspec.analysis import flat
from archspec.analysis.groups import BLOCK, OP, Group, groups
from archspec.api import load
from archspec.core.report.style import Style
from archspec.core.report.visible import width
from archspec.emit.summary.grouped import summary_by
from archspec.emit.summary.table import COLUMNS, summary

SHARED = """\
block Twin(n) { stem: { conv(4, 3) -> relu }; flatten -> linear(n) }
network shared {
    input left: [1, 9, 9], right: [1, 9, 9]
    shared tower: Twin(3)
    (left) -> a: tower
    (right) -> b: tower
    (a, b) -> sub
    repeat 4 { residual { linear(3) -> relu } }
}
"""


@pytest.mark.parametrize("name", sorted(NETWORKS))
@pytest.mark.parametrize("mode", ["eval", "train"])
def test_groups_are_the_layers_gathered(name: str, mode: str) -> None:
    module = NETWORKS[name].module
    rows = list(flat.rows(module, mode))
    by_op = dict(groups(module, OP, mode))
    for op in {row.layer.op for row in rows}:
        own = [row for row in rows if row.layer.op == op]
        assert by_op[op] == Group(
            len(own),
            sum(row.parameters for row in own),
            sum(row.buffers for row in own),
            sum(row.macs for row in own if row.runs),
        )
    assert len(by_op) == len({row.layer.op for row in rows})
    blocks = groups(module, BLOCK, mode)
    for at in range(4):
        assert sum(one[at] for _, one in blocks) == sum(one[at] for one in by_op.values())
    assert [one.macs for _, one in blocks] == sorted((one.macs for _, one in blocks), reverse=True)


def test_shared_layers_count_once_and_groups_belong_to_their_block(tmp_path: Path) -> None:
    path = tmp_path / "shared.arch"
    path.write_text(SHARED)
    found = dict(groups(load(path).module, BLOCK))
    assert found["Twin"] == Group(8, 4 * 9 + 4 + 4 * 49 * 3 + 3, 0, 2 * (4 * 49 * 9 + 4 * 49 * 3))
    assert found["shared"] == Group(1 + 4 * 3, 4 * 12, 0, 4 * 9)


@pytest.mark.parametrize("by", ["op", "block"])
def test_the_totals_are_the_visible_sum(run: Any, by: str) -> None:
    for name in ("seeds/resnet50", "seeds/googlenet"):
        lines = run("summary", name, "--by", by, "--columns", "macs,parameters,layers,name").out.splitlines()
        start, end = (at for at, line in enumerate(lines) if line.startswith("─"))
        rows = [
            [int(cell.replace(",", "") or 0) for cell in _cells(line, lines[start - 1])]
            for line in lines[start + 1 : end]
        ]
        last = [int(cell.replace(",", "")) for cell in _cells(lines[end + 1], lines[start - 1])]
        assert [sum(column) for column in zip(*rows, strict=True)] == last
        assert last[:2] == [NETWORKS[name].macs, NETWORKS[name].parameters]


def _cells(line: str, titles: str) -> list[str]:
    """The cells under the first three titles, which stand to the right of their columns."""
    ends = [match.end() for match in re.finditer(r"\S+", titles)][:3]
    return [line[begin:end].strip() for begin, end in zip([0, *ends], ends, strict=False)]


def test_groups_for_programs(run: Any) -> None:
    made = json.loads(run("summary", "seeds/resnet50", "--by", "op", "--format", "json").out)
    assert made["by"] == "op"
    assert "layers" not in made
    assert made["groups"][0] == {
        "name": "conv", "layers": 53, "parameters": 23454912, "buffers": 0, "macs": 4087136256,
    }  # fmt: skip
    assert sum(one["macs"] for one in made["groups"]) == made["macs"]
    rows = list(csv.DictReader(io.StringIO(run("summary", "seeds/googlenet", "--by", "block", "--format", "csv").out)))
    assert [row["name"] for row in rows] == ["ConvBN", "googlenet", "Auxiliary", "Inception"]
    assert sum(int(row["parameters"]) for row in rows) == NETWORKS["seeds/googlenet"].parameters
    assert abs(sum(float(row["share"]) for row in rows) - 1) < 1e-4
    markdown = run("summary", "seeds/vgg11", "--by", "op", "--format", "markdown").out
    assert "| operator | layers | parameters | MACs | share |" in markdown
    assert f"{NETWORKS['seeds/vgg11'].parameters:,} |" in markdown


@pytest.mark.parametrize("target", ["seeds/resnet50", "seeds/googlenet", "seeds/alexnet_224"])
@pytest.mark.parametrize("room", [44, 80, 200])
def test_tables_fit(target: str, room: int) -> None:
    design = NETWORKS[target]
    for by in (OP, BLOCK):
        text = summary_by(design.module, design.spec, by, "eval", Style(width=room), room)
        assert all(width(line) <= room for line in text.splitlines())
    text = summary(design.module, design.spec, "eval", 1, Style(width=room), room, ("layer", "output", "macs"))
    assert all(width(line) <= room for line in text.splitlines())


def test_columns_by_choice(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def titles(*options: str) -> list[str]:
        lines = run("summary", "seeds/lenet5", *options).out.splitlines()
        return next(re.split(r"  +", lines[at - 1].strip()) for at, line in enumerate(lines) if line.startswith("─"))

    assert titles("--columns", "output,layer") == ["output", "layer"]
    assert titles("--columns", ",".join(COLUMNS)) == [
        "layer", "operator", "input", "output", "×", "parameters", "MACs", "receptive field", "stride",
    ]  # fmt: skip
    monkeypatch.setenv("COLUMNS", "30")
    assert titles("--columns", "layer,field,stride,macs") == ["layer", "field", "stride", "MACs"]  # chosen: none goes
    markdown = run("summary", "seeds/lenet5", "--columns", "layer,macs", "--format", "markdown").out
    assert "| layer | MACs |\n| --- | ---: |\n" in markdown
    rows = run("summary", "seeds/lenet5", "--columns", "macs,path", "--format", "csv").out.splitlines()
    assert rows[:2] == ["macs,path", "117600,C1"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--columns", "nope"], "there is no column 'nope'; there are layer, operator"),
        (["--columns", "layer,layer"], "twice"),
        (["--columns", "share"], "there is no column 'share'"),
        (["--columns", "path"], "there is no column 'path'"),
        (["--columns", "layer", "--format", "json"], "--columns is for tables"),
        (["--by", "op", "--depth", "1"], "--depth folds blocks"),
        (["--by", "op", "--columns", "output"], "there are name, layers"),
    ],
)
def test_what_cannot_be_meant(run: Any, options: list[str], said: str) -> None:
    done = run("summary", "seeds/lenet5", *options)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
