"""Calibration from end to end: glutamate in closed form, plasticity through the emulator, then the spread of animals.

The result is `synapses/calibrated.toml`: one set of values, an ensemble of sets that fit as well, the range of 90 % of
the fits, and the factor on the spread of animals. Rows marked as predictions are not used.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import tomli_w

from protocols.calibration import homeostasis, plasticity
from protocols.calibration.emulator import emulate
from protocols.calibration.outcome import CONFIRMED_ANIMALS, Outcome, Spread
from protocols.calibration.page import page
from protocols.experiments.experiment import load
from protocols.experiments.overrides import parameter_settings, with_overrides
from protocols.runs.batch import Progress, run_batch
from protocols.runs.progress import heartbeat
from protocols.runs.summary import summed_up
from protocols.simulation.imports import ROOT
from results.statistics.summary import TIME_COURSE, frame
from results.store.files import replacing
from synapses.calibrated import Calibrated

SPREAD_ANIMALS = 24
FACTORS = (0.5, 1.0, 2.0)  # on the coefficients of variation
MEMBER_ANIMALS = 2
NOISE = 2.0  # % of baseline: of a response of few animals, measured
CONTROLS = tuple(cell for cell in plasticity.CELLS if cell[0] == "control")


def calibrate(folder: Path, progress: Progress, points: int = plasticity.POINTS, jobs: int | None = None) -> Outcome:
    """Fit everything that may be fitted.

    Parameters
    ----------
    folder : Path
        Runs go there; a calibration that was stopped goes on from them.
    progress : Progress
    points : int
        Sets of parameters at which the network is simulated.
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
    responses = plasticity.simulate(glutamate.values, folder / "design", points, jobs)
    return conclude(glutamate, responses, folder, progress, jobs)


def conclude(
    glutamate: homeostasis.HomeostasisFit,
    responses: np.ndarray,
    folder: Path,
    progress: Progress,
    jobs: int | None = None,
) -> Outcome:
    """The outcome, from the fit of glutamate and the network's responses at the points of the design.

    Parameters
    ----------
    glutamate : homeostasis.HomeostasisFit
    responses : ndarray, shape (points, cells, measures)
        As `plasticity.simulate` gives them.
    folder, progress, jobs
        As for `calibrate`.

    Returns
    -------
    Outcome
    """
    with heartbeat(progress.say) as say:
        say("fitting the emulator")
        emulator = emulate(plasticity.design(len(responses)), responses)
        say("sampling what the rows say about the parameters")
        found = plasticity.posterior(emulator)
    values = glutamate.values | plasticity.named(found.best)
    emulated = emulator(found.best[None])[0][0, :, 0]
    progress.say("simulating the most probable set")
    simulated = _responses(values, progress, folder / "confirmation", jobs, CONFIRMED_ANIMALS)
    members = [glutamate.values | plasticity.named(member) for member in found.members]
    theirs = []
    for number, member in enumerate(members, 1):
        progress.say(f"simulating set {number} of {len(members)} that fit as well")
        theirs.append(_responses(member, progress, folder / f"member-{number:02d}", jobs, MEMBER_ANIMALS))
    kept = confirmed(simulated, np.array(theirs))
    spread = _spread(values, float(np.median(found.spread)), progress, folder, jobs)
    low, high = np.quantile(found.shares, [0.05, 0.95], axis=0)
    ends = plasticity.named(low), plasticity.named(high)
    ranges = {path: (ends[0][path], ends[1][path]) for path in plasticity.FREE}
    return Outcome(
        glutamate,
        found,
        emulator.error,
        {cell: (float(emulated[n]), float(simulated[n, 0])) for n, cell in enumerate(plasticity.CELLS)},
        spread,
        Calibrated(
            values | {"variability.scale": spread.factor()},
            tuple(member for member, keep in zip(members, kept, strict=True) if keep),
            glutamate.intervals | ranges,
            dict.fromkeys(glutamate.values, tuple(row[0] for row in glutamate.rows))
            | dict.fromkeys([*plasticity.FREE, "variability.scale"], plasticity.ROWS),
        ),
    )


def confirmed(shipped: np.ndarray, members: np.ndarray) -> np.ndarray:
    """Check which members of an ensemble the network confirms.

    Parameters
    ----------
    shipped : ndarray, shape (cells, measures)
        Responses of the shipped set, % of baseline.
    members : ndarray, shape (n, cells, measures)

    Returns
    -------
    ndarray of bool, shape (n,)
        Whether the rows are not clearly less likely than under the shipped set. An emulator errs most at the corners
        of the ranges, where sets that lie far apart are found.
    """
    both = np.concatenate([shipped[None], members])
    level = plasticity.marginal(both, np.full(both.shape, NOISE))
    return np.asarray(level[1:] >= level[0] - plasticity.RISE)


def _responses(
    values: dict[str, float], progress: Progress, folder: Path, jobs: int | None, animals: int
) -> np.ndarray:
    """Mean response of the network, without differences between animals, shape (cells, measures)."""
    settings = [f"circuit.scale={plasticity.SCALE}", f"animals.per_group={animals}"]
    settings += ["animals.variability=false", "animals.seed=2", *parameter_settings(values)]
    experiment = with_overrides(load("moussawi2009"), settings)
    batch = summed_up(run_batch(experiment, progress, folder, jobs, only=list(plasticity.CELLS)))
    table = frame(batch.recordings)
    means = table.groupby(["group", "test", "measure"])["value"].mean()
    return np.array([[means[(*cell, measure)] for measure in plasticity.MEASURES] for cell in plasticity.CELLS])


def _spread(values: dict[str, float], wanted: float, progress: Progress, folder: Path, jobs: int | None) -> Spread:
    """How far controls differ at each of `FACTORS`."""
    measured = {}
    for number, factor in enumerate(FACTORS, 1):
        progress.say(f"spread of animals, {number} of {len(FACTORS)}: factor {factor:g}")
        settings = [f"circuit.scale={plasticity.SCALE}", f"animals.per_group={SPREAD_ANIMALS}", "animals.seed=3"]
        settings += parameter_settings(values | {"variability.scale": factor})
        experiment = with_overrides(load("moussawi2009"), settings)
        below = folder / f"spread-{factor:g}"
        batch = summed_up(run_batch(experiment, progress, below, jobs, only=list(CONTROLS)))
        table = frame(batch.recordings)
        table = table[table["measure"] == TIME_COURSE]
        measured[factor] = float(np.sqrt(table.groupby("test")["value"].var().mean()))
    return Spread(wanted, measured)


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
