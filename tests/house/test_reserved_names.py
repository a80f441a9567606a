"""Labels become attributes of torch modules: none may take the place of one that is there."""

import pytest
from torch import nn

from archspec.core.module_names import RESERVED, is_reserved

KINDS = [nn.Module, nn.Sequential]  # what generated classes derive from


def attributes(kind: type[nn.Module]) -> set[str]:
    """What a module has: methods, what it declares, and what its constructor sets."""
    declared = {name for one in kind.__mro__ for name in getattr(one, "__annotations__", {})}
    return {*dir(kind), *declared, *vars(kind())}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_all_attributes_are_reserved(kind: type[nn.Module]) -> None:
    assert {name for name in attributes(kind) if not is_reserved(name)} == set()


def test_public_ones_by_name() -> None:
    """Not by the rule for names in double underscores."""
    assert {name for name in attributes(nn.Module) if not name.startswith("_")} <= RESERVED


@pytest.mark.parametrize("name", ["conv1", "features", "layer1", "fc", "downsample", "branch1x1"])
def test_names_of_published_networks_are_free(name: str) -> None:
    assert not is_reserved(name)
