"""Open-loop gain of the loop core, ventral pallidum, MD, PL, by what D1 receptors do to the NMDA current.

The loop is cut at MD -> PL. PL receives spikes of MD at an imposed rate, and the rate of MD itself is read: a gain over
one ignites when the loop is closed. Eight populations of 96 cells have equations and numbers of the circuit's table,
medium spiny cells those of Humphries et al. (2009), doi:10.3389/neuro.11.026.2009. Release, AMPA and efficacies of the
states are numbers read from animals of the network.

    python -m benchmarks.reduced.loop_gain                          all states, about a minute
    python -m benchmarks.reduced.loop_gain --seconds 2.4 --seeds 2  as docs/next_mechanisms.md
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

CELLS = ("PL", "PL interneuron", "core D1", "core D2", "fast-spiking", "VP pallidal", "VP output", "MD")
PL, PL_INTERNEURON, D1, D2, FAST, PALLIDAL, OUTPUT, MD = range(8)
N = 96
STEP = 0.25  # ms
DELAY = 16  # steps
AFFERENTS = 100  # contacts of PL on a medium spiny cell
QUANTUM = 0.45  # nS
REFILL = 200.0  # ms until a contact has its vesicle again
# source, target, contacts a cell, conductance (nS)
EXCITATION = ((PL, PL, 24, 0.05), (PL, PL_INTERNEURON, 24, 0.5), (PL, FAST, 40, 0.55), (PL, MD, 16, 0.08))
INHIBITION = (
    *(
        (PL_INTERNEURON, PL, 20, 2.0),
        (FAST, D1, 4, 2.5),
        (FAST, D2, 4, 2.5),
        (D1, OUTPUT, 60, 0.3),
        (D2, PALLIDAL, 60, 0.3),
    ),
    *((PALLIDAL, OUTPUT, 20, 0.15), (OUTPUT, MD, 24, 0.25)),
    *((source, target, 20, 0.4) for source in (D1, D2) for target in (D1, D2)),
)


@dataclass(frozen=True)
class State:
    """State of an animal: dopamine (1 is rest), efficacies and release of PL -> core, surface AMPA, BLA's rate (Hz)."""

    name: str
    dopamine: float = 1.0
    prefrontal_dopamine: float = 1.0
    rho_1: float = 1.0
    rho_2: float = 1.0
    release: float = 0.39
    ampa: float = 1.0
    bla: float = 0.0


CUE = {"dopamine": 3.0, "prefrontal_dopamine": 2.0}
COCAINE = {"release": 0.56, "ampa": 1.35}
STATES = (
    State("naive, rest"),
    State("naive, dopamine x3, BLA silent", **CUE),
    State("naive, dopamine x3, BLA 8 Hz", **CUE, bla=8.0),
    State("trained (rho 2.09), rest", **COCAINE, rho_1=2.09),
    State("trained (rho 1.6), dopamine x3, BLA silent", **CUE, **COCAINE, rho_1=1.6),
    State("trained (rho 1.6), dopamine x3, BLA 8 Hz", **CUE, **COCAINE, rho_1=1.6, bla=8.0),
    State("the same under NAC", **CUE, rho_1=1.6, release=0.456, ampa=1.35, bla=8.0),
    State("the same, extinguished", **CUE, **COCAINE, rho_1=1.6, rho_2=1.8, bla=8.0),
)


