"""The bench's emulator of LTP and LTD: trained on runs of the network at random settings, checked at others.

    python -m docs_build.bench.training FOLDER

simulates what is not in FOLDER yet and writes `plasticity.json`. What a synapse can still do at the test follows from
few numbers that the closed form gives (`FEATURES`), so the emulator is a function of these.
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from circuit.parameters import ModelParameters
from docs_build.bench.settings import Setting, at_random
from protocols.animals.rest import at_rest
from protocols.calibration.emulator import Emulator, emulate
from synapses.regions import CORE

FEATURES = ("mglur23_tone", "mglur5_tone", "glt1", "ampa")
"""Tones at the test, GLT-1 uptake and surface AMPA receptors: what the emulator is a function of."""
EXPERIMENT = "moussawi2009"
TESTS = ("HFS", "LFS")
EACH = 40
"""Settings that share the animal in which they are simulated."""
SCALE = 0.25
NEGLIGIBLE = 1e-4  # of a response's variance, which modes that are left out may take from the emulator's


@dataclass(frozen=True)
class Design:
    """Random settings: how many, their seed, and whether all have drugs that act at the test."""

    number: int
    seed: int
    acting: bool = False

    def settings(self) -> list[Setting]:
        """The settings."""
        return list(at_random(self.number, self.seed, self.acting))


LEARNT = (Design(240, 1), Design(160, 4, acting=True))
CHECKED = Design(200, 2)
FILE = Path(__file__).parent / "plasticity.json"


def parameters() -> str:
    """The hash of the parameters that the emulated experiment reads."""
    from protocols.experiments.experiment import load

    return load(EXPERIMENT).parameter_hash


def features(setting: Setting, own: ModelParameters) -> list[float]:
    """`FEATURES` of an animal at the test."""
    rest = at_rest(setting.group(), float(setting.test_day), own)
    steady, tissue = rest.at[CORE].steady, rest.state.at(CORE)
    return [steady.mglur23_tone, steady.mglur5_tone, tissue.glt1, tissue.ampa]


def simulated(settings: Sequence[Setting], folder: Path, seed: int) -> np.ndarray:
    """The field after both inductions, % of baseline, of one typical animal at each setting, shape (n, tests).

    Every `EACH` settings share an animal, so that the emulator is not of one animal's wiring.
    """
    from protocols.experiments.experiment import experiment_from, load
    from protocols.runs.batch import run_batch
    from protocols.runs.progress import progress
    from protocols.runs.summary import summed_up
    from results.statistics.summary import frame

    found = []
    for place in range(0, len(settings), EACH):
        some = settings[place : place + EACH]
        content = load(EXPERIMENT).model_dump(mode="json", exclude_unset=True)
        content["group"] = [
            one.group(f"bench {number}").model_dump(mode="json", exclude_unset=True) for number, one in enumerate(some)
        ]
        content["circuit"]["scale"] = SCALE
        content["animals"] = {"per_group": 1, "seed": seed * 1000 + place // EACH, "variability": False}
        done = summed_up(run_batch(experiment_from(content), progress(), folder / f"{seed}-{place}", 1), False)
        if done.failures:
            raise SystemExit(f"{done.failures[0].run.label} failed: {done.failures[0].failure}")
        table = frame(done.recordings).query("measure == 'fepsp'").set_index(["group", "test"])["value"]
        found += [[table[f"bench {number}", test] for test in TESTS] for number in range(len(some))]
    return np.array(found, dtype=float)


def written(emulator: Emulator, points: np.ndarray, error: np.ndarray, level: np.ndarray) -> dict[str, Any]:
    """The emulator as plain numbers: the mean and the deviation at x follow from kernel, points, weights and modes.

    With x the features as shares of their ranges and k(x, y) = a^2 (s^2 + x.y) + c^2 exp(-|(x - y)/l|^2/2), the
    mean is `centre + spread (k w)` and the variance `spread^2 (k(x, x) - |M k|^2) + level^2`. The rows of M are the
    eigenvectors of the points' covariance, each over the root of its eigenvalue; those that change nothing are left
    out.
    `level` is how uncertain the mean over animals is.
    """
    responses = []
    for place, process in enumerate(emulator.processes):
        dot, rbf = process.kernel_.k1.k1, process.kernel_.k1.k2
        values, vectors = np.linalg.eigh(process.L_ @ process.L_.T)
        modes = (vectors / np.sqrt(values)).T[::-1]
        taken = (modes @ process.kernel_.k1(points)) ** 2
        missed = taken[::-1].cumsum(axis=0)[::-1].max(axis=1)  # by leaving out a mode and all after it
        kept = modes[: int(np.argmax(missed < NEGLIGIBLE))] if (missed < NEGLIGIBLE).any() else modes
        responses.append(
            {
                "test": TESTS[place], "linear": float(dot.k1.constant_value), "offset": float(dot.k2.sigma_0),
                "bump": float(rbf.k1.constant_value), "lengths": np.ravel(rbf.k2.length_scale).tolist(),
                "centre": float(np.ravel(process._y_train_mean)[0]), "spread": float(np.ravel(process._y_train_std)[0]),
                "weights": np.ravel(process.alpha_).tolist(), "modes": packed(kept), "level": float(level[place]),
                "left_out": float(emulator.error[place]), "checked": float(error[place]),
            }
        )  # fmt: skip
    return {
        "parameter_hash": parameters(), "features": list(FEATURES), "points": points.tolist(), "scale": SCALE,
        "responses": responses,
    }  # fmt: skip


def packed(matrix: np.ndarray) -> str:
    """A matrix, row after row: numbers of single precision, little endian, in base64."""
    return base64.b64encode(matrix.astype("<f4").tobytes()).decode("ascii")


def emulated(content: dict[str, Any], at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and deviation of both responses, each (n, tests), at features, (n, features), from the written numbers."""
    points = np.array(content["points"])
    x = shares(at, np.array(content["low"]), np.array(content["high"]))
    means, deviations = [], []
    for one in content["responses"]:

        def kernel(a: np.ndarray, b: np.ndarray, one: dict[str, Any] = one) -> np.ndarray:
            apart = (((a[:, None] - b) / np.array(one["lengths"])) ** 2).sum(axis=2)
            return np.asarray(one["linear"] * (one["offset"] ** 2 + a @ b.T) + one["bump"] * np.exp(-apart / 2))

        k = kernel(x, points)
        modes = np.frombuffer(base64.b64decode(one["modes"]), "<f4").reshape(-1, len(points))
        own = np.diag(kernel(x, x)) - ((k @ modes.T) ** 2).sum(axis=1)
        means.append(one["centre"] + one["spread"] * k @ np.array(one["weights"]))
        deviations.append(np.hypot(one["spread"] * np.sqrt(np.maximum(own, 0)), one["level"]))
    return np.stack(means, axis=1), np.stack(deviations, axis=1)


