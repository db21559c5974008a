"""AMPA and NMDA currents: the same stimuli to the same cells, clamped at two potentials one after the other."""

from __future__ import annotations

from collections.abc import Sequence

from circuit.parameters import ModelParameters
from protocols.assays.evoked_assays import AmpaNmda
from protocols.assays.passes import SWEEP, Findings, Kind, Pass, Performed, mean_sweep
from protocols.stimulation.pulses import test_pulses
from results.measures import currents


def passes(test: AmpaNmda, _: ModelParameters) -> list[Pass]:
    """Two passes with the same seeds: at the potential of the AMPA current and at that of the NMDA current."""
    stimulus = test_pulses(test.pulse_every.si, test.length, test.strength)
    end = _span(test)[1]
    return [Pass(stimulus, holding.to("mV"), seen=end) for holding in (test.ampa_holding, test.nmda_holding)]


def _span(test: AmpaNmda) -> tuple[float, float]:
    """What is kept around a pulse, s."""
    return SWEEP[0], max(SWEEP[1], test.nmda_delay.si + 0.05)


def read(test: AmpaNmda, _: ModelParameters, performed: Sequence[Performed]) -> Findings:
    """The two components and their ratio."""
    at_rest, depolarised = (done.sweeps(done.plan.test, done.pulses, _span(test)) for done in performed)
    traces = {"at_rest": at_rest, "depolarised": depolarised}
    return Findings(
        traces,
        curves={name: mean_sweep(trace) for name, trace in traces.items()},
        measures=currents.ampa_nmda(at_rest, depolarised, test.nmda_delay.si),
    )


KIND = Kind(passes, read)
