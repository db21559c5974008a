"""An animal at rest: held tones, altered expression, drugs without targets; the network beside the closed form."""

from __future__ import annotations

import pytest

from circuit.engine import compiled
from circuit.parameters import ModelParameters
from protocols.animals.rest import Rest, at_rest
from protocols.experiments.experiment import load
from protocols.experiments.overrides import with_overrides

OWN = ModelParameters.shipped()


def rest(group: str, *settings: str) -> Rest:
    """A group of moussawi2009 at the start of its test, the group changed by `settings`."""
    experiment = with_overrides(load("moussawi2009"), [f'group."{group}".{setting}' for setting in settings])
    chosen = experiment.group_named(group)
    return at_rest(chosen, float(chosen.days), OWN)


def test_cocaine_lowers_glutamate_and_both_tones():
    control, cocaine = rest("control").steady, rest("cocaine").steady
    assert cocaine.extrasynaptic < 0.6 * control.extrasynaptic
    assert cocaine.mglur23_tone < control.mglur23_tone and cocaine.mglur5_tone < control.mglur5_tone
    assert cocaine.release_probability > control.release_probability


@pytest.mark.parametrize("held, free", [("mGluR2/3", "mglur5_tone"), ("mGluR5", "mglur23_tone")])
def test_one_tone_is_held_and_the_other_is_not(held, free):
    control, cocaine, clamped = (
        rest("control").steady,
        rest("cocaine").steady,
        rest("cocaine", f'tone_clamp=["{held}"]').steady,
    )
    name = "mglur23_tone" if held == "mGluR2/3" else "mglur5_tone"
    assert getattr(clamped, name) == pytest.approx(getattr(control, name), rel=1e-6)
    # Held tone on mGluR2/3 restrains exchange as a naive animal's does, so that glutamate and mGluR5 tone fall further.
    assert getattr(clamped, free) <= getattr(cocaine, free) * 1.15 < getattr(control, free)


def test_without_cystine_exchange_nac_changes_nothing():
    without = rest("cocaine", "expression={xCT=0.0}").steady
    given = rest("cocaine+NAC", "expression={xCT=0.0}").steady
    assert given == without
    assert rest("cocaine+NAC").steady.extrasynaptic > 1.5 * rest("cocaine").steady.extrasynaptic


def test_without_its_receptor_an_antagonist_changes_nothing_presynaptic():
    without = rest("cocaine+NAC", 'expression={"mGluR2/3"=0.0}').steady
    given = rest("cocaine+NAC+LY341495", 'expression={"mGluR2/3"=0.0}').steady
    assert given.extrasynaptic == pytest.approx(without.extrasynaptic)
    assert given.release_probability == pytest.approx(without.release_probability)


def test_expression_multiplies_what_the_history_left():
    assert rest("cocaine", 'expression={"GLT-1"=2.0}').state.glt1 == pytest.approx(2 * rest("cocaine").state.glt1)


@pytest.mark.compiled
@pytest.mark.skipif(compiled.compiler() is None, reason="no C++ compiler")
@pytest.mark.parametrize("group", ["control", "cocaine", "control+(S)-4-CPG"])
def test_the_network_rests_where_the_closed_form_says(group):
    from protocols.runs.plan import plan
    from protocols.simulation.simulate import prepare, simulate

    changed = ["circuit.scale=0.05", "animals.per_group=1", "animals.variability=false"]
    experiment = with_overrides(load("tone"), changed)
    identity = next(run.identity for run in plan(experiment) if run.identity.group == group)
    found = simulate(identity, experiment, prepare(experiment)).measures
    chosen = experiment.group_named(group)
    expected = at_rest(chosen, float(chosen.days), OWN).steady
    assert found["extrasynaptic_glutamate"].value == pytest.approx(expected.extrasynaptic, rel=0.1)
    assert found["mglur23_tone"].value == pytest.approx(expected.mglur23_tone, rel=0.1)
    assert found["mglur5_tone"].value == pytest.approx(expected.mglur5_tone, rel=0.15)
