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
from pathlib import Path
from typing import Any

import numpy as np

from circuit.parameters import ModelParameters, parameter_hash
from docs_build.bench.settings import Setting, at_random
from protocols.animals.rest import at_rest
from protocols.calibration.emulator import Emulator, emulate
from synapses.regions import CORE

FEATURES = ("mglur23_tone", "mglur5_tone", "glt1", "ampa")
"""Tones at the test, GLT-1 uptake and surface AMPA receptors: what the emulator is a function of."""
TESTS = ("HFS", "LFS")
TRAINED, CHECKED = 240, 200
SEEDS = 1, 2
EACH = 40
"""Settings that share the animal in which they are simulated."""
SCALE = 0.25
FILE = Path(__file__).parent / "plasticity.json"


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
        content = load("moussawi2009").model_dump(mode="json", exclude_unset=True)
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


def written(emulator: Emulator, inputs: np.ndarray, error: np.ndarray) -> dict[str, Any]:
    """The emulator as plain numbers: the mean and the deviation at x follow from kernel, points, weights and inverse.

    With z the features as shares of their trained ranges, k(x, y) = a^2 (s^2 + x.y) + c^2 exp(-|(x - y)/l|^2/2), the
    mean is `centre + spread (k w)` and the variance `spread^2 (k(x, x) - k V k)`.
    """
    responses = []
    for place, process in enumerate(emulator.processes):
        dot, rbf = process.kernel_.k1.k1, process.kernel_.k1.k2
        whole = process.L_ @ process.L_.T
        responses.append(
            {
                "test": TESTS[place], "linear": float(dot.k1.constant_value), "offset": float(dot.k2.sigma_0),
                "bump": float(rbf.k1.constant_value), "lengths": np.ravel(rbf.k2.length_scale).tolist(),
                "centre": float(np.ravel(process._y_train_mean)[0]), "spread": float(np.ravel(process._y_train_std)[0]),
                "weights": np.ravel(process.alpha_).tolist(), "inverse": packed(np.linalg.inv(whole)),
                "left_out": float(emulator.error[place]), "checked": float(error[place]),
            }
        )  # fmt: skip
    return {
        "parameter_hash": parameter_hash(), "features": list(FEATURES), "points": inputs.tolist(), "scale": SCALE,
        "responses": responses,
    }  # fmt: skip


def packed(matrix: np.ndarray) -> str:
    """The lower triangle of a symmetric matrix, row after row: single precision, little endian, in base64."""
    return base64.b64encode(matrix[np.tril_indices(len(matrix))].astype("<f4").tobytes()).decode("ascii")


def unpacked(text: str, size: int) -> np.ndarray:
    """The matrix that was `packed`."""
    matrix = np.zeros((size, size))
    matrix[np.tril_indices(size)] = np.frombuffer(base64.b64decode(text), "<f4")
    return matrix + np.tril(matrix, -1).T


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
        means.append(one["centre"] + one["spread"] * k @ np.array(one["weights"]))
        taken = np.einsum("ni,ij,nj->n", k, unpacked(one["inverse"], len(points)), k)
        own = np.diag(kernel(x, x))
        deviations.append(one["spread"] * np.sqrt(np.maximum(own - taken, 0)))
    return np.stack(means, axis=1), np.stack(deviations, axis=1)


def shares(features: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Features as shares of the ranges in which the emulator was trained."""
    return np.asarray((features - low) / (high - low))


def train(folder: Path) -> dict[str, Any]:
    """Simulate, fit, and check at settings that the fit has not seen."""
    own = ModelParameters.shipped()
    both = [list(at_random(number, seed)) for number, seed in zip((TRAINED, CHECKED), SEEDS, strict=True)]
    inputs = [np.array([features(one, own) for one in some]) for some in both]
    responses = [simulated(some, folder, seed) for some, seed in zip(both, SEEDS, strict=True)]
    np.savez(folder / "runs.npz", inputs=inputs[0], responses=responses[0], others=inputs[1], checks=responses[1])
    low, high = inputs[0].min(axis=0), inputs[0].max(axis=0)
    points = shares(inputs[0], low, high)
    emulator = emulate(points, responses[0])
    mean, deviation = emulator(shares(inputs[1], low, high))
    error = np.sqrt(np.mean((mean - responses[1]) ** 2, axis=0))
    content = written(emulator, points, error) | {"low": low.tolist(), "high": high.tolist(), "checked": CHECKED}
    print("left out", emulator.error, "at other settings", error, "deviation", deviation.mean(axis=0))
    return content


if __name__ == "__main__":
    place = Path(sys.argv[1])
    FILE.write_text(json.dumps(train(place), separators=(",", ":")), encoding="utf-8")
