"""Random valid specs, as text: chains, branches, residuals, repeats, groups, blocks, shared layers, several scales."""

from random import Random


class Writer:
    """Writes one random network; keeps track of the shape at hand, so that what it writes is valid."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.channels = self.random.choice([2, 4, 6])
        self.size = self.random.choice([8, 11, 16])
        self.names = 0
        self.blocks: list[str] = []

    def text(self) -> str:
        start = f"[{self.channels}, {self.size}, {self.size}]"
        body = self.body(self.random.randint(2, 5), 0)
        tail = self.tail()
        lines = "\n".join(f"    {line}" for line in [*body, *tail])
        blocks = "\n\n".join(self.blocks)
        return f"{blocks}\n\nnetwork n(width = 4, classes = 3) {{\n    input x: {start}\n{lines}\n}}\n"

    def label(self) -> str:
        self.names += 1
        return f"m{self.names}"

    def body(self, length: int, depth: int) -> list[str]:
        made: list[str] = []
        for _ in range(length):
            made += self.statement(depth)
        return made

    def statement(self, depth: int) -> list[str]:
        kinds = [self.conv, self.conv, self.simple, self.pool, self.named]
        if depth < 2:
            kinds += [self.residual, self.concat, self.repeat, self.group, self.block, self.gate, self.reread]
        kinds += [self.grow, self.twice]
        return self.random.choice(kinds)(depth)

    # --- steps ---

    def conv(self, depth: int) -> list[str]:
        kernel = self.random.choice([1, 2, 3, 3, 5])
        dilation = self.random.choice([1, 1, 2])
        extent = dilation * (kernel - 1) + 1
        padding = self.random.randint(0, extent // 2)
        if self.size + 2 * padding < extent:
            padding = extent
        stride = self.random.choice([1, 1, 1, 2, 3])
        out = self.random.choice([2, 3, 4, 6, 8])
        groups = self.random.choice([g for g in (1, 1, 2) if self.channels % g == 0 and out % g == 0])
        bias = self.random.choice(["", ", bias=false"])
        written = "width" if out == 4 and depth == 0 and self.random.random() < 0.5 else str(out)
        where = f"stride={stride}, padding={padding}, dilation={dilation}"
        text = f"conv({written}, {kernel}, {where}, groups={groups}{bias})"
        self.size = (self.size + 2 * padding - extent) // stride + 1
        self.channels = out
        return [text + self.random.choice(["", " -> relu", " -> batchnorm -> relu"])]

    def named(self, depth: int) -> list[str]:
        out = self.random.choice([2, 4])
        self.channels = out
        return [f"{self.label()}: conv({out}, 1)", f"{self.label()}: batchnorm"]

    def simple(self, depth: int) -> list[str]:
        return [self.random.choice(["relu", "tanh", "batchnorm", "identity", "dropout(0.1)", "gelu"])]

    def pool(self, depth: int) -> list[str]:
        if self.size < 4:
            return ["relu"]
        if self.random.random() < 0.2:
            self.size = self.random.randint(2, 5)
            return [f"adaptive_avgpool({self.size})"]
        kind = self.random.choice(["maxpool", "avgpool"])
        kernel, stride, padding = self.random.choice([(2, 2, 0), (3, 2, 1), (3, 1, 1), (3, 2, 0)])
        ceil = self.random.random() < 0.3
        n = self.size + 2 * padding - kernel
        out = -(-n // stride) + 1 if ceil else n // stride + 1
        if ceil and (out - 1) * stride >= self.size + padding:
            out -= 1
        self.size = out
        return [f"{kind}({kernel}, stride={stride}, padding={padding}{', ceil_mode=true' if ceil else ''})"]

    def grow(self, depth: int) -> list[str]:
        if self.size > 12:
            return ["relu"]
        if self.random.random() < 0.5:
            self.size *= 2
            return ["upsample(2)"]
        kernel, stride, padding = self.random.choice([(2, 2, 0), (3, 2, 1), (4, 2, 1)])
        out = self.random.choice([2, 4])
        self.size = (self.size - 1) * stride - 2 * padding + kernel
        if self.size < 1:
            self.size = (self.size - kernel + 2 * padding) // stride + 1
            return ["relu"]
        self.channels = out
        return [f"conv_transpose({out}, {kernel}, stride={stride}, padding={padding})"]

    # --- structures ---

    def keeping(self) -> str:
        """A step that keeps the shape."""
        kernel = self.random.choice([1, 3, 5])
        return f"conv({self.channels}, {kernel}, padding={kernel // 2}) -> relu"

    def residual(self, depth: int) -> list[str]:
        if self.random.random() < 0.5:
            return [f"residual {{ {self.keeping()} }}"]
        before = self.channels, self.size
        stride = self.random.choice([1, 2])
        out = self.random.choice([2, 4])
        self.channels, self.size = out, (before[1] - 1) // stride + 1
        return [
            f"residual {{ conv({out}, 3, stride={stride}, padding=1) -> relu -> conv({out}, 3, padding=1) }}",
            f"skip {{ conv({out}, 1, stride={stride}) -> batchnorm }}",
        ]

    def concat(self, depth: int) -> list[str]:
        branches, total = [], 0
        for _ in range(self.random.randint(2, 3)):
            kind = self.random.random()
            if kind < 0.2:
                branches.append("identity")
                total += self.channels
            elif kind < 0.6:
                out = self.random.choice([1, 2, 3])
                branches.append(f"{self.label()}: conv({out}, 1)")
                total += out
            else:
                out = self.random.choice([1, 2, 3])
                branches.append(f"{{ {self.keeping()} -> conv({out}, 3, padding=1) }}")
                total += out
        self.channels = total
        return ["concat {", *(f"    {one}" for one in branches), "}"]

    def gate(self, depth: int) -> list[str]:
        return ["mul {", "    identity", f"    {{ global_avgpool -> conv({self.channels}, 1) -> sigmoid }}", "}"]

    def repeat(self, depth: int) -> list[str]:
        count = self.random.choice([1, 2, 3, 5])
        kind = self.random.random()
        if kind < 0.4:
            return [f"repeat {count} {{ {self.keeping()} }}"]
        if kind < 0.7:
            name = self.label()
            step = f'"{name}_{{i + 1}}": conv({self.channels}, 3, padding=1)'
            return [f"repeat {count} as i {{ residual {{ {step} }} }}"]
        out = self.random.choice([1, 2])
        self.channels += count * out
        return [f"repeat {count} {{ concat {{ identity; conv({out}, 3, padding=1) }} }}"]

    def group(self, depth: int) -> list[str]:
        inside = self.body(self.random.randint(1, 3), depth + 1)
        return [f"{self.label()}: {{", *(f"    {line}" for line in inside), "}"]

    def block(self, depth: int) -> list[str]:
        name = f"B{len(self.blocks)}"
        self.blocks.append(
            f"block {name}(planes, stride = 1) {{\n"
            "    residual { conv1: conv(planes, 3, stride=stride, padding=1) -> relu }\n"
            "    skip { if stride != 1 or in.channels != planes { down: conv(planes, 1, stride=stride) } }\n"
            f"    repeat planes {{ conv(in.channels, 1) -> conv(planes, 1) }}\n"
            "}"
        )
        stride, planes = self.random.choice([1, 2]), self.random.choice([2, 3])
        self.size, self.channels = (self.size - 1) // stride + 1, planes
        return [f"{name}({planes}, stride={stride})", f"{self.label()}: {name}({planes})"]

    def reread(self, depth: int) -> list[str]:
        name, other = self.label(), self.label()
        return [f"{name}: conv({self.channels}, 1)", f"{other}: {self.keeping()}", f"({name}, {other}) -> add"]

    def twice(self, depth: int) -> list[str]:
        name = self.label()
        return [f"shared {name}: conv({self.channels}, 3, padding=1)", f"{name} -> relu -> {name}"]

    def tail(self) -> list[str]:
        if self.random.random() < 0.5:
            return []
        return ["global_avgpool -> flatten", f"{self.label()}: linear(classes)"]


def spec(seed: int) -> str:
    """A random valid spec."""
    return Writer(Random(seed)).text()
