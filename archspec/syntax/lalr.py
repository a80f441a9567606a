"""The LALR(1) automaton that runs the tables of `tables.py`.

Aho, Sethi, Ullman: Compilers, 1986, section 4.7. A state is a row: by the name of a token or rule, the state to go to,
or the complement of the number of the rule to reduce by.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from archspec.syntax.lexer import END, Token
from archspec.syntax.tables import ENDS, RULES, STARTS, STATES, WORDS

_KEYWORDS = frozenset(WORDS.values())
Make = Callable[[list[Any]], Any]


class Rule(NamedTuple):
    """A row of `RULES`.

    name:  the rule's name, by which a state says where to go on
    size:  how many values it takes
    node:  the method that builds its node; empty for a rule whose values become those of the rule around it
    only:  whether a single value stands for itself
    parts: the values that its node gets: the one of that number; of a complement, those of the rule that it is; none in
           the place of an optional part left out. Without parts, all of them as they are.
    """

    name: str
    size: int
    node: str
    only: bool
    parts: tuple[int | None, ...] | None


class Unexpected(Exception):
    """A token that cannot stand where it stands, and the kinds that could."""

    def __init__(self, token: Token, accepted: frozenset[str]) -> None:
        super().__init__(f"{token!r} is not expected")
        self.token = token
        self.accepted = accepted


class Automaton:
    """Runs the tables; a method of `builder` makes the node of a rule from its values."""

    def __init__(self, builder: object) -> None:
        rules = [Rule(*row) for row in RULES]
        methods: dict[str, Make] = {rule.node: getattr(builder, rule.node) for rule in rules if _makes(rule)}
        self._rules = [(rule.name, rule.size, methods.get(rule.node), rule.only, rule.parts) for rule in rules]
        self._hands_on = [rule.only and rule.size == 1 and rule.parts is None for rule in rules]
        self._settled: dict[tuple[int, str, str], int] = {}

    def run(self, tokens: Iterator[Token], start: str) -> Any:
        """The node of the rule `start`, which the tokens are. Raises `Unexpected`."""
        rules, settled = self._rules, self._settled
        states = [STARTS[start]]
        end = ENDS[start]
        values: list[Any] = []
        for token in tokens:
            kind = token.kind
            row: Mapping[str, int] = STATES[states[-1]]
            if kind in _KEYWORDS and kind not in row and "NAME" in row:
                kind = token.kind = "NAME"  # a word of the language where it can be none is a name
            while True:
                action = row.get(kind)
                if action is None:
                    raise Unexpected(token, _accepted(states))
                if action >= 0:
                    states.append(action)
                    values.append(token)
                    break
                name, size, make, only, parts = rules[~action]
                at = len(values) - size
                taken = values[at:]
                del values[at:]
                if parts is not None:
                    taken = _chosen(taken, parts)
                values.append(taken if make is None else taken[0] if only and len(taken) == 1 else make(taken))
                del states[len(states) - size :]
                step = (states[-1], name, kind)
                state = settled.get(step)
                if state is None:
                    state = settled[step] = self._settle(*step)
                states.append(state)
                row = STATES[state]
                if state == end and kind == END:
                    return values[-1]
        raise AssertionError("the last token ends the text")

    def _settle(self, below: int, name: str, kind: str) -> int:
        """Where a rule leads above a state, with this kind of token ahead.

        What a lone value is of next is gone through at once: a number is a power, a product, a sum and so on up to an
        expression, and remains the same value.
        """
        while True:
            state: int = STATES[below][name]
            action = STATES[state].get(kind, 0)
            if action >= 0 or not self._hands_on[~action]:
                return state
            name = RULES[~action][0]


def _makes(rule: Rule) -> bool:
    """Whether it ever makes a node: `?expr: or_` alone hands on what it takes."""
    return bool(rule.node) and not (rule.only and len(rule.parts or range(rule.size)) == 1)


def _chosen(taken: list[Any], parts: tuple[int | None, ...]) -> list[Any]:
    """Of the values of a rule, those that its node gets."""
    made: list[Any] = []
    for part in parts:
        if part is None:
            made.append(None)
        elif part >= 0:
            made.append(taken[part])
        elif made:
            made += taken[~part]
        else:
            made = taken[~part]  # a list that grows at its end grows in place
    return made


def _accepted(states: list[int]) -> frozenset[str]:
    """The kinds of tokens that can stand next: those that are taken once the rules which they end are reduced."""
    return frozenset(kind for kind in STATES[states[-1]] if not kind.islower() and _shifts(list(states), kind))


def _shifts(states: list[int], kind: str) -> bool:
    while True:
        action = STATES[states[-1]].get(kind)
        if action is None:
            return False
        if action >= 0:
            return True
        name, size, *_ = RULES[~action]
        if size:
            del states[-size:]
        states.append(STATES[states[-1]][name])
        if kind == END and states[-1] in ENDS.values() and len(states) == 2:
            return True
