"""Changing a spec a little: on its bytes, its tokens, its numbers or its lines. One seed, one result."""

import re
from collections.abc import Callable, Sequence
from random import Random

from fuzz.corpus import Seed

_TOKEN = re.compile(rb"[A-Za-z_]\w*|\d+(?:\.\d+)?|\s+|->|[^\w\s]")
_NUMBER = re.compile(rb"\d+(?:\.\d+)?")

NUMBERS = (
    b"0", b"-1", b"1", b"2", b"7", b"1.5", b"-0.0", b"1e-6", b"1e308", b"1e999", b"017", b"0x10", b"64K", b"9" * 20,
    b"2147483647", b"2147483648", b"9007199254740992", b"9" * 400, b"1000000", b"10 ** 9", b"(1 / 0)", b"none",
)  # fmt: skip
ODD = (
    b"\x00", b"\r", b"\r\n", b"\t", b"\x0b", b"\x0c", b"\x1b[31m", b"\x7f", b"\xef\xbb\xbf", b"\xff", b"\xc0\x80",
    b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc3\xa9", b"\xef\xac\x81", b"\xf0\x9f\x98\x80", b"\xe2\x80\xae",
    b"\xe2\x80\xa8", b"\xc2\x85", b"\xcc\x81", b"\xc2\xa0", b"'", b'"', b"\\", b"{", b"}", b"(", b"]", b";", b":",
    b"#", b"%", b"&a ", b"*a", b"!!str ", b"<<", b"---\n", b"- ", b"? ", b"| ", b"> ", b"->", b"{i}", b"$",
)  # fmt: skip
WORDS = (
    b"in", b"x", b"conv", b"relu", b"residual", b"concat", b"repeat", b"block", b"network", b"input", b"output",
    b"expect", b"assert", b"let", b"fn", b"default", b"if", b"else", b"for", b"shared", b"skip", b"as", b"from",
    b"import", b"true", b"none", b"training", b"train", b"forward", b"self", b"__class__", b"on", b"~", b"channels",
)  # fmt: skip
DEEP = (b"(", b"[", b"{", b"-", b"not ", b"1 + ", b"residual {", b"repeat 2 {", b"x: {", b"- ", b"[group: ", b"a: ")

Mutation = Callable[[Random, bytes, Sequence[Seed]], bytes]


def mutated(random: Random, seeds: Sequence[Seed]) -> tuple[str, bytes]:
    """The suffix and the bytes of one of the seeds after one to four changes."""
    seed = random.choice(seeds)
    data = seed.data
    for _ in range(random.choice([1, 1, 1, 2, 2, 3, 4])):
        data = random.choice(MUTATIONS)(random, data, seeds)
    return seed.suffix, data


def _slot(random: Random, parts: Sequence[bytes]) -> int:
    return random.randrange(len(parts)) if parts else 0


def _bytes(random: Random, data: bytes, seeds: Sequence[Seed]) -> bytes:
    """A run of bytes goes, comes twice, or turns into others."""
    at = random.randint(0, len(data))
    end = min(len(data), at + random.choice([1, 1, 2, 8, 64]))
    kind = random.randrange(4)
    if kind == 0:
        return data[:at] + data[end:]
    if kind == 1:
        return data[:end] + data[at:]
    if kind == 2:
        return data[:at] + random.randbytes(end - at) + data[end:]
    return data[:at]


def _odd(random: Random, data: bytes, seeds: Sequence[Seed]) -> bytes:
    """Something that hardly belongs there."""
    at = random.randint(0, len(data))
    return data[:at] + random.choice(ODD) * random.choice([1, 1, 1, 3]) + data[at:]


def _tokens(random: Random, data: bytes, seeds: Sequence[Seed]) -> bytes:
    """A token goes, comes twice, moves, or turns into another."""
    parts = _TOKEN.findall(data)
    one, other = _slot(random, parts), _slot(random, parts)
    if not parts:
        return data
    kind = random.randrange(5)
    if kind == 0:
        del parts[one]
    elif kind == 1:
        parts.insert(one, parts[one])
    elif kind == 2:
        parts[one], parts[other] = parts[other], parts[one]
    elif kind == 3:
        parts[one] = parts[other]
    else:
        parts[one] = random.choice(WORDS)
    return b"".join(parts)


def _numbers(random: Random, data: bytes, seeds: Sequence[Seed]) -> bytes:
    """A number turns into another one."""
    found = list(_NUMBER.finditer(data))
    if not found:
        return data
    match = random.choice(found)
    return data[: match.start()] + random.choice(NUMBERS) + data[match.end() :]


def _lines(random: Random, data: bytes, seeds: Sequence[Seed]) -> bytes:
    """A line goes, comes twice, moves, or is set in by another measure."""
    lines = data.split(b"\n")
    one, other = _slot(random, lines), _slot(random, lines)
    kind = random.randrange(5)
    if kind == 0:
        del lines[one]
    elif kind == 1:
        lines.insert(one, lines[one])
    elif kind == 2:
        lines[one], lines[other] = lines[other], lines[one]
    elif kind == 3:
        lines[one] = b" " * random.randint(0, 12) + lines[one].lstrip()
    else:
        lines.insert(one, lines.pop(other))
    return b"\n".join(lines)


def _splice(random: Random, data: bytes, seeds: Sequence[Seed]) -> bytes:
    """The beginning of this one and the end of another, or some lines of another within."""
    other = random.choice(seeds).data
    if random.random() < 0.5:
        return data[: random.randint(0, len(data))] + other[random.randint(0, len(other)) :]
    lines, others = data.split(b"\n"), other.split(b"\n")
    at, start = _slot(random, lines), _slot(random, others)
    return b"\n".join([*lines[:at], *others[start : start + random.randint(1, 12)], *lines[at:]])


def _deep(random: Random, data: bytes, seeds: Sequence[Seed]) -> bytes:
    """Nested, closed again or not."""
    parts = _TOKEN.findall(data)
    at = _slot(random, parts)
    count = random.choice([2, 20, 60, 70, 300, 5000])
    parts.insert(at, random.choice(DEEP) * count)
    if random.random() < 0.3:
        parts.insert(random.randint(at, len(parts)), random.choice([b")", b"]", b"}"]) * count)
    return b"".join(parts)


MUTATIONS: tuple[Mutation, ...] = (_bytes, _odd, _tokens, _tokens, _tokens, _numbers, _numbers, _lines, _splice, _deep)
