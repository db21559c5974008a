"""An animal at rest: held tones, altered expression, drugs without targets; the network beside the closed form."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from circuit.engine import compiled
from circuit.parameters import ModelParameters
from protocols.animals.history import Group
from protocols.animals.rest import EXPOSURE_TIMES, Rest, at_rest
from protocols.experiments.experiment import load
from protocols.experiments.overrides import with_overrides
from synapses.homeostasis import SteadyState
from synapses.pharmacology import Dosing
from synapses.regions import CORE, regions

OWN = ModelParameters.shipped()


def rest(group: str, *settings: str) -> Rest:
    """A group of moussawi2009 at the start of its test, the group changed by `settings`."""
    experiment = with_overrides(load("moussawi2009"), [f'group."{group}".{setting}' for setting in settings])
    chosen = experiment.group_named(group)
    return at_rest(chosen, float(chosen.days), OWN)


def core(group: str, *settings: str) -> SteadyState:
    """Pools and tones of its core."""
    return rest(group, *settings).at[CORE].steady


def test_cocaine_lowers_glutamate_and_both_tones():
    control, cocaine = core("control"), core("cocaine")
    assert cocaine.extrasynaptic < 0.6 * control.extrasynaptic
    assert cocaine.mglur23_tone < control.mglur23_tone and cocaine.mglur5_tone < control.mglur5_tone
    assert cocaine.release_probability > control.release_probability


@pytest.mark.parametrize("held, free", [("mGluR2/3", "mglur5_tone"), ("mGluR5", "mglur23_tone")])
def test_one_tone_is_held_and_the_other_is_not(held, free):
    control, cocaine, clamped = (
        core("control"),
        core("cocaine"),
        core("cocaine", f'tone_clamp=["{held}"]'),
    )
    name = "mglur23_tone" if held == "mGluR2/3" else "mglur5_tone"
    assert getattr(clamped, name) == pytest.approx(getattr(control, name), rel=1e-6)
    # Held tone on mGluR2/3 restrains exchange as a naive animal's does, so that glutamate and mGluR5 tone fall further.
    assert getattr(clamped, free) <= getattr(cocaine, free) * 1.15 < getattr(control, free)


def test_without_cystine_exchange_nac_changes_nothing():
    without = core("cocaine", "expression={xCT=0.0}")
    given = core("cocaine+NAC", "expression={xCT=0.0}")
    assert given == without
    assert core("cocaine+NAC").extrasynaptic > 1.5 * core("cocaine").extrasynaptic


def test_without_its_receptor_an_antagonist_changes_nothing_presynaptic():
    without = core("cocaine+NAC", 'expression={"mGluR2/3"=0.0}')
    given = core("cocaine+NAC+LY341495", 'expression={"mGluR2/3"=0.0}')
    assert given.extrasynaptic == pytest.approx(without.extrasynaptic)
    assert given.release_probability == pytest.approx(without.release_probability)


def test_expression_multiplies_what_the_history_left():
    assert rest("cocaine", 'expression={"GLT-1"=2.0}').state.at(CORE).glt1 == pytest.approx(
        2 * rest("cocaine").state.at(CORE).glt1
    )


def given(*treatments: dict, own: ModelParameters = OWN, **keys) -> Rest:
    """A withdrawn animal in whose every region is looked, after treatments at the test."""
    history = load("moussawi2009").group_named("cocaine").model_dump(mode="json", exclude_none=True)["history"]
    entries = [{"at": "-1 h", **treatment} for treatment in treatments]
    chosen = Group.model_validate({"name": "g", "history": history, "treatment": entries})
    return at_rest(chosen, float(chosen.days), own, regions=list(regions()), **keys)


def test_a_drug_by_probe_reaches_its_site_and_no_other():
    antagonist = {"drug": "LY341495", "perfusate": "50 uM"}
    vehicle, in_shell = given(), given(antagonist | {"site": "NAc shell"})
    for region in (CORE, "DLS"):
        assert in_shell.at[region].steady == vehicle.at[region].steady
        assert not in_shell.at[region].exposure.mglur23_antagonist.any()
    assert in_shell.at["NAc shell"].steady.release_probability > vehicle.at["NAc shell"].steady.release_probability


def test_a_drug_at_no_site_of_its_own_is_given_where_the_test_records():
    blocker = {"drug": "(S)-4-CPG", "concentration": "50 uM"}
    at_core, at_dls = given(blocker), given(blocker, site="DLS")
    for found, reached in ((at_core, CORE), (at_dls, "DLS")):
        assert [name for name, here in found.at.items() if here.exposure.xc_inhibitor.any()] == [reached]


def test_a_dose_and_a_bath_reach_every_region_and_a_method_its_own():
    dose = given({"drug": "NAC", "dose": "100 mg/kg"}, bath=[Dosing("TTX", -60.0, concentration=1.0)])
    for name, here in dose.at.items():
        assert here.exposure.cystine_donated[0] == dose.at[CORE].exposure.cystine_donated[0] > 0, name
        assert here.exposure.sodium_available[0] < 0.1, name
    probe = given(channels={"probe_exchange": np.full(EXPOSURE_TIMES.shape, 0.1)}, site="DLS")
    assert [name for name, here in probe.at.items() if here.exposure.probe_exchange.any()] == ["DLS"]


def test_a_dose_acts_by_the_animal_s_own_level_and_a_concentration_does_not_vary():
    dose, bath = {"drug": "(S)-4-CPG", "dose": "100 mg/kg"}, {"drug": "(S)-4-CPG", "concentration": "50 uM"}
    own = replace(OWN, variability=replace(OWN.variability, animal=5))
    for treatment, level in ((dose, own.variability.level("(S)-4-CPG")), (bath, 1.0)):
        typical, animal = (given(treatment, own=each).at[CORE].exposure.xc_inhibitor for each in (OWN, own))
        assert animal == pytest.approx(level * typical)
    assert own.variability.level("(S)-4-CPG") != 1.0


def test_nac_of_the_evening_before_is_gone_when_the_session_begins():
    """As Huang 2026 gave it in the home cage; with the half-life of man half of it was still there."""
    groups = {group.name: group for group in load("huang2026").group}
    vehicle, home_cage, with_extinction = (
        at_rest(groups[name], 20.0, OWN).at[CORE].steady.extrasynaptic
        for name in ("vehicle", "NAC in the home cage", "NAC 100 mg/kg")
    )
    assert home_cage == pytest.approx(vehicle, rel=0.03)
    assert with_extinction > 1.3 * vehicle


def test_a_protein_may_be_changed_in_one_region():
    everywhere, in_core = (
        rest("cocaine", f"expression={changed}").state
        for changed in ('{"GLT-1"=2.0}', '{"GLT-1"={factor=2.0,site="NAc core"}}')
    )
    assert everywhere.at(CORE) == in_core.at(CORE)
    assert everywhere.at("NAc shell").glt1 == pytest.approx(2 * in_core.at("NAc shell").glt1)


@pytest.mark.compiled
@pytest.mark.skipif(compiled.compiler() is None, reason="no C++ compiler")
@pytest.mark.parametrize("group", ["control", "cocaine", "control+(S)-4-CPG"])
def test_the_network_rests_where_the_closed_form_says(group):
    from protocols.runs.plan import plan
    from protocols.simulation.simulate import prepare, simulate

    changed = ["circuit.scale=0.1", "animals.per_group=8", "animals.variability=false"]
    experiment = with_overrides(load("tone"), changed)
    circuit, own = prepare(experiment), [run.identity for run in plan(experiment) if run.identity.group == group]
    measures = [simulate(identity, experiment, circuit).measures for identity in own]

    def mean(name):
        return np.mean([each[name].value for each in measures])

    chosen = experiment.group_named(group)
    expected = at_rest(chosen, float(chosen.days), OWN).at[CORE].steady
    assert mean("extrasynaptic_glutamate") == pytest.approx(expected.extrasynaptic, rel=0.1)
    assert mean("mglur23_tone") == pytest.approx(expected.mglur23_tone, rel=0.1)
    assert mean("mglur5_tone") == pytest.approx(expected.mglur5_tone, rel=0.15)
