"""Checkpoints: whole or not at all, whenever the process ends, and never of another run."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch


class CannotResume(Exception):
    """A checkpoint that is missing, unreadable, or of another run; the text says which."""


def save(path: Path, state: Mapping[str, Any]) -> None:
    """Write beside the file, then take its place: whoever reads finds the old one or the new one, whole."""
    part = path.with_name(f"{path.name}.part")
    with part.open("wb") as file:
        torch.save(dict(state), file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)


def load(path: Path, run: Mapping[str, Any], device: torch.device) -> dict[str, Any]:
    """The state that a run left. `run` says what has to be the same for going on to give what one run would have."""
    try:
        state = torch.load(path, map_location=device, weights_only=True)
    except FileNotFoundError:
        raise CannotResume(f"there is no {path} to resume from") from None
    except Exception as error:  # noqa: BLE001 — torch raises many kinds for a file that is not its own
        raise CannotResume(f"{path} cannot be read: {error}") from None
    if not isinstance(state, dict) or "run" not in state:
        raise CannotResume(f"{path} is no checkpoint of these scripts")
    for key in {**run, **state["run"]}:
        then, now = state["run"].get(key), run.get(key)
        if then != now:
            raise CannotResume(f"{path} is of another run: {key} was {then}, now it is {now}")
    return state
