"""Export and load: what a folder of results or of a study holds comes out as it was put in."""

import json
from pathlib import Path

import pandas as pd
import pytest
from called import call, refused
from study_help import FAKE, RUNS, Quiet, small

import corticostriatal as cs
import results
from protocols.studies.study_folder import StudyFolder
from protocols.studies.sweep import sweep
from results import store
from results.store.stored_runs import conditions


@pytest.fixture(autouse=True)
def fake_engine(monkeypatch, tmp_path):
    monkeypatch.setenv("CORTICOSTRIATAL_PREPARE", "fake_engine:prepare")
    monkeypatch.setenv("CORTICOSTRIATAL_CONDUCT", "fake_engine:simulate")
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
    judged = found.evidence.set_index("id")
    assert {"P1a", "P5a", "P7b"} <= set(judged.index)
    assert judged.by_construction["P7b"] and judged.why["P7b"] and not judged.by_construction["P5a"]
    assert judged.same_as["P11b"] == "P2a" and set(judged.use) == {"calibration", "prediction", "plausibility"}
    assert set(judged.n) == {2}
    total = judged.chance_right + judged.chance_inconclusive + judged.chance_wrong
    assert total["P1a"] == pytest.approx(1) and pd.isna(total["P1b"])  # P1b is shown and not judged
    data = found.dataset("HFS")
    assert data["fepsp"].attrs["units"] == "% of baseline" and data.sizes["run"] == 10
    chosen = data.isel(run=[(data.group == "cocaine").values.tolist().index(True)])
    control = store.read(folder / "runs" / "cocaine_HFS_000.h5").series["fepsp"]
    assert chosen["fepsp"].values[0].tolist() == control.values.tolist()
    assert data["time"].values.tolist() == control.time.tolist()
    assert data["fepsp"].sel(time=slice(0, 300)).sizes == {"run": 10, "time": 5}
    assert len(found.dataset("HFS", "fepsp").to_dataframe()) == 10 * len(control.time)
    with pytest.raises(ValueError, match="there are: HFS, LFS"):
        found.dataset("hfs")


def test_a_study_comes_out_with_its_conditions(tmp_path):
    study = small(tmp_path)
    from protocols.studies.local_workers import local

    sweep(StudyFolder.start(study, Path("there")), local(1), Quiet(), FAKE)
    found = cs.load("there")
    assert set(found.measures["release.maximum"]) == {0.55, 0.6, 0.65}
    assert len(found.measures.query("measure == 'fepsp'")) == RUNS
    assert set(found.evidence.point) == {0, 1, 2}
    assert call("export", "there", "--format", "csv", "--out", "tables").exit_code == 0
    head = (Path("tables") / "measures.csv").read_text().splitlines()[0]
    who = "experiment,group,test,animal,subject,structure_seed"
    assert head == f"point,release.maximum,{who},measure,value,unit"
    written = pd.read_csv("tables/measures.csv", dtype={"unit": str})
    pd.testing.assert_frame_equal(written, found.measures, check_dtype=False)
    animals = written.drop_duplicates(["point", "group", "animal"])
    assert animals.subject.is_unique and animals.subject.iloc[0] == "moussawi2009_control_000_0"
    gathered = call("collect", "there", "--out", "gathered")
    assert gathered.exit_code == 0, gathered.output
    table = pd.read_csv("gathered/table.csv")
    assert set(table.subject) == set(written.subject) and table.subject.is_unique  # one test
    (Path("there") / "index.sqlite").unlink()
    with pytest.raises(store.StoreError, match="status there makes it again"):
        results.load("there")
    assert len(cs.load("there").measures) == len(found.measures)


NAMES = ["zulu", "$\\alpha_1$", "_hidden", "a,b;c", "=1+1", "+NAC", "-NAC", "@home", "Ähre"]


def test_tables_data_sets_and_lists_of_files_follow_the_experiment_and_no_cell_is_a_formula():
    text = call("show", "moussawi2009").stdout
    head, _, rest = text.partition("[[group]]")
    tests = rest[rest.index("[[test]]") :]
    groups = "".join(f"[[group]]\nname = {json.dumps(name)}\nhistory = []\n\n" for name in NAMES)
    Path("mine.toml").write_text(head + groups + tests, encoding="utf-8")
    done = call("run", "mine.toml", "--animals", "2", "--jobs", "1", "--out", "here")
    assert done.exit_code == 0, done.output
    found = cs.load("here")
    assert list(dict.fromkeys(found.measures.group)) == NAMES
    assert found.series.group.cat.categories.tolist() == NAMES
    assert list(dict.fromkeys(found.dataset("LFS").group.values.tolist())) == NAMES
    assert call("export", "here", "--format", "csv").exit_code == 0
    written = list(dict.fromkeys(pd.read_csv("here/measures.csv").group))
    assert written == [f"'{name}" if name[0] in "=+-@" else name for name in NAMES]
    exact = pd.read_csv("here/measures.csv", float_precision="round_trip")  # pandas 2 reads the last bit loosely
    assert exact.value.tolist() == found.measures.value.tolist()
    (Path("here/runs") / "alpha-1_HFS_000.h5").write_bytes(b"")
    done = call("export", "here", "--format", "csv")
    assert done.exit_code == 1 and "alpha-1_HFS_000.h5: not a whole recording" in done.stderr
    assert list(dict.fromkeys(pd.read_csv("here/measures.csv").group)) == written


