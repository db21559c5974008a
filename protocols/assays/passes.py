"""Passes of a test through the network, the sweeps around their pulses, and what is recorded of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from circuit.engine.prepared import PreparedCircuit
from circuit.network.electrode_inputs import electrode_inputs
from circuit.parameters import ModelParameters
from circuit.parts import FIELD_STEP
from circuit.states import states
from circuit.wiring.layout import Layout, lay_out
from circuit.wiring.plan import Plan, plan
from protocols.animals.animal import Animal
from protocols.animals.rest import Rest, at_rest
from protocols.animals.session_run import Learnt
from protocols.stimulation.acceleration import Acceleration
from protocols.stimulation.limits import SETTLING, laid_out
from protocols.stimulation.pulses import Stimulus
from protocols.stimulation.timeline import Compiled
from results.recording import Curve, Measure, Recording, Series, Spikes, SynapseSample, Trace
from synapses.homeostasis import cleft_level, cleft_peak
from synapses.pharmacology import Dosing
from synapses.release import release_probability

if TYPE_CHECKING:
    from circuit.engine.compiled import Output

RASTER = 40  # cells of each population whose spikes are kept
LEAD = 1.0  # s: fast variables settle before the first event of a test
SWEEP = (-0.010, 0.050)  # s around a test pulse that is kept of the response
FIELD = "mean glutamatergic current of medium spiny cells, a sink negative"
CLAMPED = "mean glutamatergic current of voltage-clamped medium spiny cells, inward negative"
LEVELS_AT_REST = ("extrasynaptic_glutamate", "mglur23_tone", "mglur5_tone", "release_probability")
"""Levels that every recording of the network has and tables show."""


@dataclass(frozen=True)
class Pass:
    """One run of the network that a test needs.

    Attributes
    ----------
    stimulus : Stimulus
        From the test's start.
    holding : float, optional
        Potential, mV, at which medium spiny cells are clamped.
    accelerated : bool
        Whether slow variables may be accelerated between pulses; not where events of the background are counted.
    bath : sequence of Dosing
        Drugs that belong to the method, on the clock of the pass.
    channels : mapping
        Entries of `synapses.pharmacology.Exposure` at `EXPOSURE_TIMES` that belong to the method: a probe.
    lead : float
        Time before the test's start, s, in which the network settles.
    seen : float
        How long a response is looked at after its pulse, s: full rate for so long at least.
    """

    stimulus: Stimulus
    holding: float | None = None
    accelerated: bool = True
    bath: Sequence[Dosing] = ()
    channels: Mapping[str, Any] = field(default_factory=dict)
    lead: float = LEAD
    seen: float = SWEEP[1]

    def laid_out(self, acceleration: Acceleration) -> Compiled:
        """The pass on the network's clock; raises `InputError` if it does not fit into a run."""
        return laid_out(self.stimulus, acceleration, self.lead, self.seen, self.accelerated)


@dataclass(frozen=True, eq=False)
class Performed:
    """A pass, the animal it found, its wiring and time line, and what the network gave."""

    work: Pass
    site: str
    rest: Rest
    layout: Layout
    plan: Compiled
    output: Output

    @property
    def region(self) -> str:
        """The striatal nucleus in which it records."""
        (nucleus,) = self.layout.wiring.striatal
        return nucleus

    @property
    def contacts(self) -> dict[str, np.ndarray]:
        """The weights of every plastic contact of the pathway at its end, by variable."""
        pathway = next(each.name for each in self.layout.pathways.values() if each.plastic)
        ends = (name.rpartition(".") for name in self.output.contacts)
        return {variable: self.output.contacts[f"{own}.{variable}"] for own, _, variable in ends if own == pathway}

    def biological(self, times: np.ndarray) -> np.ndarray:
        """Biological time from the test's start, s, of network times."""
        return self.plan.to_biological(times) - self.work.lead

    @property
    def pulses(self) -> np.ndarray:
        """Biological time from the test's start of every simulated pulse, s."""
        return self.plan.biological - self.work.lead

    def sweeps(self, chosen: np.ndarray, time: np.ndarray, span: tuple[float, float] = SWEEP) -> Trace:
        """The mean synaptic current around some pulses.

        Parameters
        ----------
        chosen : ndarray of bool or int
            Which pulses.
        time : ndarray, shape (chosen,)
            Their time on the test's clock, s.
        span : (float, float)
            What is kept around each pulse, s.

        Returns
        -------
        Trace
            In pA.
        """
        step = FIELD_STEP
        first, last = (round(edge / step) for edge in span)
        centre = np.rint(self.plan.timeline.pulses[chosen] / step).astype(int)
        potential = self.output.states["field"]["potential"][0] * 1e12
        samples = centre[:, None] + np.arange(first, last)[None, :]
        described = FIELD if self.work.holding is None else CLAMPED
        return Trace(potential[samples], span[0], step, "pA", time, described)


