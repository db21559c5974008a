"""Calibration: what may be fitted, the closed-form half, the emulator and the posterior on made responses, the file."""

from __future__ import annotations

import tomllib

import numpy as np
import pytest

from circuit.engine import compiled
from circuit.parameters import ModelParameters, all_parameters
from protocols.calibration import calibrate, homeostasis, plasticity
from protocols.calibration.emulator import emulate
from protocols.studies.study_folder import StudyFolder
from results import store
from results.evidence import table as evidence
from synapses.calibrated import Calibrated, calibrated

pytest.importorskip("sklearn")


SPREAD = len(plasticity.FREE) - 1  # place of the factor on how far animals differ


def made_cohorts(shares: np.ndarray) -> np.ndarray:
    """Cohorts that follow the shares: cocaine's LTP the first, LTP the second, LTD the third, the spread the last."""
    ltp, leak, ltd = 30 * shares[:, 1], 20 * shares[:, 0], 50 * shares[:, 2]
    mean = np.stack([100 + ltp, 100 - ltd, 100 + leak, 100 - 0.1 * ltd], axis=1)
    deviation = np.broadcast_to(np.log(4) + 2 * shares[:, SPREAD, None], mean.shape)
    return np.stack([np.stack([mean, deviation], axis=-1)] * 2, axis=2)


def test_only_rows_marked_calibration_are_fitted():
    table = {row.id: row for row in evidence.load()}
    for name in (*(row.id for row in homeostasis.ROWS), *plasticity.ROWS):
        assert table[name].use == "calibration", name


def test_only_control_and_cocaine_are_simulated_for_it():
    assert {group for group, _ in plasticity.CELLS} == {"control", "cocaine"}


def test_targets_of_glutamate_are_what_the_evidence_allows():
    table = {row.id: row for row in evidence.load()}
    for row in homeostasis.ROWS:
        value = table[row.id].value
        if table[row.id].unit == "% of baseline":  # the residual takes shares
            value = tuple(v / 100 for v in value) if isinstance(value, tuple) else value / 100
        if isinstance(value, tuple) and np.isfinite(value).all():
            assert sum(value) / 2 == pytest.approx(row.target)
            assert value[1] - row.target == pytest.approx(1.96 * row.sigma, rel=0.03)
        elif isinstance(value, float):
            assert value == pytest.approx(row.target)


@pytest.mark.slow
def test_resting_glutamate_can_be_fitted_to_every_row_at_once():
    fit = homeostasis.fit_homeostasis(profile=False)
    assert max(abs(residual) for *_, residual in fit.rows) < 1
    again = homeostasis.answers(ModelParameters().with_values(fit.values))
    assert again == pytest.approx([answer for _, answer, _, _ in fit.rows])


@pytest.mark.slow
def test_a_row_that_pulls_moves_its_parameter(monkeypatch):
    more = [
        homeostasis.Row(row.id, 0.65 if row.id == "G4a" else row.target, row.sigma, row.model)
        for row in homeostasis.ROWS
    ]
    before = homeostasis.fit_homeostasis(profile=False).values["adaptation.xct_change"]
    monkeypatch.setattr(homeostasis, "ROWS", tuple(more))
    after = homeostasis.fit_homeostasis(profile=False).values["adaptation.xct_change"]
    assert after > before + 0.05


def test_designs_grow_and_stay_inside_the_ranges():
    assert np.array_equal(plasticity.design(40)[:17], plasticity.design(17))
    for shares in plasticity.design(16):
        ModelParameters().with_values(plasticity.named(shares))


def test_emulator_and_posterior_find_what_made_the_cohorts():
    shares = plasticity.design(64)
    noise = np.random.default_rng(1).normal(0, 1.0, (64, 4, 2, 2)) * [1.0, 0.1]
    emulator = emulate(shares, made_cohorts(shares) + noise)
    assert emulator.error[..., 0].max() < 2.5 and emulator.error[..., 1].max() < 0.25
    found = plasticity.posterior(emulator, draws=2**12, kept=500)
    cohorts = made_cohorts(found.shares)[:, :, 0]
    mean, deviation = cohorts[..., 0], np.exp(cohorts[..., 1])
    assert (mean[:, 0] > 100).mean() > 0.95  # LTP in control
    assert (np.abs(mean[:, 2] - 100) < 12).mean() > 0.9  # none in cocaine
    effect = (mean[:, 0] - mean[:, 2]) / deviation[:, 0]
    assert np.median(effect) == pytest.approx(1.24, abs=0.3)
    assert len(found.members) == plasticity.MEMBERS
    assert found.shares[:, 3].std() > 0.2  # nothing speaks of the fourth: left open


