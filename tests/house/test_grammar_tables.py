"""The serialised grammar is the one that `grammar.lark` says."""

from pathlib import Path
from typing import Any

import pytest

from archspec.syntax import build, tables


def made() -> dict[str, Any]:
    """Tables of the grammar as it stands."""
    names: dict[str, Any] = {}
    exec(build.tables(), names)  # noqa: S102  our own text
    return canonical(names["DATA"], names["MEMO"])


def canonical(data: dict[str, Any], memo: dict[int, Any]) -> dict[str, Any]:
    """Tables without what differs from run to run: lark numbers states and tokens as its sets happen to be ordered.

    States are numbered here as they are reached, by the names of tokens; tokens go by name.
    """
    table = data["parser"]["parser"]
    starts = sorted(table["start_states"].items())
    order = [state for _, state in starts]
    rows = []
    for state in order:  # grows
        row = {}
        for token, (kind, target) in sorted(table["states"][state].items(), key=lambda one: table["tokens"][one[0]]):
            if kind == SHIFT and target not in order:
                order.append(target)
            row[table["tokens"][token]] = order.index(target) if kind == SHIFT else target
        rows.append(row)
    assert len(rows) == len(table["states"])
    ends = {name: order.index(state) for name, state in sorted(table["end_states"].items())}
    rest = {**data, "parser": {key: value for key, value in data["parser"].items() if key != "parser"}}
    return {"rows": rows, "ends": ends, "starts": [name for name, _ in starts], "rest": rest, "memo": memo}


SHIFT = 0


@pytest.mark.parametrize("part", ["rows", "ends", "starts", "rest", "memo"])
def test_they_are_fresh(part: str) -> None:
    # the comparison stands outside of `assert`: pytest would draw the difference of two very long lines
    fresh = made()[part] == canonical(tables.DATA, tables.MEMO)[part]
    assert fresh, "archspec/syntax/tables.py is not what grammar.lark says: run `make grammar`"


@pytest.mark.parametrize(
    ("old", "new"),
    [('REPEAT: "repeat"', 'REPEAT: "again"'), ("expect:  EXPECT expr", "expect:  EXPECT expr expr")],
    ids=["a word", "a rule"],
)
def test_a_change_of_the_grammar_shows(old: str, new: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    grammar = (build.HERE / "grammar.lark").read_text(encoding="utf-8")
    assert grammar.count(old) == 1
    (tmp_path / "grammar.lark").write_text(grammar.replace(old, new), encoding="utf-8")
    monkeypatch.setattr(build, "HERE", tmp_path)
    same = made() == canonical(tables.DATA, tables.MEMO)
    assert not same
