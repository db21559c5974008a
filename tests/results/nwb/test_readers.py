"""What a laboratory's tools make of our files: Neo, Elephant, Pynapple, SpikeInterface; libsonata, BMTK."""

import csv
import logging
import re

import numpy as np
import pytest
from recorded import MADE

from results.recording import Identity, Recording, Spikes
from results.store import write

WITH_UNITS = ("plasticity", "miniature")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Name -> recording and its NWB file."""
    pytest.importorskip("pynwb")
    from protocols.reporting.export import session
    from results.nwb import file as nwb

    folder = tmp_path_factory.mktemp("readers")
    made = {name: make() for name, make in MADE.items()}
    return {name: (one, nwb.write(one, session(one), folder / f"{name}.nwb")) for name, one in made.items()}


def written(file):
    """Spike times of every unit and the table of what was observed, as NWB's own library reads them."""
    import pynwb

    with pynwb.NWBHDF5IO(file, "r") as source:
        content = source.read()
        observed = content.intervals["observed"].to_dataframe()
        return [np.asarray(times) for times in content.units["spike_times"][:]], observed


@pytest.mark.parametrize("name", MADE)
def test_neo_reads_every_signal_in_its_unit_and_every_spike(name, files, caplog):
    pytest.importorskip("neo")
    from neo.io import NWBIO

    recording, file = files[name]
    with caplog.at_level(logging.WARNING):
        reader = NWBIO(str(file), mode="r")
        (segment,) = reader.read_block().segments
        signals = {one.name: one for one in (*segment.analogsignals, *segment.irregularlysampledsignals)}
        trains = [np.asarray(train.rescale("s").magnitude) for train in segment.spiketrains]
        reader.close()
    unknown = {line for line in caplog.messages if "Can't handle unit" in line}
    assert unknown <= {"Can't handle unit '1'. Returning dimensionless"}  # which is right
    names = {"uM": "uM", "%": "%", "1": "dimensionless", "pA": "pA", "mV": "mV"}
    for key, one in recording.series.items():
        if key in signals:
            assert str(signals[key].dimensionality) == names[one.unit]
            np.testing.assert_array_equal(np.asarray(signals[key]).ravel(), one.values)
    assert {"extrasynaptic_glutamate", "core_glutamate", "camp"} & set(signals)
    for key, trace in recording.traces.items():
        for signal in (one for found, one in signals.items() if found.startswith(key) and "holding" not in found):
            assert str(signal.dimensionality) == names[trace.unit]
    if name in WITH_UNITS:
        for mine, theirs in zip(written(file)[0], trains, strict=True):
            np.testing.assert_allclose(theirs, mine)
    else:
        assert trains == []


@pytest.mark.parametrize("name", MADE)
def test_pynapple_finds_in_each_trial_the_spikes_that_its_pulse_evoked(name, files):
    pynapple = pytest.importorskip("pynapple")
    recording, file = files[name]
    found = pynapple.NWBFile(str(file))
    try:
        for key in found.data:
            assert found[key] is not None
        for key, one in recording.series.items():
            if key in found.data and one.unit == "uM":
                np.testing.assert_array_equal(found[key].values, one.values)
        assert ("units" in found.data) == (name in WITH_UNITS)
        if name == "plasticity":
            units, trials = found["units"], found["trials"]
            assert len(trials) == len(recording.traces["field"].data)
            assert len(units[0].restrict(trials)) == len(trials)  # one spike 12 ms after each test pulse
            within = sum(len(units[unit].restrict(found["observed"])) for unit in units.keys())  # noqa: SIM118
            assert within == sum(map(len, written(file)[0]))
    finally:
        found.close()


@pytest.mark.parametrize("name", WITH_UNITS)
def test_spikeinterface_reads_units_at_the_step_of_the_network(name, files):
    extractors = pytest.importorskip("spikeinterface.extractors")
    _, file = files[name]
    sorting = extractors.read_nwb_sorting(str(file))
    assert sorting.get_sampling_frequency() == 1e4
    assert set(sorting.get_property("population")) <= {"core_medium_spiny", "PL_pyramidal"}
    for unit, times in zip(sorting.unit_ids, written(file)[0], strict=True):
        np.testing.assert_array_equal(sorting.get_unit_spike_train(unit), np.round(times * 1e4))


