"""Experiment files: what is shipped is valid; each kind of bad input is refused in one line that names the field."""

import json
import sys
import tomllib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.errors import InputError
from protocols.experiments.experiment import Experiment, experiment_from, load
from protocols.experiments.overrides import chosen, with_overrides
from protocols.experiments.shipped import shipped, source
from protocols.file_names import file_stem, slug
from protocols.runs.plan import plan
from results.evidence import table
from results.store.files import replacing


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_experiment_survives_show_and_dump(name):
    experiment = load(name)
    assert experiment_from(tomllib.loads(source(name))) == experiment
    assert experiment_from(experiment.model_dump(mode="json", exclude_none=True)) == experiment


def test_the_shipped_groups_are_those_the_evidence_names():
    assert [group.name for group in load("moussawi2009").group] == [
        "control", "cocaine", "cocaine+NAC", "cocaine+NAC+LY341495", "cocaine+NAC+MPEP",
    ]  # fmt: skip
    assert "control+(S)-4-CPG+LY341495" in [group.name for group in load("tone").group]


def test_evidence_names_groups_and_tests_of_its_experiment():
    for row in table.load():
        if row.experiment in shipped():
            given = load(row.experiment)
            for group, test in row.runs:
                assert group in {g.name for g in given.group}, row.id
                assert test in {t.name for t in given.test}, row.id


def test_the_schema_is_json():
    assert json.loads(json.dumps(Experiment.model_json_schema()))["required"] == ["experiment", "group", "test"]


BAD = [
    ('frequency = "50 Hz"', 'frequncy = "50 Hz"', "HFS.induction.frequncy: unknown key; did you mean 'frequency'?"),
    ('frequency = "50 Hz"', 'frequency = "50 mV"', "test.HFS.induction.frequency: '50 mV' is not a frequency"),
    ("per_group = 8", "per_group = -1", "animals.per_group: -1 is not allowed"),
    ("seed = 1", "seed = inf", "animals.seed: inf is not allowed"),
    ('drug = "NAC"', 'drug = "NACC"', "unknown drug 'NACC'; did you mean 'NAC'?"),
    ('drug = "cocaine"', 'drug = "NAC"', "no drug 'NAC' that animals take by themselves"),
    ("days = 12", "days = -1", "group.control.history.yoked_saline.days: -1 is not allowed"),
    ('kind = "plasticity"', 'kind = "plasticity"\nday = 3', "test.HFS.day: day 3 comes before the history of group"),
    ('at = "-0.5 h"', "day = 30", "day 30 lies after the history, which ends at day 26"),
    ('at = "-0.5 h"', 'at = "5 h"', "5 h is after the end of test 'HFS'"),
    ('at = "-0.5 h"', 'at = "-30 d"', "-30 d is before the history of the group begins"),
    ('after = "20 min"', 'after = "10 min"', "test.HFS.window: "),
    ('pulse_every = "30 s"', 'pulse_every = "8 min"', "may leave no test pulse in the window"),
    ('pulse_every = "30 s"', 'pulse_every = "30 min"', "leaves no test pulse in a baseline"),
    ('interval = "20 s"', 'interval = "2 s"', "is not longer than a train"),
    ('site = "PL->NAc core"', 'site = "PL->NAc cor"', "did you mean 'PL->NAc core'?"),
    ('name = "cocaine"', 'name = "control"', "'control' is used twice"),
    ("[animals]", '[parameters]\n"release.maximum" = inf\n[animals]', "inf is not allowed: a parameter must be finite"),
    ("[animals]", "[animls]", "animls: unknown key; did you mean 'animals'?"),
]


