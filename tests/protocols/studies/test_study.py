"""Study files: what they span, what they refuse, and which runs they share."""

import sys
import tomllib
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocols.errors import InputError
from protocols.experiments import overrides
from protocols.experiments.experiment import experiment_from
from protocols.experiments.overrides import keys, places
from protocols.experiments.shipped import STUDIES, shipped
from protocols.studies import gather
from protocols.studies.conditions import applied
from protocols.studies.study import Study
from protocols.studies.study_file import Range, study_file

HEADER = {"name": "s", "experiment": "moussawi2009"}
DOSE = 'group."cocaine+NAC".treatment.NAC.dose'


def study(**parts):
    return Study.of({"study": HEADER | parts.pop("study", {}), **parts})


def test_the_shipped_studies_are_whole():
    assert "nac_dose" in shipped(STUDIES)
    for name in shipped(STUDIES):
        found = Study.load(name)
        assert found.size > 0 and found.processor_seconds() > 0
    dose = Study.load("nac_dose")
    assert dose.conditions == 24 and dose.size == 24 * dose.experiment(0).animals.per_group


def test_a_grid_a_list_and_a_sample_multiply():
    found = study(
        axes={"circuit.scale": [0.1, 0.2, 0.3]},
        point=[{"animals.seed": 1, "acceleration.maximum": 10}, {"animals.seed": 2, "acceleration.maximum": 20}],
        sample=[{"method": "sobol", "number": 4, "ranges": {"parameters.release.maximum": {"low": 0.5, "high": 0.7}}}],
    )
    assert len(found.points) == 24
    assert len({tuple(point.items()) for point in found.points}) == 24
    seen = {found.experiment(place).circuit.scale for place in range(24)}
    assert seen == {0.1, 0.2, 0.3}


def test_samples_lie_in_their_ranges_and_are_drawn_again_alike():
    ranges = {
        "parameters.release.maximum": {"low": 0.5, "high": 0.7},
        "test.HFS.induction.frequency": {"low": "10 Hz", "high": "100 Hz", "scale": "log"},
        "test.HFS.induction.pulses": {"low": 10, "high": 90, "whole": True},
    }
    for method in ("sobol", "latin_hypercube"):
        parts = {"sample": [{"method": method, "number": 16, "seed": 3, "ranges": ranges}]}
        found = study(**parts).checked()
        assert found.points == study(**parts).points
        releases = sorted(point["parameters.release.maximum"] for point in found.points)
        assert 0.5 <= releases[0] < 0.53 and 0.67 < releases[-1] <= 0.7  # a stratum each
        frequencies = [experiment.test_named("HFS").inductions[0].frequency.si for experiment in found.experiments]
        assert sum(frequency < 31.6 for frequency in frequencies) == 8  # half of them below the geometric middle
        assert all(isinstance(point["test.HFS.induction.pulses"], int) for point in found.points)


def test_a_dose_axis_begins_with_vehicle_and_goes_up_by_equal_ratios():
    axis = {"low": "10 mg/kg", "high": "0.09 g/kg", "number": 3, "zero": True}
    found = study(axes={DOSE: axis})
    doses = [point[DOSE] for point in found.points]
    assert doses == ["0 mg/kg", "10.0 mg/kg", "30.0 mg/kg", "90.0 mg/kg"]
    vehicle, *others = (experiment.group_named("cocaine+NAC").treatment for experiment in found.experiments)
    assert vehicle == ()
    assert [treatment[0].dose.si for treatment in others] == [10, 30, 90]


def test_groups_that_a_condition_leaves_as_they_are_share_their_runs():
    found = study(axes={DOSE: ["10 mg/kg", "30 mg/kg"]}, study={"tests": ["HFS"]}, set={"animals.per_group": 3})
    assert len(found.rows) == 2 * 5 * 3
    assert found.size == 4 * 3 + 2 * 3  # four groups are the same at both doses


def test_paired_animals_are_the_same_under_all_conditions_and_independent_ones_are_not():
    axes = {DOSE: ["10 mg/kg", "30 mg/kg"]}
    paired = {row.identity.structure_seed for row in study(axes=axes).rows}
    apart = study(axes=axes, study={"pairing": "independent"})
    assert len(paired) == 8
    assert len({row.identity.structure_seed for row in apart.rows}) == 2 * 5 * 8
    longer = study(axes={DOSE: ["3 mg/kg", "10 mg/kg", "30 mg/kg"]}, study={"pairing": "independent"})
    assert set(apart.runs()) < set(longer.runs())  # a condition's animals do not hang on its place


