"""Calibration of behaviour: what may be fitted, and that made answers are found again."""

from __future__ import annotations

import numpy as np
import pytest

from circuit.parameters import ModelParameters
from protocols.calibration import behaviour, behaviour_page
from protocols.calibration.emulator import emulate
from results.evidence import table as evidence

pytest.importorskip("sklearn")
NAMES = sorted(
    {name for row in behaviour.ROWS for name in (row.answer, getattr(row, "than", None)) if name is not None}
)


def made(shares: np.ndarray) -> dict[str, np.ndarray]:
    """Answers that depend on the shares in a known way: doses on the third, extinction on the second."""
    flat = np.zeros(len(shares))
    answers = {name: np.log(20.0) + flat for name in NAMES}
    for name, presses in (("0.25 mg", 5.6), ("0.5 mg", 3.3), ("0.75 mg", 2.4)):
        answers[name] = np.log(presses + 0.5) + 2 * (shares[:, 2] - 0.4)
    answers[behaviour.LAST] = np.log(20.0) - 3 * shares[:, 1]
    answers["yoked cue"] = answers["yoked extinction"] = np.log(3.0) + flat
    answers["extinction 8"] = np.log(8.0) + flat
    answers["levers"] = 2.0 + flat
    return answers


def test_only_rows_marked_calibration_are_fitted():
    table = {row.id: row for row in evidence.load()}
    for row in behaviour.ROWS:
        assert table[row.id].use == "calibration", row.id


def test_what_is_shipped_lies_within_the_ranges_that_are_searched():
    shipped = ModelParameters.shipped()
    for path, within in behaviour.FREE.items():
        group, name = path.split(".")
        assert within.low < getattr(shipped.groups()[group], name) < within.high, path


def test_published_numbers_are_those_of_the_table():
    table = {row.id: row for row in evidence.load()}
    for row in behaviour.ROWS:
        if isinstance(row, behaviour.Value):
            assert (row.target, row.sem) == (table[row.id].value, table[row.id].sem)


def test_nobody_who_is_fitted_to_is_treated_or_silenced():
    for experiment in behaviour.experiments().values():
        for group in experiment.group:
            assert not group.treatment and not group.inactivation and not group.expression


def test_every_answer_that_a_row_reads_is_simulated():
    there = {f"yoked {test.name}" for test in behaviour.experiments()["yoked"].test}
    there |= {test.name for test in behaviour.experiments()["cocaine"].test} | {"levers"}
    assert set(NAMES) <= there


def test_designs_grow_and_stay_inside_what_parameters_may_be():
    assert np.array_equal(behaviour.design(40)[:17], behaviour.design(17))
    for shares in behaviour.design(16):
        ModelParameters().with_values(behaviour.named(shares))


def test_made_answers_are_found_again_and_what_nothing_speaks_of_stays_open():
    shares = behaviour.design(48)
    answers = made(shares)
    noisy = behaviour.stacked(answers) + np.random.default_rng(1).normal(0, 0.05, (48, len(NAMES)))
    emulator = emulate(shares, noisy)
    found = behaviour.fit(emulator, NAMES, draws=2**11, kept=500)
    assert np.median(found.shares[:, 2]) == pytest.approx(0.4, abs=0.05)
    assert (found.shares[:, 1] > 0.2).mean() > 0.9
    assert found.shares[:, 4].std() > 0.2
    assert found.members.shape == (behaviour.MEMBERS, len(behaviour.FREE))


def test_the_page_says_what_each_row_asks_for(tmp_path):
    shares = behaviour.design(16)
    one = {name: float(values[0]) for name, values in made(shares).items()}
    fit = behaviour.Fit(shares, shares[0], shares[1:3])
    outcome = behaviour_page.Outcome(16, fit, one, one, dict.fromkeys(one, 0.1))
    text = behaviour_page.save(outcome, tmp_path)
    for row in behaviour.ROWS:
        assert f"| {row.id} |" in text
    assert (tmp_path / "behaviour.toml").exists() and (tmp_path / "calibration_behaviour.md").read_text() == text
