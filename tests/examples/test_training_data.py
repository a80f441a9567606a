"""Reading the sets that lie beside the examples, and refusing files that are not what they should be."""

import gzip
from pathlib import Path

import pytest
import torch
import train_cifar10
import train_mnist
from training.data import CIFAR_RECORD, DataError, cifar10, mnist, read_idx


def test_the_digits_that_ship() -> None:
    data = mnist(train_mnist.RECIPE.data)
    assert data.train.pixels.shape == (1200, 1, 28, 28)
    assert data.train.pixels.dtype == torch.uint8
    assert torch.bincount(data.train.labels).tolist() == [120] * 10
    assert torch.bincount(data.test.labels).tolist() == [30] * 10
    assert data.classes == tuple("0123456789")
    one, zero = (data.train.pixels[data.train.labels == digit].float().mean() for digit in (1, 0))
    assert one < zero  # a one takes less ink


def test_the_pictures_that_ship() -> None:
    data = cifar10(train_cifar10.RECIPE.data)
    assert data.train.pixels.shape == (300, 3, 32, 32)
    assert torch.bincount(data.train.labels).tolist() == [30] * 10
    assert torch.bincount(data.test.labels).tolist() == [12] * 10
    assert data.classes[0] == "airplane"
    assert data.classes[9] == "truck"
    red, _, blue = data.train.pixels[data.train.labels == 0].float().mean((0, 2, 3)).tolist()
    assert blue > red  # the sky


def test_planes_come_in_order(tmp_path: Path) -> None:
    record = bytes([7]) + bytes([1]) * 1024 + bytes([2]) * 1024 + bytes([3]) * 1024
    for name in ("data_batch_1.bin", "data_batch_2.bin", "test_batch.bin"):
        (tmp_path / name).write_bytes(record)
    (tmp_path / "batches.meta.txt").write_text("\n".join("abcdefghij"))
    data = cifar10(tmp_path)
    assert len(data.train) == 2
    assert data.test.labels.tolist() == [7]
    assert data.test.pixels.float().mean((0, 2, 3)).tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    "content",
    [b"", b"\0\0\x08", b"\0\0\x08\x01\0\0\0\x05abcd", b"\0\0\x0d\x01\0\0\0\x01abcd", b"\0\0\x08\x00"],
)
def test_what_is_no_idx_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "labels"
    path.write_bytes(content)
    with pytest.raises(DataError, match="no IDX file of bytes, or not whole"):
        read_idx(path)


def test_what_is_missing_or_broken(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"holds neither train-images-idx3-ubyte nor train-images-idx3-ubyte\.gz"):
        mnist(tmp_path)
    (tmp_path / "batches.meta.txt").write_text("a b")
    with pytest.raises(DataError, match=r"no data_batch"):
        cifar10(tmp_path)
    batch = tmp_path / "data_batch_1.bin"
    batch.write_bytes(bytes(CIFAR_RECORD + 1))
    with pytest.raises(DataError, match="no CIFAR-10 batch"):
        cifar10(tmp_path)
    batch.rename(f"{batch}.gz")
    with pytest.raises(DataError, match="gzip"):
        cifar10(tmp_path)
    Path(f"{batch}.gz").write_bytes(gzip.compress(bytes(CIFAR_RECORD))[:-9])
    with pytest.raises(DataError, match="ended"):
        cifar10(tmp_path)
