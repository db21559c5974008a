"""Export and load: what a folder of results or of a study holds comes out as it was put in."""

import json
from pathlib import Path

import pandas as pd
import pytest
from study_help import FAKE, RUNS, Quiet, small
from test_command_line import call, refused

import corticostriatal as cs
import results
from protocols.study_folder import StudyFolder
from protocols.sweep import sweep
from results import store
from results.stored_runs import conditions


@pytest.fixture(autouse=True)
def fake_engine(monkeypatch, tmp_path):
    monkeypatch.setenv("CORTICOSTRIATAL_PREPARE", "fake_engine:prepare")
    monkeypatch.setenv("CORTICOSTRIATAL_CONDUCT", "fake_engine:conduct")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def folder():
    done = call("run", "moussawi2009", "--animals", "2", "--jobs", "1", "--out", "here")
    assert done.exit_code == 0, done.output
    return Path("here")


def test_the_table_holds_what_load_gives_with_units(folder):
    done = call("export", folder, "--format", "csv", "--json", "out.json")
    assert done.exit_code == 0 and done.stdout == "wrote here/measures.csv\n"
    written = pd.read_csv(folder / "measures.csv", dtype={"unit": str})
    pd.testing.assert_frame_equal(written, cs.load(folder).measures, check_dtype=False)
    assert json.loads(Path("out.json").read_text())["written"] == ["here/measures.csv"]
    assert call("export", folder, "--format", "csv").exit_code == 0  # our own table is replaced


def test_series_and_evidence_of_a_folder(folder):
    found = results.load(folder)
    recording = store.read(sorted(folder.glob("runs/*.h5"))[0])
    who = (recording.identity.group, recording.identity.test, recording.identity.animal, "fepsp")
    own = found.series.set_index(["group", "test", "animal", "series"]).sort_index().loc[who]
    assert own.value.tolist() == recording.series["fepsp"].values.tolist()
    assert set(found.evidence.status) <= {"right", "wrong", "inconclusive", "not_covered"}
    assert {"P1a", "P5a", "P7b"} <= set(found.evidence.id)
    data = found.dataset("HFS")
    assert data["fepsp"].attrs["units"] == "% of baseline" and data.sizes["run"] == 10
    chosen = data.isel(run=[(data.group == "cocaine").values.tolist().index(True)])
    control = store.read(folder / "runs" / "cocaine_HFS_000.h5").series["fepsp"]
    assert chosen["fepsp"].values[0].tolist() == control.values.tolist()
    assert chosen["time_fepsp"].values[0].tolist() == control.time.tolist()
    with pytest.raises(ValueError, match="there are: HFS, LFS"):
        found.dataset("hfs")


def test_a_study_comes_out_with_its_conditions(tmp_path):
    study = small(tmp_path)
    from protocols.local_workers import local

    sweep(StudyFolder.start(study, Path("there")), local(1), Quiet(), FAKE)
    found = cs.load("there")
    assert set(found.measures["release.maximum"]) == {0.55, 0.6, 0.65}
    assert len(found.measures.query("measure == 'fepsp'")) == RUNS
    assert set(found.evidence.point) == {0, 1, 2}
    assert call("export", "there", "--format", "csv", "--out", "tables").exit_code == 0
    head = (Path("tables") / "measures.csv").read_text().splitlines()[0]
    assert head == "point,release.maximum,experiment,group,test,animal,measure,value,unit"
    (Path("there") / "index.sqlite").unlink()
    with pytest.raises(store.StoreError, match="status there makes it again"):
        results.load("there")
    assert len(cs.load("there").measures) == len(found.measures)


def test_nwb_files_are_written_once_and_nothing_foreign_is_replaced(folder):
    pytest.importorskip("pynwb")
    kept = [folder / "runs" / f"control_HFS_00{place}.h5" for place in (0, 1)]
    for file in set(folder.glob("runs/*.h5")) - set(kept):
        file.unlink()
    kept[1].write_bytes(kept[1].read_bytes()[:2000])
    done = call("export", folder, "--format", "nwb")
    assert done.exit_code == 1 and done.stdout == "wrote 1 NWB files to here/nwb\n"
    assert "control_HFS_001.h5: not a whole recording" in done.stderr.splitlines()[-1]
    assert sorted(file.name for file in (folder / "nwb").iterdir()) == ["control_HFS_000.nwb", "files.csv"]
    before = (folder / "nwb" / "control_HFS_000.nwb").read_bytes()
    assert "1 were there already" in call("export", folder, "--format", "nwb").stdout
    assert (folder / "nwb" / "control_HFS_000.nwb").read_bytes() == before
    listed = pd.read_csv(folder / "nwb" / "files.csv")
    assert listed.file.tolist() == ["control_HFS_000.nwb"] and listed.identifier[0] == store.content_hash(kept[0])
    (folder / "nwb" / "control_HFS_000.nwb").write_text("mine")
    done = call("export", folder, "--format", "nwb")
    assert done.exit_code == 2 and done.stderr.endswith("is there and holds another run; choose another --out\n")
    assert (folder / "nwb" / "control_HFS_000.nwb").read_text() == "mine"


def test_bad_input_is_refused_in_one_line(folder, monkeypatch):
    assert "did you mean 'nwb'? allowed: nwb, csv" in refused("export", folder, "--format", "nwbb")
    assert "nowhere: is not there" in refused("export", "nowhere", "--format", "csv")
    Path("empty").mkdir()
    assert "holds no runs/*.h5 and no study" in refused("export", "empty", "--format", "csv")
    Path("mine.csv").write_text("a,b\n1,2\n")
    assert "no table of this kind" in refused("export", folder, "--format", "csv", "--out", "mine.csv")
    assert Path("mine.csv").read_text() == "a,b\n1,2\n"
    monkeypatch.setattr("protocols.export.find_spec", lambda name: None)
    assert "pip install 'corticostriatal[nwb]'" in refused("export", folder, "--format", "nwb")


def test_conditions_have_short_names_and_numbers_in_one_unit():
    points = [
        {'group."cocaine+NAC".treatment.NAC.dose': dose, "model.pools": pools, "test.HFS.value": 1}
        for dose, pools in (("0 mg/kg", "three"), ("30 mg/kg", "one"), ("0.1 g/kg", "one"))
    ]
    found, units = conditions(points)
    assert units == {"point": "1", "NAC.dose": "mg/kg", "model.pools": "", "HFS.value": "1"}
    assert [one["NAC.dose"] for one in found] == [0, 30, 100] and found[1]["model.pools"] == "one"
