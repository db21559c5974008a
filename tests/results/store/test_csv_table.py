"""CSV tables that a spreadsheet opens without running anything, and that read back as they were."""

import csv
import math

from hypothesis import given
from hypothesis import strategies as st

from results.store.csv_table import FORMULA, cell, write

BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "\n", " =", "\u00a0+", "＝", "＋", "－", "＠")
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)


@given(st.sampled_from(BEGINNINGS), texts)
def test_a_text_that_begins_as_a_formula_does_gets_an_apostrophe(beginning, rest):
    assert cell(beginning + rest) == f"'{beginning}{rest}"


@given(st.lists(texts, max_size=20, unique=True))
def test_no_two_texts_become_one_and_each_comes_back(names):
    written = [cell(name) for name in names]
    assert not any(one[:1] in tuple("=+-@\t\r\n") for one in written)
    assert [one[1:] if FORMULA.match(one) else one for one in written] == names


@given(st.floats())
def test_numbers_stay_numbers_whatever_their_sign(tmp_path_factory, value):
    path = tmp_path_factory.mktemp("table") / "t.csv"
    write(path, ["=value"], [[value]])
    (head,), (read,) = csv.reader(path.open(newline="", encoding="utf-8"))
    assert head == "'=value" and (float(read) == value or math.isnan(value))


@given(st.lists(texts, min_size=2, max_size=2))
def test_texts_with_commas_quotes_and_lines_come_back(tmp_path_factory, names):
    path = tmp_path_factory.mktemp("table") / "t.csv"
    write(path, names, [names])
    with path.open(newline="", encoding="utf-8") as file:
        assert list(csv.reader(file)) == [[cell(name) for name in names]] * 2
