"""Weights of a model: kept with the fingerprint of its network, loaded by name with a report of what did not fit.

All of it can be imported without torch, so that the public names can: who hands over a model has torch.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from torch import Tensor, nn

SUFFIX = ".safetensors"
KEY = "archspec.fingerprint"  # in the metadata of a file
COUNTER = "num_batches_tracked"  # of a batch norm: older files lack it, and it is nothing learned


class Mismatch(NamedTuple):
    """A tensor that a file has in another form than the model: shapes, or types of numbers."""

    name: str
    given: str
    wanted: str


class LoadReport(NamedTuple):
    """What `load_weights` did.

    loaded:     names of tensors that were taken over
    missing:    names that the model has and the file has not
    unexpected: names that the file has and the model has not
    shapes:     tensors of another shape: left as they were
    kinds:      tensors of another kind of numbers, integers for real numbers: left as they were
    converted:  tensors of another precision: taken over, in that of the model
    network:    whether the file was saved from this very network; none where either does not say
    """

    loaded: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    unexpected: tuple[str, ...] = ()
    shapes: tuple[Mismatch, ...] = ()
    kinds: tuple[Mismatch, ...] = ()
    converted: tuple[Mismatch, ...] = ()
    network: bool | None = None

    @property
    def complete(self) -> bool:
        """Whether the file has every tensor of the model, and no other."""
        return not (self.missing or self.unexpected or self.shapes or self.kinds)

    def __str__(self) -> str:
        lines = [f"{len(self.loaded)} tensors fit"]
        lines += _listed("missing", self.missing)
        lines += _listed("unexpected", self.unexpected)
        lines += [f"  shape: {name} is {given}, not {wanted}" for name, given, wanted in self.shapes]
        lines += [f"  numbers: {name} is {given}, not {wanted}" for name, given, wanted in self.kinds]
        if self.converted:
            first = self.converted[0]
            lines.append(f"  converted: {len(self.converted)} from {first.given} to {first.wanted}")
        if self.network is False:
            lines.append("  saved from another network")
        return "\n".join(lines)


class WeightsError(Exception):
    """Weights that do not fit a model, or cannot be read; `report` says what did not fit, if it came that far."""

    def __init__(self, message: str, report: LoadReport | None = None) -> None:
        super().__init__(message)
        self.report = report


def save_weights(model: "nn.Module", path: str | Path) -> None:
    """Write the `state_dict` of a model as safetensors, under its names.

    The metadata holds the fingerprint of the design that a live module was compiled from. Raises `WeightsError` for a
    name that does not end in `.safetensors`, and for a model without numbers, on the meta device.
    """
    from archspec.emit.torch.module import fingerprint_of

    if Path(path).suffix.lower() != SUFFIX:
        raise WeightsError(f"{path} does not end in {SUFFIX}; torch's own format is that of torch.save")
    _check_memory(model.state_dict())
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in model.state_dict().items()}
    metadata = {"format": "pt"}
    if fingerprint_of(model):
        metadata[KEY] = fingerprint_of(model)
    _safetensors().save_file(tensors, str(path), metadata=metadata)


def load_weights(
    model: "nn.Module", source: "str | Path | Mapping[str, Tensor]", *, partial: bool = False
) -> LoadReport:
    """Load weights by name, all or nothing.

    source:  a safetensors file of any name, a file of `torch.save` (read with `weights_only=True`: it runs no code),
             or a `state_dict`
    partial: take over what fits, and leave the rest of the model as it is: for another number of classes, say

    Returns what was done. Raises `WeightsError` where the file has not exactly the tensors of the model, unless
    `partial`, and where the model has no memory for them, on the meta device; the model is then unchanged.
    """
    import torch

    from archspec.emit.torch.module import fingerprint_of

    given, fingerprint = ({**source}, "") if isinstance(source, Mapping) else _read(Path(source))
    state = model.state_dict()
    own = fingerprint_of(model)
    loaded: list[str] = []
    shapes: list[Mismatch] = []
    kinds: list[Mismatch] = []
    converted: list[Mismatch] = []
    for name, tensor in state.items():
        other = given.get(name)
        if other is None:
            continue
        if other.shape != tensor.shape:
            shapes.append(Mismatch(name, _shape(other), _shape(tensor)))
        elif _kind(other) != _kind(tensor):
            kinds.append(Mismatch(name, _dtype(other), _dtype(tensor)))
        else:
            loaded.append(name)
            if other.dtype != tensor.dtype:
                converted.append(Mismatch(name, _dtype(other), _dtype(tensor)))
    report = LoadReport(
        tuple(loaded),
        tuple(name for name in state if name not in given and name.rpartition(".")[2] != COUNTER),
        tuple(name for name in given if name not in state),
        tuple(shapes),
        tuple(kinds),
        tuple(converted),
        own == fingerprint if own and fingerprint else None,
    )
    if not (report.complete or partial):
        head = "the weights do not fit, so nothing was loaded; partial=True loads what fits"
        raise WeightsError(f"{head}\n{report}", report)
    _check_memory({name: given[name] for name in loaded})
    _check_memory({name: state[name] for name in loaded}, '; model.to_empty(device="cpu") makes room')
    with torch.no_grad():
        for name in loaded:
            state[name].copy_(given[name])
    return report


def _check_memory(tensors: "Mapping[str, Tensor]", help: str = "") -> None:
    """Raise `WeightsError` where a tensor holds no numbers: what is copied there is gone without a word."""
    for name, tensor in tensors.items():
        if tensor.is_meta:
            raise WeightsError(f"{name} is on the meta device, which holds no numbers{help}")


def _is_safetensors(path: Path) -> bool:
    """Whether a file is one by its name, or by its beginning: the length of a header, and the brace that opens it."""
    if path.suffix.lower() == SUFFIX:
        return True
    with path.open("rb") as file:
        head = file.read(9)
        return head[8:] == b"{" and int.from_bytes(head[:8], "little") <= os.fstat(file.fileno()).st_size - 8


def _read(path: Path) -> "tuple[dict[str, Tensor], str]":
    """The tensors of a file by name, and the fingerprint in its metadata."""
    if _is_safetensors(path):
        library = _safetensors()
        try:
            with library.safe_open(str(path), "pt") as file:
                made = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 — it is no mapping
                return made, (file.metadata() or {}).get(KEY, "")
        except library.SafetensorError as error:
            raise WeightsError(f"{path} is no safetensors file: {error}") from None
    import torch

    try:
        found: Any = torch.load(path, map_location="cpu", weights_only=True)
    except OSError:
        raise
    except Exception as error:  # noqa: BLE001 — unpickling what is not to be trusted can fail in any way
        # torch would have it loaded with `weights_only=False`, which runs what is in it
        found = str(error).rpartition("WeightsUnpickler error:")[2].strip().partition("\n")[0].partition(". ")[0]
        said = f"{path} holds more than tensors, or is no file of torch.save"
        raise WeightsError(f"{said}: {found}" if found else said) from None
    if not isinstance(found, Mapping) or not all(isinstance(one, torch.Tensor) for one in found.values()):
        keys = ", ".join(map(str, list(found)[:5])) if isinstance(found, Mapping) else type(found).__name__
        raise WeightsError(f"{path} holds no state_dict but {keys}; load it yourself and hand over the one within")
    return dict(found), ""


class _Library(NamedTuple):
    save_file: Any
    safe_open: Any
    SafetensorError: type[Exception]


def _safetensors() -> _Library:
    try:
        from safetensors import SafetensorError, safe_open
        from safetensors.torch import save_file
    except ImportError:
        message = "safetensors is not installed; pip install 'archspec-nn[weights]'"
        raise WeightsError(message) from None
    return _Library(save_file, safe_open, SafetensorError)


def _shape(tensor: "Tensor") -> str:
    return " × ".join(map(str, tensor.shape)) or "a single number"


def _dtype(tensor: "Tensor") -> str:
    return str(tensor.dtype).removeprefix("torch.")


def _kind(tensor: "Tensor") -> str:
    return "real" if tensor.is_floating_point() else "complex" if tensor.is_complex() else "whole"


def _listed(word: str, names: tuple[str, ...]) -> list[str]:
    shown = ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
    return [f"  {word}: {shown}"] if names else []
