"""Real findings, of every way in which fuzzing breaks a spec: the formats of other programs take them as they are."""

import json
import re
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import unquote

import pytest
from fuzz.breakage import KINDS, broken
from fuzz.probes import checked
from jsonschema import Draft7Validator, FormatChecker
from sarif_schema import LOG

from archspec.core.diagnostic import Diagnostic
from archspec.core.report import report
from archspec.core.report.place import within
from archspec.core.source import Source

ODD_NAME = "a, b%20:c é.arch"
VALIDATOR = Draft7Validator(LOG, format_checker=FormatChecker())
SPECS = Path(__file__).parents[3] / "specs"


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> tuple[Diagnostic, ...]:
    """Findings with every rule on; the file's name is an odd one."""
    path = tmp_path_factory.mktemp("odd") / ODD_NAME
    texts = [broken(Random(1), name).text for name in KINDS]
    texts.append((SPECS / "seeds/mnist_inception_broken.arch").read_text(encoding="utf-8"))
    several = []
    for text in texts:
        path.write_text(text, encoding="utf-8")
        result = checked(path)
        assert result is not None
        several += result.diagnostics
    return tuple(several)


def extent(region: dict[str, int], source: Source) -> tuple[int, ...]:
    """What a region stands for, counted in characters."""
    lines = source.text.split("\n")
    return tuple(
        sum(len(line) + 1 for line in lines[: region[f"{end}Line"] - 1]) + region[f"{end}Column"] - 1
        for end in ("start", "end")
    )


def standing(location: dict[str, Any], source: Source) -> tuple[int, ...]:
    place = location["physicalLocation"]
    assert unquote(place["artifactLocation"]["uri"]).endswith(f"/{ODD_NAME}")
    return extent(place["region"], source)


def test_sarif(found: tuple[Diagnostic, ...]) -> None:
    log = json.loads(report(found, "sarif", version="1.0"))
    assert [error.message for error in VALIDATOR.iter_errors(log)] == []
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules) >= 20
    for one, result in zip(found, run["results"], strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == one.rule.code
        source = one.span.source
        locations = [*result["locations"], *result.get("relatedLocations", [])]
        assert [standing(place, source) for place in locations] == [within(label.span) for label in one.labels]
        frames = [frame["location"] for stack in result.get("stacks", []) for frame in stack["frames"]]
        assert [standing(place, source) for place in frames] == [within(frame.span) for frame in reversed(one.trail)]
    assert any(one.trail for one in found)
    assert any(len(one.labels) > 1 for one in found)
    assert any(one.fix for one in found)


def first(log: dict[str, Any]) -> Any:
    return log["runs"][0]["results"][0]


def at(log: dict[str, Any]) -> Any:
    return first(log)["locations"][0]["physicalLocation"]


@pytest.mark.parametrize(
    "change",
    [
        lambda log: log.pop("version"),
        lambda log: log["runs"][0].pop("tool"),
        lambda log: first(log).pop("message"),
        lambda log: first(log).update(line=3),
        lambda log: first(log).update(level="info"),
        lambda log: at(log)["region"].update(startLine=0),
        lambda log: at(log)["artifactLocation"].update(uri="a b"),
    ],
)
def test_the_schema_refuses(found: tuple[Diagnostic, ...], change: Any) -> None:
    log = json.loads(report(found[:1], "sarif"))
    assert VALIDATOR.is_valid(log)
    change(log)
    assert not VALIDATOR.is_valid(log)


_ESCAPES = {"%25": "%", "%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ","}
# name=value pairs as a runner splits them: on commas, once on the equals sign
_COMMAND = re.compile(r"::(error|warning|notice) ((?:[A-Za-z]+=[^,:\r\n]*)(?:,[A-Za-z]+=[^,:\r\n]*)*)::([^\r\n]*)")


def read(text: str) -> str:
    return re.sub("%25|%0D|%0A|%3A|%2C", lambda match: _ESCAPES[match[0]], text)


def test_github(found: tuple[Diagnostic, ...]) -> None:
    lines = report(found, "github").splitlines()
    for one, line in zip(found, lines, strict=True):
        match = _COMMAND.fullmatch(line)
        assert match, line
        # every per cent sign begins an escape: none is left to be read as another
        assert re.sub("%25|%0A|%3A|%2C", "", line).count("%") == 0
        properties = dict(pair.split("=", 1) for pair in match[2].split(","))
        assert set(properties) <= {"title", "file", "line", "endLine", "col", "endColumn"}
        assert read(properties["file"]).endswith(f"/{ODD_NAME}")
        region = {"startLine": int(properties["line"]), "endLine": int(properties["endLine"])}
        if "col" in properties:
            region |= {"startColumn": int(properties["col"]), "endColumn": int(properties["endColumn"])}
            assert extent(region, one.span.source) == within(one.span)
        assert read(match[3]).startswith(one.message)
        assert one.help in read(match[3])
