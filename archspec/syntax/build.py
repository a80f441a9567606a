"""Compile the grammar into `tables.py`, so that no run analyses it: `python -m archspec.syntax.build`.

Lark reads `grammar.lark`, refuses it where it is ambiguous, and makes its LALR(1) tables. What a run needs of them is
written as plain data, states numbered as they are reached, so that equal grammars give equal bytes.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from lark import Lark
from lark.grammar import Rule, Symbol, Terminal
from lark.lexer import PatternStr, TerminalDef
from lark.parsers.lalr_analysis import Reduce, Shift

HERE = Path(__file__).parent
STARTS = ["start", "expr"]


def tables() -> str:
    """The text of `tables.py` for the grammar as it stands."""
    grammar = (HERE / "grammar.lark").read_text(encoding="utf-8")
    lark = Lark(grammar, parser="lalr", lexer="basic", start=STARTS, maybe_placeholders=True)
    table = lark.parser.parser._parse_table
    rules = sorted({rule for row in table.states.values() for kind, rule in row.values() if kind is Reduce}, key=_key)
    numbers = {rule: number for number, rule in enumerate(rules)}
    order = [table.start_states[name] for name in STARTS]
    rows = []
    for state in order:  # grows
        row: dict[str, int] = {}
        for symbol, (kind, target) in sorted(table.states[state].items()):
            if kind is Shift and target not in order:
                order.append(target)
            row[str(symbol)] = order.index(target) if kind is Shift else ~numbers[target]
        rows.append(row)
    words = {one.pattern.value: one.name for one in lark.terminals if _is_word(one)}
    return "\n".join(
        [
            '"""Made by `python -m archspec.syntax.build` from `grammar.lark`; `lalr.py` says what stands where."""\n',
            f"PATTERN = {_pattern(lark.terminals)!r}",
            f"WORDS = {dict(sorted(words.items()))!r}",
            f"IGNORED = {tuple(lark.ignore_tokens)!r}",
            f"STARTS = { {name: order.index(table.start_states[name]) for name in STARTS}!r}",
            f"ENDS = { {name: order.index(table.end_states[name]) for name in STARTS}!r}",
            f"RULES = {_lines('()', map(_rule, rules))}",
            f"STATES = {_lines('[]', rows)}",
            "",
        ]
    )


def _lines(brackets: str, rows: Any) -> str:
    return brackets[0] + "\n" + "".join(f"    {row!r},\n" for row in rows) + brackets[1]


def _is_word(terminal: TerminalDef) -> bool:
    """Whether it is a word such as `block`: text that would be a name elsewhere."""
    return isinstance(terminal.pattern, PatternStr) and terminal.pattern.value.isidentifier()


def _pattern(terminals: Iterable[TerminalDef]) -> str:
    """One expression for all tokens but words, a named group each; the longer ones are tried first."""
    others = [one for one in terminals if not _is_word(one)]
    others.sort(key=lambda one: (-one.priority, -one.pattern.max_width, -len(one.pattern.value), one.name))
    return "|".join(f"(?P<{one.name}>{one.pattern.to_regexp()})" for one in others)


def _key(rule: Rule) -> tuple[str, ...]:
    return (rule.origin.name, rule.alias or "", *(symbol.name for symbol in rule.expansion))


def _rule(rule: Rule) -> tuple[str, int, str, bool, tuple[int | None, ...] | None]:
    """As `lalr.Rule`."""
    name = str(rule.origin.name)
    node = "" if name.startswith("_") else str(rule.alias or name)
    return name, len(rule.expansion), node, bool(rule.options.expand1 and not rule.alias), _parts(rule)


def _parts(rule: Rule) -> tuple[int | None, ...] | None:
    """Which values of a rule its node gets; nothing where it gets all of them as they are."""
    gaps = "".join(str(int(one)) for one in rule.options.empty_indices) or "0" * len(rule.expansion)
    absent = [len(run) for run in gaps.split("0")]  # optional parts left out before each value, and after the last
    parts: list[int | None] = []
    for number, symbol in enumerate(rule.expansion):
        parts += [None] * absent[number]
        if not (isinstance(symbol, Terminal) and symbol.filter_out):
            parts.append(~number if _inlined(symbol) else number)
    parts += [None] * absent[-1]
    return None if parts == list(range(len(rule.expansion))) else tuple(parts)


def _inlined(symbol: Symbol) -> bool:
    return not symbol.is_term and symbol.name.startswith("_")


if __name__ == "__main__":
    (HERE / "tables.py").write_text(tables(), encoding="utf-8")
