"""Augmentations against what they are by hand, image for image."""

import pytest
import torch
from torch.nn import functional as F
from training.augment import Augment, Draws, crop, statistics

PLAIN = Augment((1, 8, 8), (0.0,), (1 / 255,))  # gives the stored pixels back


def pixels(count: int = 5, channels: int = 1, size: int = 8) -> torch.Tensor:
    generator = torch.Generator().manual_seed(1)
    return torch.randint(0, 256, (count, channels, size, size), generator=generator, dtype=torch.uint8)


def draws(count: int = 5) -> Draws:
    return Draws.of(count, torch.Generator().manual_seed(2))


def test_crop_takes_a_window_of_each_image() -> None:
    x, drawn = pixels(size=12), draws()
    made = crop(x, 8, 7, drawn)
    for n in range(5):
        top, left = int(drawn.top[n] * 5), int(drawn.left[n] * 6)
        assert torch.equal(made[n], x[n, :, top : top + 8, left : left + 7])


def test_every_place_is_drawn() -> None:
    drawn = Draws.of(2000, torch.Generator().manual_seed(0))
    assert set((drawn.top * 5).long().tolist()) == {0, 1, 2, 3, 4}
    assert 900 < int(drawn.mirror.sum()) < 1100


def test_padding_is_black_and_mirroring_is_drawn() -> None:
    x, drawn = pixels(), draws()
    made = Augment((1, 8, 8), (0.0,), (1 / 255,), padding=2, flip=True).train(x, drawn)
    for n in range(5):
        top, left = int(drawn.top[n] * 5), int(drawn.left[n] * 5)
        expected = F.pad(x[n], (2, 2, 2, 2))[:, top : top + 8, left : left + 8].float()
        torch.testing.assert_close(made[n], expected.flip(-1) if drawn.mirror[n] else expected)
    assert 0 < int(drawn.mirror.sum()) < 5


def test_scaling_shows_a_part() -> None:
    flat = torch.full((5, 1, 8, 8), 200, dtype=torch.uint8)
    made = Augment((1, 8, 8), (0.0,), (1 / 255,), scale=10).train(flat, draws())
    torch.testing.assert_close(made, torch.full((5, 1, 8, 8), 200.0))


def test_fitting() -> None:
    x = pixels()
    padded = Augment((1, 12, 11), (0.0,), (1 / 255,), fit="pad").plain(x)
    assert padded.shape == (5, 1, 12, 11)
    torch.testing.assert_close(padded[:, :, 2:10, 1:9], x.float())
    torch.testing.assert_close(padded.sum(), x.float().sum())
    assert Augment((3, 16, 16), (0.0,), (1.0,)).plain(x).shape == (5, 3, 16, 16)
    torch.testing.assert_close(PLAIN.plain(x), x.float())


@pytest.mark.parametrize("channels", [1, 3])
def test_normalised_to_mean_0_and_deviation_1(channels: int) -> None:
    x = pixels(300, channels)
    made = Augment((channels, 8, 8), *statistics(x)).plain(x)
    torch.testing.assert_close(made.mean((0, 2, 3)), torch.zeros(channels), atol=1e-4, rtol=0)
    torch.testing.assert_close(made.std((0, 2, 3)), torch.ones(channels), atol=1e-3, rtol=0)


def test_a_share_of_the_draws_is_what_the_whole_has() -> None:
    whole, parts = draws(6), [draws(6).part(slice(rank, None, 2), torch.device("cpu")) for rank in (0, 1)]
    assert torch.equal(torch.stack([part.top for part in parts], 1).flatten(), whole.top)
