"""What differs between two recordings: nothing if and only if their content hashes are equal."""

from dataclasses import replace

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_recordings import recordings

from results.recording import Identity, Measure, Recording, Series, Spikes
from results.statistics.difference import changed_provenance, differences, differences_table
from results.store import content_hash

few = settings(max_examples=60, suppress_health_check=list(HealthCheck))


@few
@given(recordings(), recordings())
def test_no_difference_is_the_same_as_an_equal_hash(one, other):
    assert (differences(one, other) == []) == (content_hash(one) == content_hash(other))
    assert differences(one, one) == []


@few
@given(recordings(), st.floats(-1e6, 1e6).filter(bool))
def test_one_changed_number_is_one_difference_of_its_size(recording, step):
    changed = {name: Measure(measure.value + step, measure.unit) for name, measure in recording.measures.items()}
    found = differences(recording, replace(recording, measures=changed))
    moved = [name for name in sorted(changed) if changed[name].value != recording.measures[name].value]
    assert [one.dataset for one in found] == [f"measures/{name}/value" for name in moved]
    for one, name in zip(found, moved, strict=True):
        before, after = recording.measures[name], changed[name]
        assert one.unit == before.unit and one.largest == abs(after.value - before.value)
        assert (one.count, one.size, one.stored, one.repeated) == (1, 1, before.value, after.value)


def recording(values, spikes):
    return Recording(
        Identity("x", "a", "b", 0, 1, 2),
        series={"camp": Series(np.arange(3.0), values, "uM")},
        spikes={"PL": Spikes(spikes, np.zeros(len(spikes), int), 4)},
    )


def test_each_kind_of_difference_is_told():
    one = recording([1.0, -2.0, 4.0], [0.1, 0.2])
    other = recording([1.0, -2.5, 5.0], [0.1])
    other = replace(other, measures={"fepsp": Measure(1.0, "%")})
    found = {difference.dataset: difference for difference in differences(one, other)}
    camp = found["series/camp/values"]
    assert (camp.count, camp.size, camp.largest, camp.relative, camp.unit) == (2, 3, 1.0, 0.25, "uM")
    assert found["spikes/PL/timestamps"].kind == "shape"
    assert (found["spikes/PL/timestamps"].stored, found["spikes/PL/timestamps"].repeated) == ("2", "1")
    assert found["measures/fepsp/value"].kind == "added"
    assert {d.dataset: d for d in differences(other, one)}["measures/fepsp/value"].kind == "missing"
    assert len(differences_table(list(found.values())).rows) == len(found)


def test_a_zero_that_changed_its_sign_is_a_difference():
    assert [d.largest for d in differences(recording([0.0] * 3, []), recording([0.0, -0.0, 0.0], []))] == [0.0]


def test_provenance_tells_versions_and_parameters_apart_and_not_the_date():
    one = {"date": "a", "wall_seconds": 1, "packages": {"numpy": "1"}, "parameters": {"release.half": 0.5}, "git": None}
    other = {"date": "b", "wall_seconds": 2, "packages": {"numpy": "2"}, "parameters": {"release.half": 0.6}}
    assert changed_provenance(one, one) == []
    assert changed_provenance(one, other) == [
        {"entry": "packages.numpy", "stored": "1", "repeated": "2"},
        {"entry": "parameters.release.half", "stored": 0.5, "repeated": 0.6},
    ]
