"""One animal of the whole circuit in the session of a test: its life up to the day, what is silenced, the session."""

from __future__ import annotations

from dataclasses import dataclass

from circuit.engine import compiled
from circuit.engine.build_cache import cache_folder
from circuit.parameters import ModelParameters
from protocols.animals.history import Group
from protocols.animals.life import Individual, State, attend, live, waited
from protocols.animals.sessions import Session
from protocols.animals.silencing import lit, scheduled, silenced
from protocols.assays.session_assays import Seeking, Spines
from protocols.errors import InputError
from protocols.experiments.experiment import Experiment
from protocols.runs.digest import model_digest
from results.recording import Identity


@dataclass(frozen=True, eq=False)
class Attended:
    """What came of it.

    Attributes
    ----------
    animal : Individual
    state : State
        Before the session.
    session : Session
    output : compiled.Output
    """

    animal: Individual
    state: State
    session: Session
    output: compiled.Output


def attended(
    identity: Identity,
    experiment: Experiment,
    group: Group,
    test: Seeking | Spines,
    own: ModelParameters,
    build: compiled.Build | None,
    session: Session,
) -> Attended:
    """Let an animal live to the day of a test and attend its session.

    Parameters
    ----------
    identity : Identity
    experiment : Experiment
    group : Group
        With all phases that the animal lives through before the test as its history.
    test : Seeking or Spines
    own : ModelParameters
        The animal's own.
    build : Build
    session : Session
        Without what is silenced or stimulated in it.

    Raises
    ------
    InputError
        If there is no build.
    """
    if build is None:
        raise InputError("circuit.engine: the whole circuit needs a compiled build")
    seed = identity.structure_seed
    animal = Individual.of(build, own, seed, experiment.circuit.scale)
    state = live(animal, group, group.history, cache_folder() / "animals", model_digest())
    state = waited(state, group.days if test.day is None else int(test.day), group, own)
    held = scheduled(session, group, test.hours)
    silencing, light = silenced(group.inactivation, animal.layout, seed), lit(group.stimulating, animal.layout, seed)
    output = attend(animal, state, group, held, identity.noise_seed, silencing, light)
    return Attended(animal, state, held, output)
