"""Units of recordings by the names that readers of NWB know: those of the International System, molar and percent."""

from __future__ import annotations

import re

_BASES = {"A": "amperes", "V": "volts", "Hz": "hertz", "s": "seconds"}
_PREFIXES = {"": 1.0, "m": 1e-3, "u": 1e-6, "µ": 1e-6, "n": 1e-9, "p": 1e-12, "k": 1e3}
_PREFIX_NAMES = {"": "", "m": "milli", "u": "micro", "µ": "micro", "n": "nano", "p": "pico", "k": "kilo"}


def international(unit: str) -> tuple[str, float]:
    """The name of a recording's unit, or of the unit that it is a multiple of.

    Parameters
    ----------
    unit : str
        As recordings give it: ``"pA"``, ``"uM"``, ``"% of baseline"``, ``"1"``.

    Returns
    -------
    str
        The unit of the International System that it is a multiple of. A concentration keeps its prefix, since readers
        know micromolar and not mol/m^3. A percentage of anything is ``"percent"``. Any other unit comes back as it is.
    float
        What a value has to be multiplied by.

    Examples
    --------
    >>> international("pA"), international("uM"), international("% of baseline")
    (('amperes', 1e-12), ('micromolar', 1.0), ('percent', 1.0))
    """
    if re.fullmatch("%( of .*)?", unit):
        return "percent", 1.0
    found = re.fullmatch(r"([munµpk]?)(A|V|Hz|s|M)(?:/(m?)s)?", unit)
    if found is None:
        return unit, 1.0
    prefix, base, per = found.groups()
    name, factor = (f"{_PREFIX_NAMES[prefix]}molar", 1.0) if base == "M" else (_BASES[base], _PREFIXES[prefix])
    if per is not None:
        name, factor = f"{name}/second", factor / _PREFIXES[per]
    return name, float(f"{factor:.12g}")
