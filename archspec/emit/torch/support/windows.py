"""Attention within the windows of a map."""

WINDOWS: dict[str, str] = {
    "relative_positions": '''\
def relative_positions(height: int, width: int) -> Tensor:
    """For each pair of positions of a window the number of their relative position, from 0."""
    rows = torch.arange(height).repeat_interleave(width)
    columns = torch.arange(width).repeat(height)
    down = rows[:, None] - rows + height - 1
    right = columns[:, None] - columns + width - 1
    return down * (2 * width - 1) + right
''',
    "WindowAttention": '''\
class WindowAttention(nn.Module):
    """Multi-head attention within shifted windows of a [batch, height, width, channels] map (Swin Transformer)."""

    relative_position_index: Tensor

    def __init__(
        self,
        channels: int,
        heads: int,
        window: tuple[int, int],
        shift: tuple[int, int],
        *,
        qkv_bias: bool = True,
        proj_bias: bool = True,
        attention_dropout: float = 0.0,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.heads, self.window, self.shift = heads, window, shift
        self.attention_dropout, self.dropout = attention_dropout, dropout
        self.qkv = nn.Linear(channels, 3 * channels, bias=qkv_bias)
        self.proj = nn.Linear(channels, channels, bias=proj_bias)
        self.start_biases()
        self.register_buffer(
            "relative_position_index", relative_positions(*window).flatten()
        )

    def start_biases(self) -> None:
        height, width = self.window
        table = torch.empty((2 * height - 1) * (2 * width - 1), self.heads)
        self.relative_position_bias_table = nn.Parameter(
            nn.init.trunc_normal_(table, std=0.02)
        )

    def biases(self) -> Tensor:
        """What each head adds to the score of each pair of positions: heads, positions, positions."""
        return self.spread(self.relative_position_bias_table)

    def spread(self, table: Tensor) -> Tensor:
        area = self.window[0] * self.window[1]
        pairs = table[self.relative_position_index]
        return torch.unflatten(pairs, 0, (area, area)).movedim(2, 0)

    def queries_keys_values(self, x: Tensor) -> Tensor:
        made: Tensor = self.qkv(x)
        return made

    def scores(self, q: Tensor, k: Tensor) -> Tensor:
        made: Tensor = q * q.shape[-1] ** -0.5 @ k.transpose(-2, -1)
        return made

    def forward(self, x: Tensor) -> Tensor:
        height, width = x.shape[1:3]
        x = F.pad(x, (0, 0, 0, -width % self.window[1], 0, -height % self.window[0]))
        sizes = (x.shape[1], x.shape[2])
        shift = [  # none where there is one window
            0 if w >= size else s for w, s, size in zip(self.window, self.shift, sizes)
        ]
        x = self.windows(x.roll([-s for s in shift], (1, 2)))
        qkv = torch.unflatten(self.queries_keys_values(x), 3, (3, self.heads, -1))
        q, k, v = qkv.permute(3, 0, 1, 4, 2, 5)
        scores = self.scores(q, k) + self.biases()
        if any(shift):
            scores = scores + self.mask(x, sizes, shift)
        scores = F.dropout(scores.softmax(-1), self.attention_dropout, self.training)
        x = F.dropout(
            self.proj((scores @ v).transpose(2, 3).flatten(3)),
            self.dropout,
            self.training,
        )
        x = torch.unflatten(x, 2, self.window)
        x = torch.unflatten(x, 1, (-1, sizes[1] // self.window[1]))
        x = x.transpose(2, 3).flatten(3, 4).flatten(1, 2).roll(shift, (1, 2))
        return x[:, :height, :width]

    def windows(self, x: Tensor) -> Tensor:
        """The windows of a map: batch, windows, positions, features."""
        height, width = self.window
        x = torch.unflatten(torch.unflatten(x, 2, (-1, width)), 1, (-1, height))
        return x.transpose(2, 3).flatten(3, 4).flatten(1, 2)

    def mask(self, x: Tensor, sizes: tuple[int, int], shift: list[int]) -> Tensor:
        """-100 for pairs of positions that only the shift brought together: windows, 1, positions, positions."""
        parts = []  # along either axis the last window holds what was the map's end, and what was its start
        for size, window, by in zip(sizes, self.window, shift):
            at = torch.arange(size, device=x.device)
            parts.append(
                (at >= size - window).int() + (at >= size - by) if by else at * 0
            )
        part = self.windows((3 * parts[0][:, None] + parts[1])[None, :, :, None])[
            0, :, :, 0
        ]
        return (part[:, None] != part[:, :, None])[:, None] * x.new_tensor(-100.0)
''',
    "WindowAttentionV2": '''\
class WindowAttentionV2(WindowAttention):
    """Attention within windows by the angle of queries and keys, biased by a network (Swin Transformer V2)."""

    relative_coords_table: Tensor

    def __init__(
        self,
        channels: int,
        heads: int,
        window: tuple[int, int],
        shift: tuple[int, int],
        **options: Any,
    ) -> None:
        super().__init__(channels, heads, window, shift, **options)
        self.logit_scale = nn.Parameter(torch.full((heads, 1, 1), 10.0).log())
        self.cpb_mlp = nn.Sequential(
            nn.Linear(2, 512), nn.ReLU(), nn.Linear(512, heads, bias=False)
        )
        if self.qkv.bias is not None:  # keys have none
            nn.init.zeros_(self.qkv.bias[channels : 2 * channels].detach())

    def start_biases(self) -> None:
        height, width = self.window
        down = torch.arange(1 - height, height) * 8 / (height - 1)
        right = torch.arange(1 - width, width) * 8 / (width - 1)
        table = torch.stack(torch.meshgrid(down, right, indexing="ij"), 2)
        self.register_buffer(
            "relative_coords_table", (table.sign() * (table.abs() + 1).log2() / 3)[None]
        )

    def biases(self) -> Tensor:
        table: Tensor = self.cpb_mlp(self.relative_coords_table)
        return 16 * self.spread(table.flatten(0, 2)).sigmoid()

    def queries_keys_values(self, x: Tensor) -> Tensor:
        bias: Tensor | None = self.qkv.bias
        if bias is not None:  # keys have none, whatever is stored
            q, k, v = bias.chunk(3)
            bias = torch.cat([q, torch.zeros_like(k), v])
        return F.linear(x, self.qkv.weight, bias)

    def scores(self, q: Tensor, k: Tensor) -> Tensor:
        angles = F.normalize(q, dim=-1) @ F.normalize(k, dim=-1).transpose(-2, -1)
        return (
            angles * self.logit_scale.clamp(max=4.605170185988092).exp()
        )  # a factor of at most 100
''',
}
