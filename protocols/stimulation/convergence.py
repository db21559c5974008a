"""How far slow variables may be accelerated for an error that the user allows, from what was measured.

The table `convergence.toml` holds errors of LTP and LTD against full biological time, by protocol and acceleration
(`benchmarks.convergence`). An acceleration is allowed if up to it the whole 95 % interval of every protocol lies within
the tolerance; where none is, full time is left.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import takewhile
from typing import Any

from protocols.errors import InputError, shortened

TOLERANCE = 2.0
"""Points, where none is stated: the limit of `make exact`."""


@dataclass(frozen=True)
class Choice:
    """An acceleration, and the largest error that was measured at it.

    Attributes
    ----------
    acceleration : float
    error : float
        Largest edge of the intervals over protocols, points of % of baseline; 0 in full time.
    protocols : int
        How many protocols were measured at it.
    """

    acceleration: float
    error: float
    protocols: int


@cache
def measured_choices() -> tuple[Choice, ...]:
    """Every acceleration that was measured for as many protocols as the best known one, full time first."""
    table = tomllib.loads(
        resources.files("protocols.stimulation").joinpath("convergence.toml").read_text(encoding="utf-8")
    )
    errors: dict[float, dict[str, float]] = {}
    for row in table["error"]:
        largest = max(abs(edge) for edge in row["interval"])
        errors.setdefault(float(row["acceleration"]), {})[row["protocol"]] = largest
    most = max((len(found) for found in errors.values()), default=0)
    whole = [Choice(a, max(found.values()), len(found)) for a, found in sorted(errors.items()) if len(found) == most]
    return (Choice(1.0, 0.0, most), *(choice for choice in whole if choice.acceleration > 1))


def choose(tolerance: float) -> Choice:
    """The fastest acceleration up to which every measured error stays within a tolerance, in points of % of baseline.

    One beyond a slower one that does not is not taken: its small error would be chance.
    """
    return list(takewhile(lambda choice: choice.error <= tolerance, measured_choices()))[-1]


def percent(value: Any) -> float | None:
    """Read a tolerance: ``"2 %"``, of the baseline.

    Raises
    ------
    InputError
        For anything else.
    """
    if value is None or (isinstance(value, float) and value > 0):
        return value
    found = re.fullmatch(r"\s*(\d+(?:\.\d*)?|\.\d+)\s*%\s*", value) if isinstance(value, str) else None
    if found is None or not 0 < float(found[1]) <= 100:
        raise InputError(f"{shortened(value)} is not a share above 0 % and up to 100 %; write e.g. '2 %'")
    return float(found[1])


def resolved(given: Any) -> Any:
    """The table ``[acceleration]`` of an experiment with ``maximum = "auto"`` replaced by what was chosen."""
    if given == "auto":
        given = {"maximum": "auto"}
    if not isinstance(given, dict) or given.get("maximum") != "auto":
        return given
    try:
        tolerance = percent(given.get("tolerance"))
    except InputError as problem:
        raise InputError(str(problem), "tolerance") from None
    allowed = TOLERANCE if tolerance is None else tolerance
    return {**given, "maximum": choose(allowed).acceleration, "tolerance": f"{allowed:g} %"}


def described(maximum: float, tolerance: float) -> str:
    """One line about what was chosen."""
    found = next((choice for choice in measured_choices() if choice.acceleration == maximum), None)
    if found is None or maximum == 1:
        reached = min((c.error for c in measured_choices() if c.acceleration > 1), default=float("nan"))
        return (
            f"acceleration {maximum:g}: full biological time, since nothing faster was measured within {tolerance:g} % "
            f"(the best has {reached:.3g} points)"
        )
    return (
        f"acceleration {maximum:g}: LTP and LTD at most {found.error:.3g} points off in {found.protocols} protocols "
        f"measured, {tolerance:g} allowed"
    )
