"""The estimate of a step in one call."""

from pathlib import Path
from typing import Any

from archspec.analysis.estimate import totals
from archspec.analysis.estimate.devices import Device
from archspec.analysis.estimate.setting import setting_of
from archspec.analysis.estimate.totals import Estimate
from archspec.api import as_design
from archspec.designs import Design


def estimate(
    target: Design | str | Path,
    batch: int = 1,
    *,
    train: bool = False,
    dtype: str = "fp32",
    amp: bool = False,
    master_weights: bool = False,
    optimizer: str = "adamw",
    device: Device | str | None = None,
    **parameters: Any,
) -> Estimate:
    """The memory of a step in bytes, and on a device the least time that it takes in seconds.

    See `archspec.analysis.estimate`: `setting.Setting` says what the arguments mean, `totals.Estimate` what is
    answered, `devices.DEVICES` which devices are known by name. Raises `ValueError` for a setting that there is not,
    and `TargetError` and `SpecError` as `load`.
    """
    setting = setting_of(batch, train, dtype, amp, master_weights, optimizer, device)
    return totals.estimate(as_design(target, parameters).module, setting)
