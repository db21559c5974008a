"""Microdialysis: samples from a probe before and during a drug, or at several levels of glutamate in its fluid.

The probe takes glutamate from the tissue, or gives it, for as long as the test lasts; the tissue is at rest with it
when the test begins. Everything runs in accelerated biological time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from circuit.clock import EXPOSURE_BIN
from circuit.parameters import ModelParameters
from protocols.animals.rest import EXPOSURE_TIMES
from protocols.assays.base import whole
from protocols.assays.network import NetworkAssay
from protocols.assays.passes import Findings, Pass, Performed
from protocols.errors import InputError
from protocols.quantities import Delay, Duration, Level, quantity
from protocols.stimulation.acceleration import Acceleration
from protocols.stimulation.limits import refuse_unseen
from protocols.stimulation.pulses import pause
from results.measures import dialysis
from results.recording import Curve, Measure, Series

SHORTEST_SAMPLE = (
    2.5  # s of network time: an entry is a fiftieth of it, the slack of `results.measures.dialysis.dialysate`
)


class MicrodialysisTest(NetworkAssay):
    """Samples from a microdialysis probe: before and during a drug, or at several glutamate levels in the perfusate."""

    drawn: ClassVar[tuple[str, ...]] = ("dialysate_percent",)
    main_measures: ClassVar[tuple[str, ...]] = ("extracellular_glutamate", "dialysate_change")

    kind: Literal["microdialysis"]
    site: str = "NAc core"
    """The nucleus that holds the probe."""
    sample: Duration = quantity("20 min", "duration")
    """How long one sample is collected."""
    baseline: Duration
    """Samples perfused without glutamate; drugs with ``at`` of this length start when it ends."""
    after: Duration | None = None
    """Samples after the baseline, still without glutamate in the perfusate."""
    window: tuple[Delay, Duration] | None = None
    """When, after the baseline, the change is measured; all of `after` when left out."""
    no_net_flux: tuple[Level, ...] = ()
    """Instead of `after`: glutamate in the perfusate, one level after the other."""
    samples_each: Annotated[int, Field(ge=2, le=100)] = 3
    """Samples at each of these levels; the first one, in which the tissue settles, is not used."""

    @property
    def length(self) -> float:
        """From start to end (s)."""
        if self.after is not None:
            return self.baseline.si + self.after.si
        return self.baseline.si + len(self.no_net_flux) * self.samples_each * self.sample.si

    @model_validator(mode="after")
    def _whole_samples(self) -> MicrodialysisTest:
        if (self.after is None) == (not self.no_net_flux):
            raise InputError('give either after = "2 h" or no_net_flux = ["0 uM", "2.5 uM", "5 uM"]', "after")
        for key, stretch in (("baseline", self.baseline), ("after", self.after)):
            if stretch is not None and not whole(stretch.si / self.sample.si):
                raise InputError(f"{stretch} is no whole number of samples of {self.sample}", key)
        if self.no_net_flux and len({level.si for level in self.no_net_flux}) < 3:
            raise InputError("needs three different levels at least, for a line through them", "no_net_flux")
        if not whole(self.sample.si / 30):
            raise InputError(f"{self.sample} must be a whole number of half minutes", "sample")
        if self.window is None:
            return self
        start, end = self.window
        if self.after is None:
            raise InputError("goes with `after`", "window")
        if not start.si + self.sample.si <= end.si <= self.after.si:
            raise InputError(
                f"{start} to {end} must hold a sample of {self.sample} and lie within after = {self.after}", "window"
            )
        return self

    def samples(self) -> tuple[np.ndarray, np.ndarray]:
        """When samples begin and end, and what perfuses the probe.

        Returns
        -------
        edges : ndarray, shape (samples + 1,)
            s from the test's start.
        perfusate : ndarray, shape (samples,)
            Glutamate, uM.
        """
        sample = self.sample.si
        edges = sample * np.arange(round(self.length / sample) + 1)
        perfusate = np.zeros(len(edges) - 1)
        if self.no_net_flux:
            levels = np.repeat([level.to("uM") for level in self.no_net_flux], self.samples_each)
            perfusate[-len(levels) :] = levels
        return edges, perfusate

    def passes(self, own: ModelParameters) -> list[Pass]:
        """One pass; the probe's fluid is on board as a drug would be, and changes at the border of a bin."""
        edges, perfusate = self.samples()
        place = np.searchsorted(edges, EXPOSURE_TIMES - EXPOSURE_BIN, side="right") - 1
        channels = {
            "probe_exchange": np.full(EXPOSURE_TIMES.shape, own.probe.exchange),
            "perfused_glutamate": perfusate[np.clip(place, 0, len(perfusate) - 1)],
        }
        return [Pass(pause(self.length), channels=channels, lead=EXPOSURE_BIN)]

    def clock(self, time: np.ndarray) -> np.ndarray:
        """Time from the end of the baseline."""
        return time - self.baseline.si

    def read(self, own: ModelParameters, performed: Sequence[Performed]) -> Findings:
        """The samples, and their change from baseline or the point of no net flux."""
        (done,) = performed
        edges, perfusate = self.samples()
        slow = done.output.states["slow"]
        level = slow["extrasynaptic"][0] * 1e3
        return self.found_in(
            dialysis.dialysate(done.biological(slow["t"]), level, edges, perfusate, own.probe.extraction)
        )

    def found_in(self, collected: np.ndarray) -> Findings:
        """What samples show.

        Parameters
        ----------
        collected : ndarray, shape (samples,)
            Glutamate in each of `samples`, uM.
        """
        edges, perfusate = self.samples()
        middle = self.clock((edges[1:] + edges[:-1]) / 2)
        baseline = middle < 0
        found = {"basal_dialysate": Measure(float(collected[baseline].mean()), "uM")}
        series = {"dialysate": Series(middle, collected, "uM", "glutamate in the dialysate")}
        curves = {}
        if self.after is None:
            each = self.samples_each
            used = ~baseline & (np.arange(len(middle)) - baseline.sum()) % each != 0
            line = dialysis.no_net_flux(perfusate[used], collected[used])
            found["extracellular_glutamate"] = Measure(line.level, "uM")
            found["extraction_fraction"] = Measure(line.extraction, "1")
            curves["no_net_flux"] = Curve(
                perfusate[used],
                (collected - perfusate)[used],
                "uM",
                "uM",
                "glutamate perfused",
                "gained by the perfusate",
            )
        else:
            window = (0.0, self.after.si) if self.window is None else (self.window[0].si, self.window[1].si)
            percent, change = dialysis.change_from_baseline(collected, middle, window)
            found["dialysate_change"] = change
            series["dialysate_percent"] = Series(middle, percent, change.unit, "glutamate in the dialysate")
        return Findings(series=series, curves=curves, measures=found, settled=self.baseline.si)

    def refuse_misfit(self, acceleration: Acceleration) -> None:
        """Refuse samples that are too short to show a level, too."""
        refuse_unseen(self.sample.si, acceleration, SHORTEST_SAMPLE, "a sample")
        super().refuse_misfit(acceleration)

    def stretches(self) -> Iterator[tuple[float, float, str]]:
        """The baseline, then samples after it or each level that is perfused."""
        start = self.baseline.si
        yield 0.0, start, "baseline"
        if self.after is not None:
            yield start, self.length, "after"
            if self.window is not None:
                yield start + self.window[0].si, start + self.window[1].si, "outcome measured"
        else:
            length = self.samples_each * self.sample.si
            for place, perfused in enumerate(self.no_net_flux):
                yield start + place * length, start + (place + 1) * length, f"{perfused} perfused"