def rates(state: State, md: float, beta: float, seconds: float = 1.2, seed: int = 1) -> dict[str, float]:
    """Return the mean rate (Hz) of each population over the last two thirds of ``seconds``.

    Parameters
    ----------
    md
        Rate of MD that PL receives, Hz.
    beta
        Rise of the NMDA current of D1 cells per D1 activation.
    """
    rng = np.random.default_rng(seed)
    phi_1, phi_cortex = (x**2 / (x**2 + 3.5**2) for x in (state.dopamine, state.prefrontal_dopamine))
    phi_2 = state.dopamine / (state.dopamine + 1.0)

    def column(*values: float) -> npt.NDArray[np.float64]:
        return np.array(values)[:, None]

    # Izhikevich cells: PL, its interneurons, D1, D2, fast-spiking
    capacitance, sharpness = column(100, 20, 15.2, 15.2, 80), column(0.7, 1, 1, 1 - 0.032 * phi_2, 1)
    rest, threshold = column(-60, -55, -80 * (1 + 0.0289 * phi_1), -80, -70), column(-40, -40, -29.7, -29.7, -50)
    peak, reset, jump = (
        column(35, 25, 40, 40, 25),
        column(-50, -45, -55, -55, -60),
        column(100, 0, 91 * (1 - 0.331 * phi_1), 91, 0),
    )
    speed, slope, cubic = column(0.03, 0.2, 0.01, 0.01, 0.2), column(-2, 0, -20, -20, 0), column(0, 0.025, 0, 0, 0.025)
    on_nmda, on_ampa = column(1 + 3 * phi_cortex, 1, 1 + beta * phi_1, 1, 1), column(1, 1, 1, 1 - 0.215 * phi_2, 1)
    drive_mean, drive_sd, drive_time = (
        column(0.63, 0, 2.55, 2.55, 1),
        column(0.72, 0, 0.9, 0.9, 1.2),
        column(5, 5, 20, 20, 5),
    )
    tonic = column(105, 115, 85)  # pA of the relay cells

    excite, inhibit = (np.zeros((8 * N, 8 * N)) for _ in range(2))  # source by target
    for matrix, rows in ((excite, EXCITATION), (inhibit, INHIBITION)):
        for source, target, contacts, conductance in rows:
            cells = np.repeat(np.arange(N), contacts)
            np.add.at(matrix, (source * N + rng.integers(0, N, cells.size), target * N + cells), conductance)
    fibre = rng.integers(0, N, (2, N, AFFERENTS))  # PL cell of each contact on D1 and D2 cells
    free_since = np.full(fibre.shape, -1e9)  # ms of the last release, or of the last look at an empty contact
    empty = np.zeros(fibre.shape, bool)
    efficacy = np.array([[state.rho_1], [state.rho_2]]) * state.ampa

    v = np.repeat(column(-60, -55, -80, -80, -70, -60, -60, -60), N, axis=1)
    u, ampa, nmda, gaba = np.zeros((5, N)), np.zeros((8, N)), np.zeros((8, N)), np.zeros((8, N))
    drive, current = np.repeat(drive_mean, N, axis=1), np.repeat(tonic, N, axis=1)
    travelling, counts = np.zeros((DELAY, 8, N), bool), np.zeros(8)
    decay_drive, decay_current = np.exp(-STEP / drive_time), np.exp(-STEP / 5.0)
    decay_gaba = np.exp(-STEP / column(4, 4, 4, 4, 4, 8, 8, 8))
    steps = int(seconds * 1000 / STEP)
    for step in range(steps):
        arrived = travelling[step % DELAY]
        spiking = np.flatnonzero(arrived)
        if spiking.size:
            added = excite[spiking].sum(0).reshape(8, N)
            ampa += added
            nmda[:5] += 0.5 * added[:5]
            gaba += inhibit[spiking].sum(0).reshape(8, N)
        if arrived[PL].any():
            place = np.nonzero(arrived[PL][fibre])
            now = step * STEP
            filled = rng.random(place[0].size) < -np.expm1(-(now - free_since[place]) / REFILL)
            there = ~empty[place] | filled
            released = there & (rng.random(there.size) < state.release)
            empty[place], free_since[place] = released | ~there, now
            quanta = np.zeros((2, N))
            np.add.at(quanta, (place[0][released], place[1][released]), QUANTUM)
            ampa[D1 : D2 + 1] += quanta * efficacy
            nmda[D1 : D2 + 1] += 0.5 * quanta
        means = np.array([[24 * md, 16 * state.bla, 4.0]]) * STEP * 1e-3  # MD, BLA and hippocampus on PL
        outside = (rng.poisson(means, (N, 3)) * [0.08, 0.08, 0.16]).sum(1)
        ampa[PL] += outside
        nmda[PL] += 0.5 * outside
        amygdala = QUANTUM * rng.binomial(40, state.bla * STEP * 1e-3 * state.release, (2, N))
        ampa[D1 : D2 + 1] += amygdala * efficacy
        nmda[D1 : D2 + 1] += 0.5 * amygdala

        noise = drive_sd * np.sqrt(1 - decay_drive**2) * rng.standard_normal((5, N))
        drive = np.maximum(drive_mean + (drive - drive_mean) * decay_drive + noise, 0)
        current = (
            tonic + (current - tonic) * decay_current + 30 * np.sqrt(1 - decay_current**2) * rng.standard_normal((3, N))
        )
        w, relay = v[:5], v[5:]
        unblocked = 1 / (1 + np.exp(-0.062 * w) / 3.57)
        inward = -(on_ampa * ampa[:5] + on_nmda * nmda[:5] * unblocked + drive) * w + gaba[:5] * (-60 - w)
        moved = w + STEP * (sharpness * (w - rest) * (w - threshold) - u + inward) / capacitance
        u += STEP * speed * (slope * (w - rest) + cubic * np.maximum(w + 55, 0) ** 3 - u)
        driven = relay + STEP * (5 * (-65 - relay) + current - ampa[5:] * relay + gaba[5:] * (-75 - relay)) / 100
        fired = np.concatenate((moved > peak, driven > -50))
        u += jump * fired[:5]
        v = np.concatenate((np.where(fired[:5], reset, moved), np.where(fired[5:], -60.0, driven)))
        travelling[step % DELAY] = fired
        if step >= steps // 3:
            counts += fired.sum(1)
        ampa *= np.exp(-STEP / 6.0)
        nmda *= np.exp(-STEP / 160.0)
        gaba *= decay_gaba
    measured = (steps - steps // 3) * STEP * 1e-3
    return {name: float(count) / N / measured for name, count in zip(CELLS, counts, strict=True)}


def gain(state: State, beta: float, low: float = 3.0, high: float = 9.0, seconds: float = 1.2, seeds: int = 1) -> float:
    """Return the rise of MD's rate per rise of the rate imposed on PL, between ``low`` and ``high`` Hz."""
    out = [np.mean([rates(state, md, beta, seconds, seed + 1)["MD"] for seed in range(seeds)]) for md in (low, high)]
    return float(out[1] - out[0]) / (high - low)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table of docs/next_mechanisms.md."""
    options = argparse.ArgumentParser(description="Gain of the loop core, pallidum, MD, PL")
    options.add_argument("--seconds", type=float, default=1.2, help="length of a run")
    options.add_argument("--seeds", type=int, default=1)
    options.add_argument("--beta", type=float, nargs="+", default=[6.3, 1.0])
    chosen = options.parse_args(arguments)
    for state in STATES:
        for beta in chosen.beta:
            found = [
                [rates(state, md, beta, chosen.seconds, seed + 1) for seed in range(chosen.seeds)]
                for md in (3.0, 9.0, 18.0)
            ]
            md, d1 = ([float(np.mean([run[cells] for run in runs])) for runs in found] for cells in ("MD", "core D1"))
            print(
                f"{state.name:44s} beta {beta:3.1f}  MD {md[0]:4.1f} {md[1]:4.1f} {md[2]:4.1f} Hz"
                f"  D1 {d1[0]:4.1f} {d1[1]:4.1f} {d1[2]:4.1f} Hz  gain 3-9 {(md[1] - md[0]) / 6:5.2f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
