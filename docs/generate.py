"""Writes the pages that declarations say everything of: operators, rules, and the JSON Schema of the YAML form.

`make docs` runs it. With `--check` it writes nothing and exits with 1 where a page is not as it would be written.
"""

import json
import sys
from functools import cache
from pathlib import Path

from archspec.analysis.outline import outline
from archspec.analysis.worst_stride import worst_stride
from archspec.api import Shipped, rules, shipped_networks
from archspec.designs import Design
from archspec.emit.figures import field_words, grouped
from archspec.emit.manual import operator_pages, rules_page
from archspec.emit.schema.document import as_text
from archspec.emit.summary.totals import last_local

DOCS = Path(__file__).parent
FACTS = DOCS.parent / "tests" / "zoo"
LARGEST = 200_000_000  # parameters, of networks whose logits are compared

_NETWORKS = """\
# The networks that ship

Parameters are all that training changes, auxiliary heads among them; MACs are multiply-accumulates of one sample in
evaluation. The receptive field is that of the last map that does not see the whole input, in pixels of the (first)
input, with its stride. The stride verdict is the gravest of the network: `pad_only` leaves padding over, `gaps` skips
pixels between windows, `lossy` never reads the last row or column. What a network agrees with is held by the tests:
`keys` are the names and shapes of torchvision's `state_dict`, `logits` its outputs for weights and an input filled by
rule (of networks below 200 million parameters), `fields` the published receptive fields of TF-Slim's networks.
"""


def pages() -> dict[Path, str]:
    """Every generated page, by its place."""
    return {
        **{DOCS / "operators" / name: text for name, text in operator_pages().items()},
        DOCS / "rules.md": rules_page(rules()),
        DOCS / "archspec.schema.json": as_text(),
        DOCS / "networks.md": networks_page(),
    }


@cache
def networks_page() -> str:
    """A table for each folder of `specs/`: every network with its figures, and what it agrees with."""
    found = shipped_networks()
    folders = dict.fromkeys(one.name.partition("/")[0] for one in found)
    lines = [_NETWORKS]
    for folder in folders:
        lines += [
            f"## `{folder}/`",
            "",
            "| network | input | parameters | MACs | receptive field | stride | agrees in |",
        ]
        lines.append("| --- | --- | ---: | ---: | --- | --- | --- |")
        lines += [_row(one) for one in found if one.name.startswith(f"{folder}/")] + [""]
    return "\n".join(lines)


def _row(one: Shipped) -> str:
    folder, _, name = one.name.partition("/")
    design = one.network
    if design is None:
        return f"| `{name}` | refused, as it is meant to be | | | | | |"
    worst = worst_stride(design.module)
    cells = [
        f"`{name}`", ", ".join(str(shape).replace(" × ", "×") for shape in design.inputs.values()),
        grouped(design.parameters), grouped(design.macs), _field(design), worst.verdict if worst is not None else "",
        _agreement(folder, name, design),
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _field(design: Design) -> str:
    last = last_local(list(outline(design.module)), 0)
    if last is None or not design.module.input_shapes[0].spatial:
        return ""
    size, stride = field_words(last.view[0])
    return f"{size.replace(' × ', '×')} /{stride.replace(' × ', '×')}"


def _agreement(folder: str, name: str, design: Design) -> str:
    if folder == "torchvision" and name in json.loads((FACTS / "facts.json").read_text(encoding="utf-8")):
        return "keys, MACs, logits" if design.parameters < LARGEST else "keys, MACs"
    if folder == "slim" and name in (FACTS / "slim.json").read_text(encoding="utf-8"):
        return "fields"
    return ""


def stale(made: dict[Path, str]) -> list[Path]:
    """The pages that are not as they would be written, and those that nothing writes any more."""
    changed = [path for path, text in made.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    return changed + [path for path in sorted((DOCS / "operators").glob("*")) if path not in made]


def main(arguments: list[str]) -> int:
    made = pages()
    found = stale(made)
    for path in found:
        print(path.relative_to(DOCS.parent))
        if "--check" in arguments:
            continue
        if path in made:
            path.parent.mkdir(exist_ok=True)
            path.write_text(made[path], encoding="utf-8")
        else:
            path.unlink()
    return int(bool(found) and "--check" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
