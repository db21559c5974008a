"""One animal, one test: history -> adapted state -> steady tone -> stimulated network -> recording."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from circuit.engine import compiled, runtime
from circuit.network.inputs import run_inputs
from circuit.parameters import ModelParameters
from circuit.wiring.preset import preset
from protocols.animals.history import Group
from protocols.animals.rest import at_rest
from protocols.assays.kinds import Test
from protocols.assays.limits import SETTLING
from protocols.assays.limits import compiled as compiled_timeline
from protocols.assays.network_kinds import CLOSED_FORM, KINDS
from protocols.assays.passes import Pass, Performed
from protocols.assays.prime import prime
from protocols.assays.seek import seek
from protocols.errors import InputError
from protocols.experiments.experiment import Experiment
from protocols.experiments.model import parameters
from results.recording import Identity, Measure, Recording, Series, Spikes, SynapseSample
from synapses.homeostasis import cleft_level, cleft_peak
from synapses.release import release_probability
from synapses.variability import draw

RASTER = 40  # cells of each population whose spikes are kept


@dataclass(frozen=True)
class Prepared:
    """What every run of an experiment shares; `build` is None for the runtime engine."""

    build: compiled.Build | None


def prepare(experiment: Experiment, say: Callable[[str], None] = lambda _: None) -> Prepared:
    """Compile the experiment's circuit, or take it from the cache; without a compiler, fall back on `runtime`.

    Parameters
    ----------
    experiment : Experiment
    say : callable, optional
        Told what is being done, in one line.

    Raises
    ------
    InputError
        For a parameter that does not exist or is out of range, or the whole circuit without a compiler.
    """
    parameters(experiment)
    if all(test.kind in CLOSED_FORM for test in experiment.test):
        return Prepared(None)
    circuit = experiment.circuit
    possible = compiled.compiler() is not None or compiled.cached(circuit.preset, circuit.scale) is not None
    if experiment.whole and not possible:
        raise InputError("circuit.engine: the whole circuit needs a C++ compiler (g++ and make); none was found")
    if circuit.engine == "runtime":
        return Prepared(None)
    if not possible:
        say("no C++ compiler (g++ and make) was found: running on the slow engine 'runtime'")
        return Prepared(None)
    return Prepared(compiled.build(circuit.preset, circuit.scale, say))


def conduct(identity: Identity, experiment: Experiment, prepared: Prepared) -> Recording:
    """Simulate one animal in one test.

    Parameters
    ----------
    identity : Identity
        Group, test, animal and its seeds.
    experiment : Experiment
    prepared : Prepared

    Returns
    -------
    Recording
        With empty provenance but for the parameters; the caller adds the rest.
    """
    group, test = experiment.group_named(identity.group), experiment.test_named(identity.test)
    shared = parameters(experiment)
    own = shared
    if experiment.animals.variability:
        own = shared.varied(draw(identity.structure_seed, shared.variability.scale))
    if test.kind in CLOSED_FORM:
        return _told(identity, group, test, experiment.test_day(group, test), own)
    if test.kind == "seeking":
        return seek(identity, experiment, group, test, own, prepared.build)
    if test.kind == "spines":
        return prime(identity, experiment, group, test, own, prepared.build)
    animal = Animal(identity, experiment, group, test, own)
    kind = KINDS[test.kind]
    performed = [_perform(work, animal, prepared) for work in kind.passes(test, own)]
    found = kind.read(test, own, performed)
    first = performed[0]

    def clock(times: np.ndarray) -> np.ndarray:
        return kind.clock(test, first.biological(times))

    return Recording(
        identity,
        found.traces,
        {**_series(first, clock), **found.series},
        {name: _sampled(times, cells) for name, (times, cells) in first.output.spikes.items()},
        _synapses(first),
        {**_resting(first, own, found.settled), **found.measures},
        {
            "parameters": {f"{r.group}.{r.name}": r.value for r in own.records()},
            "state": vars(first.rest.state),
            "network_seconds": sum(done.plan.timeline.duration for done in performed),
            **(prepared.build.provenance if prepared.build is not None else {"engine": "runtime"}),
        },
        found.curves,
    )


def _told(identity: Identity, group: Group, test: Test, day: float, own: ModelParameters) -> Recording:
    """What the days' equations alone say."""
    found, rest = CLOSED_FORM[test.kind](test, group, day, own)
    return Recording(
        identity,
        series=dict(found.series),
        measures=dict(found.measures),
        provenance={
            "parameters": {f"{r.group}.{r.name}": r.value for r in own.records()},
            "state": vars(rest.state),
            "network_seconds": 0.0,
            "engine": "closed form",
        },
        curves=dict(found.curves),
    )


@dataclass(frozen=True)
class Animal:
    """One animal on the day of its test."""

    identity: Identity
    experiment: Experiment
    group: Group
    test: Test
    own: ModelParameters


