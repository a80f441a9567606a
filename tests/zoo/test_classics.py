"""The classics: the keys of the implementations they are named after, and what weight sharing means."""

import pytest
import torch
from agreement import entries

import archspec

KEYS = {
    "unet": {"down4.maxpool_conv.1.double_conv.3.weight": (1024, 1024, 3, 3), "up1.up.weight": (1024, 512, 2, 2)},
    "dcgan_generator": {"main.0.weight": (100, 512, 4, 4), "main.12.weight": (64, 3, 4, 4)},
    "dcgan_discriminator": {"main.0.weight": (64, 3, 4, 4), "main.11.weight": (1, 512, 4, 4)},
    "mobilenet_100": {"model.0.0.weight": (32, 3, 3, 3), "model.13.3.weight": (1024, 1024, 1, 1)},
    "inception_v4": {"features.3.conv.conv.weight": (96, 64, 3, 3), "features.21.branch2_3b.bn.weight": (256,)},
    "inception_resnet_v2": {"repeat.9.conv2d.bias": (320,), "mixed_5b.branch3.1.conv.weight": (64, 192, 1, 1)},
    "xception": {"block1.rep.0.pointwise.weight": (128, 64, 1, 1), "block12.rep.4.conv1.weight": (728, 1, 3, 3)},
    "resnet50d": {"conv1.6.weight": (64, 32, 3, 3), "layer2.0.downsample.1.weight": (512, 256, 1, 1)},
}


@pytest.mark.parametrize("name", KEYS)
def test_keys(name: str) -> None:
    found = entries(archspec.load(f"classics/{name}"))
    assert {key: found.get(key) for key in KEYS[name]} == KEYS[name]


def test_equal_images_differ_in_nothing() -> None:
    model = archspec.compile(archspec.load("classics/siamese", features=8)).eval()
    image, other = torch.rand(2, 1, 1, 105, 105)
    with torch.no_grad():
        model.load_state_dict({key: torch.randn_like(value) for key, value in model.state_dict().items()})
        assert torch.equal(model(image, image), torch.sigmoid(model.out.bias).view(1, 1))
        assert torch.equal(model(image, other), model(other, image))
