"""The schema says of each key what stands below it in the source."""

from __future__ import annotations

from protocols.assays.kinds import KINDS
from protocols.experiments.circuit import Circuit
from protocols.experiments.experiment import Experiment
from protocols.experiments.schema import json_schema


def test_a_key_is_described_by_the_text_below_it():
    described = json_schema()["$defs"]["Circuit"]["properties"]
    assert described["scale"]["description"] == "Factor on cell numbers; in-degrees stay."


def test_a_key_of_every_test_is_described_in_every_kind():
    schema = json_schema()
    for kind in KINDS.values():
        day = schema["$defs"][kind.__name__]["properties"]["day"]
        assert day["description"] == "Day of the test; the end of the history when left out.", kind


def test_an_experiment_is_read_without_its_descriptions():
    assert not any(field.description for field in Circuit.model_fields.values())
    assert "description" not in Experiment.model_json_schema()["$defs"]["Circuit"]["properties"]["engine"]
