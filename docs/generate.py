"""Writes the pages that declarations say everything of: operators, rules, and the JSON Schema of the YAML form.

`make docs` runs it. With `--check` it writes nothing and exits with 1 where a page is not as it would be written.
"""

import sys
from pathlib import Path

from archspec.api import rules
from archspec.emit.manual import operator_pages, rules_page
from archspec.emit.schema.document import as_text

DOCS = Path(__file__).parent


def pages() -> dict[Path, str]:
    """Every generated page, by its place."""
    return {
        **{DOCS / "operators" / name: text for name, text in operator_pages().items()},
        DOCS / "rules.md": rules_page(rules()),
        DOCS / "archspec.schema.json": as_text(),
    }


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