def shares(features: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Features as shares of the ranges in which the emulator was trained."""
    return np.asarray((features - low) / (high - low))


@dataclass(frozen=True)
class Runs:
    """What was simulated: features, (n, features), responses, (n, tests), and the animal of each setting, (n,)."""

    inputs: np.ndarray
    responses: np.ndarray
    animal: np.ndarray


def simulate(design: Design, folder: Path, own: ModelParameters) -> Runs:
    """The runs of a design; those that are in `folder` are not done again."""
    settings = design.settings()
    inputs = np.array([features(one, own) for one in settings])
    animal = 1000 * design.seed + np.arange(len(settings)) // EACH
    return Runs(inputs, simulated(settings, folder, design.seed), animal)


def train(folder: Path) -> dict[str, Any]:
    """Simulate what is not in `folder`, fit, and check at settings that the fit has not seen."""
    own = ModelParameters.shipped()
    parts = [simulate(design, folder, own) for design in LEARNT]
    known = Runs(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Runs)))
    return learnt(known, simulate(CHECKED, folder, own))


def learnt(known: Runs, others: Runs) -> dict[str, Any]:
    """The content of `FILE`, from runs to learn from and runs to check by.

    An animal's responses differ from others' by about as much at all settings. So the mean residual of each animal is
    taken off, and how uncertain the mean over animals is stays in the emulator's deviation (`level`).
    """
    low, high = known.inputs.min(axis=0), known.inputs.max(axis=0)
    points = np.round(shares(known.inputs, low, high), 5)
    residual = known.responses - emulate(points, known.responses)(points)[0]
    animals = np.unique(known.animal)
    offsets = np.array([residual[known.animal == one].mean(axis=0) for one in animals])
    emulator = emulate(points, known.responses - offsets[np.searchsorted(animals, known.animal)])
    level = offsets.std(axis=0, ddof=1) / np.sqrt(len(animals))
    mean, _ = emulator(shares(others.inputs, low, high))
    error = np.sqrt(np.mean((mean - others.responses) ** 2, axis=0))
    found = written(emulator, points, error, level)
    return found | {"low": low.tolist(), "high": high.tolist(), "checked": len(others.inputs)}


if __name__ == "__main__":
    place = Path(sys.argv[1])
    FILE.write_text(json.dumps(train(place), separators=(",", ":")), encoding="utf-8")
