"""The acceleration of slow variables against full biological time, small; `make exact` measures it in earnest."""

from __future__ import annotations

import pytest

from benchmarks.exactness import measure, simulate
from benchmarks.exactness_page import page
from circuit.engine import compiled
from protocols.experiments.experiment import load
from protocols.experiments.model import parameters
from protocols.experiments.overrides import with_overrides

pytestmark = [
    pytest.mark.slow,
    pytest.mark.compiled,
    pytest.mark.skipif(compiled.compiler() is None, reason="no C++ compiler"),
]

SCALE, ANIMALS, SEED = 0.05, 2, 3
SHORT = [
    f"test.{test}.{key}"
    for test in ("HFS", "LFS")
    for key in ('baseline="1 min"', 'after="2 min"', 'window=["30 s", "2 min"]')
] + ["test.LFS.induction.trains=1"]
BOUND = 0.01  # of mean AMPA efficacy and of mean potentiation; five times the noise of two animals


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("exactness")


@pytest.fixture(scope="module")
def report(folder):
    return measure(ANIMALS, SCALE, SEED, 1, folder, ("HFS", "LFS"), SHORT, with_oracles=False)


def means(report, measure):
    return {row["protocol"]: row for row in report["rows"] if row["what"] == "mean" and row["measure"] == measure}


@pytest.mark.parametrize("weight", ["rho", "potentiation"])
def test_accelerated_weights_end_where_full_time_has_them(report, weight):
    for row in means(report, weight).values():
        assert abs(row["value"]) < BOUND, row


def test_the_induction_changed_what_is_compared(report):
    assert means(report, "potentiation")["HFS"]["full"] > 0.2
    assert means(report, "rho")["LFS"]["full"] < 0.95


def test_the_bound_can_fail(report, folder):
    """Three pulses for three hundred, hardly a window after one, haste after the train: the weights end elsewhere."""
    changed = [f"animals.per_group={ANIMALS}", f"circuit.scale={SCALE}", f"animals.seed={SEED}", *SHORT]
    reckless = [
        "acceleration.pulse_group=100", "acceleration.uncompressed=0", 'acceleration.window_after="10 ms"',
        "acceleration.after_induction=600", 'acceleration.induction_memory="0 s"',
    ]  # fmt: skip
    found = simulate(with_overrides(load("moussawi2009"), [*changed, *reckless]), "LFS", False, folder, 1).values
    assert abs(found["rho"].mean() - means(report, "rho")["LFS"]["full"]) > BOUND


def test_acceleration_saves_and_the_page_says_how_much(report):
    seconds = report["network_seconds"]["HFS"]
    assert seconds["full"] > 8 * seconds["accelerated"]
    text = page(report)
    assert "difference [95 %]" in text and f"{seconds['full']:.0f}" in text


def test_the_page_says_how_far_its_animals_differ(report):
    shipped = parameters(load("moussawi2009")).variability.scale
    assert f"spread factor between animals {shipped:g}" in page(report)