@dataclass(frozen=True)
class Findings:
    """What a kind of test adds to a recording; `settled` ends the stretch, s from the test's start, that shows rest."""

    traces: Mapping[str, Trace] = field(default_factory=dict)
    series: Mapping[str, Series] = field(default_factory=dict)
    curves: Mapping[str, Curve] = field(default_factory=dict)
    measures: Mapping[str, Measure] = field(default_factory=dict)
    settled: float | None = None


def mean_sweep(trace: Trace) -> Curve:
    """The mean sweep of a trace as a curve over time from the pulse, in ms."""
    return Curve(trace.time * 1e3, trace.data.mean(axis=0), "ms", trace.unit, "time from the pulse", trace.description)


def perform(work: Pass, animal: Animal, circuit: PreparedCircuit, site: str, learnt: Learnt | None = None) -> Performed:
    """One pass at a site: drugs on board, the steady state they start from, the network.

    Without what the animal has `learnt` in sessions its weights are those of a naive one.
    """
    own, who = animal.own, animal.identity
    compiled, pathway = work.laid_out(animal.acceleration), plan(site)
    (region,) = pathway.table.striatal
    layout = _laid_out(pathway, circuit.scale, who.structure_seed)
    adapted = learnt.state.adapted if learnt else None
    lent = learnt.state.lent if learnt else None
    rest = at_rest(animal.group, animal.day, own, work.lead, work.bath, work.channels, adapted, region, (region,), lent)
    weights = learnt.state.weights.within(learnt.layout, layout) if learnt else None
    inputs = electrode_inputs(
        pathway, layout, own, rest.body(own), compiled.timeline, states()[circuit.state], weights, work.holding
    )
    output = circuit.run(site, inputs, compiled.timeline.duration, who.noise_seed)
    return Performed(work, site, rest, layout, compiled, output)


@lru_cache(maxsize=4)
def _laid_out(pathway: Plan, scale: float, structure_seed: int) -> Layout:
    """An animal's wiring, which all its tests and the same animal in other groups have in common."""
    return lay_out(pathway.table, scale, structure_seed)


def recording(
    animal: Animal,
    circuit: PreparedCircuit,
    performed: Sequence[Performed],
    found: Findings,
    on_own_clock: Callable[[np.ndarray], np.ndarray],
) -> Recording:
    """What is kept of a test.

    Parameters
    ----------
    animal : Animal
    circuit : PreparedCircuit
    performed : sequence of Performed
        Every pass; slow quantities, spikes, synapses and rest are those of the first.
    found : Findings
        What the kind of test adds.
    on_own_clock : callable
        Time from the test's start, s, to time on the test's own clock.
    """
    first = performed[0]

    def clock(times: np.ndarray) -> np.ndarray:
        return on_own_clock(first.biological(times))

    return Recording(
        animal.identity,
        found.traces,
        {**_series(first, clock), **found.series},
        rasters(first.output, first.layout) | _pulses(first),
        _synapses(first),
        {**_resting(first, animal.own, found.settled), **found.measures},
        {
            "parameters": animal.parameter_values(),
            "state": first.rest.state.flat(),
            "network_seconds": sum(done.plan.timeline.duration for done in performed),
            **circuit.provenance(first.site),
        },
        found.curves,
    )


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


def rasters(output: Output, layout: Layout) -> dict[str, Spikes]:
    """Spikes of every n-th cell of each population, so that about `RASTER` cells are kept, numbered within it."""
    kept = {}
    for name, place in layout.ranges.items():
        times, cells = output.spikes[place.kind]
        every = max(1, place.number // RASTER)
        own = place.holds(cells) & ((cells - place.first) % every == 0)
        kept[name] = Spikes(times[own], cells[own] - place.first, place.number, f"network time; every {every}. cell")
    return kept


def _pulses(done: Performed) -> dict[str, Spikes]:
    """What the electrode gave."""
    times, cells = done.output.spikes["electrode"]
    return {"electrode": Spikes(times, cells, 1, "network time; every 1. cell")}


def _resting(done: Performed, own: ModelParameters, settled: float | None) -> dict[str, Measure]:
    """Levels and tones before anything is done: the mean after the lead until `settled` (s from the test's start).

    Without `settled`, the mean over the recording's first quarter. Means are over biological time: in network time
    pulses would weigh as much as the minutes between them.
    """
    slow, cells = done.output.states["slow"], done.output.states["cells"]
    tissue = done.rest.state.at(done.region)
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
        "glt1_uptake": Measure(tissue.glt1, "1"),
        "xct": Measure(tissue.xct, "1"),
        "ags3": Measure(tissue.ags3, "1"),
        "surface_mglur5": Measure(tissue.mglur5, "1"),
    }
    potential = cells["v"][:, cells["t"] < slow["t"][early][-1]] * 1e3
    if done.work.holding is None:
        for name, part in (("down", potential[potential < -70]), ("up", potential[potential >= -70])):
            if part.size:
                found[f"medium_spiny_{name}"] = Measure(float(part.mean()), "mV")
    return found