def test_files_of_nwb_are_listed_in_the_order_of_the_experiment():
    pytest.importorskip("pynwb")
    done = call("run", "moussawi2009", "--animals", "1", "--jobs", "1", "--out", "here")
    assert done.exit_code == 0, done.output
    assert call("export", "here", "--format", "nwb").exit_code == 0
    listed = pd.read_csv("here/nwb/files.csv")
    order = cs.load("here").measures.drop_duplicates(["group", "test"])
    assert listed[["group", "test"]].values.tolist() == order[["group", "test"]].values.tolist()
    assert listed.group[0] == "control"
    assert set(listed.subject) == {f"moussawi2009_{group}_000" for group in set(listed.group)}


@pytest.mark.parametrize("pairing", ["paired", "independent"])
def test_animals_have_names_of_their_own_and_say_which_are_paired(pairing):
    done = call(
        "run", "moussawi2009", "--animals", "3", "--jobs", "1", "--out", "here", "--set", f'animals.pairing="{pairing}"'
    )
    assert done.exit_code == 0, done.output
    found = cs.load("here")
    for table in (found.measures, found.series):
        animals = table.drop_duplicates(["group", "animal"])
        assert len(animals) == 15 and animals.subject.is_unique
        assert (table.groupby(["group", "animal"], observed=True).subject.nunique() == 1).all()  # in all of its tests
        groups = animals.groupby("structure_seed").group.nunique()
        assert set(groups) == ({5} if pairing == "paired" else {1})
        if pairing == "paired":
            assert (animals.groupby("structure_seed").animal.nunique() == 1).all()


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
    import h5py

    with h5py.File(folder / "nwb" / "control_HFS_000.nwb", "r+") as file:  # as an earlier version laid it out
        del file["general/source_script"]
        file["general/source_script"] = "corticostriatal 0.1.0: export --format nwb"
    assert call("export", folder, "--format", "nwb").stdout == "wrote 1 NWB files to here/nwb\n"
    assert "1 were there already" in call("export", folder, "--format", "nwb").stdout
    listed = pd.read_csv(folder / "nwb" / "files.csv")
    assert listed.file.tolist() == ["control_HFS_000.nwb"] and listed.identifier[0] == store.content_hash(kept[0])
    (folder / "nwb" / "control_HFS_000.nwb").write_text("mine")
    done = call("export", folder, "--format", "nwb")
    assert done.exit_code == 2 and done.stderr.endswith("is there and holds another run; choose another --out\n")
    assert (folder / "nwb" / "control_HFS_000.nwb").read_text() == "mine"


def test_bad_input_is_refused_in_one_line(folder, monkeypatch):
    assert "did you mean 'nwb'? allowed: nwb, sonata, csv" in refused("export", folder, "--format", "nwbb")
    assert "nowhere: is not there" in refused("export", "nowhere", "--format", "csv")
    Path("empty").mkdir()
    assert "holds no runs/*.h5 and no study" in refused("export", "empty", "--format", "csv")
    Path("empty/runs").mkdir()
    Path("empty/runs/a_b_0.h5").write_bytes(b"broken")
    assert "a_b_0.h5" in refused("export", "empty", "--format", "csv") and not Path("empty/measures.csv").exists()
    Path("mine.csv").write_text("a,b\n1,2\n")
    assert "no table of this kind" in refused("export", folder, "--format", "csv", "--out", "mine.csv")
    assert Path("mine.csv").read_text() == "a,b\n1,2\n"
    monkeypatch.setattr("protocols.reporting.export.find_spec", lambda name: None)
    assert "pip install 'corticostriatal[nwb]'" in refused("export", folder, "--format", "nwb")


def test_conditions_have_short_names_and_numbers_in_one_unit():
    points = [
        {'group."cocaine+NAC".treatment.NAC.dose': dose, "model.pools": pools, "test.HFS.value": 1}
        for dose, pools in (("0 mg/kg", "three"), ("30 mg/kg", "one"), ("0.1 g/kg", "one"))
    ]
    found, units = conditions(points)
    assert units == {"point": "1", "NAC.dose": "mg/kg", "model.pools": "", "HFS.value": "1"}
    assert [one["NAC.dose"] for one in found] == [0, 30, 100] and found[1]["model.pools"] == "one"
