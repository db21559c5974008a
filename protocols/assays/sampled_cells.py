"""What the sampled cells and all plastic contacts of a run say: membrane potentials, and what contacts come to.

A run records the potentials of some medium spiny cells throughout; what is kept is short, so that files stay small. The
stretch is the one that runs at full biological time around a pulse by default
(`protocols.stimulation.acceleration.Acceleration`), so that no potential is seen while slow variables are accelerated.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from circuit.parameters import ModelParameters
from circuit.parts import CELL_STEP
from protocols.assays.passes import Performed
from results.measures.field_response import PERCENT
from results.recording import Measure, Trace
from synapses.release import release_probability

STRETCH = (-0.050, 0.100)  # s around a pulse
CELLS = "membrane potential of medium spiny cells, a row for each, the first half of type D1, the others of type D2"
AROUND = {
    "before": "the last test pulse before the induction",
    "induction": "the first pulses of the induction",
    "after": "the first test pulse of those that give the outcome",
}


def potentials(done: Performed, chosen: Mapping[str, int], time: np.ndarray) -> dict[str, Trace]:
    """What the sampled cells did around some pulses.

    Parameters
    ----------
    done : Performed
    chosen : mapping
        Key of `AROUND` -> index of the pulse.
    time : ndarray, shape (pulses,)
        Time of every pulse on the test's clock, s.

    Returns
    -------
    dict
        ``"potential_..."`` -> rows of cells, mV. A stretch ends where the recording does. Every fifth step of the
        integration is kept, so that the tops of spikes, which last less, are mostly missed.
    """
    step = CELL_STEP
    recorded = done.output.states["cells"]["v"] * 1e3
    first, last = (round(edge / step) for edge in STRETCH)
    found = {}
    for name, pulse in chosen.items():
        centre = round(float(done.plan.timeline.pulses[pulse]) / step)
        begin, end = max(centre + first, 0), min(centre + last, recorded.shape[1])
        found[f"potential_{name}"] = Trace(
            recorded[:, begin:end],
            (begin - centre) * step,
            step,
            "mV",
            np.full(len(recorded), time[pulse]),
            f"{CELLS}; around {AROUND[name]}",
        )
    return found


def contact_measures(done: Performed, own: ModelParameters) -> dict[str, Measure]:
    """Measures over every plastic contact at the end of a run.

    Parameters
    ----------
    done : Performed
    own : ModelParameters
        The animal's own parameters.

    Returns
    -------
    dict from str to Measure
        ``rho`` and ``potentiation``: means; ``rho_spread`` and ``potentiation_spread``: standard deviations over
        contacts; ``contact_response``: the mean of release probability times AMPA efficacy, relative to the same
        contacts before the test, both under the cAMP drive at its start. It follows from the weights alone, without
        the noise of a field that is measured with a few test pulses.
    """
    rho, potentiation = done.contacts["rho"], done.contacts["potentiation"]
    found = {}
    for name, values in (("rho", rho), ("potentiation", potentiation)):
        found[name] = Measure(float(values.mean()), "1")
        found[f"{name}_spread"] = Measure(float(values.std()), "1")
    camp = float(done.output.states["slow"]["camp"][0][0])
    quantum = rho * (1 + own.plasticity.ampa_gain * potentiation)
    after = (release_probability(camp, potentiation, own.release) * quantum).mean()
    before = float(release_probability(camp, 0.0, own.release)) * own.plasticity.efficacy
    found["contact_response"] = Measure(float(100 * after / before), PERCENT)
    return found
