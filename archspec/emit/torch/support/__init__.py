"""Small torch modules and functions for what torch's own lack, as texts.

Generated source carries the text of those it uses, so that it runs without archspec. Where torch has a module that is
only to be completed, ours derives from it: its tensors have the same names under `state_dict`. The texts read the names
`Any`, `torch`, `Tensor`, `nn` and `F` (torch.nn.functional), and each other's.
"""

import re
from collections.abc import Collection

from archspec.emit.torch.support.attention import ATTENTION
from archspec.emit.torch.support.layers import LAYERS
from archspec.emit.torch.support.padding import PADDING
from archspec.emit.torch.support.windows import WINDOWS

SUPPORT: dict[str, str] = {**PADDING, **LAYERS, **ATTENTION, **WINDOWS}

_READS: dict[str, set[str]] = {}


def needed(names: Collection[str]) -> list[str]:
    """The texts of those among the names that are support, and of all that they read, each after what it reads."""
    made: list[str] = []
    waiting = [name for name in reversed(SUPPORT) if name in names]
    while waiting:
        name = waiting.pop()
        if name in made:
            continue
        before = [one for one in _reads(name) if one not in made]
        if before:
            waiting += [name, *before]
        else:
            made.append(name)
    return [SUPPORT[name] for name in made]


def _reads(name: str) -> list[str]:
    """What other support a text mentions."""
    if name not in _READS:
        words = re.findall(r"(\w+)\(|class \w+\((\w+)\)", SUPPORT[name])
        _READS[name] = {one for pair in words for one in pair if one in SUPPORT} - {name}
    return sorted(_READS[name])
