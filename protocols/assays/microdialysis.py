"""Microdialysis: samples from a probe before and during a drug, or at several levels of glutamate in its fluid.

The probe takes glutamate from the tissue, or gives it, for as long as the test lasts; the tissue is at rest with it
when the test begins. Everything runs in accelerated biological time.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from circuit.clock import EXPOSURE_BIN
from circuit.parameters import ModelParameters
from protocols.animals.rest import EXPOSURE_TIMES
from protocols.assays.passes import Findings, Kind, Pass, Performed
from protocols.assays.resting_assays import Microdialysis
from protocols.stimulation.pulses import pause
from results.measures import dialysis
from results.recording import Curve, Measure, Series


def samples(test: Microdialysis) -> tuple[np.ndarray, np.ndarray]:
    """When samples begin and end, and what perfuses the probe.

    Returns
    -------
    edges : ndarray, shape (samples + 1,)
        s from the test's start.
    perfusate : ndarray, shape (samples,)
        Glutamate, uM.
    """
    sample = test.sample.si
    edges = sample * np.arange(round(test.length / sample) + 1)
    perfusate = np.zeros(len(edges) - 1)
    if test.no_net_flux:
        levels = np.repeat([level.to("uM") for level in test.no_net_flux], test.samples_each)
        perfusate[-len(levels) :] = levels
    return edges, perfusate


def passes(test: Microdialysis, own: ModelParameters) -> list[Pass]:
    """One pass; the probe's fluid is on board as a drug would be, and changes at the border of a bin."""
    edges, perfusate = samples(test)
    place = np.searchsorted(edges, EXPOSURE_TIMES - EXPOSURE_BIN, side="right") - 1
    channels = {
        "probe_exchange": np.full(EXPOSURE_TIMES.shape, own.probe.exchange),
        "perfused_glutamate": perfusate[np.clip(place, 0, len(perfusate) - 1)],
    }
    return [Pass(pause(test.length), channels=channels, lead=EXPOSURE_BIN)]


def clock(test: Microdialysis, time: np.ndarray) -> np.ndarray:
    """Time from the end of the baseline."""
    return time - test.baseline.si


def read(test: Microdialysis, own: ModelParameters, performed: Sequence[Performed]) -> Findings:
    """The samples, and their change from baseline or the point of no net flux."""
    (done,) = performed
    edges, perfusate = samples(test)
    slow = done.output.states["slow"]
    level = slow["extrasynaptic"][0] * 1e3
    collected = dialysis.dialysate(done.biological(slow["t"]), level, edges, perfusate, own.probe.extraction)
    middle = clock(test, (edges[1:] + edges[:-1]) / 2)
    baseline = middle < 0
    found = {"basal_dialysate": Measure(float(collected[baseline].mean()), "uM")}
    series = {"dialysate": Series(middle, collected, "uM", "glutamate in the dialysate")}
    curves = {}
    if test.after is None:
        each = test.samples_each
        used = ~baseline & (np.arange(len(middle)) - baseline.sum()) % each != 0
        line = dialysis.no_net_flux(perfusate[used], collected[used])
        found["extracellular_glutamate"] = Measure(line.level, "uM")
        found["extraction_fraction"] = Measure(line.extraction, "1")
        curves["no_net_flux"] = Curve(
            perfusate[used], (collected - perfusate)[used], "uM", "uM", "glutamate perfused", "gained by the perfusate"
        )
    else:
        window = (0.0, test.after.si) if test.window is None else (test.window[0].si, test.window[1].si)
        percent, change = dialysis.change_from_baseline(collected, middle, window)
        found["dialysate_change"] = change
        series["dialysate_percent"] = Series(middle, percent, change.unit, "glutamate in the dialysate")
    return Findings(series=series, curves=curves, measures=found, settled=test.baseline.si)


KIND = Kind(passes, read, clock)
