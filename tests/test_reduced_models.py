"""Statements of docs/next_mechanisms.md that rest on a reduced model."""

import pytest

from benchmarks.reduced import cue_value, dopamine_uptake, extinction, loop_gain, pallidum

UNCUED = loop_gain.State("naive, dopamine x3, BLA silent", dopamine=3.0, prefrontal_dopamine=2.0)


@pytest.fixture(scope="module")
def sets():
    return extinction.Sets(4000)


def form(name):
    return next(form for form in extinction.FORMS if form.name == name)


def test_the_naive_loop_ignites_with_the_published_d1_factor_and_not_with_that_of_slices():
    assert loop_gain.gain(UNCUED, beta=6.3) > 1
    assert loop_gain.gain(UNCUED, beta=1.0) < 0.3


def test_only_depression_that_fades_gives_spontaneous_recovery(sets):
    for shape in extinction.FORMS:
        assert extinction.shares(extinction.findings(sets, shape))[0] == shape.depression_fades


def test_nac_protects_later_only_where_vehicle_has_no_room_at_all(sets):
    full, tenth = (
        extinction.shares(extinction.findings(sets, form(name)))[2]["all but H1c"]
        for name in ("full occlusion, D1 depression fades", "a tenth of room, D1 depression fades")
    )
    assert full > 0.05 > tenth


def test_later_sessions_as_vehicles_contradict_the_other_findings_on_nac(sets):
    for shape in extinction.FORMS:
        assert extinction.shares(extinction.findings(sets, shape))[2]["all"] < 0.01


def test_a_cue_has_most_of_its_value_after_the_first_sessions_and_a_second_test_keeps_half_of_the_first():
    assert 0.5 < cue_value.after_training(0.05, sessions=1) < 0.95 < cue_value.after_training(0.05, sessions=3)
    first, left = cue_value.cue_test(0.005)
    assert 0.5 < cue_value.cue_test(0.005, left)[0] / first < 0.95


@pytest.mark.parametrize("route, needs_it", [(pallidum.TODAY, False), (pallidum.DISINHIBITION, True)])
def test_the_cues_dopamine_needs_the_pallidum_only_by_disinhibition(route, needs_it):
    found = {off: pallidum.dopamine_route(route, pallidum.AT_CUE, off, seconds=0.8) for off in (False, True)}
    whole, without = (found[off][pallidum.DOPAMINE] for off in (False, True))
    assert whole > 6
    assert (without < whole / 4) == needs_it


def test_silencing_the_pallidum_opens_md_whatever_pl_does_unless_pl_drives_it():
    def opened(tonic, conductance):
        return [pallidum.thalamus(tonic, conductance, pl, silenced=True, seconds=0.8) for pl in (3.0, 15.0)]

    quiet, busy = opened(85.0, 0.08)
    assert quiet > 0.7 * busy
    quiet, busy = opened(60.0, 0.3)
    assert quiet < 0.5 * busy


def test_no_autoreceptor_reaches_the_slope_of_dopamine_over_the_dose():
    published = dopamine_uptake.PUBLISHED[-1] / dopamine_uptake.PUBLISHED[0]
    for half, current in ((1.0, 30.0), (0.125, 120.0)):
        own = dopamine_uptake.Autoreceptor(half, current, seconds=0.6)
        low, *_, high = (own.level(dopamine_uptake.block(dose)) for dose in dopamine_uptake.DOSES)
        assert 1 < high / low < dopamine_uptake.steepest() < published
