"""Learned numbers that are read as they are: a tensor, or a row of a table."""

from typing import Any

from archspec.core.kept import INPUT
from archspec.core.layer import Layer, ModuleCall, ParameterCall
from archspec.core.shape import FEATURE, SEQUENCE, Shape
from archspec.ops.base import DoesNotFit, Operator, parameter
from archspec.ops.fitting import described
from archspec.ops.initialisers import initialised
from archspec.ops.kinds import Boolean, Initialiser, Integer, ListOf

_ROLES = {2: SEQUENCE + FEATURE}


class Parameter(Operator, name="parameter"):
    """A learned tensor as a value: a class token, position embeddings, the scale of a layer.

    It takes no value and is the same for every sample. Its label is its name in the module around and its whole key in
    the `state_dict`; so it has one. An axis of size 1 serves every position of what it is joined with: [96, 1, 1] has a
    number for each channel. Two axes are read as [tokens, features], three as [channels, height, width].

    Example:
        network example {
            input map: [768, 14, 14]
            rearrange("c h w -> (h w) c")
            concat {
                class_token: parameter([1, 768], batch=true)
                identity
            }
            add {
                identity
                pos_embedding: parameter([197, 768], batch=true, init=normal(std=0.02))
            }
            expect [197, 768]
        }
    """

    shape: Any = parameter(ListOf(Integer(), 1), docs="size of each axis, without the batch")
    init: Any = parameter(Initialiser(), None, "how the numbers start; none starts them at 0")
    batch: bool = parameter(
        Boolean(), False, "store the tensor with an axis of 1 for the batch in front, as many published weights do"
    )

    def layer(self) -> Layer:
        output = Shape(self.shape, _ROLES.get(len(self.shape)))
        stored = (1, *self.shape) if self.batch else self.shape
        initialisation = initialised({"weight": stored}, self.init, None)
        return Layer(
            op=self.name,
            inputs=(),
            outputs=(output,),
            call=ParameterCall(self.shape, int(self.batch)),
            weights={"value": stored},
            initialisation=tuple(one._replace(weight="value") for one in initialisation),
            view=True,
        )


class Embedding(Operator, name="embedding"):
    """A row of a learned table for each number of the input: words become vectors.

    [positions] becomes [positions, out]. The input holds integers from 0 to entries − 1. Looking up computes nothing.

    Example:
        network example {
            input words: [128]
            embedding(10000, 64) -> layernorm
            expect [128, 64]
        }

    Paper: Bengio et al., A Neural Probabilistic Language Model, 2003.
    """

    keeps = INPUT
    looks_up = True

    entries: int = parameter(Integer(), docs="number of rows of the table")
    out: int = parameter(Integer(), docs="number of features of a row")
    init: Any = parameter(Initialiser(), None, "how the table starts; none takes a standard normal distribution")

    def layer(self, x: Shape) -> Layer:
        if x.rank == 0:
            raise DoesNotFit(f"`embedding` takes positions, here is {described(x)}", inputs=(0,), rule="AS406")
        weights: dict[str, tuple[int, ...]] = {"weight": (self.entries, self.out)}
        return Layer(
            op=self.name,
            inputs=(x,),
            outputs=(Shape((*x.sizes, self.out), SEQUENCE * x.rank + FEATURE),),
            call=ModuleCall("nn.Embedding", (self.entries, self.out)),
            weights=weights,
            initialisation=initialised(weights, self.init, None),
        )
