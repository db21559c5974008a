"""Plasticity: test pulses, one or several inductions, test pulses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import model_validator

from circuit.parameters import ModelParameters
from protocols.assays.network import AtFullRate, NetworkAssay, refuse_close
from protocols.assays.passes import Findings, Pass, Performed
from protocols.assays.sampled_cells import contact_measures, potentials
from protocols.errors import InputError
from protocols.quantities import Delay, Duration
from protocols.stimulation.acceleration import Acceleration
from protocols.stimulation.inductions import Induction, Pairing, ThetaBurst, Trains
from protocols.stimulation.pulses import Stimulus, pairing, pause, test_pulses, theta_burst, train
from protocols.stimulation.timeline import LONG_TRAIN
from results.measures import field_response


def stimulus(induction: Trains) -> Stimulus:
    """One induction: its trains, one every interval."""
    rate, pulses = induction.frequency.si, induction.pulses
    if isinstance(induction, ThetaBurst):
        once = theta_burst(rate, pulses, induction.bursts, induction.burst_frequency.si)
    elif isinstance(induction, Pairing):
        spikes = induction.spikes, induction.spike_frequency.si
        once = pairing(induction.delay.si, rate, pulses, *spikes, induction.strength)
    else:
        once = train(rate, pulses)
    return once.repeat(induction.trains, induction.interval.si if induction.interval else None)


class PlasticityTest(NetworkAssay):
    """Field responses to test pulses before and after an induction."""

    evoked: ClassVar[bool] = True
    drawn: ClassVar[tuple[str, ...]] = ("fepsp",)
    main_measures: ClassVar[tuple[str, ...]] = ("fepsp", "fepsp_time_course")

    kind: Literal["plasticity"]
    site: str = "PL->NAc core"
    """The stimulated projection, source->target."""
    induction: Induction
    """The stimulation that may change the synapses."""
    further: tuple[Induction, ...] = ()
    """Inductions after the first, each with the `pause` before it."""
    baseline: Duration
    """Test pulses before the induction."""
    after: Duration
    """Test pulses after the last induction."""
    window: tuple[Delay, Duration]
    """When, after the last induction, the change is measured."""
    pulse_every: Duration
    """From one test pulse to the next."""

    @property
    def inductions(self) -> tuple[Induction, ...]:
        """All inductions in their order."""
        return (self.induction, *self.further)

    @property
    def induction_length(self) -> float:
        """From the first induction's start to the last one's end (s)."""
        return self.induction.length + sum(item.pause.si + item.length for item in self.further)

    @property
    def length(self) -> float:
        """From the first baseline pulse to the end (s)."""
        return self.baseline.si + self.induction_length + self.after.si

    @model_validator(mode="after")
    def _measurable(self) -> PlasticityTest:
        start, end = self.window
        if not start.si < end.si <= self.after.si:
            raise InputError(f"{start} to {end} must run forward and lie within after = {self.after}", "window")
        refuse_close(self.pulse_every, "pulse_every")
        if self.pulse_every.si > self.baseline.si:
            raise InputError(f"{self.pulse_every} leaves no test pulse in a baseline of {self.baseline}", "pulse_every")
        if self.pulse_every.si > end.si - start.si:
            raise InputError(
                f"{self.pulse_every} may leave no test pulse in the window from {start} to {end}", "pulse_every"
            )
        if self.induction.pause.si:
            raise InputError(
                "belongs to an induction in `further`; before the first, set `baseline`", "induction.pause"
            )
        return self

    def passes(self, own: ModelParameters) -> list[Pass]:
        """One pass: baseline, inductions with their pauses, test pulses after the last."""
        every = self.pulse_every.si
        whole = test_pulses(every, self.baseline.si) + stimulus(self.induction)
        for induction in self.further:
            whole = whole + pause(induction.pause.si) + stimulus(induction)
        return [Pass(whole + test_pulses(every, self.after.si))]

    def clock(self, time: np.ndarray) -> np.ndarray:
        """Time from the inductions, which are left out: negative before them, positive after, 0 while they last."""
        start, length = self.baseline.si, self.induction_length
        return np.where(time < start, time - start, np.maximum(time - start - length, 0.0))

    def read(self, own: ModelParameters, performed: Sequence[Performed]) -> Findings:
        """The field's sweeps, their time course, the change in the test's window, and potentials of sampled cells."""
        (done,) = performed
        pulses = done.plan.test
        time = self.clock(done.pulses)
        window = self.window[0].si, self.window[1].si
        field = done.sweeps(pulses, time[pulses])
        drift = own.electrode.gain_after_an_hour ** (done.pulses[pulses] / 3600)
        field = replace(field, data=field.data * drift[:, None])
        found = field_response.plasticity(field, test_window=window)
        found |= contact_measures(done, own)
        moments = {
            "before": np.flatnonzero(pulses & (time < 0))[-1],
            "induction": np.flatnonzero(~pulses)[0],
            "after": np.flatnonzero(pulses & (time >= window[0]))[0],
        }
        traces = {"field": field} | potentials(done, moments, time)
        return Findings(traces, {"fepsp": field_response.time_course(field)}, measures=found, settled=self.baseline.si)

    def pulses_given(self) -> tuple[int, int, float]:
        """Test pulses, and every pulse of the inductions."""
        tests = int((self.baseline.si + self.after.si) / self.pulse_every.si)
        trains = sum(one.trains * one.events for one in self.inductions)
        return tests + trains, trains, sum(one.trains * one.train_length for one in self.inductions)

    def at_full_rate(self, acceleration: Acceleration) -> AtFullRate:
        """Windows around test pulses, and the trains."""
        window = acceleration.window_before.si + acceleration.window_after.si
        pulses = int(self.baseline.si / self.pulse_every.si) + int(self.after.si / self.pulse_every.si)
        trains = [_train(induction, acceleration) for induction in self.inductions for _ in range(induction.trains)]
        groups = pulses + len(trains)
        biological = groups * window + sum(length for length, _ in trains)
        network = groups * window + sum(simulated for _, simulated in trains)
        return AtFullRate(groups, biological, network, self._gentle(acceleration))

    def _gentle(self, acceleration: Acceleration) -> float:
        """Background that runs slower because an induction is not long ago, s."""
        memory, total = acceleration.induction_memory.si, 0.0
        for place, induction in enumerate(self.inductions):
            between = max((induction.interval.si if induction.interval else 0.0) - induction.train_length, 0.0)
            following = self.inductions[place + 1 :]
            rest = self.further[place].pause.si if following else self.after.si
            total += (induction.trains - 1) * min(between, memory) + min(rest, memory)
        return total

    def stretches(self) -> Iterator[tuple[float, float, str]]:
        """Baseline, induction, what follows, and the window in which the outcome is measured."""
        start, end = self.baseline.si, self.baseline.si + self.induction_length
        yield 0.0, start, "baseline"
        yield start, end, "induction"
        yield end, self.length, "after"
        yield end + self.window[0].si, end + self.window[1].si, "outcome measured"

    def figure_options(self) -> Mapping[str, Any]:
        """The window in which the outcome is measured, s."""
        return {"test_window": (self.window[0].si, self.window[1].si)}


def _train(induction: Trains, acceleration: Acceleration) -> tuple[float, float]:
    """Length of one train in biological and in network time, s."""
    length = induction.train_length
    if length <= LONG_TRAIN:
        return length, length
    share = min(1.0, acceleration.uncompressed / induction.pulses)
    return length, length * (share + (1 - share) / acceleration.pulse_group)
