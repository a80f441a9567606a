"""What holds for every command: exit codes, sentences instead of tracebacks, pipes, start-up."""

import gc
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import archspec
from archspec.cli.main import COMMANDS, main
from archspec.core.diagnostic import SpecError

SPEC = Path(__file__).parents[2] / "specs" / "seeds" / "lenet5.arch"
HEAVY = ("torch", "networkx", "graphviz", "pygraphviz", "rich", "pydantic", "numpy")


def test_version_and_help(run: Any) -> None:
    assert run("--version") == (0, f"archspec {archspec.__version__}\n", "")
    shown = run("--help")
    assert shown.code == 0
    assert all(f"  {name} " in shown.out for name in COMMANDS)
    for name in COMMANDS:
        shown = run(name, "--help")
        assert shown.code == 0
        assert "examples:" in shown.out


def test_usage_errors_are_two(run: Any) -> None:
    assert run().code == 2
    assert run("check").code == 2
    assert run("summary", "seeds/lenet5", "--depth", "0").code == 2
    assert run("summary", "seeds/lenet5", "--format", "xml").code == 2
    unknown = run("sumary", "seeds/lenet5")
    assert (unknown.code, unknown.out) == (2, "")
    assert unknown.err == "archspec: there is no command 'sumary'; did you mean summary?\n"


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("missing.arch", "there is no file"),
        ("seeds/lenet55", "did you mean `seeds/lenet5`?"),
        ("empty", "there are no specs below"),
        ("bytes.arch", "is not UTF-8"),
        ("net.arch:other", "has no network other; it has net"),
    ],
)
@pytest.mark.parametrize("command", ["check", "summary", "compile", "render", "explain"])
def test_unreadable_targets_are_one_sentence(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, target: str, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "bytes.arch").write_bytes(b"network a {\n\xff}")
    (tmp_path / "net.arch").write_text("network net { input x: [4]\n linear(2) }")
    found = run(command, target)
    assert (found.code, found.out) == (2, "")
    assert found.err.count("\n") == 1
    assert found.err.startswith("archspec: ")
    assert words in found.err


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_no_permission(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "net.arch"
    path.write_text("network net { input x: [4]\n linear(2) }")
    path.chmod(0)
    assert run("check", path).code == 2


def test_an_error_within_archspec_is_one_sentence(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise KeyError("a\x1b[31m\nb")

    monkeypatch.setattr("archspec.api.check", fails)
    found = run("check", "seeds/lenet5")
    assert (found.code, found.out) == (2, "")
    assert found.err.startswith("archspec: AS901 internal error, KeyError")
    assert "ARCHSPEC_DEBUG=1" in found.err
    assert found.err.count("\n") == 1
    assert "\x1b" not in found.err
    monkeypatch.setenv("ARCHSPEC_DEBUG", "1")
    found = run("check", "seeds/lenet5")
    assert found.code == 2
    assert "Traceback" in found.err


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (KeyboardInterrupt(), 2, "interrupted"),
        (MemoryError(), 2, "out of memory"),
        (OSError(28, "No space left on device"), 2, "No space left on device"),
        (PermissionError(13, "Permission denied", "x.arch"), 2, "cannot use x.arch: Permission denied"),
        (SpecError(()), 1, ""),
    ],
)
def test_what_can_go_wrong(
    run: Any, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, words: str
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("archspec.api.check", fails)
    found = run("check", "seeds/lenet5")
    assert (found.code, found.out) == (code, "")
    assert found.err == (f"archspec: {words}\n" if words else "")


def command(*arguments: str, **more: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "archspec", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more
    )


def test_a_reader_who_stops_reading_is_no_failure() -> None:
    with command("summary", "seeds/resnet50", "--format", "json") as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.read(10)
        running.stdout.close()
        assert running.stderr.read() == b""
        assert running.wait() == 0


@pytest.mark.skipif(os.name == "nt", reason="there are no such shells")
@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_end_quietly(closed: str) -> None:
    for arguments, code in (
        ("summary seeds/lenet5", 0), ("check seeds/lenet5", 0), ("check seeds/mnist_inception_broken", 1), ("list", 0),
        (f"fmt --diff {shlex.quote(str(SPEC))}", 0), ("compile seeds/lenet5", 0), ("summary nowhere", 2),
    ):  # fmt: skip
        command = f"exec {shlex.quote(sys.executable)} -m archspec {arguments} {closed}"
        done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
        assert done.returncode == code, arguments
        said = "archspec: there is no file and no shipped network nowhere" if code == 2 and closed == ">&-" else ""
        assert done.stderr.strip() == said


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no full disk here")
def test_a_full_disk_is_one_sentence() -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "archspec", "list"], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 2
    assert done.stderr == b"archspec: No space left on device\n"


def test_a_terminal_that_holds_little() -> None:
    """Where the encoding holds no more than ASCII, everything is spelled in it."""
    surroundings = {**os.environ, "PYTHONIOENCODING": "ascii"}
    for arguments in (
        ("summary", "seeds/alexnet_224"), ("explain", "seeds/alexnet_227", "conv1"), ("explain", "seeds/resnet18"),
        ("list",), ("ops", "conv"), ("explain", "AS401"), ("check", "seeds/mnist_inception_broken"),
    ):  # fmt: skip
        with command(*arguments, env=surroundings) as running:
            assert running.stdout is not None
            out = running.stdout.read()
        assert out
        assert out.isascii()
        assert b"\\u" not in out
        if arguments[0] == "summary":
            assert b"lossy -1 px" in out


@pytest.mark.parametrize("arguments", [["check", "seeds/lenet5"], ["check", "--select=AS4", "seeds/vgg16"]])
def test_check_starts_without_what_is_heavy(arguments: list[str]) -> None:
    program = (
        "import sys\n"
        "from archspec.cli.main import main\n"
        f"code = main({arguments!r})\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], code, 'archspec.api' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[] 0 True"


def test_commands_are_imported_one_at_a_time() -> None:
    program = (
        "import sys\n"
        "from archspec.cli.main import main\n"
        "main(['list', 'seeds/lenet'])\n"
        "print(sorted(name for name in sys.modules if name.startswith('archspec.cli.')))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == str(
        [f"archspec.cli.{name}" for name in ("list", "main", "options", "output", "patience")]
    )


def test_main_takes_its_arguments_from_the_command_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The process ends with it, and so what lives then is frozen; this one goes on."""
    monkeypatch.setattr(sys, "argv", ["archspec", "--version"])
    try:
        assert main() == 0
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()
    assert capsys.readouterr().out.startswith("archspec ")
