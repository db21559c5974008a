"""Conversion between units of one dimension."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pint

_WRITTEN = re.compile(r"(1|%|[A-Za-zµμ]{1,40})(\s*/\s*[A-Za-zµμ]{1,40})?")


def factor(unit: str, wanted: str) -> float:
    """The factor by which a value in `unit` is multiplied to be in `wanted`.

    Parameters
    ----------
    unit, wanted : str
        As recordings and files give them: ``"uM"``, ``"min"``, ``"% of baseline"``, ``"1"`` for none.

    Raises
    ------
    ValueError
        If `unit` is not known, or has another dimension.

    Examples
    --------
    >>> factor("nM", "uM"), factor("%", "1"), factor("% of baseline", "% of baseline")
    (0.001, 0.01, 1.0)
    """
    own = unit.strip()
    if own == wanted:
        return 1.0
    import pint

    try:
        if not _WRITTEN.fullmatch(own) or not _WRITTEN.fullmatch(wanted):  # "% of baseline" is not converted
            raise ValueError
        return float(f"{_registry().Quantity(1.0, _read(own)).to(_read(wanted)).magnitude:.12g}")
    except (ValueError, AttributeError, pint.PintError):
        raise ValueError(f"'{unit}' cannot be turned into '{wanted}'") from None


def _read(unit: str) -> pint.Unit:
    """A dose per body weight keeps its own dimension, so that 100 mg/kg is no pure number."""
    return _registry().parse_units("" if unit == "1" else re.sub(r"/\s*kg$", "/body_kilogram", unit))


@cache
def _registry() -> pint.UnitRegistry[float]:
    import pint

    registry: pint.UnitRegistry[float] = pint.UnitRegistry()
    registry.define("body_kilogram = [body_mass]")
    return registry