def _perform(work: Pass, animal: Animal, prepared: Prepared) -> Performed:
    """One pass: drugs on board, the steady state they start from, the network."""
    own, experiment, identity = animal.own, animal.experiment, animal.identity
    plan = compiled_timeline(work, experiment.acceleration)
    day = experiment.test_day(animal.group, animal.test)
    rest = at_rest(animal.group, day, own, work.lead, work.bath, work.channels)
    circuit = experiment.circuit
    inputs = run_inputs(
        preset(circuit.preset), own, rest.state, rest.steady, rest.on_board, plan.timeline, rest.clamp, work.holding
    )
    seeds = plan.timeline.duration, identity.structure_seed, identity.noise_seed
    if prepared.build is not None:
        output = prepared.build.run(inputs, *seeds)
    else:
        output = runtime.run(circuit.preset, circuit.scale, inputs, *seeds)
    return Performed(work, rest, plan, output)


def _series(done: Performed, clock: Callable[[np.ndarray], np.ndarray]) -> dict[str, Series]:
    """Slow quantities that every test has, on its clock."""
    slow, contacts = done.output.states["slow"], done.output.states["contacts"]
    time, contact_time = clock(slow["t"]), clock(contacts["t"])

    def mean(name: str) -> np.ndarray:
        over_contacts: np.ndarray = contacts[name].mean(axis=0)
        return over_contacts

    return {
        "extrasynaptic_glutamate": Series(time, slow["extrasynaptic"][0] * 1e3, "uM", "extrasynaptic glutamate"),
        "perisynaptic_glutamate": Series(time, slow["perisynaptic"][0] * 1e3, "uM", "perisynaptic glutamate"),
        "mglur23_tone": Series(time, slow["mglur23_tone"][0], "1", "tone on mGluR2/3"),
        "mglur5_tone": Series(time, slow["mglur5_tone"][0], "1", "tone on mGluR5"),
        "camp": Series(time, slow["camp"][0], "1", "presynaptic cAMP drive"),
        "depression_gate": Series(time, slow["depression_gate"][0], "1", "opening of the gate on depression"),
        "rho_sample": Series(contact_time, mean("rho"), "1", "AMPA efficacy, sample mean"),
        "potentiation_sample": Series(contact_time, mean("potentiation"), "1", "presynaptic potentiation, sample mean"),
    }


def _synapses(done: Performed) -> dict[str, SynapseSample]:
    contacts = done.output.states["contacts"]
    named = {"rho": "AMPA efficacy at the end", "potentiation": "presynaptic potentiation at the end"}
    return {name: SynapseSample(contacts[name][:, -1], "1", text) for name, text in named.items()}


def _sampled(times: np.ndarray, cells: np.ndarray) -> Spikes:
    """Spikes of every n-th cell, so that about `RASTER` cells are kept, numbered as in the circuit."""
    size = int(cells.max()) + 1 if len(cells) else 0
    every = max(1, size // RASTER)
    kept = cells % every == 0
    return Spikes(times[kept], cells[kept], size, f"network time; every {every}. cell")


def _resting(done: Performed, own: ModelParameters, settled: float | None) -> dict[str, Measure]:
    """Levels and tones before anything is done: the mean after the lead until `settled` (s from the test's start).

    Without `settled`, the mean over the recording's first quarter. Means are over biological time: in network time
    pulses would weigh as much as the minutes between them.
    """
    slow, cells = done.output.states["slow"], done.output.states["cells"]
    begin = min(done.work.lead, SETTLING)
    end = max(slow["t"][-1] / 4, begin + 1)
    if settled is not None:
        end = max(float(slow["t"][done.biological(slow["t"]) <= settled][-1]), begin + 1)
    early = (slow["t"] > begin) & (slow["t"] < end)
    passed = np.diff(done.biological(slow["t"]), prepend=0.0)[early]
    level = {name: float(np.average(values[0][early], weights=passed)) for name, values in slow.items() if name != "t"}
    found = {
        "extrasynaptic_glutamate": Measure(level["extrasynaptic"] * 1e3, "uM"),
        "perisynaptic_glutamate": Measure(level["perisynaptic"] * 1e3, "uM"),
        "cleft_glutamate": Measure(cleft_level(level["perisynaptic"], own.homeostasis) * 1e6, "nM"),
        "cleft_glutamate_peak": Measure(cleft_peak(own.homeostasis), "mM"),
        "mglur23_tone": Measure(level["mglur23_tone"], "1"),
        "mglur5_tone": Measure(level["mglur5_tone"], "1"),
        "release_probability": Measure(float(release_probability(level["camp"], 0.0, own.release)), "1"),
        "glt1_uptake": Measure(done.rest.state.glt1, "1"),
        "xct": Measure(done.rest.state.xct, "1"),
        "ags3": Measure(done.rest.state.ags3, "1"),
    }
    potential = cells["v"][:, cells["t"] < slow["t"][early][-1]] * 1e3
    if done.work.holding is None:
        for name, part in (("down", potential[potential < -70]), ("up", potential[potential >= -70])):
            if part.size:
                found[f"medium_spiny_{name}"] = Measure(float(part.mean()), "mV")
    return found
