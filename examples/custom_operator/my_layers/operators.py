"""Layers of my own: an activation that learns its slope, and a way to shrink a map that does not alias.

This file does not import torch, so that `archspec check` stays quick: it only names the modules that generated source
is to import.
"""

from archspec.operators import (
    DoesNotFit,
    Integer,
    Layer,
    ModuleCall,
    Operator,
    Real,
    Shape,
    Sliding,
    factors,
    macs,
    options,
    parameter,
    slide,
)


class Swish(Operator, name="swish"):
    """The value times the sigmoid of β times the value; β is learned, one for each channel.

        y = x / (1 + exp(−β · x))

    Example:
        network example {
            input image: [3, 32, 32]
            conv(16, 3, padding=1) -> swish
            expect [16, 32, 32]
        }

    Paper: Ramachandran, Zoph and Le, Searching for Activation Functions, 2017.
    """

    start: float = parameter(Real(), 1.0, "what β starts as")

    def layer(self, x: Shape) -> Layer:
        channels = x.channels
        return Layer(
            op=self.name,
            inputs=(x,),
            outputs=(x,),
            call=ModuleCall("my_layers.modules:Swish", (channels,), options(start=(self.start, 1.0))),
            weights={"beta": (channels,)},  # under their names in the `state_dict`
            work={"activation": x.elements},
        )


class BlurPool(Operator, name="blurpool"):
    """Blur an image, then keep one pixel in `stride`: a shift of the image then shifts the result, not its values.

    [channels, height, width] becomes [channels, *output sizes]; half the kernel of zeros is added at each border. The
    blur is that of binomial coefficients, 1 2 1 for a kernel of 3. It learns nothing.

    Example:
        network example {
            input image: [16, 32, 32]
            maxpool(2, stride=1, padding=[[0, 1], [0, 1]]) -> blurpool(3)
            expect [16, 16, 16]
        }

    Paper: Zhang, Making Convolutional Networks Shift-Invariant Again, 2019.
    """

    kernel: int = parameter(Integer(1, 15), docs="size of the blur in pixels, an odd number")
    stride: int = parameter(Integer(), 2, "step between the pixels that are kept")

    def layer(self, x: Shape) -> Layer:
        if x.roles != "css":
            raise DoesNotFit(f"`blurpool` takes channels, height and width, here is {x}", inputs=(0,), rule="AS406")
        if self.kernel % 2 == 0:
            raise DoesNotFit(
                f"a blur of {self.kernel} has no middle",
                at="kernel",
                help=f"use {self.kernel - 1} or {self.kernel + 1}",
            )
        half = self.kernel // 2
        # the window along an axis: output size, stride verdict and receptive field are read off it
        window = Sliding(self.kernel, stride=self.stride, before=half, after=half)
        windows = (window, window)
        output = x.replace(spatial=slide(self, windows, x.spatial))
        return Layer(
            op=self.name,
            inputs=(x,),
            outputs=(output,),
            call=ModuleCall("my_layers.modules:BlurPool", (x.channels, self.kernel), options(stride=(self.stride, 2))),
            buffers={"weight": (x.channels, 1, self.kernel, self.kernel)},
            products=macs(
                ("channels", x.channels), *factors("output", output.spatial), *factors("kernel", (self.kernel,) * 2)
            ),
            windows=windows,
        )
