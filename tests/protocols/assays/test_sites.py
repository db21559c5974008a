"""Electrodes at every projection that learns, in any preset and state, with trains, bursts and pairings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from circuit.clock import INTO_CELLS
from circuit.engine import compiled
from circuit.network.inputs import Weights
from circuit.wiring.layout import lay_out
from circuit.wiring.plan import WHOLE, plan, presets
from protocols.assays.plasticity import stimulus
from protocols.errors import InputError
from protocols.experiments.experiment import experiment_from, load
from protocols.experiments.model import parameters
from protocols.experiments.overrides import with_overrides
from protocols.runs.plan import plan as runs_of
from protocols.simulation.simulate import prepare, simulate
from protocols.stimulation.inductions import Pairing
from results import store

SITES = presets()[WHOLE].table.plastic_sites
TEST = {
    "name": "t",
    "kind": "plasticity",
    "baseline": "1 min",
    "after": "2 min",
    "window": ["1 min", "2 min"],
    "pulse_every": "20 s",
    "induction": {"frequency": "50 Hz", "pulses": 20},
}
PAIRING = {"kind": "pairing", "frequency": "1 Hz", "pulses": 3, "delay": "10 ms"}


def experiment(preset: str = WHOLE, state: str = "anaesthetised", **test):
    return experiment_from(
        {
            "experiment": {"name": "e"},
            "circuit": {"preset": preset, "state": state, "scale": 0.05},
            "animals": {"per_group": 1, "variability": False},
            "group": [{"name": "g"}],
            "test": [TEST | test],
        }
    )


@pytest.mark.parametrize("site", SITES)
def test_an_electrode_can_stand_at_every_projection_that_learns(site):
    assert experiment(site=site).test[0].circuits == (site,)


def test_a_preset_has_its_own_sites_and_names_the_nearest():
    with pytest.raises(InputError, match="no plastic projection 'IL->NAc shell'; did you mean 'PL->NAc core'"):
        experiment("corticoaccumbens", site="IL->NAc shell")


def test_a_recording_needs_a_striatal_nucleus():
    probe = {"name": "t", "kind": "microdialysis", "site": "MD", "baseline": "40 min", "after": "1 h"}
    with pytest.raises(InputError, match="the circuit has no striatal nucleus 'MD'"):
        experiment_from(experiment().model_dump(mode="json", exclude_unset=True) | {"test": [probe]})


def test_a_slice_has_no_afferents_and_little_cystine_and_own_values_stand_over_it():
    model = parameters(experiment(state="slice"))
    assert model.homeostasis.other_afferents == model.homeostasis.resting_rate == 0
    assert model.homeostasis.cystine == 0.01
    own = with_overrides(experiment(state="slice"), ['parameters.homeostasis.cystine="0.3 uM"'])
    assert parameters(own).homeostasis.cystine == 0.3


def test_sessions_need_an_awake_animal():
    with pytest.raises(InputError, match=r"circuit\.state: 'anaesthetised', but test 't' is a session"):
        experiment_from(
            {
                "experiment": {"name": "e"},
                "circuit": {"preset": WHOLE},
                "group": [{"name": "g"}],
                "test": [{"name": "t", "kind": "seeking", "session": "cue"}],
            }
        )


def test_a_test_after_sessions_needs_the_whole_circuit():
    assert experiment(after_sessions=True, site="PL->NAc core").test[0].circuits == (WHOLE, "PL->NAc core")
    with pytest.raises(InputError, match="a test with sessions needs the preset 'corticostriatal'"):
        experiment("corticoaccumbens", after_sessions=True)


@pytest.mark.parametrize(
    ("delay", "times"), [("10 ms", [0.0, 0.010, 0.030]), ("-15 ms", [0.0, 0.015, 0.020])], ids=["after", "before"]
)
def test_a_pairing_puts_spikes_after_or_before_the_pulse(delay, times):
    given = Pairing.model_validate(PAIRING | {"delay": delay, "spikes": 2})
    laid = stimulus(given)
    assert laid.times[:3] == pytest.approx(times)
    assert laid.times[3:6] == pytest.approx(np.array(times) + 1)
    into_cells = laid.strength[:3] == INTO_CELLS
    assert list(into_cells) == ([False, True, True] if delay == "10 ms" else [True, False, True])
    assert not laid.test.any() and len(laid.times) == given.events == 9


@pytest.mark.parametrize(
    ("change", "said"),
    [({"delay": "0.1 ms"}, "too close to tell which comes first"), ({"frequency": "200 Hz"}, "do not fit at 200 Hz")],
)
def test_pairs_that_cannot_be_are_refused(change, said):
    with pytest.raises(InputError, match=said):
        experiment(site=SITES[0], induction=PAIRING | change)


def test_what_was_learnt_in_the_whole_circuit_is_found_at_the_electrode():
    whole = lay_out(plan(WHOLE).table, 0.05, 3)
    weights = Weights.naive(whole)
    rng = np.random.default_rng(1)
    for values in weights.values.values():
        for array in values.values():
            array[:] = rng.random(len(array))
    for site in SITES:
        part = lay_out(plan(site).table, 0.05, 3)
        found = weights.within(whole, part)
        (row,) = part.wiring.plastic
        name, places = whole.contacts(next(each for each in whole.wiring.plastic if each.name == row.name))
        (pathway,) = found.values
        for variable, values in found.values[pathway].items():
            assert np.array_equal(values, weights.values[name][variable][places])


needs_compiler = pytest.mark.skipif(compiled.compiler() is None, reason="no C++ compiler")


def recordings(given):
    circuit = prepare(given)
    return [simulate(run.identity, given, circuit) for run in runs_of(given)]


@needs_compiler
@pytest.mark.compiled
def test_a_pathway_is_the_same_in_every_preset_that_has_it():
    (cut,) = recordings(experiment("corticoaccumbens", site="PL->NAc core"))
    (whole,) = recordings(experiment(site="PL->NAc core"))
    assert store.content_hash(replace(cut, provenance={})) == store.content_hash(replace(whole, provenance={}))


@needs_compiler
@pytest.mark.compiled
def test_cells_of_a_slice_are_silent_until_they_are_stimulated():
    (found,) = recordings(experiment(state="slice", site="PL->NAc core"))
    (awake,) = recordings(experiment(state="awake", site="PL->NAc core"))
    pulses = found.spikes["electrode"].timestamps
    fired = found.spikes["PL_pyramidal"].timestamps
    assert len(fired) and all(np.abs(pulses - time).min() < 0.05 for time in fired)
    own = awake.spikes["PL_pyramidal"].timestamps
    assert sum(np.abs(pulses - time).min() > 0.05 for time in own) > 20


@needs_compiler
@pytest.mark.compiled
def test_every_recorded_cell_spikes_when_a_pairing_makes_it():
    given = experiment(state="slice", site="sensorimotor cortex->DLS", induction=PAIRING | {"spikes": 2})
    (found,) = recordings(given)
    cells, pulses = found.spikes["DLS_medium_spiny"], found.spikes["electrode"].timestamps
    before = np.flatnonzero(np.isclose(np.diff(pulses), 0.010, atol=2e-4))  # the pulse of each pair, 10 ms before
    assert len(before) == 3
    for time in pulses[[*(before + 1), *(before + 2)]]:
        assert len(set(cells.node_ids[np.abs(cells.timestamps - time) < 5e-4])) == cells.size


@needs_compiler
@pytest.mark.compiled
@pytest.mark.slow
def test_stimulation_finds_what_sessions_have_taught():
    given = experiment_from(
        {
            "experiment": {"name": "e"},
            "circuit": {"preset": WHOLE, "state": "awake", "scale": 0.05},
            "animals": {"per_group": 1, "variability": False},
            "group": [
                {
                    "name": "g",
                    "history": [
                        {"phase": "self_administration", "drug": "cocaine", "days": 2, "hours": 2, "dose": "0.5 mg/kg"}
                    ],
                }
            ],
            "test": [TEST | {"after_sessions": True, "site": "PL->NAc core"}, TEST | {"name": "naive weights"}],
        }
    )
    taught, naive = recordings(given)
    assert taught.measures["rho_spread"].value > 2 * naive.measures["rho_spread"].value


@needs_compiler
@pytest.mark.compiled
@pytest.mark.slow
@pytest.mark.parametrize("site", ["PL->NAc core", "IL->NAc shell", "sensorimotor cortex->DLS"])
def test_tetani_potentiate_and_low_frequency_depresses_in_every_region_of_a_naive_animal(site):
    source = load("plasticity_by_region")
    tests = [test for test in source.test if test.site == site][-2:]
    given = with_overrides(source, ["circuit.scale=0.2", "animals.per_group=2", "animals.variability=false"])
    given = given.model_copy(update={"group": given.group[:1], "test": tuple(tests)})
    changes = {run.identity.test[-3:]: [] for run in runs_of(given)}
    circuit = prepare(given)
    for run in runs_of(given):
        found = simulate(run.identity, given, circuit)
        changes[run.identity.test[-3:]].append(found.measures["contact_response"].value)  # the field adds noise
    assert min(changes["HFS"]) > 105 and max(changes["LFS"]) < 95, changes
