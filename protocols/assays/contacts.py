"""What all plastic contacts of a run come to: their means, their spread, and the response that they would give."""

from __future__ import annotations

from circuit.engine.compiled import Output
from circuit.parameters import ModelParameters
from results.measures.field_response import PERCENT
from results.recording import Measure
from synapses.release import release_probability


def contact_measures(output: Output, own: ModelParameters) -> dict[str, Measure]:
    """Measures over every plastic contact at the end of a run.

    Parameters
    ----------
    output : circuit.engine.compiled.Output
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
    rho, potentiation = output.contacts["rho"], output.contacts["potentiation"]
    found = {}
    for name, values in (("rho", rho), ("potentiation", potentiation)):
        found[name] = Measure(float(values.mean()), "1")
        found[f"{name}_spread"] = Measure(float(values.std()), "1")
    camp = float(output.states["slow"]["camp"][0][0])
    quantum = rho * (1 + own.plasticity.ampa_gain * potentiation)
    after = (release_probability(camp, potentiation, own.release) * quantum).mean()
    before = float(release_probability(camp, 0.0, own.release)) * own.plasticity.efficacy
    found["contact_response"] = Measure(float(100 * after / before), PERCENT)
    return found
