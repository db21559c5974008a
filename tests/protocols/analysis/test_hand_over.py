"""One animal's network in Brian2: it is that of the run, and a user's monitors do not change it."""

import re
from pathlib import Path

import brian2
import numpy as np
import pytest

import corticostriatal as cs
from circuit.engine import runtime
from protocols.analysis import hand_over
from protocols.errors import InputError
from protocols.experiments.experiment import load
from protocols.experiments.overrides import with_overrides

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "how-to" / "brian2.md"
SMALL = ["circuit.scale=0.05", "animals.per_group=2"]
BLOCKS = re.compile(r"<!-- runs in tests: (.*?) -->\n```python\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def said():
    """The page's code, block by block, and the names that it leaves."""
    names: dict = {}
    blocks = dict(BLOCKS.findall(PAGE.read_text(encoding="utf-8")))
    for text in blocks.values():
        exec(compile(text.replace("circuit.scale=0.1", "circuit.scale=0.05"), str(PAGE), "exec"), names)
    return blocks, names


def test_a_monitor_is_added_to_an_animals_core_cells_in_twelve_lines(said):
    blocks, names = said
    assert len([line for line in blocks["add a monitor"].splitlines() if line.strip()]) <= 12
    recorded = names["recorded"]
    assert recorded.v.shape == (4, 300) and -0.1 < float(np.min(recorded.v)) < -0.04


def test_the_pages_contacts_are_those_of_the_projection(said):
    _, names = said
    synapses, places = names["synapses"], names["places"]
    assert 0 < len(places) <= len(synapses) and names["weights"].potentiation.shape[0] == 100


def test_the_network_is_that_of_the_run_and_monitors_do_not_change_it():
    experiment = with_overrides(load("moussawi2009"), SMALL)
    animal = hand_over.network(experiment, "cocaine+NAC", "HFS", 1)
    animal.add(brian2.StateMonitor(animal["core_medium_spiny"], "v", record=[0], name="mine"))
    animal.run(1.2 * brian2.second)
    kept = hand_over._inputs(experiment, animal.identity, hand_over.PreparedCircuit(0.05, {}, "anaesthetised"))
    output = runtime.run(kept["name"], 0.05, kept["inputs"], 1.2, animal.identity.noise_seed)
    for kind, (times, cells) in output.spikes.items():
        assert np.array_equal(times, np.array(animal.spikes[kind].t_[:])), kind
        assert np.array_equal(cells, np.array(animal.spikes[kind].i[:])), kind
    assert sum(len(times) for times, _ in output.spikes.values()) > 10


def test_animals_and_groups_have_their_own_values():
    experiment = with_overrides(load("moussawi2009"), SMALL)
    xct = {
        (group, n): float(hand_over.network(experiment, group, "HFS", n)["extracellular"].xct[0])
        for group in ("control", "cocaine")
        for n in (0, 1)
    }
    assert xct["cocaine", 0] < xct["control", 0] and len(set(xct.values())) >= 3


def test_a_population_is_its_part_of_the_cells_of_its_kind():
    animal = cs.network("moussawi2009", "control", "HFS", set=SMALL)
    place = animal.populations["PL_pyramidal"]
    part = animal["PL_pyramidal"]
    assert (part.start, part.stop, part.source.name) == (place.first, place.end, place.kind)
    assert repr(animal).startswith("AnimalNetwork(moussawi2009, control, HFS, animal 0: ") and len(repr(animal)) < 200


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (("contrl", "HFS", 0), "did you mean 'control'?"),
        (("control", "HSF", 0), "did you mean 'HFS'?"),
        (("control", "HFS", 2), "no animal 2; group 'control' has 0 to 1"),
    ],
)
def test_what_is_not_there_is_refused_with_the_nearest(asked, told):
    with pytest.raises(InputError, match=re.escape(told)):
        hand_over.network(with_overrides(load("moussawi2009"), SMALL), *asked)


def test_an_unknown_name_is_refused_with_the_nearest():
    animal = cs.network("moussawi2009", "control", "HFS", set=SMALL)
    with pytest.raises(KeyError, match="did you mean 'core_medium_spiny'"):
        animal["core_medium_spin"]
    with pytest.raises(KeyError, match="no projection 'PL_to_core'"):
        animal.contacts("PL_to_core")
