"""The formats for programs: their structure, their escapes, and that nothing is lost on the way."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sketches import BLOCKS, DISAGREE, LOSSY, REMARK, RESNET, at, diagnostics, found, label

from archspec.core.diagnostic import Diagnostic, Edit, Fix, Frame, Label
from archspec.core.report import FORMATS, report
from archspec.core.report.place import within
from archspec.core.report.sarif import uri
from archspec.core.report.style import Style
from archspec.core.report.visible import visible
from archspec.core.source import Source, Span

ONE = Diagnostic(
    DISAGREE,
    "branches of 64 × 8 and {0} [a](b)",
    (label(RESNET, "identity", "100% of it"), label(BLOCKS, "block Head", "over lines", to="}\n")),
    notes=("why\nand why",),
    help="do, this: now",
    fix=Fix("swap", (Edit(at(RESNET, "identity"), "x\x1b"), Edit(at(BLOCKS, "Head"), "")), safe=True),
    trail=(Frame("layer1", "Bottleneck", at(RESNET, "layer1")), Frame("layer1.0", "Inner", at(RESNET, "conv2"))),
    networks=("a", "b"),
    path="layer1.0.skip",
)
OTHERS = [found(label(RESNET, "relu"), rule=LOSSY), found(label(RESNET, "residual {", to="skip"), rule=REMARK)]


def position(span: dict[str, Any], source: Source, end: bool) -> int:
    """The offset that a line and column of a document stand for."""
    line, column = (span["end_line"], span["end_column"]) if end else (span["line"], span["column"])
    before: list[str] = source.text.split("\n")[: line - 1]
    return sum(len(text) + 1 for text in before) + int(column) - 1


def test_concise() -> None:
    assert report([ONE, *OTHERS], "concise") == (
        "resnet.arch:8:9: error AS401 branches of 64 × 8 and {0} [a](b)\n"
        "resnet.arch:3:60: warning AS501 it does not fit\n"
        "resnet.arch:2:5: info AS590 it does not fit\n"
    )
    assert report(OTHERS[:1], "concise", Style(color=True)) == (
        "resnet.arch:3:60: \x1b[1;33mwarning AS501\x1b[0m it does not fit\n"
    )
    hostile = found(Label(Span(Source("::x\n\ud800", ""), 0, 0)), message="a\nb")
    assert report([hostile], "concise") == "\\x3a:x␊\\ud800:1:1: error AS402 a␊b\n"


def test_json() -> None:
    assert json.loads(report([ONE, *OTHERS], "json")) == {
        "version": 1,
        "diagnostics": [
            {
                "code": "AS401",
                "rule": "branches-disagree",
                "severity": "error",
                "message": "branches of 64 × 8 and {0} [a](b)",
                "help": "do, this: now",
                "networks": ["a", "b"],
                "path": "layer1.0.skip",
                "span": {"file": "resnet.arch", "line": 8, "column": 9, "end_line": 8, "end_column": 17},
                "labels": [
                    {
                        "span": {"file": "resnet.arch", "line": 8, "column": 9, "end_line": 8, "end_column": 17},
                        "text": "100% of it",
                    },
                    {
                        "span": {"file": "lib/blocks.arch", "line": 1, "column": 1, "end_line": 5, "end_column": 1},
                        "text": "over lines",
                    },
                ],
                "fix": {
                    "safe": True,
                    "edits": [
                        {
                            "span": {"file": "resnet.arch", "line": 8, "column": 9, "end_line": 8, "end_column": 17},
                            "text": "x\x1b",
                        },
                        {
                            "span": {
                                "file": "lib/blocks.arch",
                                "line": 1,
                                "column": 7,
                                "end_line": 1,
                                "end_column": 11,
                            },
                            "text": "",
                        },
                    ],
                },
            },
            *json.loads(report(OTHERS, "json"))["diagnostics"],
        ],
        "errors": 1,
        "warnings": 1,
    }
    assert json.loads(report([], "json")) == {"version": 1, "diagnostics": [], "errors": 0, "warnings": 0}


def test_json_keeps_its_keys_in_order() -> None:
    document = json.loads(report([ONE], "json"))
    assert list(document) == ["version", "diagnostics", "errors", "warnings"]
    keys = ["code", "rule", "severity", "message", "help", "networks", "path", "span", "labels", "fix"]
    assert list(document["diagnostics"][0]) == keys
    assert list(document["diagnostics"][0]["span"]) == ["file", "line", "column", "end_line", "end_column"]


@settings(max_examples=150, deadline=None)
@given(diagnostics())
def test_json_loses_nothing(one: Diagnostic) -> None:
    (shown,) = json.loads(report([one], "json"))["diagnostics"]
    assert (shown["message"], shown["help"], shown["path"]) == (one.message, one.help, one.path)
    assert shown["networks"] == list(one.networks)
    for written, meant in zip(shown["labels"], one.labels, strict=True):
        source = meant.span.source
        assert (written["span"]["file"], written["text"]) == (source.name, meant.text)
        offsets = [position(written["span"], source, end) for end in (False, True)]
        assert offsets == list(within(meant.span))
    assert (shown["fix"] is None) == (one.fix is None)


def command(line: str) -> tuple[str, dict[str, str], str]:
    """A workflow command as a runner reads it: name, properties, message."""
    assert line.startswith("::")
    head, message = line[2:].split("::", 1)
    name, _, rest = head.partition(" ")
    properties = dict(one.split("=", 1) for one in rest.split(","))
    for escape, char in (("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        message = message.replace(escape, char)
    for escape, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        properties = {key: value.replace(escape, char) for key, value in properties.items()}
    return name, properties, message


def test_github() -> None:
    first, second, third = [command(line) for line in report([ONE, *OTHERS], "github").splitlines()]
    assert first == (
        "error",
        {
            "file": "resnet.arch", "line": "8", "endLine": "8", "col": "9", "endColumn": "17",
            "title": "AS401 branches-disagree",
        },
        ("branches of 64 × 8 and {0} [a](b) (100% of it)\n"
        "lib/blocks.arch:1:1: over lines\n"
        "at layer1.0.skip of a and b\n"
        "in layer1.0, an Inner, from resnet.arch:4\n"
        "in layer1, a Bottleneck, from resnet.arch:17\n"
        "note: why\n"
        "and why\n"
        "help: do, this: now"),
    )  # fmt: skip
    assert second[0] == "warning"
    assert third[:2] == (
        "notice",
        {"file": "resnet.arch", "line": "2", "endLine": "7", "title": "AS590 odd-channels"},
    )


def test_github_properties_stay_apart() -> None:
    one = found(Label(Span(Source("a,line=99::b%2C\r\n##[x]", "text"), 0, 4)), message="50%\n::error::no%0A")
    text = report([one], "github")
    assert text == (
        "::error file=a%2Cline=99%3A%3Ab%252C␍␊##\\x5bx],line=1,endLine=1,col=1,endColumn=5,"
        "title=AS402 does-not-fit::50%25␊::error::no%250A\n"
    )
    assert command(text.rstrip("\n"))[1]["line"] == "1"


@settings(max_examples=150, deadline=None)
@given(diagnostics())
def test_github_commands_hold_what_they_should(one: Diagnostic) -> None:
    (line,) = report([one], "github").rstrip("\n").split("\n")
    name, properties, message = command(line)
    assert name == {"error": "error", "warning": "warning", "info": "notice"}[one.severity]
    assert properties["file"] == visible(one.span.source.name)
    assert properties["title"] == visible(f"AS999 {one.rule.name}")
    assert message.startswith(visible(one.message))


# what SARIF 2.1.0 lets these objects have, and what it demands of them
OBJECTS: dict[str, tuple[set[str], set[str]]] = {
    "log": ({"$schema", "version", "runs"}, {"version", "runs"}),
    "run": ({"tool", "columnKind", "results"}, {"tool"}),
    "driver": ({"name", "version", "rules"}, {"name"}),
    "rule": ({"id", "name", "shortDescription", "help", "defaultConfiguration"}, {"id"}),
    "result": (
        {"ruleId", "ruleIndex", "level", "message", "locations", "relatedLocations", "stacks", "fixes"},
        {"message"},
    ),
    "location": ({"id", "physicalLocation", "logicalLocations", "message"}, set()),
    "region": ({"startLine", "startColumn", "endLine", "endColumn"}, {"startLine"}),
    "fix": ({"description", "artifactChanges", "properties"}, {"artifactChanges"}),
}


def check(kind: str, value: dict[str, Any]) -> dict[str, Any]:
    allowed, demanded = OBJECTS[kind]
    assert demanded <= set(value) <= allowed
    return value


def check_location(value: dict[str, Any]) -> None:
    check("location", value)
    region = check("region", value["physicalLocation"]["region"])
    assert all(isinstance(number, int) and number >= 1 for number in region.values())
    assert (region["endLine"], region["endColumn"]) >= (region["startLine"], region["startColumn"])
    assert set(value["physicalLocation"]["artifactLocation"]) == {"uri"}


@settings(max_examples=150, deadline=None)
@given(st.lists(diagnostics(), max_size=3))
def test_sarif_structure(several: list[Diagnostic]) -> None:
    log = check("log", json.loads(report(several, "sarif", version="1.2")))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert check("run", run)["columnKind"] == "unicodeCodePoints"
    rules = [check("rule", rule) for rule in check("driver", run["tool"]["driver"])["rules"]]
    assert run["tool"]["driver"]["version"] == "1.2"
    for one, result in zip(several, run["results"], strict=True):
        check("result", result)
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == one.rule.code
        assert result["level"] in ("error", "warning", "note")
        assert set(result["message"]) == {"text"}
        for location in [*result["locations"], *result.get("relatedLocations", [])]:
            check_location(location)
        for stack in result.get("stacks", []):
            for frame in stack["frames"]:
                check_location(frame["location"])
        related = [location["id"] for location in result.get("relatedLocations", [])]
        assert related == list(range(1, len(one.labels)))
        for fix in result.get("fixes", []):
            check("fix", fix)
            assert all(change["replacements"] for change in fix["artifactChanges"])


def test_sarif_results() -> None:
    (run,) = json.loads(report([ONE, *OTHERS], "sarif"))["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["AS401", "AS501", "AS590"]
    assert rules[0] == {
        "id": "AS401",
        "name": "branches-disagree",
        "shortDescription": {"text": "Branches that meet must fit."},
        "help": {
            "text": "Branches that meet must fit.\n\nA sum needs equal shapes.",
            "markdown": "Branches that meet must fit.\n\nA sum needs equal shapes.",
        },
        "defaultConfiguration": {"level": "error"},
    }
    assert rules[1] == {"id": "AS501", "name": "lossy-stride", "defaultConfiguration": {"level": "warning"}}
    result = run["results"][0]
    assert result["message"]["text"] == (
        "branches of 64 × 8 and {{0}} [a] (b) (100% of it)\nwhy\nand why\nhelp: do, this: now"
    )
    assert result["locations"][0]["logicalLocations"] == [
        {"fullyQualifiedName": "a.layer1.0.skip", "kind": "module"},
        {"fullyQualifiedName": "b.layer1.0.skip", "kind": "module"},
    ]
    assert result["relatedLocations"][0]["message"] == {"text": "over lines"}
    assert [
        frame["location"]["physicalLocation"]["region"]["startLine"] for frame in result["stacks"][0]["frames"]
    ] == [
        4,
        17,
    ]
    (fix,) = result["fixes"]
    assert [change["artifactLocation"]["uri"] for change in fix["artifactChanges"]] == [
        "resnet.arch",
        "lib/blocks.arch",
    ]
    assert fix["artifactChanges"][0]["replacements"] == [
        {
            "deletedRegion": {"startLine": 8, "startColumn": 9, "endLine": 8, "endColumn": 17},
            "insertedContent": {"text": "x\x1b"},
        }
    ]
    assert fix["properties"] == {"safe": True}


@pytest.mark.parametrize(
    ("name", "reference"),
    [
        ("specs/a b.arch", "specs/a%20b.arch"),
        ("/tmp/é.arch", "file:///tmp/%C3%A9.arch"),
        ("a:b.arch", "a%3Ab.arch"),
        ("-", "-"),
        ("<stdin>", "%3Cstdin%3E"),
        ("100%#?.arch", "100%25%23%3F.arch"),
        ("\udcff\x1b", "%FF%1B"),
        ("\ud800", "%ED%A0%80"),
        ("C:/a.arch", "file:///C:/a.arch"),
    ],
)
def test_uris(name: str, reference: str) -> None:
    assert uri(name) == reference


def test_formats() -> None:
    assert all(report([ONE], name) for name in FORMATS)
    with pytest.raises(ValueError, match="no format 'html': there are text, concise, json, github, sarif"):
        report([ONE], "html")
