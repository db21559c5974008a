"""Tables of finished studies: what is kept is what was simulated, and nothing of other settings is taken for it."""

from __future__ import annotations

import pytest
from study_help import ENGINE

from benchmarks import kept, resting, seeking
from protocols.experiments.experiment import load
from protocols.experiments.overrides import with_overrides
from protocols.runs.batch import run_batch
from protocols.runs.progress import Lines
from results.recording import Identity, Measure, Recording, Spikes
from results.statistics.summary import frame

NAME = "homer2"


def simulated(folder, seed, animals, *settings):
    """A folder of runs of an engine that answers at once."""
    experiment = with_overrides(load(NAME), [*settings, f"animals.seed={seed}", f"animals.per_group={animals}"])
    return run_batch(experiment, Lines(), folder / f"{NAME}-{seed}", jobs=1, **ENGINE)


def values(recordings):
    """The values of their measures, by who was measured."""
    table = frame(recordings)
    return table.set_index(["group", "test", "animal", "measure", "unit", "structure_seed"])["value"].to_dict()


def test_what_is_kept_is_what_was_simulated_with_animals_numbered_over_the_seeds(tmp_path):
    batches = [simulated(tmp_path, seed, 2) for seed in (7, 3)]
    for seed in (7, 3):
        kept.keep(tmp_path / f"{NAME}-{seed}", tmp_path / "tables")
    found = kept.recordings(NAME, tmp_path / "tables")
    wanted = [*batches[1].recordings, *seeking.numbered_on(batches[0].recordings, 2)]  # seeds in their order
    told = {key: value for key, value in values(wanted).items() if key[3] != "fepsp_time_course"}
    assert values(found) == pytest.approx(told, rel=1e-6)
    order = [group.name for group in load(NAME).group]
    assert list(dict.fromkeys(one.identity.group for one in found)) == order
    assert {one.provenance["seed"] for one in found} == {3, 7}


def test_the_same_runs_make_the_same_file(tmp_path):
    batch = simulated(tmp_path, 1, 2)
    for name in ("one", "other"):
        kept.keep(batch.folder, tmp_path / name)
    one, other = ((tmp_path / name / f"{NAME}.csv.gz").read_bytes() for name in ("one", "other"))
    assert one == other


def test_more_animals_of_a_seed_take_the_place_of_fewer_and_not_the_other_way(tmp_path):
    tables = tmp_path / "tables"
    for place, animals in enumerate((2, 3, 1)):
        simulated(tmp_path / str(place), 1, animals)
        said = kept.keep(tmp_path / str(place) / f"{NAME}-1", tables)
        assert ("nothing new" in said) == (animals == 1)
    assert {one.identity.animal for one in kept.recordings(NAME, tables)} == {0, 1, 2}


def test_an_animal_with_a_run_missing_is_left_out(tmp_path):
    batch = simulated(tmp_path, 1, 3)
    gone = next(path for path in sorted((batch.folder / "runs").glob("*_001.h5")))
    gone.unlink()
    kept.keep(batch.folder, tmp_path / "tables")
    assert {one.identity.animal for one in kept.recordings(NAME, tmp_path / "tables")} == {0}


def test_runs_of_other_settings_are_refused(tmp_path):
    simulated(tmp_path, 1, 2, "parameters.release.maximum=0.5")
    with pytest.raises(ValueError, match="other settings"):
        kept.keep(tmp_path / f"{NAME}-1", tmp_path / "tables")
    assert not kept.recordings(NAME, tmp_path / "tables")


def test_the_hash_of_settings_knows_parameters_and_days_and_not_who_the_animals_are():
    experiment = load(NAME)
    assert kept.settings_hash(with_overrides(experiment, ["animals.seed=9", "animals.per_group=3"])) == (
        kept.settings_hash(experiment)
    )
    for setting in ("parameters.release.maximum=0.5", "circuit.scale=0.3", "animals.variability=false"):
        assert kept.settings_hash(with_overrides(experiment, [setting])) != kept.settings_hash(experiment), setting


def test_rates_at_rest_are_those_of_vehicle_at_home_after_the_first_epoch():
    spikes = {"PL_pyramidal": Spikes([0.1, 0.7, 0.8, 0.9], [0, 1, 2, 3], 4)}
    vehicle = Recording(Identity("inactivation", "vehicle", "cue", 0, 1, 1), spikes=spikes)
    told = resting.with_rates(vehicle).measures[f"{resting.MEASURE}PL_pyramidal"]
    length = (resting.HOME_EPOCHS - 1) * resting.EPOCH
    assert told == Measure(pytest.approx(3 / 4 / length), "Hz")
    silenced = Recording(Identity("inactivation", "PL", "cue", 0, 1, 1), spikes=spikes)
    assert not resting.with_rates(silenced).measures and not resting.section([silenced])
    assert any("| PL_pyramidal |" in line for line in resting.section([resting.with_rates(vehicle)]))
