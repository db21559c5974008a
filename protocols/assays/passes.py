"""What the kinds of test share: passes through the network, sweeps around pulses, findings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from circuit.parameters import ModelParameters
from circuit.parts import FIELD_STEP
from protocols.animals.rest import Rest
from protocols.stimulation.pulses import Stimulus
from protocols.stimulation.timeline import Compiled
from results.recording import Curve, Measure, Series, Trace
from synapses.pharmacology import Dosing

if TYPE_CHECKING:
    from circuit.engine.compiled import Output

LEAD = 1.0  # s: fast variables settle before the first event of a test
SWEEP = (-0.010, 0.050)  # s around a test pulse that is kept of the response
FIELD = "mean glutamatergic current of medium spiny cells, a sink negative"
CLAMPED = "mean glutamatergic current of voltage-clamped medium spiny cells, inward negative"


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


@dataclass(frozen=True, eq=False)
class Performed:
    """A pass, the animal it found, its time line and what the network gave."""

    work: Pass
    rest: Rest
    plan: Compiled
    output: Output

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


@dataclass(frozen=True)
class Kind:
    """A kind of test.

    Attributes
    ----------
    passes : callable
        ``passes(test, parameters)``: the runs of the network it needs; rest and time courses are read from the first.
    read : callable
        ``read(test, parameters, performed)``: its findings.
    clock : callable
        ``clock(test, time)``: time from the test's start, s, to time on the test's own clock.
    """

    passes: Callable[[Any, ModelParameters], Sequence[Pass]]
    read: Callable[[Any, ModelParameters, Sequence[Performed]], Findings]
    clock: Callable[[Any, np.ndarray], np.ndarray] = lambda _, time: time


def mean_sweep(trace: Trace) -> Curve:
    """The mean sweep of a trace as a curve over time from the pulse, in ms."""
    return Curve(trace.time * 1e3, trace.data.mean(axis=0), "ms", trace.unit, "time from the pulse", trace.description)
