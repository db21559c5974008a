"""The list of shipped experiments says of each what the experiment itself says."""

from protocols.experiments.experiment import load
from protocols.experiments.shipped import shipped
from protocols.runs import catalogue


def test_the_catalogue_is_up_to_date():
    """After a change of an experiment or of its estimated cost: ``python -m protocols.runs.catalogue``."""
    assert catalogue.TABLE.read_text(encoding="utf-8") == catalogue._written()


def test_every_shipped_experiment_is_listed_with_its_size():
    listed = {one.name: (one.title, one.reference, one.groups, one.tests, one.runs) for one in catalogue.catalogue()}
    assert list(listed) == shipped()
    for experiment in map(load, shipped()):
        about = experiment.experiment
        sizes = len(experiment.group), len(experiment.test), experiment.runs
        assert listed[experiment.name] == (about.title, about.reference, *sizes)
