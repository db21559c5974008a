"""Adaptation by region: what days of cocaine leave in the core, in the shell and in the dorsolateral striatum."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import asdict, fields, replace
from unittest.mock import patch

import pytest

from circuit.parameters import ModelParameters
from synapses import adaptation, chronic
from synapses.adaptation import AdaptedState, Tissue, tissue_slopes
from synapses.chronic import DAY, Course, Expressed, Intake, live
from synapses.homeostasis import steady_state
from synapses.pharmacology import Dosing, Exposure
from synapses.plasticity import depression_gate
from synapses.regions import CORE, QUANTITIES, Change, region_of, regions

MODEL = ModelParameters.shipped()
COCAINE = Course(tuple(Intake(day, day + 2 / 24, 350.0) for day in range(12)))
OTHERS = [name for name in regions() if name != CORE]


@contextmanager
def tables(changed):
    """The days' equations with other tables of regions."""
    with patch.object(chronic, "regions", lambda: changed), patch.object(adaptation, "regions", lambda: changed):
        yield


def test_the_table_has_a_change_for_everything_that_days_leave_in_a_region():
    assert tuple(f.name for f in fields(Tissue)) == QUANTITIES
    assert list(regions()) == ["NAc core", "NAc shell", "DLS"]
    assert all(change.share == 1 and change.time is None for _, change in regions()[CORE].changes())
    unread = [(n, q) for n in OTHERS for q, c in regions()[n].changes() if c.provenance == "assumed" and c.share]
    assert not unread, "a change that nobody reported"


def test_the_core_is_as_if_there_were_no_other_region():
    whole = live(COCAINE, 0.0, 26.0, MODEL)
    with tables({CORE: regions()[CORE]}):
        alone = live(COCAINE, 0.0, 26.0, MODEL)
    assert {name: whole.flat()[name] for name in alone.flat()} == pytest.approx(alone.flat(), rel=1e-9)


def test_a_region_changes_in_proportion_to_its_share():
    state = live(COCAINE, 0.0, 26.0, MODEL)
    for name in OTHERS:
        for quantity, change in regions()[name].changes():
            own, core = (getattr(state.at(region), quantity) - 1 for region in (name, CORE))
            assert own == pytest.approx(change.share * core, abs=1e-6), (name, quantity)
    assert state.at("DLS").xct == 1 and state.at("DLS").ags3 == 1  # nothing drives what has no share


def test_a_region_may_have_a_time_constant_of_its_own():
    slow = Change(share=0.5, time=40.0, source="this test", provenance="assumed")
    region = regions()["NAc shell"].model_copy(update={"ampa": slow})
    slope = tissue_slopes(AdaptedState(trace=0.8), region, {}, MODEL.adaptation).ampa
    assert slope == pytest.approx(0.5 * MODEL.adaptation.ampa_change * 0.8 / 40)


def test_what_induces_transporters_acts_in_every_region():
    daily = tuple(Dosing("ceftriaxone", (19 + n) * DAY, dose=200.0) for n in range(7))
    treated = live(replace(COCAINE, treatments=daily), 0.0, 26.0, MODEL)
    assert 1 < treated.at("DLS").xct < 1 + MODEL.adaptation.induction_rise
    assert treated.at(CORE).xct > live(COCAINE, 0.0, 26.0, MODEL).at(CORE).xct


def test_a_protein_knocked_down_in_the_shell_leaves_the_core_as_it_was():
    knocked = replace(COCAINE, expression=(Expressed(0.0, "homer", 0.2, "NAc shell"),))
    without, found = (live(course, 0.0, 14.0, MODEL) for course in (COCAINE, knocked))
    assert found.at(CORE) == without.at(CORE) and found.trace == without.trace
    assert found.at("NAc shell").xct < without.at("NAc shell").xct
    everywhere = live(replace(COCAINE, expression=(Expressed(0.0, "homer", 0.2),)), 0.0, 14.0, MODEL)
    assert everywhere.at(CORE).xct < without.at(CORE).xct


def test_after_cocaine_the_dorsolateral_striatum_keeps_its_glutamate_and_loses_the_gate_on_depression():
    """As in PMC3762937: surface mGluR5 is down and LTD is absent; no change of xCT is known there."""
    left = live(COCAINE, 0.0, 33.0, MODEL)
    naive, own, core = (
        steady_state(tissue, Exposure(), MODEL.homeostasis, MODEL.tone, MODEL.release)
        for tissue in (Tissue(), left.at("DLS"), left.at(CORE))
    )
    assert own.extrasynaptic == pytest.approx(naive.extrasynaptic) and core.extrasynaptic < 0.7 * naive.extrasynaptic
    assert left.at("DLS").mglur5 < 0.7
    gates = [float(depression_gate(rest.mglur5_tone, MODEL.plasticity)) for rest in (own, naive)]
    assert gates[0] < 0.35 * gates[1]


def test_a_state_survives_json_and_has_flat_names():
    state = live(COCAINE, 0.0, 14.0, MODEL)
    assert AdaptedState.of_document(json.loads(json.dumps(asdict(state)))) == state
    flat = state.flat()
    assert flat["xct"] == state.at(CORE).xct and flat["pl_drive"] == state.pl_drive == state.at(CORE).drive
    assert flat["NAc shell.glt1"] == state.at("NAc shell").glt1


def test_a_test_records_in_its_nucleus_or_in_the_target_of_its_projection():
    assert [region_of(site) for site in ("DLS", "IL->NAc shell", "PL->NAc core", "PL")] == [
        "DLS", "NAc shell", CORE, CORE,
    ]  # fmt: skip
