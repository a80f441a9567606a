"""Draws the gallery anew: `python docs/gallery.py` writes gallery.md and the pictures in images/gallery."""

from pathlib import Path
from typing import Any, NamedTuple

import archspec
from archspec.core.diagnostic import SpecError
from archspec.emit.diagram.render import render

HERE = Path(__file__).parent


class Picture(NamedTuple):
    """A picture: its file, the network, what is to be seen, and the options of `render`, as the library has them."""

    name: str
    target: str
    words: str
    options: dict[str, Any]

    @property
    def command(self) -> str:
        given = "".join(f" --{key.replace('_', '-')} {value}" for key, value in self.options.items())
        return f"archspec render {self.target}{given} -o {self.name}.svg"


PICTURES = (
    Picture(
        "googlenet",
        "seeds/googlenet",
        "Branches stand side by side in the order of the spec. Equal blocks are drawn open where they first come; the"
        " auxiliary heads, which train only, are dashed.",
        {},
    ),
    Picture(
        "resnet152",
        "seeds/resnet152",
        "Of 152 layers equal blocks are one box; where one stands open, its skip runs outside the trunk.",
        {},
    ),
    Picture(
        "unet",
        "classics/unet",
        "A U is a U: down on the left, up on the right, skips at the level that they come from.",
        {},
    ),
    Picture(
        "mnist_inception_broken",
        "seeds/mnist_inception_broken",
        "A spec with an error is drawn up to where it stands, and what is to blame for it is red and has the code.",
        {},
    ),
    Picture(
        "squeezenet_field",
        "seeds/squeezenet1_0",
        "Coloured by receptive field: how many pixels of the input each layer sees.",
        {"heat": "receptive-field"},
    ),
    Picture(
        "resnet50_field",
        "seeds/resnet50",
        "What a unit of the last block sees: its window on the image, and the layers at which that grew, up to and past"
        " the size of the image.",
        {"receptive_field": "layer4.2"},
    ),
    Picture(
        "vgg16_volumes",
        "seeds/vgg16",
        "The figure that papers print; `-o vgg16.tex` writes it for LaTeX, as a picture of TikZ.",
        {"format": "volumes"},
    ),
    Picture(
        "unet_volumes",
        "classics/unet",
        "The same of a U-Net: skips are arcs above all they pass.",
        {"format": "volumes"},
    ),
    Picture(
        "mnist_resnet",
        "seeds/mnist_resnet",
        "A small network stands open as a whole. This is the dark theme, whatever the reader prefers.",
        {"theme": "dark"},
    ),
)


def draw(picture: Picture, path: Path) -> None:
    """Write one picture; what has errors is drawn as `archspec render` does."""
    try:
        archspec.render(archspec.load(picture.target), path, **picture.options)
    except SpecError as error:
        draft = error.draft and error.draft()
        if draft is None:
            raise
        render(draft, path, **picture.options)


def page() -> str:
    """The text of gallery.md."""
    parts = [
        (
            "# Gallery\n\nMade by `docs/gallery.py`. The pictures turn dark where the reader's system is. Beside these"
            " `archspec render NET -o net.html` makes one file to fold, search and ask, and `archspec view NET` shows"
            " it while the spec is written.\n"
        )
    ]
    for one in PICTURES:
        shown = f"![{one.target}](images/gallery/{one.name}.svg)"
        parts.append(f"## {one.target}\n\n{one.words}\n\n```sh\n{one.command}\n```\n\n{shown}\n")
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
    for one in PICTURES:
        draw(one, folder / f"{one.name}.svg")
    (HERE / "gallery.md").write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
