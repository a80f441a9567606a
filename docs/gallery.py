"""Draws the gallery anew: `python docs/gallery.py` writes gallery.md and the pictures in images/gallery."""

from pathlib import Path

import archspec

HERE = Path(__file__).parent
PICTURES = (
    (
        "googlenet",
        "seeds/googlenet",
        (
            "Branches stand side by side in the order of the spec. Equal blocks are drawn "
            "open where they first come; the auxiliary heads, which train only, are dashed."
        ),
        {},
    ),
    (
        "resnet152",
        "seeds/resnet152",
        "Of 152 layers equal blocks are one box; where one stands open, its skip runs outside the trunk.",
        {},
    ),
    (
        "squeezenet_field",
        "seeds/squeezenet1_0",
        ("Coloured by receptive field: how many pixels of the input each layer sees."),
        {"heat": "receptive-field"},
    ),
    ("mnist_resnet", "seeds/mnist_resnet", "A small network stands open as a whole.", {}),
)


def command(name: str, target: str, options: dict[str, str]) -> str:
    said = "".join(f" --{key} {value}" for key, value in options.items())
    return f"archspec render {target}{said} -o {name}.svg"


def page() -> str:
    """The text of gallery.md."""
    parts = [
        (
            "# Gallery\n\nMade by `docs/gallery.py`. The pictures turn dark where the reader's system is. Beside these"
            " `archspec render NET -o net.html` makes one file to fold, search and ask, and `archspec view NET` shows"
            " it while the spec is written.\n"
        )
    ]
    for name, target, words, options in PICTURES:
        shown = f"![{target}](images/gallery/{name}.svg)"
        parts.append(f"## {target}\n\n{words}\n\n```sh\n{command(name, target, options)}\n```\n\n{shown}\n")
    drawn = archspec.render(archspec.load("seeds/resnet18"), format="text")
    words = "What a terminal shows. Without Unicode it is drawn in ASCII, and it keeps to the window's width."
    parts.append(f"## In a terminal\n\n{words}\n\n```\n$ archspec render seeds/resnet18 --format text\n{drawn}```\n")
    drawn = archspec.render(archspec.load("seeds/mnist_inception"), format="mermaid")
    words = "For a README: `archspec render seeds/mnist_inception --format mermaid`, folded where Mermaid's limits ask."
    parts.append(f"## Mermaid\n\n{words}\n\n```mermaid\n{drawn}```\n")
    return "\n".join(parts)


def main() -> None:
    folder = HERE / "images" / "gallery"
    folder.mkdir(parents=True, exist_ok=True)
    for name, target, _, options in PICTURES:
        archspec.render(archspec.load(target), folder / f"{name}.svg", **options)
    (HERE / "gallery.md").write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