def test_more_animals_leave_the_runs_that_were_planned():
    few, many = (study(set={"animals.per_group": number}) for number in (2, 5))
    assert set(few.runs()) < set(many.runs())


def test_a_run_s_name_hangs_on_all_that_decides_it():
    base = set(study().runs())
    for path, value in {
        "circuit.scale": 0.5,
        "parameters.release.maximum": 0.61,
        "test.HFS.induction.frequency": "51 Hz",
        "acceleration.maximum": 7,
        "animals.variability": False,
        "animals.seed": 2,
        "model.pools": "one",
    }.items():
        other = set(study(set={path: value}).runs())
        if path.startswith("test.HFS"):
            assert len(other & base) == len(base) // 2  # the runs of LFS stay
        else:
            assert not other & base, path


def test_runs_of_one_life_follow_each_other():
    found = Study.of(
        {"study": {"name": "s", "experiment": "reinstatement"}, "set": {"animals.per_group": 2}, "axes": {}}
    )
    lives = [run.life for run in found.runs().values()]
    changes = sum(a != b for a, b in pairwise(lives))
    assert changes == len(set(lives)) - 1 < len(lives) - 1


BAD = [
    ({"axes": {"circuit..scale": [0.1, 0.2]}}, "is not a dotted path"),
    ({"axes": {"test.HFS.induction.freqency": ["10 Hz"]}}, "did you mean 'frequency'"),
    ({"axes": {"test.HSF.induction.frequency": ["10 Hz"]}}, "did you mean 'HFS'"),
    ({"axes": {"test.HFS.induction.frequency": ["10 ms"]}}, "is not a frequency"),
    ({"axes": {"test.HFS.induction.frequency": []}}, "give a list of values"),
    ({"axes": {"circuit.scale": [1, 1]}}, "names a value twice"),
    ({"axes": {"circuit.scale": [1]}, "set": {"circuit.scale": 2}}, r"is set in \[set\] already"),
    ({"axes": {"circuit.scale": {"low": 0, "high": 1, "number": 3}}}, "is not above 0"),
    ({"axes": {"circuit.scale": {"low": 2, "high": 1, "number": 3}}}, "is not below high"),
    ({"axes": {DOSE: {"low": "1 mg/kg", "high": "1 s", "number": 3}}}, "does not measure the same"),
    ({"axes": {DOSE: {"low": 1, "high": "3 mg/kg", "number": 3}}}, "give both with a unit, or none"),
    ({"axis": {}}, "did you mean 'axes'"),
    ({"set": {"animals.pairing": "paired"}}, "is said by study.pairing"),
    ({"set": {"group.*.treatment.NACC.dose": "1 mg/kg"}}, "has no entry 'NACC'"),
    ({"study": {"experiment": "mousawi2009"}}, "did you mean 'moussawi2009'"),
    ({"study": {"groups": ["contrl"]}}, "did you mean 'control'"),
    ({"study": {"pairing": "pared"}}, "did you mean 'paired'"),
    ({"point": [{"animals.seed": 1}, {"circuit.scale": 1}]}, "must name the same paths"),
    ({"sample": [{"method": "sobol", "number": 6, "ranges": {"circuit.scale": {"low": 1, "high": 2}}}]}, "4 or 8"),
    ({"sample": [{"method": "soboll", "number": 4, "ranges": {}}]}, "did you mean 'sobol'"),
    ({"slurm": {"time": "3"}}, "has no unit"),
    ({"slurm": {"memory": "2 GB"}}, "write e.g. '2G'"),
    ({"axes": {"parameters.release.maximum": [9.0]}}, "9"),
]


@pytest.mark.parametrize(("parts", "told"), BAD, ids=[told for _, told in BAD])
def test_what_cannot_be_is_refused_in_one_line(parts, told):
    with pytest.raises(InputError, match=told) as refusal:
        study(**parts).checked()
    assert "\n" not in str(refusal.value)


def test_a_star_stands_for_the_entries_that_have_what_follows():
    document = Study.load("nac_dose").base
    assert places(document, keys("group.*.treatment.NAC.dose")) == [
        ("group", 0, "treatment", 0, "dose"),
        ("group", 1, "treatment", 0, "dose"),
    ]
    changed = applied(document, {"test.*.after": "30 min"})
    assert {test["after"] for test in changed["test"]} == {"30 min"}
    with pytest.raises(InputError, match="is no list"):
        overrides.changed(document, keys("circuit.*.scale"), 1)


