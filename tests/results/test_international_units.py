"""Units of the International System, held against pint."""

import pint
import pytest
from hypothesis import given
from hypothesis import strategies as st

from results.international_units import international

REGISTRY = pint.UnitRegistry()


@given(st.sampled_from(["", "m", "u", "n", "p", "k"]), st.sampled_from(["A", "V", "Hz", "s", "M"]))
def test_a_unit_is_the_multiple_that_pint_says(prefix, base):
    name, factor = international(prefix + base)
    expected = REGISTRY.Quantity(1.0, {"M": "molar"}.get(base, base) if not prefix else prefix + base).to_base_units()
    assert factor == pytest.approx(expected.to(REGISTRY.parse_units(name)).magnitude)


def test_a_slope_is_per_second_and_what_is_no_multiple_stays():
    assert international("pA/ms") == ("amperes/second", 1e-9)
    for unit in ("% of baseline", "1", "%", "mg/kg", "mg"):
        assert international(unit) == (unit, 1.0)
