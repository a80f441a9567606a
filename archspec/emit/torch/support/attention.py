"""Attention as one module with one result."""

ATTENTION: dict[str, str] = {
    "Attention": '''\
class Attention(nn.MultiheadAttention):
    """Multi-head attention of [batch, tokens, features] to themselves, or to other keys and values."""

    def __init__(self, features: int, heads: int, **options: Any) -> None:
        super().__init__(features, heads, batch_first=True, **options)

    def forward(  # type: ignore[override]
        self, query: Tensor, key: Tensor | None = None, value: Tensor | None = None
    ) -> Tensor:
        key = query if key is None else key
        value = key if value is None else value
        attended: Tensor = super().forward(query, key, value, need_weights=False)[0]
        return attended
''',
    "RelativeAttention": '''\
class RelativeAttention(nn.Module):
    """Multi-head attention among the positions of a square, with a learned bias for each relative position."""

    relative_position_index: Tensor

    def __init__(self, features: int, heads: int, size: int) -> None:
        super().__init__()
        self.heads = heads
        self.to_qkv = nn.Linear(features, 3 * features)
        self.merge = nn.Linear(features, features)
        self.relative_position_bias_table = nn.Parameter(
            torch.empty((2 * size - 1) ** 2, heads)
        )
        nn.init.trunc_normal_(self.relative_position_bias_table, std=0.02)
        self.register_buffer("relative_position_index", relative_positions(size, size))

    def forward(self, x: Tensor) -> Tensor:
        scale = x.shape[-1] ** -0.5  # of all heads together, as published
        qkv = torch.unflatten(self.to_qkv(x), -1, (3, self.heads, -1))
        q, k, v = qkv.movedim(-3, 0).transpose(-3, -2)
        pairs = self.relative_position_bias_table[self.relative_position_index]
        bias = pairs.movedim(-1, 0)
        scores = (q @ (k * scale).transpose(-2, -1) + bias).softmax(-1)
        attended: Tensor = self.merge((scores @ v).transpose(-3, -2).flatten(-2))
        return attended
''',
}
