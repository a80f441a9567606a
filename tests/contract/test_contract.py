"""The models of `archspec.contract` are the documents that commands print, key by key."""

import json
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from archspec.cli.main import main
from archspec.contract import CheckReport, SizesReport, SummaryReport

BROKEN = "seeds/mnist_inception_broken"
COMMANDS: list[tuple[type[BaseModel], list[str]]] = [
    (CheckReport, ["check", "specs/seeds/lenet5.arch"]),
    (CheckReport, ["check", "specs/seeds/mnist_inception_broken.arch"]),
    (CheckReport, ["check", "specs/seeds/alexnet.arch", "--strict"]),
    (SummaryReport, ["summary", "seeds/resnet50"]),
    (SummaryReport, ["summary", "seeds/googlenet", "--train", "--depth", "1"]),
    (SummaryReport, ["summary", "classics/unet"]),
    (SummaryReport, ["summary", "torchvision/vit_b_16"]),
    (SummaryReport, ["summary", "seeds/resnet50", "--by", "op"]),
    (SummaryReport, ["summary", "seeds/googlenet", "--by", "block"]),
    (SummaryReport, ["summary", "classics/siamese"]),
    (SizesReport, ["sizes", "seeds/resnet50"]),
    (SizesReport, ["sizes", "classics/unet", "--strict", "--range", "1..64"]),
]


@pytest.fixture(params=COMMANDS, ids=lambda one: " ".join(one[1]))
def printed(request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]) -> tuple[type[BaseModel], str]:
    model, command = request.param
    main([*command, "--format", "json"])
    return model, capsys.readouterr().out


def test_a_document_says_what_its_model_says(printed: tuple[type[BaseModel], str]) -> None:
    model, text = printed
    read = model.model_validate_json(text).model_dump(by_alias=True, exclude_unset=True, mode="json")
    document = json.loads(text)
    assert unknown(document, read) == set()
    assert shared(document, read) == read


def unknown(document: Any, read: Any) -> set[str]:
    """The keys of a document that its model does not name."""
    if isinstance(document, dict) and isinstance(read, dict):
        more = set(document) - set(read)
        return more.union(*(unknown(document[key], read[key]) for key in read))
    if isinstance(document, list) and isinstance(read, list):
        return set().union(*map(unknown, document, read))
    return set()


def shared(document: Any, read: Any) -> Any:
    """A document without the keys that its model does not name."""
    if isinstance(document, dict) and isinstance(read, dict):
        return {key: shared(document[key], read[key]) for key in read}
    if isinstance(document, list):
        assert len(document) == len(read)
        return [shared(*one) for one in zip(document, read, strict=True)]
    return document


def test_a_document_that_says_something_else_is_refused(printed: tuple[type[BaseModel], str]) -> None:
    model, text = printed
    with pytest.raises(ValidationError, match="version"):
        model.model_validate({**json.loads(text), "version": 2})
    for key in model.model_json_schema()["required"]:
        without = {name: value for name, value in json.loads(text).items() if name != key}
        with pytest.raises(ValidationError, match=key):
            model.model_validate(without)
