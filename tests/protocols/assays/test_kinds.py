"""The kinds of test: what an experiment file may ask for, what is done, and what a small circuit answers."""

from __future__ import annotations

import numpy as np
import pytest

from circuit.apparatus.operant_box import EPOCH
from circuit.apparatus.probe import Probe
from circuit.engine import compiled
from circuit.parameters import ModelParameters
from protocols.assays.in_session import SessionAssay
from protocols.assays.network import NetworkAssay
from protocols.assays.place_preference import PlacePreferenceTest
from protocols.assays.seeking import SeekingTest
from protocols.errors import InputError
from protocols.experiments.experiment import Acceleration, experiment_from, load
from protocols.experiments.overrides import with_overrides
from protocols.experiments.shipped import shipped
from protocols.stimulation.pulses import pairs, pause, test_pulses, train
from protocols.stimulation.timeline import compile_timeline

OWN = ModelParameters()
TESTS = {
    "input_output": {"strengths": [0.1, 0.2, 0.4, 0.8], "repeats": 2},
    "paired_pulse": {"intervals": ["50 ms"], "recording": "voltage clamp"},
    "ampa_nmda": {"pulses": 3},
    "miniature": {"duration": "5 s"},
    "microdialysis": {"baseline": "40 min", "after": "1 h"},
}


def experiment(kind: str, treatment: tuple[dict, ...] = (), **changes):
    test = {"name": "t", "kind": kind} | TESTS[kind] | changes
    return experiment_from(
        {
            "experiment": {"name": "e"},
            "circuit": {"scale": 0.05},
            "acceleration": {"maximum": 200.0} if kind == "microdialysis" else {},
            "animals": {"per_group": 1, "variability": False},
            "group": [{"name": "g", "treatment": list(treatment)}],
            "test": [{key: value for key, value in test.items() if value is not None}],
        }
    )


BAD = [
    ("input_output", {"strengths": [0.1, 0.2]}, "test.t.strengths: "),
    ("input_output", {"strengths": [0.1, 0.4, 0.2, 0.8]}, "test.t.strengths: must rise"),
    ("input_output", {"strengths": [0.1, 0.2, 0.4, 1.8]}, "1.8 is not allowed"),
    ("input_output", {"pulse_every": "0.1 s"}, "test.t.pulse_every: 0.1 s is too short"),
    ("paired_pulse", {"intervals": ["2 ms"]}, "test.t.intervals: 2 ms must be 15 ms at least"),
    ("paired_pulse", {"intervals": ["50 ms", "0.05 s"]}, "an interval stands there twice"),
    ("paired_pulse", {"recording": "field", "holding": "-70 mV"}, "a field has no holding potential"),
    ("paired_pulse", {"recording": "patch"}, "'patch' is not known; allowed: field, voltage clamp"),
    ("ampa_nmda", {"nmda_holding": "-40 mV"}, "test.t.nmda_holding: -40 mV must be positive"),
    ("ampa_nmda", {"ampa_holding": "20 mV"}, "test.t.ampa_holding: 20 mV must be negative"),
    ("miniature", {"ttx": "1 mV"}, "test.t.ttx: '1 mV' is not a concentration"),
    ("microdialysis", {"no_net_flux": ["0 uM", "1 uM", "2 uM"]}, "give either after"),
    ("microdialysis", {"after": None}, "give either after"),
    ("microdialysis", {"after": None, "no_net_flux": ["0 uM", "1 uM"]}, "needs three different levels"),
    ("microdialysis", {"baseline": "30 min"}, "30 min is no whole number of samples of 20 min"),
    ("microdialysis", {"window": ["50 min", "1 h"]}, "must hold a sample of 20 min"),
    ("microdialysis", {"site": "PL->NAc core"}, "the circuit has no striatal nucleus 'PL->NAc core'"),
    ("ampa_nmda", {"site": "NAc core"}, "the circuit has no plastic projection 'NAc core'"),
]


@pytest.mark.parametrize(("kind", "changes", "line"), BAD)
def test_bad_tests_are_refused_in_one_line(kind, changes, line):
    with pytest.raises(InputError) as refused:
        experiment(kind, **changes)
    assert line in str(refused.value) and "\n" not in str(refused.value)


@pytest.mark.parametrize("amounts", [{}, {"dose": "1 mg/kg", "perfusate": "1 uM"}])
def test_a_treatment_has_exactly_one_amount(amounts):
    with pytest.raises(InputError, match="give one amount: dose"):
        experiment("microdialysis", ({"drug": "TTX", "at": "40 min", **amounts},))


def test_a_pause_belongs_to_a_further_induction():
    setting = "test.HFS.induction.pause=1 min"
    with pytest.raises(InputError, match=r"belongs to an induction in `further`"):
        with_overrides(load("moussawi2009"), [setting])


@pytest.mark.parametrize("name", shipped())
def test_the_cost_of_a_test_is_its_network_time(name):
    given = load(name)
    limits = given.acceleration
    for test in given.test:
        if not test.runs_network:
            assert test.network_seconds(limits) == 0
            continue
        if isinstance(test, SessionAssay):
            group = given.group[0]
            past = group.history if isinstance(test, SeekingTest) else group
            arguments = () if isinstance(test, PlacePreferenceTest) else (past, OWN.behaviour)
            epochs = len(test.schedule(*arguments).schedule)
            assert test.network_seconds(limits) == pytest.approx(EPOCH * epochs)
            continue
        passes = test.passes(OWN)
        needed = sum(
            compile_timeline(work.stimulus, limits if work.accelerated else limits.at(1)).timeline.duration
            for work in passes
        )
        assert test.network_seconds(limits) == pytest.approx(needed, rel=0.3, abs=3)


