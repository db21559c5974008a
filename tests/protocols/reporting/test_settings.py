"""Settings away from their defaults, as a report lists them."""

from protocols.experiments.experiment import load
from protocols.experiments.overrides import with_overrides
from protocols.reporting.report_settings import settings_away_from_default


def test_double_precision_is_a_setting_like_others():
    changed = with_overrides(load("tone"), ["circuit.precision=double", "circuit.scale=0.1"])
    assert {("circuit.precision", "double", None), ("circuit.scale", 0.1, 1.0)} <= set(
        settings_away_from_default(changed)
    )


def test_rows_of_ones_own_are_listed_by_their_names(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_text('population = [{name = "PL_pyramidal", number = 480}]\n')
    changed = with_overrides(load("tone"), ["circuit.preset=mine.toml"])
    listed = {path: here for path, here, _ in settings_away_from_default(changed)}
    assert listed["circuit.preset"] == "mine.toml" and listed["circuit.own.population.PL_pyramidal.number"] == 480
