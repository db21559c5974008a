"""The network of one animal in one test as Brian2 objects with its values set, for monitors and changes of one's own.

What a run would hand to the compiled program is taken just before it starts, so the network is that of the run: the
animal's wiring and parameters, what its history left behind, drugs on board, the protocol. It runs in this process, in
Brian2's runtime mode and in double precision, some hundred times slower than the compiled program.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import brian2
import numpy as np

from circuit.engine.compiled import Output
from circuit.engine.prepared import PreparedCircuit
from circuit.network.objects import Circuit, without_known_warnings
from circuit.network.ready import ready
from circuit.wiring.layout import Layout, Range, lay_out
from circuit.wiring.plan import WHOLE, plan
from protocols.errors import InputError, nearest, refuse_unknown
from protocols.experiments.experiment import Experiment
from protocols.runs.plan import plan as runs_of
from protocols.simulation.simulate import prepare, simulate
from results.recording import Identity


class _Reached(Exception):
    """The run that was waited for is about to start."""


@dataclass(frozen=True)
class _UntilTheRun(PreparedCircuit):
    """A circuit that does the sessions before a test, and keeps what the run of the test is given, undone."""

    noise_seed: int = 0
    kept: dict[str, Any] = field(default_factory=dict)

    def run(self, name: str, inputs: Mapping[str, float | np.ndarray], duration: float, noise_seed: int) -> Output:
        """Raise `_Reached` at the run of the test; sessions of its history have noise of their own."""
        if noise_seed != self.noise_seed:
            return super().run(name, inputs, duration, noise_seed)
        self.kept.update(name=plan(name).name, inputs=dict(inputs), duration=duration)
        raise _Reached


class AnimalNetwork:
    """One animal's network as Brian2 objects.

    ``network["core_medium_spiny"]`` is a population as a Brian2 `Subgroup`; any other object is found by its name too.

    Attributes
    ----------
    network : brian2.Network
        All objects of the run, its monitors included.
    identity : results.recording.Identity
        Whose network it is, with its seeds.
    duration : brian2.Quantity
        Network time of the whole test. Background between pulses is accelerated, so that it is shorter than the test.
    spikes, states : dict
        The monitors of the run, by kind of cell and by name.
    """

    def __init__(self, circuit: Circuit, layout: Layout, identity: Identity, duration: float) -> None:
        self._circuit, self._layout = circuit, layout
        self.network, self.spikes, self.states = circuit.network, circuit.spikes, circuit.states
        self.identity, self.duration = identity, duration * brian2.second

    @property
    def populations(self) -> dict[str, Range]:
        """Where each population lies: its kind of cell, and its cells in that kind's group."""
        return dict(self._layout.ranges)

    @property
    def objects(self) -> dict[str, Any]:
        """Every group of cells, every `Synapses` and what stands around them, by the name that Brian2 knows."""
        return dict(self._circuit.groups)

    def __getitem__(self, name: str) -> Any:
        """A population, a nucleus that has one kind of cell, or an object, by its name.

        Raises
        ------
        KeyError
            If there is none of that name; it names the nearest.
        """
        if name in self._layout.ranges:
            place = self._layout.ranges[name]
            return self._circuit.groups[place.kind][place.first : place.end]
        if name in self._circuit.groups:
            return self._circuit.groups[name]
        raise KeyError(
            f"no population or object '{name}'{nearest(name, [*self._layout.ranges, *self._circuit.groups])}"
        )

    def contacts(self, projection: str) -> tuple[Any, np.ndarray]:
        """The `Synapses` object in which a projection's contacts are, and their places in it.

        Parameters
        ----------
        projection : str
            As ``"PL_pyramidal_to_core_medium_spiny"``.

        Raises
        ------
        KeyError
            If there is no such projection; it names the nearest.
        """
        rows = {row.name: row for row in self._layout.wiring.projection}
        if projection not in rows:
            raise KeyError(f"no projection '{projection}'{nearest(projection, list(rows))}")
        name, places = self._layout.contacts(rows[projection])
        return self._circuit.groups[name], places

    def add(self, *objects: Any) -> None:
        """Add monitors, groups or network operations of one's own."""
        self.network.add(*objects)

    def run(self, duration: Any = None, report: str | None = None) -> None:
        """Run on, for some network time; for the whole test when left out.

        Parameters
        ----------
        duration : brian2.Quantity, optional
        report : str, optional
            As for `brian2.Network.run`: ``"text"`` tells how far it is.
        """
        self.network.run(self.duration if duration is None else duration, report=report, namespace={})

    def __repr__(self) -> str:
        who, cells = self.identity, sum(place.number for place in self._layout.ranges.values())
        about = f"{who.experiment}, {who.group}, {who.test}, animal {who.animal}"
        return f"AnimalNetwork({about}: {cells} cells in {len(self._layout.ranges)} populations, {self.duration!s})"


def network(
    experiment: Experiment, group: str, test: str, animal: int = 0, target: str | None = "numpy"
) -> AnimalNetwork:
    """Hand one animal's network over; of a test that runs the network several times, that of the first run.

    Parameters
    ----------
    experiment : Experiment
    group, test : str
    animal : int
        Its number in the group, from 0.
    target : str, optional
        Set as Brian2's ``codegen.target``: ``"numpy"`` needs no compiler, ``"cython"`` is faster where runs are long;
        None leaves it as it is.

    Raises
    ------
    InputError
        If there is no such group, test or animal, the test runs no network, or the experiment is refused.
    circuit.engine.compilation.EngineError
        If an animal has to be trained and the circuit for that cannot be compiled.
    """
    refuse_unknown(experiment.name, "group", group, [one.name for one in experiment.group])
    refuse_unknown(experiment.name, "test", test, [one.name for one in experiment.test])
    chosen = experiment.test_named(test)
    if not chosen.runs_network:
        raise InputError(
            f"test '{test}' does not run the network: days of drug and dose give its answer in closed form"
        )
    whose = [run.identity for run in runs_of(experiment) if (run.identity.group, run.identity.test) == (group, test)]
    if not 0 <= animal < len(whose):
        raise InputError(f"no animal {animal}; group '{group}' has 0 to {len(whose) - 1}")
    circuit = experiment.circuit
    trained = WHOLE in chosen.circuits  # sessions before the test are done by the compiled program
    builds = prepare(experiment).builds if trained else {}
    kept = _inputs(experiment, whose[animal], PreparedCircuit(circuit.scale, builds, circuit.state))
    if target is not None:
        brian2.prefs.codegen.target = target
    without_known_warnings()
    pathway = plan(kept["name"])
    layout = lay_out(pathway.table, circuit.scale, whose[animal].structure_seed)
    made = ready(pathway, circuit.scale, kept["inputs"], whose[animal].noise_seed)
    return AnimalNetwork(made, layout, whose[animal], kept["duration"])


def _inputs(experiment: Experiment, who: Identity, circuit: PreparedCircuit) -> dict[str, Any]:
    """What a run of the network in a test is given: its circuit's name, inputs and duration."""
    until = _UntilTheRun(circuit.scale, circuit.builds, circuit.state, who.noise_seed)
    try:
        simulate(who, experiment, until)
    except _Reached:
        return until.kept
    raise InputError(f"test '{who.test}' ended without running the network")
