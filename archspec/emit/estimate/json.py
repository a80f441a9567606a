"""An estimate for programs: the JSON document that `estimate --format json` prints."""

from typing import Any

from archspec.analysis.estimate.rows import groups, rows
from archspec.analysis.estimate.setting import Figures, Setting
from archspec.analysis.estimate.totals import Estimate, estimate
from archspec.analysis.outline import OPEN
from archspec.core.report.json import VERSION, dumps
from archspec.design import Module
from archspec.emit.estimate.words import phase_of_peak


def as_json(root: Module, spec: str, setting: Setting, depth: int | None = None, by: str = "") -> str:
    """The document of a network. Figures of a layer are those of all `count` equal ones; times are in seconds."""
    found = estimate(root, setting)
    made: dict[str, Any] = {
        "version": VERSION,
        "spec": spec,
        "network": root.name,
        "inputs": {
            name: [int(size) for size in shape.sizes]
            for name, shape in zip(root.inputs, root.input_shapes, strict=True)
        },
        "setting": _setting(setting),
        "memory": _memory(found),
        "work": {
            "forward_flops": found.figures.forward_flops,
            "backward_flops": found.figures.backward_flops,
            "moved_bytes": found.figures.moved,
        },
        "time": None if setting.device is None else _time(found),
    }
    if by:
        made["by"] = by
        made["groups"] = [
            {"name": name, "count": count, **_figures(figures, setting)}
            for name, count, figures in groups(root, setting, by)
        ]
    else:
        made["layers"] = [
            {"path": row.path, "first": row.first, "op": row.op, "count": row.count, **_figures(row.figures, setting)}
            for row in rows(root, setting, depth)
            if row.kind != OPEN
        ]
    return dumps(made)


def _setting(setting: Setting) -> dict[str, Any]:
    device = setting.device
    known = (
        {"name": device.name, "flops": device.peak(setting.dtype), "bandwidth": device.bandwidth} if device else None
    )
    return {
        "batch": setting.batch, "mode": setting.mode, "dtype": setting.dtype, "amp": setting.amp,
        "optimizer": setting.optimizer if setting.train else None, "master_weights": setting.copies, "device": known,
    }  # fmt: skip


def _memory(found: Estimate) -> dict[str, Any]:
    names = (
        "parameters", "buffers", "gradients", "optimizer", "activations", "inputs", "outputs", "forward_peak",
        "backward_peak", "optimizer_peak", "peak",
    )  # fmt: skip
    return {**{f"{name}_bytes": getattr(found, name) for name in names}, "peak_in": phase_of_peak(found)}


def _time(found: Estimate) -> dict[str, float]:
    figures = found.figures
    return {
        "forward": figures.forward, "backward": figures.backward, "optimizer": found.update, "step": found.seconds,
        "compute_bound": figures.bound,
    }  # fmt: skip


def _figures(figures: Figures, setting: Setting) -> dict[str, Any]:
    weights = figures.parameters * setting.weight
    made: dict[str, Any] = {
        "parameters": figures.parameters,
        "parameter_bytes": weights,
        "gradient_bytes": weights if setting.train else 0,
        "optimizer_bytes": figures.parameters * setting.state if setting.train else 0,
        "buffer_bytes": figures.buffers,
        "activation_bytes": figures.kept,
        "forward_flops": figures.forward_flops,
        "backward_flops": figures.backward_flops,
        "moved_bytes": figures.moved,
    }
    if setting.device is not None:
        made |= {"forward": figures.forward, "backward": figures.backward, "compute_bound": figures.bound}
    return made
