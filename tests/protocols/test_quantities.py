"""Quantities: units are required, dimensions checked, canonical text reads back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols import quantities
from protocols.errors import InputError
from protocols.quantities import quantity

UNITS = {
    "duration": ["ms", "s", "min", "h", "d"],
    "frequency": ["Hz", "kHz"],
    "dose": ["mg/kg", "g/kg"],
    "concentration": ["nM", "uM", "mM"],
    "conductance": ["nS", "pS"],
}
MAGNITUDES = st.floats(1e-6, 1e6).map(lambda x: float(f"{x:.9g}"))


@given(st.sampled_from([(d, u) for d, units in UNITS.items() for u in units]), MAGNITUDES)
def test_canonical_text_reads_back_as_an_equal_quantity(kind, magnitude):
    dimension, unit = kind
    first = quantity(f"{magnitude!r} {unit}", dimension)
    again = quantity(first.text, dimension)
    assert (again, again.text) == (first, first.text)


@given(st.sampled_from([(d, u) for d, units in quantities._COMMON.items() for u in units]), st.data(), MAGNITUDES)
def test_usual_units_are_read_as_pint_reads_them(kind, data, magnitude):
    dimension, unit = kind
    for written in (f"{magnitude!r} {unit}", f"-{magnitude:g} {unit}", f"0 {unit}"):
        found, by_pint = quantities._usual(written, dimension), quantities._parsed(written, dimension)
        assert (found.si, found.dimension, found.text) == (by_pint.si, by_pint.dimension, by_pint.text)
        other = data.draw(st.sampled_from(list(quantities._COMMON[dimension])))
        number = quantities._registry().Quantity(float(found.text.split()[0]), quantities._unit(unit))
        assert found.to(other) == quantities._rounded(number.to(quantities._unit(other)).magnitude)


@given(st.integers(1, 10_000))
def test_an_hour_is_sixty_minutes(hours):
    assert quantity(f"{hours} h") == quantity(f"{60 * hours} min")
    assert hash(quantity(f"{hours} h")) == hash(quantity(f"{60 * hours} min"))


def test_the_magnitude_is_in_the_documented_unit():
    assert quantity("-2.5 h", "duration").si == -9000
    assert quantity("100 mg/kg", "dose").si == 100
    assert quantity("10 uM", "concentration").si == 0.01
    assert quantity("10 µM", "concentration").to("nM") == 10_000


@pytest.mark.parametrize(
    ("given_value", "dimension", "line"),
    [
        ("50 mV", "frequency", "'50 mV' is not a frequency; write e.g. '50 Hz'"),
        ("50", "frequency", "'50' has no unit; write e.g. '50 Hz'"),
        (50, "frequency", "50 has no unit; write e.g. '50 Hz'"),
        (True, "duration", "True is not a duration; write e.g. '2.5 h'"),
        ("5 parsec", "duration", "'5 parsec' is not a duration; write e.g. '2.5 h'"),
        ("5 qux", "duration", "'5 qux' has an unknown unit 'qux'; write e.g. '2.5 h'"),
        ("100 mg", "dose", "'100 mg' is not a dose per body weight; write e.g. '100 mg/kg'"),
        ("1e400 s", "duration", "'1e400 s' is beyond what a number can hold; write e.g. '2.5 h'"),
    ],
)
def test_what_is_not_a_quantity_is_refused_in_one_line(given_value, dimension, line):
    with pytest.raises(InputError) as refused:
        quantity(given_value, dimension)
    assert str(refused.value) == line


@pytest.mark.parametrize("text", ["inf s", "nan s", "__import__('os') s", "2**9 s", "3 %", "2 degC", "5 dB", "", "s"])
def test_nothing_is_evaluated_and_nothing_infinite_passes(text):
    with pytest.raises(InputError):
        quantity(text)
