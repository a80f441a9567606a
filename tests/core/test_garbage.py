"""The garbage collector is paused within, and afterwards as it was, whatever happens; designs need none."""

import gc
import subprocess
import sys
import weakref
from pathlib import Path

import pytest

import archspec
from archspec.core.garbage import paused


def test_it_comes_back_as_it_was() -> None:
    assert gc.isenabled()
    with paused():
        assert not gc.isenabled()
        with paused():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_comes_back_after_an_error(tmp_path: Path) -> None:
    path = tmp_path / "net.arch"
    path.write_text("network n {", encoding="utf-8")
    assert not archspec.check(path).ok
    with pytest.raises(archspec.SpecError):
        archspec.load(path)
    assert gc.isenabled()


def test_whoever_turned_it_off_finds_it_off() -> None:
    gc.disable()
    try:
        with paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


@pytest.mark.parametrize("target", ["seeds/resnet50", "seeds/googlenet", "torchvision/mobilenet_v3_small"])
def test_a_design_that_is_dropped_is_gone(target: str) -> None:
    """Without circles: who sweeps thousands of designs holds one at a time."""
    with paused():
        design = archspec.load(target)
        assert design.macs and design.receptive_field and list(design.layers())
        module = weakref.ref(design.module)
        del design
        assert module() is None


SETTLED = """
import gc
from archspec.core.garbage import paused
{before}
with paused():
    kept = [[[]] for _ in range(200_000)]
oldest = {{id(one) for one in gc.get_objects(2)}}
print(all(id(one) in oldest for one in kept[::1000]), gc.get_freeze_count() > 0, gc.isenabled())
"""


@pytest.mark.parametrize(("before", "settled", "frozen"), [("", True, False), ("gc.freeze()", False, True)])
def test_much_that_stays_is_old_at_once(before: str, settled: bool, frozen: bool) -> None:
    """The collector need not walk it first; what a program froze itself stays frozen."""
    program = SETTLED.format(before=before)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(settled), str(frozen), "True"]


CIRCLES = """
import weakref
from archspec.core.garbage import paused

class Circle:
    def __init__(self):
        self.itself = self

dropped = weakref.ref(Circle())
used = Circle()
with paused():
    print(dropped() is None)
    kept = [[] for _ in range(200_000)]
used_before = weakref.ref(used)
del used
for _ in range(8):
    with paused():
        kept.append([[] for _ in range(200_000)])
print(used_before() is None)
"""


def test_circles_of_the_program_around_end() -> None:
    """What it has dropped at once; what grew old without having been walked, when there is enough of that."""
    done = subprocess.run([sys.executable, "-c", CIRCLES], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True"]
