"""Hostile YAML: refused at its place, within a moment, whatever it is; or read, and then it is small."""

import time
from pathlib import Path

import pytest

import archspec
from archspec.core.limits import DEFAULT_LIMITS, Limits
from archspec.core.source import Source
from archspec.elaborate.vocabulary import Registry
from archspec.emit.convert import convert
from archspec.syntax.yaml_reader import read

MOMENT = 15.0  # seconds of processor time; each takes some milliseconds, and what it guards against takes for ever

_MANY = 100_000
_LAUGHS = "a: &a [x, x]\n" + "\n".join(
    f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
_MERGES = "m0: &m0 {a: 1}\n" + "\n".join(f"m{i}: &m{i}\n  <<: [*m{i - 1}, *m{i - 1}]" for i in range(1, 25))

REFUSED = {
    "lists nested 100,000 deep": ("a: " + "[" * _MANY, "AS104"),
    "mappings nested 100,000 deep": ("{a: " * _MANY, "AS104"),
    "dashes nested 100,000 deep": ("- " * _MANY + "a", "AS104"),
    "keys nested 100,000 deep": ("? " * _MANY, "AS112"),
    "indented 1,000 deep": ("\n".join(" " * at + "a:" for at in range(1000)), "AS104"),
    "billion laughs": (_LAUGHS, "AS112"),
    "24 merge keys": (_MERGES, "AS112"),
    "a merge key without an alias": ("network: N\n<<: {layers: []}", "AS112"),
    "a list within itself": ("&a [*a]", "AS112"),
    "a mapping within itself": ("&a {a: *a}", "AS112"),
    "an alias to nothing": ("network: *a", "AS112"),
    "a tag that would run code": ('network: !!python/object/apply:os.system ["true"]', "AS112"),
    "a tag of one's own": ("network: !Network N", "AS112"),
    "a tag of nothing": ("network: ! N", "AS112"),
    "a binary": ("network: !!binary Tg==", "AS112"),
    "duplicate keys": ("network: N\nlayers: []\nlayers: []", "AS113"),
    "duplicate keys, one quoted": ("network: N\nlayers: []\n'layers': []", "AS113"),
    "two documents": ("network: N\n---\nnetwork: M", "AS112"),
    "two documents, the first one ended": ("network: N\n...\n---\nnetwork: M", "AS112"),
    "a directive": ("%YAML 1.1\n---\nnetwork: N", "AS112"),
    "another directive": ("%TAG !e! tag:example.org,2000:\n---\nnetwork: N", "AS112"),
    "a null character": ("network: N\0", "AS102"),
    "an escape character": ("network: N # \x1b[31m", "AS102"),
    "a second byte order mark": ("network: N\ndoc: \ufeff", "AS102"),
    "tabs": ("network: N\nlayers:\n\t- relu", "AS111"),
    "tabs behind spaces": ("network: N\nlayers:\n  \t- relu", "AS111"),
    "a key that is a list": ("? [a, b]\n: c", "AS112"),
    "100,000 characters of a name": ("network: " + "x" * _MANY, "AS104"),
    "a million characters of text": ("network: N\ndoc: '" + "x" * 10**6 + "'", "AS104"),
    "a million lines of text": ("network: N\ndoc: '" + "x\n " * 10**5 + "'", "AS104"),
    "100,000 digits": ("network: N\nparameters: {n: " + "9" * _MANY + "}", "AS104"),
    "400,000 scalars": ("[" + "0," * 400_000 + "]", "AS104"),
    "100,000 parentheses": ("network: N\nlayers:\n  - repeat: " + "(" * _MANY + "\n    body: []", "AS104"),
    "a sum of 50,000 terms": ("network: N\nlet:\n  a: $1" + " + 1" * 50_000, "AS104"),
    "a sum over 50,000 lines": ("network: N\nlet:\n  a: $1" + " +\n    1" * 50_000, "AS104"),
    "bodies nested 70 deep": ("network: N\nlayers: " + "[group: " * 70 + "[]" + "]" * 70, "AS104"),
    "values nested 70 deep": ("network: N\nlet: {a: " + "[" * 70 + "]" * 70 + "}", "AS104"),
    "targets nested 70 deep": ("network: N\nlet:\n  '" + "[" * 70 + "a" + "]" * 70 + "': 1", "AS104"),
    "100,000 errors": ("network: N\nlayers: [" + "1," * 90_000 + "]", "AS114"),
    "1,000 commas in a label": ("network: N\nlayers:\n  - '" + "," * 1000 + "': relu", "AS114"),
    "1,000 braces in a label": ("network: N\nlayers:\n  - '" + "{" * 999 + "': relu", "AS103"),
    "1,000 commas in a signature": ("network: N\nfn: {'f(" + "," * 999 + ")': 1}", "AS114"),
    "a folded string that is nothing but folds": ('network: N\nlet: {a: "$' + "\\\n" * _MANY + '"}', "AS114"),
}


@pytest.mark.parametrize(("text", "code"), REFUSED.values(), ids=REFUSED)
def test_it_is_refused_within_a_moment(text: str, code: str) -> None:
    begun = time.process_time()
    _, problems = read(Source("x.arch.yaml", text), Registry())
    assert time.process_time() - begun < MOMENT
    assert problems[0].rule.code == code
    assert 0 <= problems[0].span.start < problems[0].span.end <= len(text)
    assert len(problems[0].message) < 200


@pytest.mark.parametrize("text", [text for text, _ in REFUSED.values()], ids=REFUSED)
def test_check_reports_it(text: str, tmp_path: Path) -> None:
    path = tmp_path / "x.arch.yaml"
    path.write_bytes(text.encode())
    found = archspec.check(path)
    assert found.errors > 0
    assert len(found.diagnostics) <= DEFAULT_LIMITS.diagnostics


NAMED = {
    "a byte order mark": b"\xef\xbb\xbfnetwork: N\ninput: {x: [8]}\nlayers: [relu]\n",
    "carriage returns and line feeds": b"network: N\r\ninput: {x: [8]}\r\nlayers:\r\n  - relu\r\n",
    "carriage returns": b"network: N\rinput: {x: [8]}\rlayers:\r  - relu\r",
    "one document, marked": b"---\nnetwork: N\ninput: {x: [8]}\nlayers: [relu]\n...\n",
    "JSON": b'{"network": "N", "input": {"x": [8]}, "layers": ["relu", {"linear": [3, {"bias": false}]}]}',
    "tabs in comments": b"network: N\t# \t\ninput: {x: [8]}\t\nlayers: [relu]\n",
}


@pytest.mark.parametrize("data", NAMED.values(), ids=NAMED)
def test_odd_but_fine(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.arch.yaml"
    path.write_bytes(data)
    assert archspec.check(path).diagnostics == ()
    assert archspec.load(path).network == "N"


def test_a_place_behind_astral_characters(tmp_path: Path) -> None:
    path = tmp_path / "x.arch.yaml"
    text = "\ufeff# 🧠\r\nnetwork: N\r\ndoc: '🧠'\r\nlayers: ['🧠', 64]\r\n"
    path.write_bytes(text.encode())
    found = archspec.check(path).diagnostics
    assert [str(one.span).rpartition("yaml")[2] for one in found] == [":4:10", ":4:15"]


def test_what_is_not_utf_8_is_one_error(tmp_path: Path) -> None:
    path = tmp_path / "x.arch.yaml"
    path.write_bytes("network: N\n".encode("utf-16"))
    with pytest.raises(archspec.TargetError, match="not UTF-8"):
        archspec.check(path)


def test_limits_come_from_the_caller() -> None:
    text = "network: N\nlayers: [group: [group: [relu]]]"
    assert read(Source("x.arch.yaml", text), Registry())[1] == ()
    (found,) = read(Source("x.arch.yaml", text), Registry(), Limits(nesting=2))[1]
    assert "more than 2 deep" in found.message


def deep(levels: int) -> str:
    """A text spec of bodies in bodies, each of another kind than the one around it."""
    kinds = ["x:", "concat", "residual", "if true", "repeat 2", "for i in [1]", "relu -> x:", "(in) -> y:"]
    chosen = [f"{kinds[at % len(kinds)]} {{" for at in range(levels)]
    return "block B {\n" + "\n".join(chosen) + "\nrelu\n" + "}\n" * levels + "}\n"


@pytest.mark.parametrize("levels", [1, 8, 40, DEFAULT_LIMITS.nesting - 2])
def test_what_text_may_nest_yaml_may_nest(levels: int) -> None:
    yaml = convert(Source("x.arch", deep(levels)), to_yaml=True)
    assert convert(Source("x.arch.yaml", yaml), to_yaml=False)


def test_the_pure_python_parser_does_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where PyYAML comes without its C parser, what is refused is the same."""
    import yaml

    monkeypatch.delattr(yaml, "CBaseLoader")
    slow = {"a million lines of text", "400,000 scalars", "100,000 errors", "a sum over 50,000 lines"}
    for name, (text, code) in REFUSED.items():
        if name not in slow:
            _, problems = read(Source("x.arch.yaml", text), Registry())
            assert problems[0].rule.code == code, name


def test_expressions_keep_to_the_limits_that_are_given(tmp_path: Path) -> None:
    path = tmp_path / "n.arch.yaml"
    path.write_text("network: n\ninput: {x: [4, 8, 8]}\nlayers:\n  - conv: [$x.channels + abcdefghijklm, 1]\n")
    limits = DEFAULT_LIMITS._replace(identifier=12)
    (found,) = archspec.check(path, limits=limits).diagnostics
    assert (found.rule.code, found.span.text) == ("AS104", "abcdefghijklm")
    (found,) = archspec.check(path).diagnostics
    assert found.rule.code == "AS201"
