"""NWB files read back the numbers of the recording, are valid, and say that the animal is simulated."""

import json

import numpy as np
import pytest

pynwb = pytest.importorskip("pynwb")

from protocols.experiment import load  # noqa: E402
from protocols.export import session  # noqa: E402
from protocols.plan import document  # noqa: E402
from results import nwb  # noqa: E402
from results.recording import Curve, Identity, Measure, Recording, Series, Spikes, SynapseSample, Trace  # noqa: E402
from results.store import content_hash  # noqa: E402

RNG = np.random.default_rng(5)
STEP = 0.05


def recorded(experiment, group, test, network_seconds, **parts):
    origin = {
        "version": "0.1.0",
        "network_seconds": network_seconds,
        "parameters": {"release.maximum": 0.5, "release.half": 0.45},
        "experiment": json.dumps(document(load(experiment)), default=str),
        "command": ["corticostriatal", "run", "/home/somebody/secret"],
    }
    who = Identity(experiment, group, test, 3, 11, 12)
    return Recording(who, measures={"level": Measure(1.25, "uM")}, provenance=origin, **parts)


def slow(time, unit="uM"):
    return Series(time, RNG.lognormal(size=len(time)), unit, "glutamate")


def plasticity():
    """Ten sweeps before and after an induction that takes no time on the test's clock."""
    sweep_time = np.concatenate([np.arange(-135.0, 0, 30), np.arange(15.0, 150, 30)])
    time = np.concatenate([np.linspace(-150, 0, 60), np.zeros(10), np.linspace(0.3, 150, 70)])
    network = STEP * np.arange(len(time))
    pulses = np.sort(np.concatenate([np.interp(sweep_time, time, network), network[61:69]]))
    return recorded(
        "moussawi2009", "cocaine+NAC", "HFS", STEP * len(time),
        traces={
            "field": Trace(RNG.normal(size=(10, 120)), -0.01, 5e-4, "pA", sweep_time, "mean current"),
            "potential_before": Trace(RNG.normal(-80, 5, (4, 1000)), -0.05, 5e-4, "mV", np.full(4, -15.0), "cells"),
        },
        series={
            "extrasynaptic_glutamate": slow(time),
            "fepsp": Series(sweep_time, RNG.normal(100, 5, 10), "% of baseline", "field amplitude"),
        },
        spikes={
            "core_medium_spiny": Spikes([0.5, 0.7, 1.1], np.array([0, 4, 0]), 12, "network time; every 4. cell"),
            "electrode": Spikes(pulses, np.zeros(len(pulses), int), 1, "network time; every 1. cell"),
        },
        synapses={"rho": SynapseSample(RNG.uniform(size=20), "1", "AMPA efficacy")},
    )  # fmt: skip


def microdialysis():
    time = np.linspace(-3600, 9000, 250)
    return recorded(
        "basal_glutamate", "cocaine", "no net flux", STEP * len(time),
        series={"extrasynaptic_glutamate": slow(time), "dialysate": slow(np.arange(-3000.0, 9001, 1200))},
        curves={"no_net_flux": Curve(np.arange(4.0), RNG.normal(size=4), "uM", "uM", "perfused", "gained")},
    )  # fmt: skip


def seeking():
    clock = np.arange(-1800.0, 7201, 600)
    counts = {
        name: Series(clock, RNG.integers(0, 9, len(clock)), "1", name)
        for name in ("active_presses", "inactive_presses")
    }
    days = 86400.0 * np.arange(10)
    return recorded(
        "reinstatement", "cocaine", "cue", 0.6 * len(clock) + 0.001,
        series=counts | {
            "cocaine": slow(clock), "core_glutamate": slow(clock),
            "training_active": Series(days, np.arange(10.0), "1", "active of each session"),
            "training_rewards": Series(days, np.arange(10.0) / 2, "1", "rewards of each session"),
        },
        spikes={"VTA_dopamine": Spikes(np.array([0.2, 0.9]), np.array([1, 1]), 2, "network time; every 1. cell")},
    )  # fmt: skip


def currents():
    time = np.array([5.0, 15.0, 25.0])
    sweeps = {
        name: Trace(RNG.normal(size=(3, 220)), -0.01, 5e-4, "pA", time, "mean current of clamped cells")
        for name in ("at_rest", "depolarised")
    }
    return recorded(
        "release_and_ratio", "cocaine", "ratio", 2 * STEP * 40, traces=sweeps,
        series={"camp": slow(np.linspace(-1, 30, 40), "1")},
    )  # fmt: skip


def miniature():
    example = Curve(np.arange(400) * 5e-4, RNG.normal(size=400), "s", "pA", "time", "current of one cell")
    series = {"camp": slow(np.linspace(-1, 60, 40), "1")}
    return recorded("release_and_ratio", "cocaine", "miniature", STEP * 40, series=series, curves={"example": example})