def block(file):
    """The file as Neo reads it."""
    from neo.io import NWBIO

    reader = NWBIO(str(file), mode="r")
    try:
        return reader.read_block(lazy=False)
    finally:
        reader.close()


def test_elephant_finds_in_what_neo_read_the_rates_that_were_simulated(files):
    pytest.importorskip("neo")
    statistics = pytest.importorskip("elephant.statistics")
    _, file = files["plasticity"]
    trains = block(file).segments[0].spiketrains
    times, observed = written(file)
    start, stop = observed["start_time"].iloc[0], observed["stop_time"].iloc[-1]
    assert len(trains) == len(times)
    for mine, train in zip(times, trains, strict=True):
        if not len(mine):  # Elephant counts no rate of a cell that is silent
            assert len(train) == 0
            continue
        rate = statistics.mean_firing_rate(train, t_start=start * train.units, t_stop=stop * train.units)
        assert float(rate.rescale("Hz").magnitude) == pytest.approx(len(mine) / (stop - start))
    busiest = max(trains, key=len)
    intervals = np.asarray(statistics.isi(busiest).rescale("s").magnitude)
    np.testing.assert_allclose(intervals, np.diff(max(times, key=len)), atol=1e-9)


def in_the_table(recording, tmp_path):
    """Measure -> value and unit, as the CSV table of the run has it."""
    from called import call

    folder = tmp_path / "runs"
    write(recording, folder / "one.h5")
    done = call("export", folder / "one.h5", "--format", "csv", "--out", tmp_path / "table.csv")
    assert done.exit_code == 0, done.output
    with (tmp_path / "table.csv").open(newline="") as lines:
        return {line["measure"]: (float(line["value"]), line["unit"]) for line in csv.DictReader(lines)}


def test_pynapple_gives_the_number_that_the_table_has(files, tmp_path):
    pynapple = pytest.importorskip("pynapple")
    recording, file = files["plasticity"]
    value, unit = in_the_table(recording, tmp_path)["fepsp_time_course"]
    assert unit == "% of baseline"
    zero = offset_of(file)  # where the clock of the test has its 0
    found = pynapple.NWBFile(str(file))
    try:
        again = found["fepsp"]
        assert again.values[again.times() > zero].mean() == pytest.approx(value)
    finally:
        found.close()


def offset_of(file):
    """What the file's notes say was added to the test's clock, s."""
    import pynwb

    with pynwb.NWBHDF5IO(file, "r") as source:
        return float(re.search(r"own clock plus ([\d.]+) s", source.read().notes)[1])


SPIKES = {
    "PL_pyramidal": Spikes([0.0011, 0.2, 0.2, 0.3007], [0, 4, 2, 0], 5),
    "core_medium_spiny": Spikes([0.5, 0.25], [1, 0], 2),  # as they come, not in the order of time
    "silent": Spikes([], [], 3),
}


@pytest.fixture
def stored(tmp_path):
    return write(Recording(Identity("e", "control", "HFS", 0, 1, 2), spikes=SPIKES), tmp_path / "run.h5")


def test_libsonata_reads_the_spikes_of_a_stored_run(stored):
    libsonata = pytest.importorskip("libsonata")
    reader = libsonata.SpikeReader(str(stored))
    assert set(reader.get_population_names()) == set(SPIKES)
    for name, spikes in SPIKES.items():
        population = reader[name]
        assert population.time_units == "ms"
        found = sorted((time, int(cell)) for cell, time in population.get())
        expected = sorted(zip(spikes.timestamps * 1e3, map(int, spikes.node_ids), strict=True))
        np.testing.assert_allclose(np.array(found).reshape(-1, 2), np.array(expected).reshape(-1, 2))
    first = reader["PL_pyramidal"].get(node_ids=[0])
    assert [time for _, time in first] == pytest.approx([1.1, 300.7])


def test_bmtk_reads_the_spikes_of_a_stored_run(stored):
    reports = pytest.importorskip("bmtk.utils.reports.spike_trains")
    trains = reports.SpikeTrains.load(str(stored))
    assert set(SPIKES) - {"silent"} <= set(trains.populations)
    for name, spikes in SPIKES.items():
        for cell in set(spikes.node_ids.tolist()):
            own = np.sort(spikes.timestamps[spikes.node_ids == cell]) * 1e3
            np.testing.assert_allclose(np.sort(trains.get_times(cell, population=name)), own)
