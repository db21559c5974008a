"""AMPA and NMDA currents: the same stimuli to the same cells, clamped at two potentials one after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from circuit.parameters import ModelParameters
from protocols.assays.network import PulsedAssay, refuse_close
from protocols.assays.passes import SWEEP, Findings, Pass, Performed, mean_sweep
from protocols.errors import InputError
from protocols.quantities import Duration, Voltage, quantity
from protocols.record import Fraction
from protocols.stimulation.pulses import test_pulses
from results.measures import currents


class AmpaNmdaTest(PulsedAssay):
    """Evoked currents of the same cells at two holding potentials: AMPA by its peak, NMDA by its late part."""

    passes_needed: ClassVar[int] = 2
    main_measures: ClassVar[tuple[str, ...]] = ("ampa_nmda_ratio",)

    kind: Literal["ampa_nmda"]
    site: str = "PL->NAc core"
    """The stimulated projection, source->target."""
    pulse_every: Duration = quantity("10 s", "duration")
    """From one pulse to the next."""
    pulses: Annotated[int, Field(ge=1, le=1000)] = 10
    """Pulses at each potential."""
    strength: Fraction | None = None
    """Share of the axons that a pulse recruits; that of a test pulse when left out."""
    ampa_holding: Voltage = quantity("-70 mV", "voltage")
    """Where the AMPA current is read, at its peak."""
    nmda_holding: Voltage = quantity("40 mV", "voltage")
    """Where the NMDA current is read."""
    nmda_delay: Duration = quantity("50 ms", "duration")
    """After the pulse, when the NMDA current is read: the AMPA current has decayed."""

    @property
    def length(self) -> float:
        """From start to end at one potential (s)."""
        return self.pulses * self.pulse_every.si

    @model_validator(mode="after")
    def _readable(self) -> AmpaNmdaTest:
        refuse_close(self.pulse_every, "pulse_every")
        if self.ampa_holding.si >= 0:
            raise InputError(f"{self.ampa_holding} must be negative: the AMPA current is read inward", "ampa_holding")
        if self.nmda_holding.si <= 0:
            raise InputError(f"{self.nmda_holding} must be positive, where magnesium leaves free", "nmda_holding")
        if not 0.03 <= self.nmda_delay.si <= 0.2:
            raise InputError(f"{self.nmda_delay} must lie between 30 and 200 ms", "nmda_delay")
        return self

    def passes(self, own: ModelParameters) -> list[Pass]:
        """Two passes with the same seeds: at the potential of the AMPA current and at that of the NMDA current."""
        stimulus = test_pulses(self.pulse_every.si, self.length, self.strength)
        end = self._span()[1]
        return [Pass(stimulus, holding.to("mV"), seen=end) for holding in (self.ampa_holding, self.nmda_holding)]

    def _span(self) -> tuple[float, float]:
        """What is kept around a pulse, s."""
        return SWEEP[0], max(SWEEP[1], self.nmda_delay.si + 0.05)

    def read(self, own: ModelParameters, performed: Sequence[Performed]) -> Findings:
        """The two components and their ratio."""
        at_rest, depolarised = (done.sweeps(done.plan.test, done.pulses, self._span()) for done in performed)
        traces = {"at_rest": at_rest, "depolarised": depolarised}
        return Findings(
            traces,
            curves={name: mean_sweep(trace) for name, trace in traces.items()},
            measures=currents.ampa_nmda(at_rest, depolarised, self.nmda_delay.si),
        )

    @classmethod
    def holding_keys(cls, stored: Mapping[str, Any]) -> Mapping[str, str]:
        """Each trace has a potential of its own."""
        return {"at_rest": "ampa_holding", "depolarised": "nmda_holding"}
