"""Convolution and pooling with padding that differs between the ends of an axis.

`Padded…` classes take (before, after) for each spatial axis. `Same…` classes pad as TensorFlow's SAME, which depends on
the size of each input.
"""

# `Nd` in a template stands for `1d`, `2d` or `3d`.
_TEMPLATES = {
    "PaddedConvNd": '''\
class PaddedConvNd(nn.ConvNd):
    """A convolution with its own padding, (before, after), at either end of each axis."""

    def __init__(
        self, *arguments: Any, padding: tuple[tuple[int, int], ...], **options: Any
    ) -> None:
        super().__init__(*arguments, **options)
        self.pads = [
            side for pair in reversed(padding) for side in pair
        ]  # F.pad starts with the last axis

    def forward(self, x: Tensor) -> Tensor:
        mode = "constant" if self.padding_mode == "zeros" else self.padding_mode
        return super().forward(F.pad(x, self.pads, mode=mode))
''',
    "SameConvNd": '''\
class SameConvNd(nn.ConvNd):
    """A convolution padded as TensorFlow's SAME: the output size is input size / stride, rounded up."""

    def forward(self, x: Tensor) -> Tensor:
        pads: list[int] = []
        for size, kernel, stride, dilation in zip(
            x.shape[2:], self.kernel_size, self.stride, self.dilation
        ):
            total = max(
                (-(-size // stride) - 1) * stride + dilation * (kernel - 1) + 1 - size,
                0,
            )
            pads = [
                total // 2,
                total - total // 2,
                *pads,
            ]  # F.pad starts with the last axis
        mode = "constant" if self.padding_mode == "zeros" else self.padding_mode
        return super().forward(F.pad(x, pads, mode=mode))
''',
    "PaddedMaxPoolNd": '''\
class PaddedMaxPoolNd(nn.MaxPoolNd):
    """A maximum pooling with its own padding, (before, after), at either end of each axis."""

    def __init__(
        self, *arguments: Any, padding: tuple[tuple[int, int], ...], **options: Any
    ) -> None:
        super().__init__(*arguments, **options)
        self.pads = [
            side for pair in reversed(padding) for side in pair
        ]  # F.pad starts with the last axis

    def forward(self, x: Tensor) -> Tensor:
        largest: Tensor = super().forward(F.pad(x, self.pads, value=float("-inf")))
        return largest
''',
    "SameMaxPoolNd": '''\
class SameMaxPoolNd(nn.MaxPoolNd):
    """A maximum pooling padded as TensorFlow's SAME: the output size is input size / stride, rounded up."""

    def __init__(self, kernel_size: Any, *, stride: Any, dilation: Any) -> None:
        super().__init__(kernel_size, stride, dilation=dilation)
        self.windows = list(zip(kernel_size, stride, dilation))  # one for each axis

    def forward(self, x: Tensor) -> Tensor:
        pads: list[int] = []
        for size, (kernel, stride, dilation) in zip(x.shape[2:], self.windows):
            total = max(
                (-(-size // stride) - 1) * stride + dilation * (kernel - 1) + 1 - size,
                0,
            )
            pads = [
                total // 2,
                total - total // 2,
                *pads,
            ]  # F.pad starts with the last axis
        largest: Tensor = super().forward(F.pad(x, pads, value=float("-inf")))
        return largest
''',
    "PaddedAvgPoolNd": '''\
class PaddedAvgPoolNd(nn.AvgPoolNd):
    """A mean pooling with its own padding, (before, after), at either end of each axis."""

    def __init__(
        self, *arguments: Any, padding: tuple[tuple[int, int], ...], **options: Any
    ) -> None:
        super().__init__(*arguments, **options)
        self.pads = [
            side for pair in reversed(padding) for side in pair
        ]  # F.pad starts with the last axis

    def forward(self, x: Tensor) -> Tensor:
        mean: Tensor = super().forward(F.pad(x, self.pads))
        if not self.count_include_pad:
            mean = mean / super().forward(
                F.pad(torch.ones_like(x[:1, :1]), self.pads)
            )  # the share of real pixels
        return mean
''',
    "SameAvgPoolNd": '''\
class SameAvgPoolNd(nn.AvgPoolNd):
    """A mean pooling padded as TensorFlow's SAME: the output size is input size / stride, rounded up."""

    def __init__(
        self, kernel_size: Any, *, stride: Any, count_include_pad: bool = True
    ) -> None:
        super().__init__(kernel_size, stride, count_include_pad=count_include_pad)
        self.windows = list(zip(kernel_size, stride))  # one for each axis

    def forward(self, x: Tensor) -> Tensor:
        pads: list[int] = []
        for size, (kernel, stride) in zip(x.shape[2:], self.windows):
            total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
            pads = [
                total // 2,
                total - total // 2,
                *pads,
            ]  # F.pad starts with the last axis
        mean: Tensor = super().forward(F.pad(x, pads))
        if not self.count_include_pad:
            mean = mean / super().forward(
                F.pad(torch.ones_like(x[:1, :1]), pads)
            )  # the share of real pixels
        return mean
''',
}

PADDING: dict[str, str] = {
    name.replace("Nd", f"{axes}d"): text.replace("Nd", f"{axes}d")
    for axes in (1, 2, 3)
    for name, text in _TEMPLATES.items()
}
