"""The version of the language at the top of a file: read, checked, kept."""

import json
from pathlib import Path

import jsonschema
import pytest

import archspec
from archspec.core.diagnostic import SpecError
from archspec.core.source import Source
from archspec.elaborate.parsing import parsed
from archspec.emit.convert import convert
from archspec.emit.schema.document import as_text
from archspec.syntax import tree
from archspec.syntax.format import format_source
from archspec.syntax.versions import CURRENT, READ

BODY = "network net {\n    input x: [4]\n    linear(2)\n}\n"
YAML = "network: net\ninput: {x: [4]}\nlayers:\n  - linear: 2\n"


def found(text: str, name: str = "net.arch") -> list[tuple[str, str]]:
    """The codes and culprits of a spec."""
    return [(one.rule.code, one.span.text) for one in parsed(Source(name, text))[1]]


def test_it_may_be_there_or_not() -> None:
    assert CURRENT in READ
    for text in (BODY, f"archspec 1\n{BODY}", f"# mine\n\narchspec 1  # as of now\n\n{BODY}"):
        assert found(text) == []
    for text in (
        YAML,
        f"archspec: 1\n{YAML}",
        f"{YAML}archspec: 1\n",
        f"- archspec: 1\n- {YAML.replace(chr(10), chr(10) + '  ')}",
    ):
        assert found(text, "net.arch.yaml") == []
    file, _ = parsed(Source("net.arch", f"archspec 1\n{BODY}"))
    assert isinstance(file.items[0], tree.Version)


@pytest.mark.parametrize("number", ["2", "0", "1.0", "1K", "10"])
def test_an_unknown_version_is_the_only_error(number: str) -> None:
    """What else stands in the file may be right there."""
    assert found(f"archspec {number}\n{BODY}") == [("AS105", f"archspec {number}")]
    assert found(f"archspec {number}\nnetwork net {{ input x -> <new> }}\n{BODY}") == [("AS105", f"archspec {number}")]
    assert found(f"archspec: {number}\n{YAML}other: 1\n", "net.arch.yaml") == [("AS105", f"archspec: {number}")]


def test_it_stands_at_the_top_once() -> None:
    assert found(f"{BODY}archspec 1\n") == [("AS105", "archspec 1")]
    assert found(f"archspec 1\n{BODY}archspec 1\n") == [("AS105", "archspec 1")]
    assert found("- network: net\n  layers: [linear: 2]\n- archspec: 1\n", "net.arch.yaml") == [
        ("AS105", "archspec: 1")
    ]


@pytest.mark.parametrize("text", ["archspec\n", "archspec one\n", 'archspec "1"\n', "archspec 1 network net {}\n"])
def test_what_is_no_version(text: str) -> None:
    assert [code for code, _ in found(text + BODY)] == ["AS101"]


def test_what_is_no_version_in_yaml() -> None:
    assert [code for code, _ in found(f"archspec: [1]\n{YAML}", "net.arch.yaml")] == ["AS114"]
    assert [code for code, _ in found(f"archspec: '1'\n{YAML}", "net.arch.yaml")] == ["AS105"]


def test_the_word_stays_a_name_elsewhere() -> None:
    text = "network net(archspec = 2) {\n    input x: [4]\n    archspec: linear(archspec)\n}\n"
    assert found(text) == []


def test_formatting_and_conversion_keep_it() -> None:
    text = f"archspec 1\n\n{BODY}"
    assert format_source(Source("net.arch", f"archspec   1\n{BODY}")) == text
    assert format_source(Source("net.arch", text)) == text
    yaml = convert(Source("net.arch", text), to_yaml=True)
    assert yaml.startswith("archspec: 1\nnetwork: net\n")
    again = convert(Source("net.arch.yaml", yaml), to_yaml=False)
    assert again.startswith("archspec 1\n\nnetwork net {\n")
    several = f"{again}\nnetwork other = net\n"
    yaml = convert(Source("net.arch", several), to_yaml=True)
    assert yaml.startswith("- archspec: 1\n")
    assert convert(Source("net.arch.yaml", yaml), to_yaml=False) == several


def test_the_schema_knows_it() -> None:
    validator = jsonschema.Draft202012Validator(json.loads(as_text()))
    network = {"network": "net", "input": {"x": [4]}, "layers": [{"linear": 2}]}
    for good in ({"archspec": 1, **network}, [{"archspec": 1}, network], {"archspec": 1}, network):
        assert validator.is_valid(good)
    for bad in ({"archspec": 2, **network}, [{"archspec": "1"}, network], [{"archspec": 1, **network}]):
        assert not validator.is_valid(bad)


def test_imported_files_speak_for_themselves(tmp_path: Path) -> None:
    (tmp_path / "blocks.arch").write_text("archspec 3\nblock Body { new syntax <here> }\n")
    (tmp_path / "net.arch").write_text(
        'archspec 1\nfrom "blocks.arch" import Body\nnetwork net { input x: [4]; Body -> linear(2) }\n'
    )
    with pytest.raises(SpecError) as caught:
        archspec.load(tmp_path / "net.arch")
    assert [one.rule.code for one in caught.value.diagnostics] == ["AS105"]
    (tmp_path / "blocks.arch").write_text("block Body { relu }\n")
    assert archspec.load(tmp_path / "net.arch").parameters == 10


def test_the_page_says_what_is_read() -> None:
    page = Path(__file__).parents[2] / "docs" / "versions.md"
    assert f"this one reads version {CURRENT}" in page.read_text(encoding="utf-8")