@pytest.mark.parametrize(("old", "new", "line"), BAD)
def test_bad_input_is_refused_in_one_line(tmp_path, old, new, line):
    file = tmp_path / "mine.toml"
    file.write_text(source("moussawi2009").replace(old, new), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        load(file)
    assert line in str(refused.value)
    assert str(refused.value).startswith(f"{file}: ") and "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("release.maxmum", 0.5, "no parameter 'release.maxmum'; did you mean 'release.maximum'?"),
        ("release.maximum", 7, "7 is outside the allowed range 0.05 to 1"),
        ("receptors.ampa_decay", '"7 kg"', "'7 kg' is not in ms"),
        ("receptors.ampa_decay", '"90 ms"', "90 ms is outside the allowed range 0.5 to 20 ms"),
    ],
)
def test_a_bad_parameter_is_told_with_the_file_or_the_setting_that_gives_it(tmp_path, name, value, line):
    file = tmp_path / "mine.toml"
    file.write_text(f"{source('moussawi2009')}\n[parameters]\n{name} = {value}\n")
    with pytest.raises(InputError) as refused:
        chosen(file)
    assert str(refused.value) == f"{file}: parameters.{name}: {line}"
    setting = f'parameters."{name}"={value}'
    with pytest.raises(InputError) as refused:
        chosen("moussawi2009", [setting], seed=3)
    assert str(refused.value) == f"--set {setting}: parameters.{name}: {line}"


@pytest.mark.parametrize(
    ("what", "entry"),
    [
        ("treatment", {"drug": "NAC", "dose": "100 mg/kg", "at": "-2 h"}),
        ("inactivation", {"nucleus": "PL", "agent": "TTX"}),
        ("unlearning", "PL->NAc core"),
        ("tone_clamp", "mGluR5"),
    ],
)
def test_what_is_done_to_a_group_is_said_once(what, entry):
    document = load("inactivation").model_dump(mode="json")
    document["group"][0] |= {"inactivation": [], what: [entry, entry]}
    with pytest.raises(InputError, match=rf"vehicle\.{what}\.1: the same as entry 0; say it once"):
        experiment_from(document)


def test_a_syntax_error_and_a_missing_file_are_told_with_the_file(tmp_path):
    broken = tmp_path / "broken.toml"
    broken.write_text("[experiment\n")
    with pytest.raises(InputError, match=r"broken\.toml: is not TOML: .*line 1"):
        load(broken)
    with pytest.raises(InputError, match=r"gone\.toml: No such file"):
        load(tmp_path / "gone.toml")
    with pytest.raises(InputError, match="did you mean 'moussawi2009'"):
        load("mousawi2009")


def test_an_inactivated_nucleus_must_be_in_the_circuit():
    document = load("tone").model_dump(mode="json", exclude_none=True)
    document["group"][0]["inactivation"] = [{"nucleus": "VTA", "agent": "muscimol", "fraction": 1.0}]
    with pytest.raises(InputError, match="the circuit has no nucleus 'VTA'"):
        experiment_from(document)


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"dose": "10 mg/kg", "site": "NAc core"}, "treatment.NAC.site: a dose reaches the whole animal"),
        ({"concentration": "1 uM", "site": "NAc cor"}, "no striatal nucleus 'NAc cor'; did you mean 'NAc core'?"),
        ({"concentration": "1 uM", "site": "DLS"}, "the circuit has no striatal nucleus 'DLS'"),
        ({"perfusate": "1 uM", "site": "PL"}, "the circuit has no striatal nucleus 'PL'"),
    ],
)
def test_a_site_must_be_a_striatal_nucleus_of_the_circuit(given, line):
    document = load("tone").model_dump(mode="json", exclude_none=True)
    document["group"][0]["treatment"] = [{"drug": "NAC", "at": "-1 h"} | given]
    with pytest.raises(InputError) as refused:
        experiment_from(document)
    assert line in str(refused.value) and "\n" not in str(refused.value)


def test_the_site_of_a_virus_is_checked_too_and_the_whole_circuit_has_three():
    document = load("inactivation").model_dump(mode="json", exclude_none=True)
    for site in ("NAc core", "NAc shell", "DLS"):
        document["group"][0]["expression"] = {"GLT-1": {"factor": 0.5, "site": site}}
        assert experiment_from(document).group[0].expression["GLT-1"].site == site
    document["group"][0]["expression"] = {"GLT-1": {"factor": 0.5, "site": "VTA"}}
    with pytest.raises(InputError, match=r"expression\.GLT-1\.site: the circuit has no striatal nucleus 'VTA'"):
        experiment_from(document)


