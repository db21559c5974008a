"""Calibration: glutamate in closed form, then plasticity and the spread of animals through the emulator.

The result is `synapses/calibrated.toml`: one set of values, an ensemble of sets that fit as well, and the range of 90 %
of the fits. Rows marked as predictions are not used.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import tomli_w

from protocols.calibration import homeostasis, plasticity
from protocols.calibration.emulator import RISE, Emulator, emulate
from protocols.calibration.outcome import CONFIRMED_ANIMALS, Outcome
from protocols.calibration.page import page
from protocols.runs.batch import Progress
from protocols.runs.progress import heartbeat
from protocols.simulation.imports import ROOT
from results.store.files import replacing
from synapses.calibrated import Calibrated

MEMBER_ANIMALS = 12
SECOND_SEED, CONFIRMED_SEED, MEMBER_SEED = 10001, 20001, 30001  # animals of their own


def calibrate(folder: Path, progress: Progress, points: int = plasticity.POINTS, jobs: int | None = None) -> Outcome:
    """Fit everything that may be fitted.

    Parameters
    ----------
    folder : Path
        Runs go there; a calibration that was stopped goes on from them.
    progress : Progress
    points : int
        Sets of parameters at which the network is simulated first; half as many are then taken from those that fit.
    jobs : int, optional
        Processes; one per core when left out.

    Returns
    -------
    Outcome
    """
    with heartbeat(progress.say) as say:
        say("fitting resting glutamate in closed form")
        glutamate = homeostasis.fit_homeostasis()
    progress.say(f"simulating the network at {points} sets of parameters")
    first = plasticity.design(points)
    responses = plasticity.simulate(glutamate.values, folder / "design", first, jobs=jobs)
    more = _fit(first, responses, progress)[1].some(points // 2)
    progress.say(f"simulating the network at {len(more)} sets that fit so far")
    again = plasticity.simulate(glutamate.values, folder / "second", more, jobs=jobs, first_seed=SECOND_SEED)
    shares, both = np.concatenate([first, more]), np.concatenate([responses, again])
    return conclude(glutamate, shares, both, folder, progress, jobs)


def _fit(shares: np.ndarray, responses: np.ndarray, progress: Progress) -> tuple[Emulator, plasticity.Posterior]:
    """The emulator of the network, and what the rows say about the parameters by it."""
    with heartbeat(progress.say) as say:
        say("fitting the emulator")
        emulator = emulate(shares, responses)
        say("sampling what the rows say about the parameters")
        return emulator, plasticity.posterior(emulator)


def conclude(
    glutamate: homeostasis.HomeostasisFit,
    shares: np.ndarray,
    responses: np.ndarray,
    folder: Path,
    progress: Progress,
    jobs: int | None = None,
) -> Outcome:
    """The outcome, from the fit of glutamate and the network's responses at the points of the design.

    Parameters
    ----------
    glutamate : homeostasis.HomeostasisFit
    shares : ndarray, shape (points, parameters)
    responses : ndarray, shape (points, cells, measures, 2)
        As `plasticity.simulate` gives them.
    folder, progress, jobs
        As for `calibrate`.

    Returns
    -------
    Outcome
    """
    emulator, found = _fit(shares, responses, progress)
    values = glutamate.values | plasticity.named(found.best)
    emulated = emulator(found.best[None])[0][0]
    progress.say("simulating the set to ship")
    there = folder / "confirmation"
    simulated = plasticity.simulate(glutamate.values, there, found.best[None], CONFIRMED_ANIMALS, jobs, CONFIRMED_SEED)[
        0
    ]
    progress.say(f"simulating {len(found.members)} sets that fit as well")
    theirs = plasticity.simulate(glutamate.values, folder / "members", found.members, MEMBER_ANIMALS, jobs, MEMBER_SEED)
    members = [glutamate.values | plasticity.named(member) for member in found.members]
    kept = confirmed(simulated, theirs)
    low, high = np.quantile(found.shares, [0.05, 0.95], axis=0)
    ends = plasticity.named(low), plasticity.named(high)
    ranges = {path: (ends[0][path], ends[1][path]) for path in plasticity.FREE}
    return Outcome(
        glutamate,
        found,
        emulator.error,
        emulated,
        simulated,
        Calibrated(
            values,
            tuple(member for member, keep in zip(members, kept, strict=True) if keep),
            glutamate.intervals | ranges,
            dict.fromkeys(glutamate.values, tuple(row[0] for row in glutamate.rows))
            | dict.fromkeys(plasticity.FREE, plasticity.ROWS),
        ),
    )


def confirmed(shipped: np.ndarray, members: np.ndarray) -> np.ndarray:
    """Check which members of an ensemble the network confirms.

    Parameters
    ----------
    shipped : ndarray, shape (cells, measures, 2)
        Cohorts of the shipped set, of `CONFIRMED_ANIMALS`.
    members : ndarray, shape (n, cells, measures, 2)
        Cohorts of the members, of `MEMBER_ANIMALS`.

    Returns
    -------
    ndarray of bool, shape (n,)
        Whether the rows are not clearly less likely than under the shipped set. An emulator errs most at the corners
        of the ranges, where sets that lie far apart are found.
    """

    def level(cohorts: np.ndarray, animals: int) -> np.ndarray:
        return plasticity.log_likelihood(cohorts, plasticity.errors(cohorts, animals))

    least = level(shipped[None], CONFIRMED_ANIMALS)[0] - RISE
    return np.asarray(level(members, MEMBER_ANIMALS) >= least)


def save(outcome: Outcome, folder: Path, ship: bool = False) -> str:
    """Write ``calibrated.toml`` and ``calibration.md`` to a folder, and to the package's own places if asked to.

    Returns
    -------
    str
        The page.
    """
    text = page(outcome)
    places = [(folder / "calibrated.toml", folder / "calibration.md")]
    places += [(ROOT / "synapses" / "calibrated.toml", ROOT / "docs" / "calibration.md")] if ship else []
    for values, described in places:
        write(outcome.calibrated, values)
        described.parent.mkdir(parents=True, exist_ok=True)
        with replacing(described) as temporary:
            temporary.write_text(text, encoding="utf-8")
    return text


def write(found: Calibrated, path: Path) -> None:
    """Write a calibration as the file that `synapses.calibrated` reads."""
    rounded = {name: float(f"{value:.5g}") for name, value in found.values.items()}
    content = {
        "values": rounded,
        "rows": {name: list(rows) for name, rows in found.rows.items()},
        "ranges": {name: [float(f"{end:.4g}") for end in ends] for name, ends in found.ranges.items()},
        "ensemble": [{name: float(f"{v:.5g}") for name, v in member.items()} for member in found.ensemble],
    }
    head = "# Parameters that calibration fitted; written by `corticostriatal calibrate`. See docs/calibration.md.\n\n"
    with replacing(path) as temporary:
        # An array on one line, where tomli_w gives each of its values one.
        text = re.sub(r"\[\n([^\[\]]*?),\n\]", lambda m: f"[{' '.join(m[1].split())}]", tomli_w.dumps(content))
        temporary.write_text(head + text, encoding="utf-8")
