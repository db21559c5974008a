"""The acceleration that is chosen from a tolerance, and the table that it is chosen from."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.errors import InputError
from protocols.experiments.experiment import experiment_from, load
from protocols.experiments.overrides import with_overrides
from protocols.experiments.schema import json_schema
from protocols.runs.plan import document
from protocols.simulation.digest import experiment_hash
from protocols.stimulation import convergence


def accelerated(*settings):
    return with_overrides(load("moussawi2009"), settings).acceleration


@given(st.floats(0.001, 100), st.floats(0.001, 100))
def test_a_larger_tolerance_never_gives_a_slower_run_and_every_choice_was_measured(a, b):
    small, large = (convergence.choose(tolerance) for tolerance in sorted((a, b)))
    assert small.acceleration <= large.acceleration
    assert {small, large} <= set(convergence.measured_choices())
    assert small.error <= min(a, b) and large.error <= max(a, b)


def test_every_row_of_the_table_holds_its_mean():
    table = convergence.tomllib.loads(
        (convergence.resources.files("protocols.stimulation") / "convergence.toml").read_text()
    )
    for row in table["error"]:
        low, high = row["interval"]
        assert low <= row["mean"] <= high and row["animals"] > 1 and row["acceleration"] >= 1


def test_auto_is_replaced_by_what_was_measured():
    best = convergence.measured_choices()[-1]
    chosen = accelerated('acceleration.maximum="auto"', 'acceleration.tolerance="100 %"')
    assert (chosen.maximum, chosen.tolerance) == (best.acceleration, 100)
    assert accelerated('acceleration.maximum="auto"', 'acceleration.tolerance="0.0001 %"').maximum == 1
    assert accelerated('acceleration="auto"').tolerance == convergence.TOLERANCE


def test_what_was_chosen_is_kept_in_the_document_and_a_plain_one_stays_as_it_was():
    plain = load("moussawi2009")
    assert "tolerance" not in document(plain)["acceleration"]
    chosen = with_overrides(plain, ['acceleration="auto"'])
    kept = document(chosen)
    assert kept["acceleration"]["maximum"] == chosen.acceleration.maximum
    again = experiment_from(json.loads(json.dumps(kept)))
    assert again.acceleration == chosen.acceleration and experiment_hash(again) == experiment_hash(chosen)


@pytest.mark.parametrize("tolerance", ['"2"', '"two %"', "0", "-1.0", '"0 %"', '"200 %"', "true", '"2 Hz"'])
def test_a_tolerance_that_is_none_is_refused_in_one_line(tolerance):
    with pytest.raises(InputError, match=r"acceleration\.tolerance: .* is not a share .*; write e\.g\. '2 %'$"):
        accelerated('acceleration.maximum="auto"', f"acceleration.tolerance={tolerance}")


def test_the_line_says_what_was_chosen_and_how_far_it_is_off():
    best = convergence.measured_choices()[-1]
    assert convergence.described(best.acceleration, 5).startswith(
        f"acceleration {best.acceleration:g}: LTP and LTD at most "
    )
    assert "full biological time" in convergence.described(1.0, 0.1)


def test_editors_know_auto():
    described = json_schema()["$defs"]["Acceleration"]["properties"]
    assert {"const": "auto"} in described["maximum"]["anyOf"]