def test_a_cohort_of_many_animals_has_the_mean_and_the_deviation_of_what_it_was_drawn_from():
    rng = np.random.default_rng(3)
    found = np.array([plasticity.cohort(rng.normal(110, 8, 6)) for _ in range(4000)])
    assert found[:, 0].mean() == pytest.approx(110, abs=0.2)
    assert found[:, 1].mean() == pytest.approx(np.log(8), abs=0.02)
    theirs = plasticity.errors(np.array([110.0, np.log(8)]), 6)
    assert found.std(axis=0) == pytest.approx(theirs, rel=0.05)


def test_animals_that_differ_more_make_a_published_effect_smaller_and_its_row_less_likely():
    narrow, wide = (made_cohorts(np.array([[0.1, 0.6, 0.5, 0.5, 0.5, 0.5, share]])) for share in (0.5, 1.0))
    error = np.full_like(narrow, 0.05)
    assert plasticity.log_likelihood(wide, error)[0] < plasticity.log_likelihood(narrow, error)[0] - 2


def test_only_sets_that_the_network_confirms_are_kept():
    shipped = made_cohorts(np.array([[0.1, 0.4, 0.3, 0.5, 0.5, 0.5, 0.4]]))[0]
    alike, no_potentiation, depressed_after_cocaine = (shipped.copy() for _ in range(3))
    alike[..., 0] += 1.0
    no_potentiation[0, :, 0] = 98.0
    depressed_after_cocaine[3] = shipped[1]
    kept = calibrate.confirmed(shipped, np.array([alike, no_potentiation, depressed_after_cocaine]))
    assert kept.tolist() == [True, False, False]


def test_a_calibration_is_read_as_it_was_written(tmp_path):
    values = {"release.half": 0.61234567, "variability.scale": 1.5}
    written = Calibrated(values, ({"release.half": 0.5},), {"release.half": (0.4, 0.7)}, {"release.half": ("P1a",)})
    calibrate.write(written, tmp_path / "calibrated.toml")
    table = tomllib.loads((tmp_path / "calibrated.toml").read_text())
    assert table["values"]["release.half"] == pytest.approx(0.61234567, rel=1e-4)
    assert table["ensemble"] == [{"release.half": 0.5}]
    assert table["rows"] == {"release.half": ["P1a"]}


def test_shipped_parameters_are_the_calibrated_ones_and_say_so():
    shown = {f"{record.group}.{record.name}": record for record in all_parameters()}
    for path, value in calibrated().values.items():
        assert shown[path].value == value
        assert "fitted to" in shown[path].source


@pytest.mark.slow
@pytest.mark.compiled
@pytest.mark.skipif(compiled.compiler() is None, reason="no C++ compiler")
def test_every_point_of_the_design_is_simulated_with_its_own_parameters(tmp_path, monkeypatch):
    monkeypatch.setattr(plasticity, "SCALE", 0.05)
    fixed, shares = {"release.recovery": 190.0}, plasticity.design(3)
    found = plasticity.simulate(fixed, tmp_path / "design", shares[:2], animals=2, jobs=1)
    assert found.shape == (2, 4, 2, 2) and np.isfinite(found).all()
    folder = StudyFolder.open(tmp_path / "design")
    seeds, fields = set(), {}
    for row in folder.rows():
        run = store.read(folder.path / row.file)
        assert run.provenance["parameters"]["release.recovery"] == 190.0
        factor = run.provenance["parameters"]["variability.scale"]
        assert factor == pytest.approx(plasticity.named(shares[row.point])["variability.scale"])
        cell = plasticity.CELLS.index((row.identity.group, row.identity.test))
        fields.setdefault((row.point, cell), []).append(run.measures["fepsp"].value)
        seeds.add((row.point, row.identity.structure_seed))
    for (point, cell), values in fields.items():
        assert found[point][cell][0] == pytest.approx(plasticity.cohort(values))
    assert len(seeds) == len({seed for _, seed in seeds}) == 4  # animals of its own at each point
    longer = plasticity.simulate(fixed, tmp_path / "design", shares, animals=2, jobs=1)
    assert np.array_equal(longer[:2], found)
