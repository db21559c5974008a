"""Recordings come back as they went in, and a file under its final name is always whole."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from random_recordings import recordings

from results.recording import Identity, Measure, Recording, Series, Spikes, SynapseSample, Trace
from results.store import StoreError, content_hash, read, write


@pytest.fixture
def recording() -> Recording:
    return Recording(
        Identity("moussawi2009", "cocaine+NAC", "HFS", 3, 11, 12),
        traces={"field": Trace(np.arange(6.0).reshape(2, 3), -0.001, 1e-3, "pA", [-30.0, 30.0], "µ")},
        series={"fepsp": Series([-30.0, 30.0], [99.0, 130.0], "% of baseline")},
        spikes={"PL": Spikes([0.0011, 0.2, 0.3007], [0, 4, 2], 5)},
        synapses={"weight": SynapseSample([0.5, 0.7], "1")},
        measures={"fepsp": Measure(130.0, "% of baseline")},
        provenance={"seeds": {"structure": 11}, "none": None},
    )


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(recordings())
def test_a_recording_comes_back_as_it_went_in(tmp_path: Path, original: Recording) -> None:
    back = read(write(original, tmp_path / "run.h5"))
    assert back.identity == original.identity
    assert back.provenance == original.provenance
    assert back.measures == original.measures
    assert content_hash(back) == content_hash(original) == content_hash(tmp_path / "run.h5")
    for name, curve in original.curves.items():
        assert np.array_equal(back.curves[name].y, curve.y) and back.curves[name].x_unit == curve.x_unit
    for name, spikes in original.spikes.items():
        np.testing.assert_allclose(back.spikes[name].timestamps, spikes.timestamps, rtol=1e-15)
        np.testing.assert_array_equal(back.spikes[name].node_ids, spikes.node_ids)
    for name, trace in original.traces.items():
        np.testing.assert_array_equal(back.traces[name].data, trace.data)
        assert (back.traces[name].t0, back.traces[name].dt) == (trace.t0, trace.dt)


def test_the_hash_covers_content_and_not_provenance(recording: Recording) -> None:
    digest = content_hash(recording)
    assert content_hash(replace(recording, provenance={"wall_seconds": 9})) == digest
    changed = [
        replace(recording, identity=replace(recording.identity, noise_seed=13)),
        replace(recording, measures={"fepsp": Measure(130.0, "1")}),
        replace(recording, measures={"fepsp": Measure(np.nextafter(130.0, 131), "% of baseline")}),
        replace(recording, spikes={"IL": recording.spikes["PL"]}),
        replace(recording, traces={}),
    ]
    assert len({digest, *map(content_hash, changed)}) == 6


def test_numpy_numbers_are_stored_like_plain_ones(recording: Recording, tmp_path: Path) -> None:
    seeds = replace(recording.identity, animal=np.int64(3), structure_seed=np.uint32(11))
    numbers = replace(recording, identity=seeds, measures={"fepsp": Measure(np.float64(130.0), "% of baseline")})
    assert content_hash(write(numbers, tmp_path / "run.h5")) == content_hash(recording)


def test_spikes_follow_the_sonata_layout_and_every_dataset_has_a_unit(recording: Recording, tmp_path: Path) -> None:
    with h5py.File(write(recording, tmp_path / "run.h5")) as file:
        group = file["spikes/PL"]
        assert group["timestamps"].attrs["units"] == b"ms"
        np.testing.assert_allclose(group["timestamps"][()], [1.1, 200.0, 300.7])
        assert h5py.check_enum_dtype(group.attrs.get_id("sorting").dtype)["by_time"] == group.attrs["sorting"]
        missing = []
        file.visititems(
            lambda name, item: (
                missing.append(name)
                if isinstance(item, h5py.Dataset) and not name.startswith("provenance") and "unit" not in item.attrs
                else None
            )
        )
        assert missing == []


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_measure_that_is_not_finite_is_refused_by_name(recording: Recording, tmp_path: Path, value: float) -> None:
    with pytest.raises(StoreError, match=r"measures/fepsp is not finite"):
        write(replace(recording, measures={"fepsp": Measure(value, "1")}), tmp_path / "run.h5")
    with pytest.raises(StoreError, match=r"traces/field/data is not finite"):
        write(replace(recording, traces={"field": Trace([[value]], 0, 1, "pA", [0.0])}), tmp_path / "run.h5")
    assert list(tmp_path.iterdir()) == []


def test_an_exception_while_writing_leaves_the_old_file_and_nothing_else(
    recording: Recording, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(recording, tmp_path / "run.h5")
    before = path.read_bytes()
    monkeypatch.setattr(h5py.File, "flush", lambda self: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        write(replace(recording, traces={}), path)
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["run.h5"]


def test_truncated_damaged_and_foreign_files_are_named_in_one_line(recording: Recording, tmp_path: Path) -> None:
    whole = write(recording, tmp_path / "run.h5").read_bytes()
    at = whole.index(np.float64(130.0).tobytes())
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["x"] = 1
    (tmp_path / "cut.h5").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "flipped.h5").write_bytes(whole[:at] + np.float64(131.0).tobytes() + whole[at + 8 :])
    (tmp_path / "text.h5").write_text("not HDF5")
    for name in ("cut.h5", "flipped.h5", "other.h5", "text.h5", "absent.h5"):
        with pytest.raises(StoreError) as caught:
            read(tmp_path / name)
        assert name in str(caught.value) and "\n" not in str(caught.value)


def test_names_that_would_nest_are_refused(recording: Recording, tmp_path: Path) -> None:
    for name in ("a/b", ".", "", "a\0b"):
        with pytest.raises(StoreError, match="name"):
            write(replace(recording, series={name: recording.series["fepsp"]}), tmp_path / "run.h5")


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="sweep times"):
        Trace(np.zeros((2, 3)), 0.0, 1e-3, "pA", [0.0])
    with pytest.raises(ValueError, match="node ids"):
        Spikes([0.1], [5], 5)
    with pytest.raises(ValueError, match="values"):
        Series([0.0], [1.0, 2.0], "1")


WRITER = """
import sys, numpy as np
from results.recording import *
from results.store import write
for turn in range(10**6):
    data = np.full((40, 4000), float(turn))
    record = Recording(Identity("e", "g", "t", 0, 1, turn), {"field": Trace(data, 0.0, 1e-4, "pA", np.arange(40.0))})
    write(record, sys.argv[1] + "/run.h5")
    if turn == 0:
        print("writing", flush=True)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_a_killed_writer_leaves_only_whole_files(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[3]
    rng = np.random.default_rng(0)
    for _ in range(4):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path)],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(root)},
        )
        assert process.stdout is not None and process.stdout.readline()
        time.sleep(rng.uniform(0.0, 0.15))
        process.kill()
        process.wait()
        process.stdout.close()
        back = read(tmp_path / "run.h5")
        assert (back.traces["field"].data == back.identity.noise_seed).all()
