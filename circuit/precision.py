"""Which variables of a program have single precision: what cells and contacts hold, but no time.

0.1 ms after a minute is less than single precision can tell, so times, and what is worked out from them, have double
precision.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

import numpy as np

Precision = Literal["single", "double"]
TIME = re.compile(r"t|t_\w+|\w+_at|latency|lastspike")
"""Names of variables that hold a time."""


def single_precision(names: Iterable[str]) -> dict[str, type]:
    """The variables, among some, that have single precision where the program has it."""
    return {name: np.float32 for name in names if not TIME.fullmatch(name)}
