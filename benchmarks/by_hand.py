"""Five networks as one writes them in plain PyTorch: what compiled modules are measured against.

They do the same operations in the same order as the specs, none in place, and name their modules as torchvision does,
so that one's weights load into the other.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn


class AlexNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 64, 11, 4, 2), nn.ReLU(), nn.MaxPool2d(3, 2),
            nn.Conv2d(64, 192, 5, padding=2), nn.ReLU(), nn.MaxPool2d(3, 2),
            nn.Conv2d(192, 384, 3, padding=1), nn.ReLU(),
            nn.Conv2d(384, 256, 3, padding=1), nn.ReLU(),
            nn.Conv2d(256, 256, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2),
        )  # fmt: skip
        self.avgpool = nn.AdaptiveAvgPool2d(6)
        self.classifier = nn.Sequential(
            nn.Dropout(), nn.Linear(9216, 4096), nn.ReLU(),
            nn.Dropout(), nn.Linear(4096, 4096), nn.ReLU(),
            nn.Linear(4096, 1000),
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        made: Tensor = self.classifier(self.avgpool(self.features(x)).flatten(1))
        return made


class VGG16(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        entering = 3
        for channels, depth in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
            for _ in range(depth):
                layers += [nn.Conv2d(entering, channels, 3, padding=1), nn.ReLU()]
                entering = channels
            layers.append(nn.MaxPool2d(2))
        self.features = nn.Sequential(*layers)
        self.avgpool = nn.AdaptiveAvgPool2d(7)
        self.classifier = nn.Sequential(
            nn.Linear(512 * 49, 4096), nn.ReLU(), nn.Dropout(),
            nn.Linear(4096, 4096), nn.ReLU(), nn.Dropout(),
            nn.Linear(4096, 1000),
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        made: Tensor = self.classifier(self.avgpool(self.features(x)).flatten(1))
        return made


class Bottleneck(nn.Module):
    def __init__(self, entering: int, width: int, stride: int) -> None:
        super().__init__()
        leaving = 4 * width
        self.conv1 = nn.Conv2d(entering, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, leaving, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(leaving)
        self.relu = nn.ReLU()
        self.downsample: nn.Module | None = None
        if stride > 1 or entering != leaving:
            self.downsample = nn.Sequential(
                nn.Conv2d(entering, leaving, 1, stride, bias=False), nn.BatchNorm2d(leaving)
            )

    def forward(self, x: Tensor) -> Tensor:
        y = self.relu(self.bn1(self.conv1(x)))
        y = self.relu(self.bn2(self.conv2(y)))
        y = self.bn3(self.conv3(y))
        if self.downsample is not None:
            x = self.downsample(x)
        made: Tensor = self.relu(y + x)
        return made


class ResNet50(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        entering = 64
        for number, (width, depth) in enumerate(((64, 3), (128, 4), (256, 6), (512, 3)), 1):
            blocks = []
            for at in range(depth):
                blocks.append(Bottleneck(entering, width, 2 if number > 1 and at == 0 else 1))
                entering = 4 * width
            self.add_module(f"layer{number}", nn.Sequential(*blocks))
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(2048, 1000)

    def forward(self, x: Tensor) -> Tensor:
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        made: Tensor = self.fc(self.avgpool(x).flatten(1))
        return made


class ConvBN(nn.Module):
    """A convolution of GoogLeNet's."""

    def __init__(self, entering: int, channels: int, kernel: int, stride: int = 1, padding: int = 0) -> None:
        super().__init__()
        self.conv = nn.Conv2d(entering, channels, kernel, stride, padding, bias=False)
        self.bn = nn.BatchNorm2d(channels, eps=0.001)

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(self.bn(self.conv(x)))


class Inception(nn.Module):
    def __init__(self, entering: int, one: int, three: tuple[int, int], five: tuple[int, int], pooled: int) -> None:
        super().__init__()
        self.branch1 = ConvBN(entering, one, 1)
        self.branch2 = nn.Sequential(ConvBN(entering, three[0], 1), ConvBN(*three, 3, padding=1))
        # as published code has it: a kernel of 3, where the paper has one of 5
        self.branch3 = nn.Sequential(ConvBN(entering, five[0], 1), ConvBN(*five, 3, padding=1))
        self.branch4 = nn.Sequential(nn.MaxPool2d(3, 1, 1, ceil_mode=True), ConvBN(entering, pooled, 1))

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)], 1)


