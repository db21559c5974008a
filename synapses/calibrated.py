"""The fitted part of the parameters, as `corticostriatal calibrate` wrote it: one set, and others that fit as well."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True)
class Calibrated:
    """What a calibration found.

    Attributes
    ----------
    values : dict
        Dotted parameter path -> value, in the parameter's own unit.
    ensemble : tuple of dict
        Sets of values that meet the calibration rows as well.
    ranges : dict
        Dotted parameter path -> (low, high) that hold 90 % of what fits.
    rows : dict
        Dotted parameter path -> the rows of evidence it was fitted to.
    """

    values: dict[str, float]
    ensemble: tuple[dict[str, float], ...]
    ranges: dict[str, tuple[float, float]]
    rows: dict[str, tuple[str, ...]]


@cache
def calibrated() -> Calibrated:
    """The calibration of glutamate and plasticity that the package ships."""
    return _read("calibrated.toml")


@cache
def calibrated_behaviour() -> Calibrated:
    """The calibration of behaviour that the package ships; nothing where none is shipped."""
    return _read("behaviour.toml")


def _read(name: str) -> Calibrated:
    file = resources.files("synapses").joinpath(name)
    table = tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return Calibrated(
        {path: float(value) for path, value in table.get("values", {}).items()},
        tuple({path: float(value) for path, value in member.items()} for member in table.get("ensemble", ())),
        {path: (float(low), float(high)) for path, (low, high) in table.get("ranges", {}).items()},
        {path: tuple(rows) for path, rows in table.get("rows", {}).items()},
    )
