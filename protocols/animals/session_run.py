"""The session of a test: the animal's history up to that day, what is silenced, and the session itself."""

from __future__ import annotations

from dataclasses import dataclass

from circuit.engine import compiled
from circuit.engine.build_cache import cache_folder
from circuit.engine.prepared import PreparedCircuit
from circuit.wiring.layout import Layout
from protocols.animals.animal import Animal
from protocols.animals.exchange import with_exchanges
from protocols.animals.history import Group, Phase
from protocols.animals.sessions import Session
from protocols.animals.silencing import light_of, silencing_of, with_interventions
from protocols.animals.training import Individual, State, at_home_until, run_session, trained


@dataclass(frozen=True, eq=False)
class Learnt:
    """What an animal has learnt in the sessions of its history.

    Attributes
    ----------
    state : State
        On the day of a test.
    layout : Layout
        The wiring of its whole circuit, in whose order the weights are.
    """

    state: State
    layout: Layout


@dataclass(frozen=True, eq=False)
class SessionRun:
    """A session that was run.

    Attributes
    ----------
    animal : Individual
    state : State
        Of the animal before the session.
    session : Session
        With the epochs marked in which something is silenced or stimulated.
    output : compiled.Output
    """

    animal: Individual
    state: State
    session: Session
    output: compiled.Output


def run_test_session(
    animal: Animal,
    circuit: PreparedCircuit,
    before: tuple[Phase, ...],
    session: Session,
    hours: float,
    site: str,
) -> SessionRun:
    """Let an animal live through its history to the day of a test, and run the session of the test.

    Parameters
    ----------
    animal : Animal
    circuit : PreparedCircuit
    before : tuple of Phase
        Phases between the history and the test.
    session : Session
        Without what is silenced or stimulated in it.
    hours : float
        Length of the session without its epochs in the home cage, h.
    site : str
        The region of the striatum in which the test records.
    """
    seed = animal.identity.structure_seed
    group = animal.group.going_through(before)
    individual = Individual.of(circuit, animal.own, seed)
    state = _on_the_day(animal, individual, group)
    session = with_interventions(session, group, hours)
    silencing = silencing_of(group.inactivation, individual.layout, seed)
    light = light_of(group.stimulating, individual.layout, seed)
    output = run_session(individual, state, group, session, animal.identity.noise_seed, silencing, light, site)
    return SessionRun(individual, state, session, output)


def learnt_in_sessions(animal: Animal, circuit: PreparedCircuit) -> Learnt:
    """Let an animal live through its history to the day of a test, and see what it has learnt."""
    individual = Individual.of(circuit, animal.own, animal.identity.structure_seed)
    return Learnt(_on_the_day(animal, individual, animal.group), individual.layout)


def _on_the_day(animal: Animal, individual: Individual, group: Group) -> State:
    """The state of an animal on the day of a test, its history's sessions done."""
    own = _lived(animal, individual, group, int(animal.day))
    return with_exchanges(own, group, individual.layout, lambda twin, day: _lived(animal, individual, twin, day))


def _lived(animal: Animal, individual: Individual, group: Group, day: int) -> State:
    """The state on a day of an animal that has lived through a group's history."""
    state = trained(individual, group, group.history, cache_folder() / "animals", animal.code)
    return at_home_until(individual, state, day, group)
