"""Generated source as a reviewer sees it: as long as by hand, formatted, nothing found by ruff or `mypy --strict`."""

import subprocess
import sys
from pathlib import Path

import pytest

import archspec
from archspec.emit.torch.support import SUPPORT, needed

# With the lines that a network may take; by hand ResNet-152 takes 85.
LINES = {
    "torchvision/resnet152": 110,
    "torchvision/googlenet": 130,
    "torchvision/mobilenet_v3_large": 170,
    "torchvision/densenet201": 110,
}
# Others, for what is in them: attention, windows, several inputs and outputs, loops, starts of single layers.
OTHERS = [
    "torchvision/swin_t",
    "torchvision/convnext_tiny",
    "torchvision/vit_b_16",
    "torchvision/inception_v3",
    "torchvision/efficientnet_b0",
    "torchvision/shufflenet_v2_x1_0",
    "classics/unet",
    "classics/yolov3",
    "classics/siamese",
    "classics/darknet53",
    "seeds/decoder",
    "seeds/lenet5",
]
HEAD = "from typing import Any\n\nimport torch\nfrom torch import Tensor, nn\nfrom torch.nn import functional as F\n"


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of sources: the networks above, and all that supports them."""
    folder = tmp_path_factory.mktemp("sources")
    for name in [*LINES, *OTHERS]:
        text = archspec.to_source(archspec.load(name))
        (folder / f"{name.partition('/')[2]}.py").write_text(text, encoding="utf-8")
    (folder / "support.py").write_text("\n\n".join([HEAD, *needed(SUPPORT)]), encoding="utf-8")
    return folder


def tool(folder: Path, *command: str) -> str:
    """What a tool says of the folder; nothing of this project's settings is read."""
    ran = subprocess.run([sys.executable, "-m", *command], check=False, cwd=folder, capture_output=True, text=True)
    return "" if ran.returncode == 0 else ran.stdout + ran.stderr


@pytest.mark.parametrize("name", LINES)
def test_length(name: str, sources: Path) -> None:
    text = (sources / f"{name.partition('/')[2]}.py").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LINES[name]


def test_formatted(sources: Path) -> None:
    assert tool(sources, "ruff", "format", "--isolated", "--no-cache", "--diff", ".") == ""


def test_lint(sources: Path) -> None:
    assert tool(sources, "ruff", "check", "--isolated", "--no-cache", ".") == ""


def test_types(sources: Path) -> None:
    """One run for all, since most of it goes to the types of torch."""
    cache = Path(__file__).parents[2] / ".mypy_cache"
    assert tool(sources, "mypy", "--strict", f"--cache-dir={cache}", "--config-file=", ".") == ""


def test_the_tools_find_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "wrong.py").write_text("import torch\ndef f(x): return [ x,]\n", encoding="utf-8")
    assert "F401" in tool(tmp_path, "ruff", "check", "--isolated", "--no-cache", ".")
    assert "+def f" in tool(tmp_path, "ruff", "format", "--isolated", "--no-cache", "--diff", ".")
