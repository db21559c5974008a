"""The outcome of a calibration as a page of Markdown."""

from __future__ import annotations

import numpy as np

from circuit.parameters import ModelParameters
from protocols.calibration import homeostasis, plasticity
from protocols.calibration.outcome import CONFIRMED_ANIMALS, Outcome
from results.tables import Table, markdown, number

HEAD = """# Calibration

Written by `corticostriatal calibrate`. Only rows of evidence marked *calibration* are fitted, and only the animals they
speak of are simulated for it: control and cocaine-withdrawn ones. Rows marked *prediction* or *informed* are not
looked at. `homeostasis.donor_gain` is fitted, in closed form, to cocaine animals given NAC at rest (G9b), so the tone
that NAC restores is fitted and only its consequences are predicted.

"""
GLUTAMATE = """## Resting glutamate, in closed form

A residual is (model - target)/sigma, the target being the middle of what the row allows and its borders lying at
1.96. Each free parameter has a log-normal prior round its assumed value, a factor of two wide. G9b is glutamate under
NAC at rest, and `homeostasis.donor_gain` is fitted to it: what NAC does to glutamate and to tone in withdrawn animals
is calibration. What NAC does to LTP, LTD and seeking, and to naive animals, is not fitted.

"""
PLASTICITY = """## Plasticity and how far animals differ, through an emulator of the network

Groups are fitted as the paper compares them: {points} animals that differ stand at every set of parameters, and their
means and standard deviations are emulated. The mean of animals that differ is not the response of a typical one. Sets
are spread over the ranges first; half as many are then drawn from what the rows allow by the first emulator. The
coefficients of variation between animals are assumed; the factor on all of them, `variability.scale`, is fitted. Below
are the emulated cohort of the shipped set and what {animals} animals, none of them used before, gave in the network of
{scale:g} of the full size. The window is 15 to 20 minutes after the induction, the time course all sweeps after it; the
emulator's error is that at left-out points, of {points} animals each.

"""
PINNED = """## How well each parameter is pinned

The interval is the 95 % profile for resting glutamate and the middle 90 % of the posterior for plasticity; *left open*
is its width over that of the prior (1: the rows say nothing about it).

"""
ENSEMBLE = """## Sets that fit as well

Eight sets were sought that are as likely as the shipped one by the emulator (within 1.92 of its log-likelihood) and
lie as far apart as such sets can; {kept} of them are as likely by the network, too, and are kept.
`corticostriatal validate --ensemble` holds every one of them against the evidence.

"""


def page(outcome: Outcome) -> str:
    """The page for `docs/calibration.md`."""
    found = outcome.calibrated
    rows = Table(
        ("row", "model", "target", "residual"),
        tuple((name, number(a), number(t), f"{r:+.2f}") for name, a, t, r in outcome.glutamate.rows),
    )
    columns = ("group", "test", "read over", "emulated, %", "network, %", "emulator's error of the mean, %")
    cells = Table(
        columns,
        tuple(
            (
                *cell,
                reading,
                _cohort(outcome.emulated[n, m]),
                _cohort(outcome.simulated[n, m]),
                f"{outcome.error[n, m, 0]:.1f}",
            )
            for n, cell in enumerate(plasticity.CELLS)
            for m, reading in enumerate(("window", "time course"))
        ),
    )
    parts = [
        HEAD,
        GLUTAMATE,
        markdown(rows),
        "\n",
        PLASTICITY.format(scale=plasticity.SCALE, animals=CONFIRMED_ANIMALS, points=plasticity.ANIMALS),
        markdown(cells),
        "\n",
        PINNED,
        markdown(_pinned(outcome)),
        "\n",
        ENSEMBLE.format(kept=len(found.ensemble)),
        markdown(_ensemble(outcome)),
    ]
    return "".join(parts)


def _cohort(numbers: np.ndarray) -> str:
    mean, deviation = numbers[0], np.exp(numbers[1])
    return f"{mean:.1f} (SD {deviation:.1f})"


def _pinned(outcome: Outcome) -> Table:
    found = outcome.calibrated
    model = ModelParameters()
    rows = []
    for path, (low, high) in found.ranges.items():
        record = model.record(path)
        if path in plasticity.FREE:
            span = plasticity.FREE[path]
            a, b = float(span.low), float(span.high)
            prior, scale = f"{a:g} to {b:g}", np.log if span.scale == "log" else np.asarray
            left = float((scale(high) - scale(low)) / (0.9 * (scale(b) - scale(a))))
        else:
            prior = f"{record.value:g}, a factor of two"
            left = float(abs(np.log(high / low)) / (2 * 1.96 * homeostasis.PRIOR))
        value = f"{found.values[path]:.3g}"
        rows.append((path, value, record.unit, f"{low:.3g} to {high:.3g}", prior, f"{left:.2f}"))
    return Table(("parameter", "value", "unit", "interval", "prior", "left open"), tuple(rows))


def _ensemble(outcome: Outcome) -> Table:
    paths = list(plasticity.FREE)
    members = [("shipped", outcome.calibrated.values)]
    members += [(str(n + 1), member) for n, member in enumerate(outcome.calibrated.ensemble)]
    return Table(("set", *paths), tuple((name, *(f"{member[path]:.3g}" for path in paths)) for name, member in members))