def test_every_stimulus_lasts_as_long_as_its_test():
    for name in shipped():
        for test in load(name).test:
            for work in test.passes(OWN) if isinstance(test, NetworkAssay) else ():
                assert work.stimulus.duration == pytest.approx(test.length)


def test_strengths_and_pairs_reach_the_time_line():
    stimulus = test_pulses(10, 20, 0.4) + pairs(0.05, 10, 2, 0.7) + pause(1) + train(50, 2)
    plan = compile_timeline(stimulus, Acceleration())
    strength = plan.timeline.strength
    assert strength is not None
    assert strength[:6] == pytest.approx([0.4, 0.4, 0.7, 0.7, 0.7, 0.7]) and np.isnan(strength[6:]).all()
    assert plan.biological[2:6] == pytest.approx([25, 25.05, 35, 35.05])


def test_the_perfusate_changes_when_a_sample_ends():
    test = load("basal_glutamate").test_named("no net flux")
    edges, perfusate = test.samples()
    assert perfusate.tolist() == [0, 0, 0, 0, 0, 2.5, 2.5, 5, 5, 10, 10]
    (work,) = test.passes(OWN)
    perfused, bins = work.channels["perfused_glutamate"], 1200 // 30
    assert perfused[1 + 5 * bins - 1] == 0 and perfused[1 + 5 * bins] == 2.5
    assert edges[-1] == test.length and np.all(work.channels["probe_exchange"] == Probe().exchange)


needs_compiler = pytest.mark.skipif(compiled.compiler() is None, reason="no C++ compiler")


def answer(given):
    """Recording of the only animal of the only group in the only test."""
    from protocols.runs.plan import plan
    from protocols.simulation.simulate import prepare, simulate

    (run,) = plan(given)
    return simulate(run.identity, given, prepare(given))


@needs_compiler
@pytest.mark.compiled
def test_a_stronger_stimulus_gives_a_larger_response():
    found = answer(experiment("input_output"))
    curve = found.curves["input_output"]
    assert curve.x.tolist() == [0.1, 0.2, 0.4, 0.8] and curve.y[-1] > curve.y[0] > 0
    assert found.measures["largest_response"].value == curve.y[-1]


@needs_compiler
@pytest.mark.compiled
def test_depressing_synapses_have_a_paired_pulse_ratio_under_one():
    found = answer(experiment("paired_pulse"))
    assert 0.2 < found.measures["paired_pulse_ratio"].value < 1
    assert found.traces["pair_50_ms"].data.shape[0] == 10
    assert "medium_spiny_up" not in found.measures  # the cells were clamped


@needs_compiler
@pytest.mark.compiled
def test_currents_turn_round_between_the_two_potentials():
    quiet = ["parameters.pyramidal.drive=0 nS", "parameters.pyramidal.drive_deviation=0 nS"]  # a slice
    found = answer(with_overrides(experiment("ampa_nmda"), quiet))
    assert found.curves["at_rest"].y.min() < 0 and found.curves["depolarised"].y.max() > 0
    assert 0.3 < found.measures["ampa_nmda_ratio"].value < 10


@needs_compiler
@pytest.mark.compiled
def test_miniature_currents_go_on_without_spikes_at_the_size_of_a_quantum():
    found = answer(experiment("miniature", duration="20 s"))
    assert not any(len(spikes.timestamps) for name, spikes in found.spikes.items() if name != "electrode")
    quantum = OWN.quantum.ampa_quantum * 70  # nS * mV
    assert found.measures["mepsc_amplitude"].value == pytest.approx(quantum, rel=0.1)
    p = found.measures["release_probability"].value
    assert found.measures["mepsc_frequency"].value == pytest.approx(147 * OWN.release.spontaneous * p, rel=0.35)


@needs_compiler
@pytest.mark.compiled
def test_cells_stay_finite_when_spikes_are_blocked_in_the_midst_of_firing():
    blocker = {"drug": "TTX", "perfusate": "5 uM", "at": "40 min"}
    found = answer(experiment("microdialysis", (blocker,)))
    fired = found.spikes["PL_pyramidal"].timestamps
    assert fired.size and fired.max() < 20  # s of network time; the blocker comes after about 13
    assert 50 < found.measures["dialysate_change"].value < 100


@needs_compiler
@pytest.mark.compiled
def test_a_blocker_through_the_probe_lowers_the_samples_after_the_baseline():
    blocker = {"drug": "(S)-4-CPG", "perfusate": "250 uM", "at": "40 min"}
    found = answer(experiment("microdialysis", (blocker,)))
    samples = found.series["dialysate_percent"]
    assert samples.time.tolist() == [-1800, -600, 600, 1800, 3000]
    assert samples.values[:2] == pytest.approx([100, 100], abs=5) and np.all(samples.values[3:] < 60)
    basal = found.measures["basal_dialysate"].value
    assert basal == pytest.approx(OWN.probe.extraction * found.measures["extrasynaptic_glutamate"].value, rel=0.02)
