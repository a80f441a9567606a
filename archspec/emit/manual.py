"""The reference pages in Markdown: of operators, a family a page, and of rules. They are what declarations say."""

import re
import sys
from collections.abc import Iterable, Mapping
from inspect import cleandoc

from archspec.core.diagnostic import Rule
from archspec.emit.pages import families, first_sentence
from archspec.ops.base import Declared, Parameter
from archspec.ops.kinds import spelled

# What a rule's code begins with, and what such rules are about.
_STAGES: Mapping[str, str] = {
    "AS1": "Text",
    "AS2": "Names",
    "AS3": "Parameters and expressions",
    "AS4": "Shapes",
    "AS5": "Lints: advice on designs without errors",
    "AS6": "Promises",
    "AS7": "Lints for those who ask",
    "AS9": "Bugs of archspec",
}


def operator_pages() -> dict[str, str]:
    """The pages of archspec's own operators by file name; `README.md` lists them."""
    lines = [
        "# Operators",
        "",
        "What `archspec ops` prints, a family a page. Parameters stand in the order of positional arguments.",
    ]
    pages: dict[str, str] = {}
    for module, members in families():
        if any(one.of_user for one in members):
            continue
        file = f"{module.rpartition('.')[2]}.md"
        about = sys.modules[module].__doc__ or ""
        pages[file] = _family(about, members)
        lines += ["", f"## [{_inline(first_sentence(about))}]({file})", "", "| | |", "| --- | --- |"]
        lines += [f"| [`{one.name}`]({file}#{one.name}) | {_cell(first_sentence(one.__doc__))} |" for one in members]
    return {"README.md": "\n".join(lines) + "\n", **pages}


def _family(about: str, members: Iterable[type[Declared]]) -> str:
    rest = cleandoc(about).partition("\n\n")[2]
    parts = [f"# {_inline(first_sentence(about))}", *(markdown(rest) if rest else [])]
    for one in members:
        parts += [f"## {one.name}", f"```\n{_signature(one)}\n```", *markdown(one.__doc__ or "")]
        if one.parameters:
            head = "| parameter | takes | |\n| --- | --- | --- |\n"
            parts.append(head + "\n".join(_parameter(each) for each in one.parameters.values()))
    return "\n\n".join(parts) + "\n"


def _signature(operator: type[Declared]) -> str:
    words = [one.name if one.required else f"{one.name}={spelled(one.default)}" for one in operator.parameters.values()]
    return f"{operator.name}({', '.join(words)})" if words else operator.name


def _parameter(one: Parameter) -> str:
    default = "" if one.required else f", {_code(spelled(one.default))} unless given"
    return f"| `{one.name}` | {_cell(one.kind.words)}{default} | {_cell(one.docs)} |"


def rules_page(rules: Mapping[str, Rule]) -> str:
    """Every rule by its code, as `archspec explain CODE` prints it."""
    parts = [
        "# Rules",
        "What `archspec check` finds, by code; `archspec explain CODE` prints a rule's page.",
    ]
    stage = ""
    for code, rule in sorted(rules.items()):
        if code[:3] != stage:
            stage = code[:3]
            parts.append(f"## {_STAGES.get(stage, stage + 'xx')}")
        off = ", off by default" if rule.opt_in else ""
        mends = f", with {'a safe' if rule.fix == 'safe' else 'an unsafe'} fix" if rule.fix else ""
        parts += [f"### {code} {rule.name}", f"*{rule.severity}{off}{mends}*", *markdown(rule.docs)]
    return "\n\n".join(parts) + "\n"


# --- docstrings as Markdown ---


def markdown(docs: str) -> list[str]:
    """The paragraphs of a docstring; what is set in becomes a block of code, a spec where it is an example."""
    made: list[str] = []
    lines = cleandoc(docs).split("\n")
    at = 0
    while at < len(lines):
        end = at
        indented = lines[at][:1].isspace()
        while end < len(lines) and (lines[end][:1].isspace() == indented or not lines[end]):
            if not lines[end] and not indented:
                break
            end += 1
        block = "\n".join(lines[at:end]).rstrip()
        if indented:
            example = bool(made) and made[-1] in ("Example:", "Examples:")
            made.append(f"```{'arch' if example else ''}\n{cleandoc(block)}\n```")
        elif block:
            made.append(_inline(" ".join(block.split("\n"))))
        at = end if end > at else at + 1
    return made


def _inline(text: str) -> str:
    """A text whose signs mean nothing to Markdown, but for code in backticks."""
    parts = re.split(r"(`[^`]*`)", text)
    return "".join(
        one if one.startswith("`") else re.sub(r"([*|])", r"\\\1", one).replace("<", "&lt;") for one in parts
    )


def _cell(text: str) -> str:
    """A text in a table, where a bar is one even within code."""
    return _inline(" ".join(text.split())).replace("\\|", "|").replace("|", "\\|")


def _code(text: str) -> str:
    return f"`{text}`".replace("|", "\\|")
