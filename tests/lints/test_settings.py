"""What is reported: selection on the command line and in `pyproject.toml`."""

from pathlib import Path
from typing import Any

import pytest

from archspec.cli.main import main

LOSSY = "network n { input x: [3, 9, 9]; conv(8, 2, stride=2) -> conv(8, 1, stride=2) }\n"
PADDED = "network n { input x: [3, 8, 8]; conv(8, 3, stride=2, padding=1) }\n"


@pytest.fixture
def ran(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    monkeypatch.chdir(tmp_path)

    def run(text: str, *arguments: str, settings: str = "") -> tuple[int, list[str], str]:
        (tmp_path / "net.arch").write_text(text)
        if settings:
            (tmp_path / "pyproject.toml").write_text(settings)
        capsys.readouterr()
        code = main(["check", "net.arch", "--format", "concise", *arguments])
        printed = capsys.readouterr()
        return code, [line.split()[2] for line in printed.out.splitlines()], printed.err

    return run


def test_levels(ran: Any) -> None:
    assert ran(LOSSY) == (0, ["AS501", "AS502"], "")
    assert ran(LOSSY, "--fail-level", "warning")[0] == 1


def test_selection(ran: Any) -> None:
    assert ran(LOSSY, "--select", "AS502")[1] == ["AS502"]
    assert ran(LOSSY, "--ignore", "AS5")[1] == []
    assert ran(LOSSY, "--ignore", "AS5", "--select", "AS501")[1] == ["AS501"]
    assert ran(LOSSY, "--select", "AS4")[1] == []


def test_opt_in(ran: Any) -> None:
    assert ran(PADDED)[1] == []
    assert ran(PADDED, "--strict")[1] == ["AS701"]
    assert ran(LOSSY, "--strict")[1] == ["AS501", "AS502"]
    assert ran(PADDED, "--extend-select", "AS7")[1] == ["AS701"]
    assert ran(PADDED, "--select", "AS7")[1] == ["AS701"]


def test_settings(ran: Any) -> None:
    table = "[tool.archspec]\n"
    assert ran(LOSSY, settings=f'{table}ignore = ["AS501"]\nfail-level = "warning"\n')[:2] == (1, ["AS502"])
    assert ran(LOSSY, "--ignore", "AS502", "--fail-level", "error")[:2] == (0, [])
    assert ran(PADDED, settings=f"{table}strict = true\n")[1] == ["AS701"]
    assert ran(LOSSY, settings=f'{table}per-file-ignores = {{ "n*.arch" = ["AS501"] }}\n')[1] == ["AS502"]
    assert ran(LOSSY, settings=f'{table}per-file-ignores = {{ "other" = ["AS501"] }}\n')[1] == ["AS501", "AS502"]
    assert ran(LOSSY, settings="[tool.other]\narchspec = 1\n")[1] == ["AS501", "AS502"]


@pytest.mark.parametrize(
    ("settings", "arguments", "found"),
    [
        ('ignore = ["AS501"]', "--ignore AS502", []),
        ('ignore = ["AS501"]', "--select AS501", ["AS501"]),
        ('ignore = ["AS501"]', "--select AS5", ["AS501", "AS502"]),
        ('ignore = ["AS501"]', "--extend-select AS501", ["AS501", "AS502"]),
        ('ignore = ["AS5"]', "--extend-select AS502", ["AS502"]),
        ('ignore = ["AS501"]', "--extend-select AS710", ["AS502", "AS710"]),
        ('extend-select = ["AS710"]', "--ignore AS501", ["AS502", "AS710"]),
        ('extend-select = ["AS710"]', "--ignore AS7", ["AS501", "AS502"]),
        ('extend-select = ["AS710"]', "--select AS501", ["AS501"]),
        ('select = ["AS501"]', "--select AS502", ["AS502"]),
        ('select = ["AS501"]', "--extend-select AS502", ["AS501", "AS502"]),
        ('select = ["AS5"]', "--ignore AS502", ["AS501"]),
        ('per-file-ignores = { "*.arch" = ["AS501"] }', "--select AS5", ["AS502"]),
    ],
)
def test_the_command_line_decides_first(
    settings: str, arguments: str, found: list[str], ran: Any, tmp_path: Path
) -> None:
    text = "network n { input x: [3, 9, 9]; conv(9, 2, stride=2) -> conv(8, 1, stride=2) }\n"
    assert sorted(ran(text, *arguments.split(), settings=f"[tool.archspec]\n{settings}\n")[1]) == found


@pytest.mark.parametrize(
    ("folder", "target"),
    [
        ("", "drafts/net.arch"),
        ("", "nets/../drafts/net.arch"),
        ("", "{}/drafts/net.arch"),
        ("", "drafts"),
        ("nets", "../drafts/net.arch"),
        ("drafts", "net.arch"),
        ("", "link.arch"),
    ],
)
def test_patterns_start_from_the_folder_of_the_settings(
    folder: str, target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for one in ("nets/drafts", "drafts"):
        (tmp_path / one).mkdir(parents=True)
    (tmp_path / "drafts" / "net.arch").write_text(LOSSY)
    (tmp_path / "nets" / "drafts" / "net.arch").write_text(LOSSY)
    (tmp_path / "link.arch").symlink_to("drafts/net.arch")
    (tmp_path / "pyproject.toml").write_text('[tool.archspec]\nper-file-ignores = { "drafts/*" = ["AS501"] }\n')
    monkeypatch.chdir(tmp_path / folder)
    assert main(["check", target.format(tmp_path), "--format", "concise"]) == 0
    assert [line.split()[2] for line in capsys.readouterr().out.splitlines()] == ["AS502"]
    monkeypatch.chdir(tmp_path / "nets")
    assert main(["check", "drafts/net.arch", "--format", "concise"]) == 0
    assert [line.split()[2] for line in capsys.readouterr().out.splitlines()] == ["AS501", "AS502"]


@pytest.mark.parametrize(
    "settings",
    [
        'tool.archspec.ignore = ["AS501"]',
        'tool = { other = { some = 1 }, archspec = { ignore = ["AS501"] } }',
        '[tool]\narchspec.ignore = ["AS501"]',
        ' [ "tool" ] # of tools\r\n"archspec" = { ignore = ["AS501"] }\r\n',
        """[ "tool" . 'archspec' ]\nignore = ["AS501"]""",
    ],
)
def test_settings_are_found_in_every_spelling(ran: Any, settings: str) -> None:
    assert ran(LOSSY, settings=settings)[1] == ["AS502"]


@pytest.mark.parametrize(
    "settings",
    ["selekt = []", "select = 3", 'select = ["XY"]', 'fail-level = "never"', "strict = 1", "per-file-ignores = 1", "="],
)
def test_bad_settings(ran: Any, settings: str) -> None:
    code, out, error = ran(LOSSY, settings=f"[tool.archspec]\n{settings}\n")
    assert (code, out) == (2, [])
    assert "pyproject.toml" in error
    assert error.count("\n") == 1


def test_formats(ran: Any, capsys: pytest.CaptureFixture[str]) -> None:
    import json

    ran(LOSSY)
    main(["check", "net.arch", "--format", "sarif"])
    results = json.loads(capsys.readouterr().out)["runs"][0]["results"]
    assert [one["level"] for one in results] == ["warning", "warning"]
    main(["check", "net.arch", "--format", "github"])
    assert capsys.readouterr().out.startswith("::warning file=net.arch")
    main(["check", "net.arch", "--format", "json"])
    found = json.loads(capsys.readouterr().out)
    assert (found["errors"], found["warnings"]) == (0, 2)
    residual = "residual { conv(3, 3, stride=2, padding=1) } skip { conv(3, 1, stride=2) }"
    Path("net.arch").write_text(f"network n {{ input x: [3, 9, 9]; {residual} }}\n")
    main(["check", "net.arch", "--select", "AS702", "--format", "sarif"])
    results = json.loads(capsys.readouterr().out)["runs"][0]["results"]
    assert [(one["ruleId"], one["level"]) for one in results] == [("AS702", "note")]
