"""The network: from a spec to a model, and how its learning is set up."""

import argparse
from typing import Any

import torch
from torch import nn

import archspec
from archspec.targets import Expression
from training.data import Data

AMP = {"off": None, "bf16": torch.bfloat16, "fp16": torch.float16}


class Unsuitable(Exception):
    """A network that cannot tell these images apart; the text says what is missing."""


def design_of(options: argparse.Namespace, data: Data) -> archspec.Design:
    """The design that the options ask for, which takes one image and scores each class."""
    given: dict[str, Any] = {}
    for text in options.set:
        name, found, value = text.partition("=")
        if not found or not name.strip().isidentifier():
            raise Unsuitable(f"--set wants NAME=VALUE, not {text!r}")
        given[name.strip()] = Expression(value.strip())
    design = archspec.load(options.spec, **given)
    inputs, output = list(design.inputs.values()), [int(size) for size in design.output]
    if len(inputs) != 1 or len(inputs[0]) != 3:
        raise Unsuitable(f"{design.network} does not take one image of channels, height and width")
    if int(inputs[0][0]) not in (data.train.pixels.shape[1], 3):
        raise Unsuitable(f"{design.network} reads {inputs[0]}; the images have {data.train.pixels.shape[1]} channels")
    if output != [len(data.classes)]:
        hint = f": try --set num_classes={len(data.classes)}" if "num_classes" in design.module.parameters else ""
        raise Unsuitable(f"{design.network} gives {design.output}; the data has {len(data.classes)} classes{hint}")
    return design


def optimizer_of(model: nn.Module, options: argparse.Namespace) -> torch.optim.Optimizer:
    """The optimizer. Matrices and kernels decay; biases, scales and offsets do not."""
    parameters = list(model.parameters())
    groups: list[dict[str, Any]] = [
        {"params": [one for one in parameters if one.dim() > 1], "weight_decay": options.decay},
        {"params": [one for one in parameters if one.dim() <= 1], "weight_decay": 0.0},
    ]
    groups = [group for group in groups if group["params"]]
    if options.optimizer == "adamw":
        return torch.optim.AdamW(groups, lr=options.rate)
    return torch.optim.SGD(groups, lr=options.rate, momentum=0.9, nesterov=True)
