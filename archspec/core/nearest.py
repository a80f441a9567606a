"""The name that a misspelt one was meant to be."""

from collections.abc import Iterable

_NEAR = 0.6  # of 1, the likeness of equal names: what is less like is no slip


def nearest(word: str, options: Iterable[str]) -> str:
    """The option most like a word; empty where none is near.

    Capitals and underscores are not looked at: `MaxPool` is `maxpool`, and `False` is `false`.
    """
    from difflib import get_close_matches  # which takes longer to import than most specs to check

    folded: dict[str, str] = {}
    for one in options:
        folded.setdefault(_folded(one), one)
    close = get_close_matches(_folded(word), folded, 1, _NEAR)
    return folded[close[0]] if close else ""


def did_you_mean(word: str, options: Iterable[str]) -> str:
    """The option most like a word, as a question; empty where none is near."""
    near = nearest(word, options)
    return f"did you mean `{near}`?" if near else ""


def _folded(name: str) -> str:
    return name.lower().replace("_", "")
