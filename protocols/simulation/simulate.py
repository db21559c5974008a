"""One animal, one test: history -> adapted state -> steady tone -> stimulated network -> recording."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from circuit.engine import compiled
from circuit.engine.prepared import PreparedCircuit
from circuit.wiring.own import in_use
from circuit.wiring.plan import WHOLE, plan
from protocols.animals.animal import Animal
from protocols.errors import InputError
from protocols.experiments.experiment import Experiment
from protocols.experiments.model import parameters
from protocols.simulation.digest import model_digest
from results.recording import Identity, Recording


def prepare(experiment: Experiment, say: Callable[[str], None] = lambda _: None) -> PreparedCircuit:
    """Compile the experiment's circuit, or take it from the cache; without a compiler, fall back on `runtime`.

    Parameters
    ----------
    experiment : Experiment
    say : callable, optional
        Called with one line on what is being done.

    Raises
    ------
    InputError
        For a parameter that does not exist or is out of range, or the whole circuit without a compiler.
    """
    with in_use(experiment.circuit.digest):
        return _prepared(experiment, say)


def _prepared(experiment: Experiment, say: Callable[[str], None]) -> PreparedCircuit:
    parameters(experiment)
    circuit = experiment.circuit
    slow = PreparedCircuit(circuit.scale, state=circuit.state)
    names = sorted({plan(name).name for test in experiment.test for name in test.circuits})
    if not names:
        return slow
    possible = compiled.compiler() is not None or all(
        compiled.cached(name, circuit.scale, circuit.precision) for name in names
    )
    if experiment.whole and any(WHOLE in test.circuits for test in experiment.test) and not possible:
        raise InputError("circuit.engine: the whole circuit needs a C++ compiler (g++ and make); none was found")
    if circuit.engine == "runtime":
        return slow
    if not possible:
        say("no C++ compiler (g++ and make) was found: running on the slow engine 'runtime'")
        return slow
    return replace(slow, builds={name: compiled.build(name, circuit.scale, say, circuit.precision) for name in names})


def simulate(identity: Identity, experiment: Experiment, circuit: PreparedCircuit) -> Recording:
    """Simulate one animal in one test.

    Parameters
    ----------
    identity : Identity
        Group, test, animal and its seeds.
    experiment : Experiment
    circuit : PreparedCircuit

    Returns
    -------
    Recording
        Its provenance holds what the run itself knows; the caller adds the rest.
    """
    group, test = experiment.group_named(identity.group), experiment.test_named(identity.test)
    own = parameters(experiment)
    if experiment.animals.variability:
        own = own.of_animal(identity.structure_seed)
    day = test.on_day(group)
    animal = Animal(identity, group, day, own, experiment.acceleration, model_digest())
    with in_use(experiment.circuit.digest):
        return test.simulate(animal, circuit)
