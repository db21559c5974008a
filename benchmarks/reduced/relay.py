"""Leaky integrate-and-fire cells with noisy currents and random contacts, as the circuit's relay and dopamine cells."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

STEP = 0.25  # ms
NOISE, NOISE_TIME = 30.0, 5.0  # pA, ms
EXCITATION_TIME, INHIBITION_TIME = 6.0, 8.0  # ms
N = 64  # cells of a population


@dataclass(frozen=True)
class Cells:
    """A population: tonic current (pA), capacitance (pF) and reset (mV). Leak 5 nS to -65 mV, threshold -50 mV."""

    tonic: float
    capacitance: float = 100.0
    reset: float = -60.0


def dopamine_cells(tonic: float) -> Cells:
    """Return dopamine cells with this tonic current (pA)."""
    return Cells(tonic, capacitance=150.0, reset=-68.0)


@dataclass(frozen=True)
class Inhibition:
    """GABA contacts: number on each target cell, and conductance of one (nS)."""

    source: str
    target: str
    contacts: int
    conductance: float


@dataclass(frozen=True)
class Afferent:
    """Glutamate contacts of fibres that fire at random at a rate (Hz): number on a cell and conductance of one (nS)."""

    rate: float
    contacts: int
    conductance: float


def rates(
    cells: Mapping[str, Cells],
    inhibition: Collection[Inhibition],
    afferents: Mapping[str, Afferent],
    silenced: Collection[str] = (),
    seconds: float = 3.0,
    seed: int = 0,
) -> dict[str, float]:
    """Return the mean rate of each population (Hz) over the last three quarters of ``seconds``.

    The spikes of ``silenced`` populations reach nobody and are not counted.
    """
    rng = np.random.default_rng(seed)
    v = {name: rng.uniform(-65, -50, N) for name in cells}
    current = {name: np.full(N, kind.tonic) for name, kind in cells.items()}
    glutamate, gaba = ({name: np.zeros(N) for name in cells} for _ in range(2))
    fired = {name: np.zeros(N, bool) for name in cells}
    sources = [(row, rng.integers(0, N, (N, row.contacts))) for row in inhibition]
    decay, count, steps = np.exp(-STEP / NOISE_TIME), dict.fromkeys(cells, 0), int(seconds * 1000 / STEP)
    for step in range(steps):
        for row, source in sources:
            gaba[row.target] += row.conductance * fired[row.source][source].sum(1)
        for target, fibres in afferents.items():
            glutamate[target] += fibres.conductance * rng.poisson(fibres.contacts * fibres.rate * STEP * 1e-3, N)
        for name, kind in cells.items():
            noise = NOISE * np.sqrt(1 - decay**2) * rng.standard_normal(N)
            current[name] = kind.tonic + (current[name] - kind.tonic) * decay + noise
            synaptic = -glutamate[name] * v[name] + gaba[name] * (-75 - v[name])
            moved = v[name] + STEP * (5 * (-65 - v[name]) + current[name] + synaptic) / kind.capacitance
            over = moved > -50
            v[name] = np.where(over, kind.reset, moved)
            fired[name] = over & (name not in silenced)
            glutamate[name] *= np.exp(-STEP / EXCITATION_TIME)
            gaba[name] *= np.exp(-STEP / INHIBITION_TIME)
            if step >= steps // 4:
                count[name] += int(fired[name].sum())
    measured = (steps - steps // 4) * STEP * 1e-3
    return {name: count[name] / N / measured for name in cells}
