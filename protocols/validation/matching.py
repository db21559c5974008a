"""Rival hypotheses on equal terms: values that a claim does not fix, chosen so that the naive animal is the same.

``python -m protocols.validation.matching`` prints them from the present defaults, for `synapses/hypotheses.toml`. All
of it is closed form: steady states, no network. The same closed form gives the state of the groups of the main
experiment before any induction under each rival, which is printed too.
"""

from __future__ import annotations

from scipy.optimize import brentq

from circuit.parameters import ModelParameters
from protocols.animals import rest
from protocols.experiments.experiment import load
from protocols.experiments.model import with_hypotheses
from protocols.validation.rivals import every, name_of
from results.tables import Table, markdown
from synapses.adaptation import Tissue
from synapses.homeostasis import SteadyState, exchange, steady_state
from synapses.pharmacology import Exposure
from synapses.plasticity import depression_gate
from synapses.regions import CORE
from synapses.tone import felt_by_mglur5

NAIVE = Tissue()


def at_rest(model: ModelParameters, tissue: Tissue = NAIVE, drugs: Exposure | None = None) -> SteadyState:
    """Pools and tones of an animal at rest, by default of one that is naive and took no drug."""
    return steady_state(tissue, drugs or Exposure(), model.homeostasis, model.tone, model.release)


def withdrawn(model: ModelParameters) -> Tissue:
    """The core after the history of the group `cocaine` of moussawi2009."""
    group = load("moussawi2009").group_named("cocaine")
    return rest.at_rest(group, float(group.days), model).state.at(CORE)


def perisynaptic() -> dict[str, float]:
    """Half-values for `tone.perisynaptic`, by which the naive animal has the default's tones."""
    model = ModelParameters.shipped()
    naive = at_rest(model)
    felt = felt_by_mglur5(naive.extrasynaptic, naive.perisynaptic, model.tone)
    return {
        "tone.mglur23_half": model.tone.mglur23_half * naive.perisynaptic / naive.extrasynaptic,
        "tone.mglur5_half": model.tone.mglur5_half * naive.perisynaptic / felt,
    }


def binding(part: str = "binding_affinity") -> dict[str, float]:
    """Restraint of cAMP and of exchange, by which a naive animal with bound receptors has the default's."""
    model, rival = ModelParameters.shipped(), with_hypotheses({"tone": part})
    naive = at_rest(model)
    bound = (naive.extrasynaptic / rival.tone.mglur23_half) ** rival.tone.mglur23_exponent
    weaker = naive.mglur23_tone / (bound / (1 + bound))
    return {
        "tone.camp_inhibition": model.tone.camp_inhibition * weaker,
        "homeostasis.xc_restraint": model.homeostasis.xc_restraint * weaker,
    }


def efficacy_only() -> dict[str, float]:
    """As `binding`, and the AGS3 that gives withdrawn animals the default's cAMP drive."""
    model = ModelParameters.shipped()
    matched = binding("efficacy_only")
    state = withdrawn(model)
    wanted = at_rest(model, state).camp

    def miss(inhibition: float) -> float:
        values = matched | {"tone.ags3_inhibition": inhibition}
        return at_rest(with_hypotheses({"tone": "efficacy_only"}).with_values(values), state).camp - wanted

    return {"tone.ags3_inhibition": float(brentq(miss, 0.0, 10.0)), **matched}


def one_pool() -> dict[str, float]:
    """GLT-1 of `pools.one`, by which its naive animal has the default's extrasynaptic glutamate, and the half-values of
    what feels perisynaptic glutamate in the default, by which it feels as much.
    """
    model, rival = ModelParameters.shipped(), with_hypotheses({"pools": "one"})
    naive, homeostasis = at_rest(model), rival.homeostasis
    supply = (
        exchange(naive.mglur23_tone, NAIVE, Exposure(), homeostasis)
        + homeostasis.leak
        + homeostasis.other_afferents
        + homeostasis.escape * naive.release_rate
        - homeostasis.clearance * naive.extrasynaptic
    )
    felt = felt_by_mglur5(naive.extrasynaptic, naive.perisynaptic, model.tone)
    return {
        "homeostasis.glt1_extrasynaptic": supply * (homeostasis.glt1_michaelis / naive.extrasynaptic + 1),
        "tone.mglur5_half": model.tone.mglur5_half * naive.extrasynaptic / felt,
        "spillover.nmda_half": model.spillover.nmda_half * naive.extrasynaptic / naive.perisynaptic,
    }


def matched() -> dict[tuple[str, str], dict[str, float]]:
    """All values that follow from the defaults, by part and name of the hypothesis."""
    return {
        ("tone", "perisynaptic"): perisynaptic(),
        ("tone", "binding_affinity"): binding(),
        ("tone", "efficacy_only"): efficacy_only(),
        ("pools", "one"): one_pool(),
    }


def resting() -> Table:
    """Every rival in the groups of moussawi2009 just before the induction, by the closed form.

    In each cell: extrasynaptic glutamate in uM, cAMP drive, and how far the gate on depression is open.
    """
    experiment = load("moussawi2009")
    rows = []
    for chosen in [{}, *every()]:
        model, cells = with_hypotheses(chosen), []
        for group in experiment.group:
            found = rest.at_rest(group, float(group.days), model).at[CORE].steady
            gate = float(depression_gate(found.mglur5_tone, model.plasticity))
            cells.append(f"{found.extrasynaptic:.2f} / {found.camp:.2f} / {gate:.2f}")
        rows.append((name_of(chosen), *cells))
    return Table(("model", *(group.name for group in experiment.group)), tuple(rows))


if __name__ == "__main__":
    for (part, name), values in matched().items():
        print(f"[{part}.{name}.values]", *(f'"{path}" = {value:.4g}' for path, value in values.items()), sep="\n")
    print("", markdown(resting()), sep="\n", end="")
