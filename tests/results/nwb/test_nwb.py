"""NWB files read back the numbers of the recording, are valid, and say that the animal is simulated."""

from dataclasses import replace

import numpy as np
import pytest

pynwb = pytest.importorskip("pynwb")

from recorded import MADE, STEP, compiled  # noqa: E402

from protocols.experiments.experiment import load  # noqa: E402
from protocols.reporting.export import session  # noqa: E402
from results.nwb import file as nwb  # noqa: E402
from results.recording import Measure  # noqa: E402
from results.statistics.summary import frame  # noqa: E402
from results.store import content_hash  # noqa: E402


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
        wanted = frame([recording])
        assert list(zip(table.measure, table.value, table.unit, strict=True)) == list(
            zip(wanted.measure, wanted.value, wanted.unit, strict=True)
        )
        assert ("fepsp_time_course" in set(table.measure)) == ("fepsp" in recording.series)
        for key, one in recording.curves.items():
            table = content.processing["measures"][f"curve_{key}"]
            np.testing.assert_array_equal(table["x"][:], one.x)
            np.testing.assert_array_equal(table["y"][:], one.y)


def test_a_whole_number_does_not_make_whole_numbers_of_those_that_follow(tmp_path):
    recording = replace(MADE["microdialysis"](), measures={"presses": Measure(3, "1"), "tone": Measure(0.25, "1")})
    with opened(nwb.write(recording, session(recording), tmp_path / "whole.nwb")) as source:
        found = source.read().processing["measures"]["measures"]
        assert dict(zip(found["measure"][:], found["value"][:], strict=True)) == {"presses": 3.0, "tone": 0.25}


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


def test_potentials_within_an_induction_are_a_table_since_the_clock_stands_still(files):
    recording, file = files["plasticity"]
    trace = recording.traces["potential_induction"]
    with opened(file) as source:
        content = source.read()
        assert "potential_induction" not in content.acquisition
        table = content.processing["network_clock"]["potential_induction"]
        np.testing.assert_array_equal(table["potential"][:], trace.data.T)
        np.testing.assert_array_equal(table["time_from_pulse"][:], trace.time)


def own_clock(recording, content):
    """What is added to the test's clock."""
    return content.acquisition["extrasynaptic_glutamate"].timestamps[0] - recording.series["camp"].time[0]


def test_spikes_are_on_the_clock_of_the_file_and_as_long_after_their_pulse_as_in_the_network(files):
    recording, file = files["plasticity"]
    with opened(file) as source:
        content = source.read()
        units = content.units.to_dataframe()
        assert list(units.cell) == [0, 4, 8] and set(units.population) == {"core_medium_spiny"}
        after_pulses, silent, often = units.spike_times
        np.testing.assert_allclose(after_pulses, content.trials.to_dataframe().pulse_time + 0.012, atol=1e-6)
        assert len(silent) == 0
        plan, clock = compiled("moussawi2009", "HFS")
        spikes = recording.spikes["core_medium_spiny"]
        own = spikes.timestamps[spikes.node_ids == 8]
        here = clock(own) + own_clock(recording, content)  # where the protocol itself puts them
        full_rate = plan.timeline.rate[(own / STEP + 1e-6).astype(int)] == 1
        inducing = (clock(own) == 0) | (clock(own + STEP) == 0)
        expected = here[full_rate & ~inducing]
        assert 0 < len(expected) < len(own) and inducing.any() and not full_rate.all()
        np.testing.assert_allclose(often, expected, atol=1e-6)


def test_every_spike_stays_in_network_time_beside_the_units(files):
    for name in ("plasticity", "seeking", "currents", "miniature"):
        recording, file = files[name]
        with opened(file) as source:
            clocks = source.read().processing["network_clock"]
            table = clocks["spikes"].to_dataframe()
            kept = {key: one for key, one in recording.spikes.items() if key != "electrode"}
            for place, row in table.iterrows():
                spikes = kept[row.population]
                own = np.sort(spikes.timestamps[spikes.node_ids == row.cell])
                np.testing.assert_array_equal(table.network_time[place], own)
            assert sum(map(len, table.network_time)) == sum(len(one.timestamps) for one in kept.values())
            last = clocks["network_time"].data[-1]
            seconds = recording.provenance["network_seconds"] / (2 if name == "currents" else 1)
            assert last == pytest.approx(seconds - (0 if name == "seeking" else STEP), abs=0.01)


def test_units_hold_what_was_observed_and_nothing_of_a_session_whose_epochs_stand_for_minutes(files):
    for name, one in files.items():
        with opened(one[1]) as source:
            content = source.read()
            if name in ("seeking", "microdialysis", "currents"):  # nowhere at the pace of the file's clock
                assert content.units is None and not content.intervals
                continue
            observed = content.intervals["observed"].to_dataframe()
            assert (observed.stop_time > observed.start_time).all()
            assert (observed.start_time.to_numpy()[1:] > observed.stop_time.to_numpy()[:-1]).all()
            starts, stops = observed.start_time.to_numpy(), observed.stop_time.to_numpy()
            for place, times in enumerate(content.units["spike_times"][:]):
                ((first, last),) = content.units.get_unit_obs_intervals(place)
                assert (first, last) == (starts[0], stops[-1])
                inside = (times[:, None] >= starts) & (times[:, None] < stops)
                assert (inside.sum(axis=1) == 1).all()
            if name == "miniature":  # never accelerated: all of it
                silent, fired = content.units["spike_times"][:]
                assert len(silent) == 0 and fired.tolist() == pytest.approx([0.2, 30.0])
                assert stops == pytest.approx([1220 * STEP - STEP])


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
