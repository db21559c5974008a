"""Units of the International System, held against pint."""

import pint
import pytest
from hypothesis import given
from hypothesis import strategies as st

from results.nwb.international_units import international

REGISTRY = pint.UnitRegistry()


@given(st.sampled_from(["", "m", "u", "n", "p", "k"]), st.sampled_from(["A", "V", "Hz", "s", "M"]))
def test_a_unit_is_the_multiple_that_pint_says(prefix, base):
    name, factor = international(prefix + base)
    given = REGISTRY.Quantity(1.0, {"M": "molar"}.get(base, base) if not prefix else prefix + base)
    assert factor == pytest.approx(given.to(REGISTRY.parse_units(name)).magnitude)


def test_concentrations_have_a_name_that_readers_know_and_no_factor():
    assert [international(unit) for unit in ("uM", "µM", "mM", "nM", "M")] == [
        ("micromolar", 1.0), ("micromolar", 1.0), ("millimolar", 1.0), ("nanomolar", 1.0), ("molar", 1.0)
    ]  # fmt: skip


def test_a_slope_is_per_second_a_percentage_percent_and_what_is_no_multiple_stays():
    assert international("pA/ms") == ("amperes/second", 1e-9)
    for unit in ("% of baseline", "% of basal", "%"):
        assert international(unit) == ("percent", 1.0)
    for unit in ("1", "mg/kg", "mg", "100 %"):
        assert international(unit) == (unit, 1.0)
