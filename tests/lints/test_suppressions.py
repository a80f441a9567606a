"""Comments that suppress findings: for what they hold, in both forms, and what is said of idle ones."""

from pathlib import Path

from linting import codes, lint

import archspec

LOSSY = "conv(8, 2, stride=2)"
NETWORK = "network n {{\n    input x: [3, 9, 9]\n{}\n}}\n"


def of(folder: Path, body: str, name: str = "example.arch") -> list[str]:
    return codes(lint(folder, NETWORK.format(body), name=name))


def test_without_a_comment(tmp_path: Path) -> None:
    assert of(tmp_path, f"    {LOSSY}") == ["AS501"]


def test_behind_the_code(tmp_path: Path) -> None:
    assert of(tmp_path, f"    {LOSSY}  # archspec: ignore[AS501] as published") == []
    assert of(tmp_path, f"    {LOSSY} # archspec:ignore [ AS501 , AS502 ]") == ["AS590"]
    assert of(tmp_path, f"    relu  # archspec: ignore[AS501]\n    {LOSSY}") == ["AS501", "AS590"][::-1]


def test_on_a_line_above(tmp_path: Path) -> None:
    assert of(tmp_path, f"    # archspec: ignore[AS501] as published\n    # and more\n\n    {LOSSY}") == []
    assert of(tmp_path, f"    # archspec: ignore[AS501]\n    relu ->\n        {LOSSY}") == []
    assert of(tmp_path, f"    # archspec: ignore[AS501]\n    relu\n    {LOSSY}") == ["AS590", "AS501"]


def test_above_a_group_and_a_definition(tmp_path: Path) -> None:
    assert of(tmp_path, f"    # archspec: ignore[AS501]\n    a: {{\n        relu\n        {LOSSY}\n    }}") == []
    text = f"# archspec: ignore[AS501] whole\nblock B {{\n    {LOSSY}\n}}\n" + NETWORK.format("    B")
    assert lint(tmp_path, text) == ()


def test_a_string_is_no_comment(tmp_path: Path) -> None:
    text = NETWORK.format(f"    {LOSSY}").replace("    input", '    "# archspec: ignore[AS501]"\n\n    input')
    assert codes(lint(tmp_path, text)) == ["AS501"]


def test_in_yaml(tmp_path: Path) -> None:
    head = "- network: n\n  input: {x: [3, 9, 9]}\n  layers:\n"
    step = "    - conv: [8, 2, stride: 2]"
    name = "example.arch.yaml"
    assert codes(lint(tmp_path, f"{head}{step}\n", name=name)) == ["AS501"]
    assert lint(tmp_path, f"{head}{step}  # archspec: ignore[AS501] as published\n", name=name) == ()
    assert lint(tmp_path, f"{head}    # archspec: ignore[AS501] as published\n{step}\n", name=name) == ()
    assert lint(tmp_path, f"# archspec: ignore[AS501] as published\n{head}{step}\n", name=name) == ()
    idle = f"{head}    - relu  # archspec: ignore[AS501]\n"
    assert codes(lint(tmp_path, idle, name=name)) == ["AS590"]
    doc = "  doc: >\n    # archspec: ignore[AS501]\n  input"
    docs = head.replace("  input", doc) + f"{step}\n"
    assert codes(lint(tmp_path, docs, name=name)) == ["AS501"]


def test_errors_cannot_be_suppressed(tmp_path: Path) -> None:
    assert of(tmp_path, "    conv(8, 12)  # archspec: ignore[AS403]") == ["AS403"]
    (one,) = lint(tmp_path, NETWORK.format("    relu  # archspec: ignore[AS403]"))
    assert "no lint" in one.message


def test_comments_without_sense(tmp_path: Path) -> None:
    for comment, words in (("ignore", "names no rule"), ("ignore[]", "names no rule"), ("ignore[AS999]", "no rule")):
        (one,) = lint(tmp_path, NETWORK.format(f"    relu  # archspec: {comment}"))
        assert one.rule.code == "AS590"
        assert words in one.message


def test_only_what_was_checked_is_judged(tmp_path: Path) -> None:
    library = "block B {\n    relu  # archspec: ignore[AS501]\n}\n"
    unused = library + NETWORK.format("    relu")
    assert [one for one in lint(tmp_path, unused) if one.rule.code == "AS590"] == []
    assert of(tmp_path, "    relu  # archspec: ignore[AS701]") == []
    path = tmp_path / "two.arch"
    path.write_text(NETWORK.format("    relu  # archspec: ignore[AS501]"))
    assert codes(archspec.check(path).diagnostics) == ["AS590"]
    assert archspec.check(f"{path}:n").diagnostics == ()
    assert archspec.check(path, inputs=[3, 8, 8]).diagnostics == ()


def test_a_block_at_two_sizes(tmp_path: Path) -> None:
    """A finding that shows in one use only is suppressed where it stands, once."""
    text = f"block B {{\n    {LOSSY}  # archspec: ignore[AS501]\n}}\n"
    text += NETWORK.format("    B") + NETWORK.format("    B").replace("network n", "network m").replace("9, 9", "8, 8")
    assert lint(tmp_path, text) == ()


def test_a_branch_that_is_not_taken_is_not_judged(tmp_path: Path) -> None:
    text = (
        "network n(wide = false) {\n    input x: [3, 9, 9]\n    if wide {\n"
        f"        {LOSSY}  # archspec: ignore[AS501]\n"
        "    } else if x.height > 20 {\n        relu  # archspec: ignore[AS501]\n"
        "    } else {\n        relu  # archspec: ignore[AS501]\n    }\n}\n"
    )
    (one,) = lint(tmp_path, text)
    assert (one.rule.code, one.span.line) == ("AS590", 8)
    both = text + "network m = n(true)\n"
    assert [one.span.line for one in lint(tmp_path, both)] == [8]
