"""Images and labels from local files: MNIST as IDX, CIFAR-10 as its binary form; each plain or gzipped."""

import gzip
import math
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

CIFAR_RECORD = 1 + 3 * 32 * 32  # a label, then the planes red, green, blue


class DataError(Exception):
    """Files that are missing or not what they should be; the text says which and how."""


@dataclass(frozen=True)
class Images:
    """A labelled set: pixels as unsigned bytes [N, C, H, W], labels as whole numbers [N]."""

    pixels: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.labels)

    def to(self, device: torch.device) -> "Images":
        return Images(self.pixels.to(device), self.labels.to(device))


@dataclass(frozen=True)
class Data:
    """What one trains on, what one tests on, and what the classes are called."""

    train: Images
    test: Images
    classes: tuple[str, ...]


def mnist(folder: Path) -> Data:
    """MNIST, or a set in its form, such as Fashion-MNIST."""
    train, test = (_idx_set(folder, name) for name in ("train", "t10k"))
    return Data(train, test, tuple(str(digit) for digit in range(10)))


def cifar10(folder: Path) -> Data:
    """CIFAR-10 in the binary form; as many of its batches as lie in the folder."""
    names = _file(folder, "batches.meta.txt").read_text(encoding="ascii").split()
    train = [_cifar_batch(path) for path in sorted(folder.glob("data_batch_*.bin*"))]
    if not train:
        raise DataError(f"{folder} holds no data_batch_*.bin")
    pixels, labels = (torch.cat([getattr(one, part) for one in train]) for part in ("pixels", "labels"))
    return Data(Images(pixels, labels), _cifar_batch(_file(folder, "test_batch.bin")), tuple(names))


def _idx_set(folder: Path, name: str) -> Images:
    pixels = read_idx(_file(folder, f"{name}-images-idx3-ubyte"))
    labels = read_idx(_file(folder, f"{name}-labels-idx1-ubyte"))
    if pixels.dim() != 3 or labels.dim() != 1 or len(pixels) != len(labels):
        raise DataError(f"{folder}: the images and labels of {name} do not belong together")
    return Images(pixels.unsqueeze(1), labels.long())


def read_idx(path: Path) -> Tensor:
    """The bytes of an IDX file: two zeros, the type, the number of axes, the sizes, the values."""
    data = _bytes(path)
    axes = data[3] if data[:3] == b"\0\0\x08" and len(data) > 3 else 0  # 8: unsigned bytes
    start = 4 + 4 * axes
    sizes = [int.from_bytes(data[4 + 4 * axis : 8 + 4 * axis], "big") for axis in range(axes)]
    if not axes or len(data) != start + math.prod(sizes):
        raise DataError(f"{path} is no IDX file of bytes, or not whole")
    return torch.frombuffer(data, dtype=torch.uint8, offset=start).reshape(sizes)


def _cifar_batch(path: Path) -> Images:
    data = _bytes(path)
    if not data or len(data) % CIFAR_RECORD:
        raise DataError(f"{path} is no CIFAR-10 batch: records have {CIFAR_RECORD:,} bytes")
    records = torch.frombuffer(data, dtype=torch.uint8).reshape(-1, CIFAR_RECORD)
    return Images(records[:, 1:].reshape(-1, 3, 32, 32), records[:, 0].long())


def _file(folder: Path, name: str) -> Path:
    for path in (folder / name, folder / f"{name}.gz"):
        if path.is_file():
            return path
    raise DataError(f"{folder} holds neither {name} nor {name}.gz")


def _bytes(path: Path) -> bytearray:
    data = path.read_bytes()
    try:
        return bytearray(gzip.decompress(data) if path.suffix == ".gz" else data)
    except (OSError, EOFError) as error:
        raise DataError(f"{path}: {error}") from None
