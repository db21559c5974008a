"""The calibration of behaviour from end to end, and its outcome as a page of Markdown and a file of values."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from circuit.parameters import ModelParameters
from protocols.calibration import behaviour
from protocols.calibration.calibrate import write
from protocols.calibration.emulator import emulate
from protocols.runs.batch import Progress
from protocols.runs.progress import heartbeat
from protocols.simulation.imports import ROOT
from results.store.files import replacing
from results.tables import Table, markdown
from synapses.calibrated import Calibrated

CONFIRMED = 4
"""Animals with which the chosen set is simulated once more."""

HEAD = """# Calibration of behaviour

Written by `corticostriatal calibrate --behaviour`. At each of {points} sets of parameters one typical animal, at
{scale:g} of the full size, takes cocaine at three doses, is extinguished, left for three weeks, or brought back by cue,
prime, stress and context; another is yoked to saline. Their presses are emulated by Gaussian processes, and draws from
the ranges are weighed by the rows of evidence below, which are marked *calibration*. No treated or silenced animal is
simulated for it.

A row that asks for more presses in one session than in another is met where they differ by more than two animals do
(a factor of {chance:.2f}). That bound, and the ranges, are assumed.

"""
ROWS = """## The rows, and what the network gives

Medians of presses (in 20 minutes for the doses; a ratio for the levers), emulated at the chosen set, and in {animals}
animals that were not used before. The emulator's error is a factor, at left-out points of one animal each.

"""
PINNED = """## How well each parameter is pinned

The interval holds 90 % of the posterior; *left open* is its width over that of the range (1: the rows say nothing).

"""
MEMBERS = """## Sets that fit as well

Sets within 1.92 of the chosen set's log-likelihood by the emulator, as far apart as such sets can be.

"""


@dataclass(frozen=True)
class Outcome:
    """The outcome of a calibration of behaviour.

    Attributes
    ----------
    points : int
    fit : behaviour.Fit
    emulated, simulated, error : dict
        Name of an answer -> its logarithm at the chosen set, by the emulator and by the network, and the emulator's
        error.
    """

    points: int
    fit: behaviour.Fit
    emulated: dict[str, float]
    simulated: dict[str, float]
    error: dict[str, float]

    def calibrated(self) -> Calibrated:
        """The chosen values, the ensemble, the ranges and the rows, as a file of values holds them."""
        rows = tuple(row.id for row in behaviour.ROWS)
        return Calibrated(
            behaviour.named(self.fit.best),
            tuple(behaviour.named(member) for member in self.fit.members),
            self.fit.ranges(),
            dict.fromkeys(behaviour.FREE, rows),
        )


def calibrate(folder: Path, progress: Progress, points: int = behaviour.POINTS, jobs: int | None = None) -> Outcome:
    """Fit the free parameters of behaviour.

    Parameters
    ----------
    folder : Path
        Runs go there; a calibration that was stopped goes on from them.
    progress : Progress
    points : int
        Sets of parameters at which the network is simulated.
    jobs : int, optional
        Processes; one per core when left out.
    """
    shares = behaviour.design(points)
    progress.say(f"simulating lives at {points} sets of parameters")
    answers = behaviour.simulate(folder / "design", shares, jobs)
    names = sorted(answers)
    with heartbeat(progress.say) as say:
        say("fitting the emulator")
        emulator = emulate(shares, behaviour.stacked(answers))
        say("sampling what the rows say about the parameters")
        found = behaviour.fit(emulator, names)
    progress.say("simulating the chosen set")
    again = behaviour.simulate(folder / "confirmation", np.tile(found.best, (CONFIRMED, 1)), jobs, seed=10_000)
    emulated = emulator(found.best[None])[0][0]
    return Outcome(
        points,
        found,
        dict(zip(names, map(float, emulated), strict=True)),
        {name: float(np.median(again[name])) for name in names},
        dict(zip(names, map(float, emulator.error), strict=True)),
    )


def page(outcome: Outcome) -> str:
    """The page for `docs/calibration_behaviour.md`."""

    def presses(name: str, logarithm: float) -> str:
        return f"{np.exp(logarithm):.2f}" if name == "levers" else f"{max(np.exp(logarithm) - 0.5, 0.0):.3g}"

    answers = tuple(
        (name, presses(name, outcome.emulated[name]), presses(name, outcome.simulated[name]), f"{np.exp(error):.2f}")
        for name, error in outcome.error.items()
    )
    asked = tuple((row.id, _in_words(row)) for row in behaviour.ROWS)
    ranges, values, model = outcome.fit.ranges(), behaviour.named(outcome.fit.best), ModelParameters.shipped()
    pinned = []
    for path, span in behaviour.FREE.items():
        (low, high), record = ranges[path], model.record(path)
        left = np.log(high / low) / (0.9 * np.log(float(span.high) / float(span.low)))
        within = f"{span.low:g} to {span.high:g}"
        pinned.append(
            (
                path,
                f"{record.value:g}",
                f"{values[path]:.3g}",
                record.unit,
                f"{low:.3g} to {high:.3g}",
                within,
                f"{left:.2f}",
            )
        )
    sets = tuple(
        (str(n), *(f"{behaviour.named(member)[path]:.3g}" for path in behaviour.FREE))
        for n, member in enumerate(outcome.fit.members, 1)
    )
    heads = ("parameter", "shipped", "chosen", "unit", "interval", "range", "left open")
    return "".join(
        (
            HEAD.format(points=outcome.points, scale=behaviour.SCALE, chance=np.exp(behaviour.CHANCE)),
            markdown(Table(("row", "asks for"), asked)),
            "\n",
            ROWS.format(animals=CONFIRMED),
            markdown(Table(("session", "emulated", "network", "emulator's error"), answers)),
            "\n",
            PINNED,
            markdown(Table(heads, tuple(pinned))),
            "\n",
            MEMBERS,
            markdown(Table(("set", *behaviour.FREE), sets)),
        )
    )


def _in_words(row: behaviour.Row) -> str:
    if isinstance(row, behaviour.Value):
        return f"{row.answer}: {row.target:g} ± {row.sem:g}"
    if isinstance(row, behaviour.Alike):
        return f"{row.answer} as {row.than}, within {100 * row.tolerance:g} %"
    if isinstance(row, behaviour.Share):
        return f"{row.answer} above {row.least:g} of {row.than}"
    assert isinstance(row, behaviour.Above)
    return f"{row.answer} above {row.than or 1}"


def save(outcome: Outcome, folder: Path, ship: bool = False) -> str:
    """Write ``behaviour.toml`` and ``calibration_behaviour.md`` to a folder; with `ship` the package's own too.

    Returns
    -------
    str
        The page.
    """
    text = page(outcome)
    places = [(folder / "behaviour.toml", folder / "calibration_behaviour.md")]
    places += [(ROOT / "synapses" / "behaviour.toml", ROOT / "docs" / "calibration_behaviour.md")] if ship else []
    for values, described in places:
        write(outcome.calibrated(), values)
        with replacing(described) as temporary:
            temporary.write_text(text, encoding="utf-8")
    return text
