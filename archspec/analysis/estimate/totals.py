"""The estimate of a network: what its tensors take, what a step takes at its peak, and the least time it needs."""

from typing import NamedTuple

from archspec.analysis.estimate.running import Entering, Run
from archspec.analysis.estimate.setting import FULL, Figures, Setting
from archspec.analysis.estimate.step import Steps
from archspec.core.garbage import paused
from archspec.design import TRAIN, Module


class Estimate(NamedTuple):
    """What a step of a network takes, in bytes and seconds.

    parameters:  bytes of the weights
    buffers:     bytes of what is kept but not learned
    gradients:   bytes of the gradients of the weights; 0 without training
    optimizer:   bytes of the optimizer's states, float32 copies of the weights among them
    activations: bytes kept from the forward pass for the backward pass; 0 without training
    inputs:      bytes of the batch that enters
    outputs:     bytes of what leaves
    forward_peak:   the most bytes of values alive forward, the batch among them
    backward_peak:  the most bytes of values and gradients alive backward, the batch and the outputs among them
    optimizer_peak: the same while the optimizer steps
    peak:        the most bytes allocated at once
    figures:     the work and the times; without a device these are 0
    update:      seconds that the optimizer's step takes, at least
    """

    setting: Setting
    parameters: int
    buffers: int
    gradients: int
    optimizer: int
    activations: int
    inputs: int
    outputs: int
    forward_peak: int
    backward_peak: int
    optimizer_peak: int
    peak: int
    figures: Figures
    update: float

    @property
    def seconds(self) -> float:
        """The least time of a step; 0 where no device is named."""
        return self.figures.seconds + self.update


def run_of(root: Module, setting: Setting) -> Run:
    """A step through a network. What enters is the caller's: it is there all the time and wants no gradient."""
    known: dict[Setting, Run] = root.known.setdefault("steps", {})
    key = setting._replace(optimizer="sgd", master=False)
    if key not in known:
        width = FULL if setting.amp else setting.low
        entering = tuple(
            Entering(at, setting.batch * shape.elements * width, width, False, True, True)
            for at, shape in enumerate(root.input_shapes)
        )
        with paused():
            known[key] = Steps(setting).run(root.graph, entering)
    return known[key]


def estimate(root: Module, setting: Setting) -> Estimate:
    """The estimate of a network in a setting."""
    run = run_of(root, setting)
    count = run.figures.parameters
    width = FULL if setting.amp else setting.low
    inputs = sum(setting.batch * shape.elements * width for shape in root.input_shapes)
    ports = [at for at, port in enumerate(root.graph.outputs) if setting.train or port.phase != TRAIN]
    outputs = sum(run.outputs[at].size for at in ports if run.outputs[at].home is None)
    weights, states = count * setting.weight, count * setting.state if setting.train else 0
    fixed = weights + run.figures.buffers + states
    backward = optimizing = 0
    if setting.train:
        backward = inputs + outputs + run.backward
        optimizing = inputs + outputs + count * (setting.weight + setting.working)
    moved = 0
    if setting.train:  # gradients are read, weights and states read and written
        moved = count * (3 * setting.weight + 2 * setting.state)
    bandwidth = setting.device.bandwidth if setting.device else 0
    return Estimate(
        setting=setting,
        parameters=weights,
        buffers=run.figures.buffers,
        gradients=run.learned,
        optimizer=states,
        activations=run.figures.kept,
        inputs=inputs,
        outputs=outputs,
        forward_peak=run.forward,
        backward_peak=backward,
        optimizer_peak=optimizing,
        peak=fixed + max(run.forward, backward, optimizing),
        figures=run.figures,
        update=moved / bandwidth if bandwidth else 0.0,
    )
