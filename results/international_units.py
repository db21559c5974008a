"""Units of recordings as the International System writes them, for formats that ask for it."""

from __future__ import annotations

import re

_BASES = {
    "A": "amperes",
    "V": "volts",
    "Hz": "hertz",
    "s": "seconds",
    "M": "mol/m^3",
}
_PREFIXES = {"": 1.0, "m": 1e-3, "u": 1e-6, "µ": 1e-6, "n": 1e-9, "p": 1e-12, "k": 1e3}
_LITRES = 1e3  # 1 M is 1 mol/l, 1000 mol/m^3


def international(unit: str) -> tuple[str, float]:
    """The unit of the International System that a recording's unit is a multiple of.

    Parameters
    ----------
    unit : str
        As recordings give it: ``"pA"``, ``"uM"``, ``"% of baseline"``, ``"1"``.

    Returns
    -------
    str
        Its name; a unit that is no multiple of one, such as a percentage, comes back as it is.
    float
        What a value has to be multiplied by.

    Examples
    --------
    >>> international("pA"), international("uM"), international("% of baseline")
    (('amperes', 1e-12), ('mol/m^3', 0.001), ('% of baseline', 1.0))
    """
    found = re.fullmatch(r"([munµpk]?)(A|V|Hz|s|M)(?:/(m?)s)?", unit)
    if found is None:
        return unit, 1.0
    prefix, base, per = found.groups()
    name, factor = _BASES[base], _PREFIXES[prefix] * (_LITRES if base == "M" else 1.0)
    if per is not None:
        name, factor = f"{name}/second", factor / _PREFIXES[per]
    return name, float(f"{factor:.12g}")