class Auxiliary(nn.Module):
    def __init__(self, entering: int) -> None:
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(4)
        self.conv = ConvBN(entering, 128, 1)
        self.fc1 = nn.Linear(2048, 1024)
        self.dropout = nn.Dropout(0.7)
        self.fc2 = nn.Linear(1024, 1000)

    def forward(self, x: Tensor) -> Tensor:
        x = torch.relu(self.fc1(self.conv(self.pool(x)).flatten(1)))
        made: Tensor = self.fc2(self.dropout(x))
        return made


class GoogLeNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv1 = ConvBN(3, 64, 7, 2, 3)
        self.maxpool1 = nn.MaxPool2d(3, 2, ceil_mode=True)
        self.conv2 = ConvBN(64, 64, 1)
        self.conv3 = ConvBN(64, 192, 3, padding=1)
        self.maxpool2 = nn.MaxPool2d(3, 2, ceil_mode=True)
        self.inception3a = Inception(192, 64, (96, 128), (16, 32), 32)
        self.inception3b = Inception(256, 128, (128, 192), (32, 96), 64)
        self.maxpool3 = nn.MaxPool2d(3, 2, ceil_mode=True)
        self.inception4a = Inception(480, 192, (96, 208), (16, 48), 64)
        self.aux1 = Auxiliary(512)
        self.inception4b = Inception(512, 160, (112, 224), (24, 64), 64)
        self.inception4c = Inception(512, 128, (128, 256), (24, 64), 64)
        self.inception4d = Inception(512, 112, (144, 288), (32, 64), 64)
        self.aux2 = Auxiliary(528)
        self.inception4e = Inception(528, 256, (160, 320), (32, 128), 128)
        self.maxpool4 = nn.MaxPool2d(2, 2, ceil_mode=True)
        self.inception5a = Inception(832, 256, (160, 320), (32, 128), 128)
        self.inception5b = Inception(832, 384, (192, 384), (48, 128), 128)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.dropout = nn.Dropout(0.2)
        self.fc = nn.Linear(1024, 1000)

    def forward(self, x: Tensor) -> Tensor | dict[str, Tensor]:
        x = self.maxpool2(self.conv3(self.conv2(self.maxpool1(self.conv1(x)))))
        x = self.inception4a(self.maxpool3(self.inception3b(self.inception3a(x))))
        extra: dict[str, Tensor] = {}
        if self.training:
            extra["aux1"] = self.aux1(x)
        x = self.inception4d(self.inception4c(self.inception4b(x)))
        if self.training:
            extra["aux2"] = self.aux2(x)
        x = self.inception5b(self.inception5a(self.maxpool4(self.inception4e(x))))
        made: Tensor = self.fc(self.dropout(self.avgpool(x).flatten(1)))
        return {**extra, "output": made} if extra else made


def conv_bn6(entering: int, leaving: int, kernel: int = 1, stride: int = 1, groups: int = 1) -> nn.Sequential:
    """A convolution of MobileNetV2's, with its normalisation and activation."""
    return nn.Sequential(
        nn.Conv2d(entering, leaving, kernel, stride, kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(leaving),
        nn.ReLU6(),
    )


class InvertedResidual(nn.Module):
    def __init__(self, entering: int, leaving: int, stride: int, expansion: int) -> None:
        super().__init__()
        wide = expansion * entering
        self.skips = stride == 1 and entering == leaving
        self.conv = nn.Sequential(
            *([conv_bn6(entering, wide)] if expansion > 1 else []),
            conv_bn6(wide, wide, 3, stride, groups=wide),
            nn.Conv2d(wide, leaving, 1, bias=False),
            nn.BatchNorm2d(leaving),
        )

    def forward(self, x: Tensor) -> Tensor:
        made: Tensor = self.conv(x)
        return made + x if self.skips else made


class MobileNetV2(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = [conv_bn6(3, 32, 3, 2)]
        entering = 32
        for expansion, channels, depth, stride in (
            (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
        ):  # fmt: skip
            for at in range(depth):
                layers.append(InvertedResidual(entering, channels, stride if at == 0 else 1, expansion))
                entering = channels
        self.features = nn.Sequential(*layers, conv_bn6(320, 1280))
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Sequential(nn.Dropout(0.2), nn.Linear(1280, 1000))

    def forward(self, x: Tensor) -> Tensor:
        made: Tensor = self.classifier(self.avgpool(self.features(x)).flatten(1))
        return made


# the network that ships, and the same by hand
PEERS: dict[str, Callable[[], nn.Module]] = {
    "torchvision/alexnet": AlexNet,
    "torchvision/vgg16": VGG16,
    "torchvision/resnet50": ResNet50,
    "torchvision/googlenet": GoogLeNet,
    "torchvision/mobilenet_v2": MobileNetV2,
}
