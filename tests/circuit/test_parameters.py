"""Parameters are records, and what a run must not be given is refused."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from circuit.engine.compiled import EngineError, _check
from circuit.network.inputs import InputsError, check_finite
from circuit.parameters import ModelParameters, all_parameters
from circuit.wiring.layout import lay_out
from circuit.wiring.plan import presets
from synapses.parameters import brian2_unit


def test_every_parameter_says_where_it_comes_from_and_lies_in_its_range():
    for record in all_parameters():
        assert record.source and record.symbol and record.description, record
        assert record.low <= record.value <= record.high, record
        brian2_unit(record.unit)


def test_a_value_outside_its_range_or_not_finite_is_refused():
    for value in (2.0, float("nan"), float("inf")):
        with pytest.raises(ValueError, match=r"release\.maximum"):
            ModelParameters().with_values({"release.maximum": value})


def test_a_misspelt_parameter_names_the_nearest():
    with pytest.raises(KeyError, match=r"did you mean 'release\.maximum'"):
        ModelParameters().with_values({"release.maximun": 0.3})


def test_values_are_changed_by_path_and_nothing_else_is():
    changed = ModelParameters().with_values({"tone.mglur23_half": 6.0})
    assert changed.tone.mglur23_half == 6.0
    assert dataclasses.replace(changed, tone=ModelParameters().tone) == ModelParameters()


def test_units_are_read_as_products_and_ratios():
    assert float(brian2_unit("nS/mV")) == pytest.approx(1e-6)
    assert float(brian2_unit("uM/s")) == pytest.approx(1e-3)
    with pytest.raises(ValueError, match="unknown unit"):
        brian2_unit("furlong")


def test_numbers_in_si_units_are_those_of_brian2_to_the_last_bit():
    for group in ModelParameters.shipped().groups().values():
        assert group.si_values() == {name: float(quantity) for name, quantity in group.quantities().items()}


def test_scale_keeps_in_degrees():
    table = presets()["corticoaccumbens"].table
    for scale in (0.1, 1.0, 2.0):
        layout = lay_out(table, scale, 0)
        for row in table.projection:
            mean = len(layout.contacts(row)[1]) / layout.ranges[row.target].number
            assert mean == pytest.approx(row.in_degree, rel=0.15)


def test_the_default_circuit_has_800_cells_and_48_000_plastic_contacts():
    table = presets()["corticoaccumbens"].table
    layout = lay_out(table, 1.0, 0)
    assert sum(place.number for place in layout.ranges.values()) == 800
    plastic = sum(len(layout.contacts(row)[1]) for row in table.plastic)
    assert plastic == pytest.approx(48_000, rel=0.05)


def test_inputs_that_are_not_finite_missing_unknown_or_of_the_wrong_size_are_refused():
    with pytest.raises(InputsError, match="not a finite number"):
        check_finite({"a.b": np.array([1.0, np.inf])})
    known = {"a.b": {"size": 1}, "c.values": {"size": 3}}
    good = {"a.b": 1.0, "c.values": np.zeros(3)}
    _check(good, known)
    for bad in ({"a.b": 1.0}, good | {"d.e": 1.0}, good | {"c.values": np.zeros(2)}, good | {"a.b": float("nan")}):
        with pytest.raises(EngineError):
            _check(bad, known)