@pytest.mark.parametrize(
    ("setting", "read"),
    [
        ('test.HFS.induction.frequency="30 Hz"', lambda e: e.test_named("HFS").induction.frequency.si == 30),
        ("test.HFS.induction.frequency=30 Hz", lambda e: e.test_named("HFS").induction.frequency.si == 30),
        (
            'group."cocaine+NAC".treatment.NAC.dose="30 mg/kg"',
            lambda e: e.group_named("cocaine+NAC").treatment[0].dose.si == 30,
        ),
        (
            "group.cocaine+NAC.treatment.NAC.dose=30 mg/kg",
            lambda e: e.group_named("cocaine+NAC").treatment[0].dose.si == 30,
        ),
        ("group.cocaine.history.self_administration.days=3", lambda e: e.group_named("cocaine").days == 17),
        ("parameters.release.maximum=0.6", lambda e: e.parameters == {"release.maximum": 0.6}),
        ("animals.seed=7", lambda e: e.animals.seed == 7),
        ("circuit.scale=.3", lambda e: e.circuit.scale == 0.3),
        ("circuit.scale=2.", lambda e: e.circuit.scale == 2),
        ("parameters.release.maximum=.6", lambda e: e.parameters == {"release.maximum": 0.6}),
    ],
)
def test_set_changes_one_value_by_its_dotted_path(setting, read):
    assert read(with_overrides(load("moussawi2009"), [setting]))


@pytest.mark.parametrize(
    ("setting", "line"),
    [
        ("animals.sed=7", "animals.sed: unknown key; did you mean 'seed'?"),
        ("test.HFX.day=30", "did you mean 'HFS'?"),
        ("group.cocane.name=x", "did you mean 'cocaine'?"),
        ("animals.seed", "PATH=VALUE"),
        ("animals.per_group=-1", "animals.per_group: -1 is not allowed"),
        ("parameters.release.maximum=inf", "a parameter must be finite"),
        ("test.HFS.induction.frequency=50 mV", "'50 mV' is not a frequency"),
    ],
)
def test_set_refuses_what_leads_nowhere(setting, line):
    with pytest.raises(InputError) as refused:
        with_overrides(load("moussawi2009"), [setting])
    assert line in str(refused.value)


@given(st.text(max_size=80))
def test_no_setting_whatsoever_gives_a_traceback(setting):
    with suppress(InputError):
        with_overrides(load("tone"), [setting])


def test_file_names_need_no_quoting():
    assert slug("control+(S)-4-CPG+LY341495") == "control+S-4-CPG+LY341495"


def test_a_file_name_fits_a_file_system_whatever_the_names(tmp_path):
    long = "細" * 60
    names = {file_stem(group, test, tail=f"_{animal:03d}") for group in (long, long[:-1] + "胞") for test in (long, "x")
             for animal in (0, 1)}  # fmt: skip
    assert len(names) == 8
    for name in names:
        with replacing(tmp_path / f"{name}.nwb") as temporary:
            temporary.write_text("")
        assert name.endswith(("_000", "_001")) and len(name.encode()) <= 229
    assert file_stem("cocaine+NAC", "HFS", tail="_003") == "cocaine+NAC_HFS_003"


def test_long_names_in_any_script_are_run(tmp_path, monkeypatch):
    document = load("tone").model_dump(mode="json", exclude_unset=True)
    document["group"] = [document["group"][0] | {"name": "細" * 60}, document["group"][0] | {"name": "é" * 60}]
    document["test"] = [document["test"][0] | {"name": "胞" * 60}]
    files = [run.file for run in plan(experiment_from(document))]
    assert len(set(files)) == len(files)
    for file in files[:1] + files[-1:]:
        with replacing(tmp_path / file) as temporary:
            temporary.write_text("")


def test_names_that_a_file_system_takes_for_one_are_refused():
    document = load("tone").model_dump(mode="json", exclude_unset=True)
    for pair in (("한", "\u1112\u1161\u11ab"), ("Sham", "sham"), ("a b", "a-b")):  # a syllable, and its letters
        document["group"] = [document["group"][0] | {"name": name} for name in pair]
        with pytest.raises(InputError, match="would share their files"):
            experiment_from(document)


def test_the_check_of_names_grows_as_their_number():
    document = load("tone").model_dump(mode="json", exclude_unset=True)

    def calls(number):
        document["group"] = [{"name": f"g{place}"} for place in range(number)]
        counted = 0

        def count(frame, event, _):
            nonlocal counted
            counted += event == "call"

        sys.setprofile(count)
        try:
            experiment_from(document)
        finally:
            sys.setprofile(None)
        return counted

    assert calls(800) < 5 * calls(200)