MADE = {one.__name__: one for one in (plasticity, microdialysis, seeking, currents, miniature)}


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Name -> recording and its file."""
    folder = tmp_path_factory.mktemp("nwb")
    made = {name: make() for name, make in MADE.items()}
    return {name: (one, nwb.write(one, session(one), folder / f"{name}.nwb")) for name, one in made.items()}


def opened(file):
    return pynwb.NWBHDF5IO(file, "r")


def times(series):
    if series.timestamps is not None:
        return np.asarray(series.timestamps)
    return series.starting_time + np.arange(len(series.data)) / series.rate


def every_series(file):
    """Name -> time series, wherever it lies."""
    return {one.name: one for one in file.objects.values() if isinstance(one, pynwb.TimeSeries)}


@pytest.mark.parametrize("name", MADE)
def test_a_file_is_valid_and_the_inspector_finds_nothing_critical(files, name):
    inspector = pytest.importorskip("nwbinspector")
    _, file = files[name]
    assert not pynwb.validate(path=str(file))
    critical = inspector.inspect_nwbfile(nwbfile_path=file, importance_threshold=inspector.Importance.CRITICAL)
    assert [one.message for one in critical] == []


@pytest.mark.parametrize("name", MADE)
def test_series_and_measures_read_back_as_they_were(files, name):
    recording, file = files[name]
    with opened(file) as source:
        content = source.read()
        found = every_series(content)
        own = {key: one for key, one in recording.series.items() if not key.startswith("training_")}
        first = next(iter(own))
        offset = times(found[first])[0] - own[first].time[0]
        assert all(times(one).min() >= 0 for one in found.values())
        for key, one in own.items():
            np.testing.assert_array_equal(found[key].data[:], one.values)
            np.testing.assert_allclose(times(found[key]), one.time + offset, atol=1e-6)
        table = content.processing["measures"]["measures"].to_dataframe()
        assert dict(zip(table.measure, table.value, strict=True)) == {"level": 1.25} and list(table.unit) == ["uM"]
        for key, one in recording.curves.items():
            table = content.processing["measures"][f"curve_{key}"]
            np.testing.assert_array_equal(table["x"][:], one.x)
            np.testing.assert_array_equal(table["y"][:], one.y)


@pytest.mark.parametrize("name", MADE)
def test_a_file_says_what_it_is_and_nothing_of_the_machine(files, name):
    recording, file = files[name]
    with opened(file) as source:
        content = source.read()
        assert content.identifier == content_hash(recording) == nwb.identifier(file)
        assert "no living animal" in content.session_description and "no living animal" in content.subject.description
        assert content.subject.species == "Rattus norvegicus"
        assert content.session_start_time.year == 2000 and "arbitrary" in content.notes
        assert content.related_publications[0] == load(recording.identity.experiment).experiment.reference
        entries = content.processing["measures"]["provenance"].to_dataframe()
        assert not entries.content.str.contains("secret").any()
        assert recording.identity.experiment in set(entries.content)


def test_a_field_is_in_amperes_with_a_trial_for_each_sweep(files):
    recording, file = files["plasticity"]
    trace = recording.traces["field"]
    with opened(file) as source:
        content = source.read()
        series = content.acquisition["field"]
        assert series.unit == "amperes" and series.conversion == 1e-12
        np.testing.assert_array_equal(series.data[:].reshape(trace.data.shape), trace.data)
        trials = content.trials.to_dataframe()
        assert len(trials) == len(trace.data)
        for place, references in enumerate(trials.timeseries):
            np.testing.assert_array_equal(references[0].data[:], trace.data[place])
        np.testing.assert_allclose(trials.pulse_time - trials.pulse_time[0], trace.sweep_time - trace.sweep_time[0])
        assert set(trials.pulse_network_time.round(9)) <= set(recording.spikes["electrode"].timestamps.round(9))


def test_potentials_are_series_in_volts_with_a_column_for_each_cell(files):
    recording, file = files["plasticity"]
    trace = recording.traces["potential_before"]
    with opened(file) as source:
        content = source.read()
        series = content.acquisition["potential_before"]
        assert (series.unit, series.conversion, series.rate) == ("volts", 1e-3, 2000.0)
        np.testing.assert_array_equal(series.data[:], trace.data.T)
        pulse = content.trials.to_dataframe().pulse_time[list(recording.traces["field"].sweep_time).index(-15.0)]
        assert series.starting_time - trace.t0 == pytest.approx(pulse)
        assert set(content.trials.to_dataframe().trace) == {"field"} and "no electrode" in series.description
        assert not content.icephys_electrodes


def test_spikes_stay_in_network_time_and_silent_cells_are_there(files):
    recording, file = files["plasticity"]
    with opened(file) as source:
        content = source.read()
        units = content.units.to_dataframe()
        assert list(units.cell) == [0, 4, 8] and set(units.population) == {"core_medium_spiny"}
        assert [list(one) for one in units.spike_times] == [[0.5, 1.1], [0.7], []]
        clock = content.processing["network_clock"]["network_time"]
        assert clock.data[-1] == pytest.approx(recording.provenance["network_seconds"] - STEP)


def test_currents_stand_beside_the_potential_they_were_held_at(files):
    recording, file = files["currents"]
    with opened(file) as source:
        content = source.read()
        table = content.intracellular_recordings
        assert len(table) == 6 and len(content.icephys_sequential_recordings) == 2
        for name, held in (("at_rest", -0.07), ("depolarised", 0.04)):
            for place, sweep in enumerate(recording.traces[name].data):
                response = content.acquisition[f"{name}_{place:03d}"]
                assert (response.unit, response.conversion, response.rate) == ("amperes", 1e-12, 2000.0)
                np.testing.assert_array_equal(response.data[:], sweep)
                assert set(content.stimulus[f"{name}_{place:03d}_holding"].data[:]) == {held}


def test_presses_are_behaviour_and_the_past_is_a_table(files):
    _, file = files["seeking"]
    with opened(file) as source:
        behaviour = source.read().processing["behavior"]
        assert set(behaviour["presses"].time_series) == {"active_presses", "inactive_presses"}
        assert list(behaviour["history"]["training_rewards"][:]) == [place / 2 for place in range(10)]


def test_the_same_recording_keeps_its_identifier_and_another_has_another(files):
    made = [nwb.nwb_file(one, session(one)).identifier for one in (files["seeking"][0], files["microdialysis"][0])]
    assert made == [nwb.identifier(files["seeking"][1]), nwb.identifier(files["microdialysis"][1])]
    assert made[0] != made[1]
