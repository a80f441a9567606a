"""The sizes of a value by their names: `in.channels`, `image.height`."""

from archspec.core.shape import SEQUENCE, SPATIAL, Shape

SIZES = ("channels", "height", "width", "depth", "length", "features")


def named_size(shape: Shape, attribute: str) -> int | None:
    """A size by its name; none where the shape has no such axis."""
    spatial = shape.spatial
    if attribute in ("channels", "features"):
        return None if shape.channel_axis is None else shape.channels
    if attribute == "length":
        tokens = [size for size, role in zip(shape.sizes, shape.roles, strict=True) if role == SEQUENCE]
        return tokens[0] if tokens else spatial[0] if len(spatial) == 1 else None
    back = {"width": 1, "height": 2, "depth": 3}.get(attribute)
    if back is None or len(spatial) < max(back, 2):
        return None
    return spatial[-back]


def axis_role(shape: Shape, attribute: str) -> str:
    """The role of the axis whose size that is."""
    if attribute in ("channels", "features"):
        return "" if shape.channel_axis is None else shape.roles[shape.channel_axis]
    return SEQUENCE if attribute == "length" and SEQUENCE in shape.roles else SPATIAL
