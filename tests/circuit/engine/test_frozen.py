"""One run of the network, number by number: the same on every Python and Brian2 within rounding.

The network is chaotic. In double precision, programs for processors that multiply and add in one step (FMA) agree; one
for a processor that does not differs by single spikes within 0.2 s, which no tolerance covers. In single precision any
two kinds of processor differ by single spikes, so that only a change that is larger than that is found.

A change in the model changes the numbers; ``PYTHONPATH=. python tests/circuit/engine/test_frozen.py`` writes them
again.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from benchmarks.oracles import PRESET, SCALE, inputs_for
from circuit.engine import compiled
from circuit.precision import Precision

PLASTIC = "pyramidal_to_medium_spiny_plastic"
FROZEN = Path(__file__).with_name("frozen.json")
DURATION = 0.4  # s: long enough for plasticity, too short for rounding to reach the spikes
TRAIN = list(0.02 + 0.01 * np.arange(15))
TOLERANCE = {
    "double": 1e-9,  # relative; versions of Brian2 differ by 2e-16, compilers and processors by some more
    "single": 0.02,  # rounding reaches single spikes within 0.1 s: two kinds of processor with FMA differed by 0.8 %
}


def numbers(precision: Precision) -> dict[str, float]:
    """Spikes are counted; their times, weights, levels and currents are summed up."""
    found = compiled.build(PRESET, SCALE, precision=precision).run(inputs_for(TRAIN, DURATION), DURATION, 2)
    said: dict[str, float] = {}
    for name, (times, cells) in found.spikes.items():
        said |= {f"spikes of {name}": len(times), f"sum of their times, {name}": float(np.sum(times))}
        said[f"sum of their cells, {name}"] = int(np.sum(cells, dtype=np.int64))
    for name, values in found.contacts.items():
        said |= {f"mean {name}": float(values.mean()), f"deviation of {name}": float(values.std())}
    for monitor, states in found.states.items():
        for name, values in states.items():
            said[f"{monitor}, {name}"] = float(np.abs(values).sum())
    return said


def _fuses() -> bool:
    with suppress(OSError):
        return " fma " in Path("/proc/cpuinfo").read_text()
    return False


@pytest.mark.compiled
@pytest.mark.skipif(not _fuses(), reason="another processor's rounding: single spikes differ")
@pytest.mark.skipif(compiled.compiler() is None, reason="no C++ compiler")
@pytest.mark.parametrize("precision", get_args(Precision))
def test_a_run_gives_the_numbers_that_it_always_gave(precision):
    frozen, found = json.loads(FROZEN.read_text())[precision], numbers(precision)
    assert frozen[f"mean {PLASTIC}.potentiation"] > 0.01 and frozen[f"deviation of {PLASTIC}.rho"] > 0
    assert found == pytest.approx(frozen, rel=TOLERANCE[precision], abs=1e-30)


if __name__ == "__main__":
    FROZEN.write_text(json.dumps({each: numbers(each) for each in get_args(Precision)}, indent=1) + "\n")
