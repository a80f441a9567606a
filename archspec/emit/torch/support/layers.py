"""Layers and functions without a module of torch's."""

LAYERS: dict[str, str] = {
    "ChannelLayerNorm": '''\
class ChannelLayerNorm(nn.LayerNorm):
    """Layer normalisation over the channels of each pixel, which stand in front."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x.movedim(1, -1)).movedim(-1, 1)
''',
    "LocallyConnected": '''\
class LocallyConnected(nn.Module):
    """A convolution whose weights are not shared: each output position has a kernel and a bias of its own."""

    def __init__(
        self,
        channels: int,
        out: int,
        kernel: tuple[int, ...],
        sizes: tuple[int, ...],
        *,
        stride: int | tuple[int, ...] = 1,
        pads: tuple[int, ...] = (),
        bias: bool = True,
    ) -> None:
        super().__init__()
        self.kernel, self.sizes, self.pads = kernel, sizes, pads
        self.stride = stride if isinstance(stride, tuple) else (stride,) * len(kernel)
        self.weight = nn.Parameter(torch.empty(*sizes, out, channels, *kernel))
        self.bias = nn.Parameter(torch.empty(out, *sizes)) if bias else None
        bound = (
            self.weight[(0,) * (len(sizes) + 1)].numel() ** -0.5
        )  # one over the root of the fan-in
        for parameter in self.parameters():
            nn.init.uniform_(parameter, -bound, bound)

    def forward(self, x: Tensor) -> Tensor:
        axes = len(self.kernel)
        x = F.pad(x, self.pads)  # from the last axis to the first
        for axis in range(axes):
            x = x.unfold(axis + 2, self.kernel[axis], self.stride[axis])
        # batch, positions, inputs; and positions, outputs, inputs
        patches = x.movedim(1, axes + 1).flatten(axes + 1).flatten(1, axes)
        weight = self.weight.flatten(axes + 1).flatten(0, axes - 1)
        y = (patches.transpose(0, 1) @ weight.transpose(1, 2)).permute(1, 2, 0)
        y = torch.unflatten(y, 2, self.sizes)
        return y if self.bias is None else y + self.bias
''',
    "Permute": '''\
class Permute(nn.Module):
    """Axes in another order."""

    def __init__(self, *axes: int) -> None:
        super().__init__()
        self.axes = axes

    def forward(self, x: Tensor) -> Tensor:
        return x.permute(self.axes)

    def extra_repr(self) -> str:
        return ", ".join(map(str, self.axes))
''',
    "SequenceGRU": '''\
class SequenceGRU(nn.GRU):
    """A gated recurrent unit over [batch, steps, features] that returns the state after each step."""

    def __init__(self, features: int, out: int, **options: Any) -> None:
        super().__init__(features, out, batch_first=True, **options)

    def forward(self, x: Tensor) -> Tensor:  # type: ignore[override]
        states: Tensor = super().forward(x)[0]
        return states
''',
    "SequenceLSTM": '''\
class SequenceLSTM(nn.LSTM):
    """A long short-term memory over [batch, steps, features] that returns the state after each step."""

    def __init__(self, features: int, out: int, **options: Any) -> None:
        super().__init__(features, out, batch_first=True, **options)

    def forward(self, x: Tensor) -> Tensor:  # type: ignore[override]
        states: Tensor = super().forward(x)[0]
        return states
''',
    "StochasticDepth": '''\
class StochasticDepth(nn.Module):
    """In training the value is zero with probability p, for each sample ("row") or for all ("batch")."""

    def __init__(self, p: float, mode: str = "row") -> None:
        super().__init__()
        self.p, self.mode = p, mode

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self.p == 0:
            return x
        kept = x.new_empty(
            [x.shape[0] if self.mode == "row" else 1] + [1] * (x.dim() - 1)
        )
        kept.bernoulli_(1 - self.p)
        return x * (kept / (1 - self.p) if self.p < 1 else kept)

    def extra_repr(self) -> str:
        return f"p={self.p}, mode={self.mode}"
''',
    "matmul_transposed": '''\
def matmul_transposed(a: Tensor, b: Tensor) -> Tensor:
    """The product of matrices a bᵀ."""
    return a @ b.transpose(-2, -1)
''',
}