finite = st.floats(1e-6, 1e6)


@given(finite, finite, st.floats(0, 1), st.sampled_from(["linear", "log"]), st.sampled_from(["", "Hz", "mg/kg"]))
@settings(max_examples=60)
def test_a_range_gives_values_between_its_ends_in_the_unit_of_low(a, b, share, scale, unit):
    low, high = sorted((a, b))
    if not high > low * (1 + 1e-9):
        return
    span = Range(low=f"{low!r} {unit}" if unit else low, high=f"{high!r} {unit}" if unit else high, scale=scale)
    value = span.at(share)
    number = float(str(value).split(" ")[0])
    assert low * (1 - 1e-9) <= number <= high * (1 + 1e-9)
    assert str(value).partition(" ")[2] == unit


@given(st.lists(st.sampled_from(["10 mg/kg", "0.03 g/kg", "0 mg/kg", "100 mg/kg"]), min_size=1, unique=True))
def test_a_column_of_doses_is_in_one_unit(values):
    (column,) = gather.varied([{DOSE: value} for value in values])
    milligrams = {"10 mg/kg": 10, "0.03 g/kg": 30, "0 mg/kg": 0, "100 mg/kg": 100}
    factor = 1000 if column.column.unit == "g/kg" else 1
    assert column.column.name == "NAC.dose"
    assert [round(value * factor, 9) for value in column.values] == [milligrams[value] for value in values]


def test_what_the_file_says_is_what_is_kept():
    text = """
        [study]
        name = "s"
        experiment = "tone"
        [axes]
        "animals.seed" = [1, 2]
        [slurm]
        time = "90 min"
        options = ["--constraint=zen4"]
    """
    file = study_file(tomllib.loads(text))
    assert study_file(file.model_dump(mode="json", exclude_unset=True)) == file


def calls(function, *given, of=""):
    """How many Python functions a call comes to, or how often it calls those of a name."""
    counted = 0

    def count(frame, event, _):
        nonlocal counted
        counted += event == "call" and frame.f_code.co_name == (of or frame.f_code.co_name)

    sys.setprofile(count)
    try:
        function(*given)
    finally:
        sys.setprofile(None)
    return counted


@pytest.mark.parametrize(
    "path, value",
    [
        ("parameters.release.maximum", lambda share: 0.5 + 0.2 * share),
        ("test.HFS.induction.frequency", lambda share: f"{10 + 90 * share} Hz"),
        (DOSE, lambda share: f"{10 + 90 * share} mg/kg"),
        ("group.*.history.extinction.days", lambda share: round(1 + 3000 * share)),
    ],
)
def test_work_grows_as_the_number_of_conditions(path, value):
    def laid_out(number):
        values = [value(place / number) for place in range(number)]
        found = study(axes={path: values}, set={"animals.per_group": 1}).checked()
        assert found.size >= number and found.processor_seconds() > 0

    laid_out(2)  # what is read once
    few = calls(laid_out, 40)
    assert calls(laid_out, 160) < 5 * few


def test_a_condition_checks_only_what_it_changes():
    found = study(axes={DOSE: [f"{dose} mg/kg" for dose in range(10, 60)]})
    once = calls(lambda: experiment_from(found.base), of="_known_drug")
    assert once == 5  # NAC in three groups, an antagonist in two
    assert calls(found.checked, of="_known_drug") == once + 50


def test_a_long_axis_is_compared_value_by_value_only_once():
    compared = 0

    class Counted(int):
        def __eq__(self, other):
            nonlocal compared
            compared += 1
            return int(self) == other

        __hash__ = int.__hash__

    file = study_file({"study": HEADER, "axes": {"animals.seed": [Counted(seed) for seed in range(3000)]}})
    assert len(file.axes["animals.seed"]) == 3000 and compared < 10 * 3000
    for alike in ([1, 1.0], [[1], [1]], [{"a": 1}, 2, {"a": 1}]):
        with pytest.raises(InputError, match="names a value twice"):
            study(axes={"animals.seed": alike})


def test_a_refused_condition_is_told_in_the_words_of_its_file():
    with pytest.raises(InputError, match=r'group\."cocaine\+NAC"\.treatment\.NAC\.dose: .* is not a dose'):
        study(axes={DOSE: ["10 mg/kg", "10 s"]}).checked()
