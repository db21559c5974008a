"""One dose of NAC at the first extinction session: forms of learning's room and of forgetting, over random parameters.

An animal has two numbers: the potentiation e that training left on contacts of D1 cells (1 after training), and the
potentiation w of contacts of D2 cells by extinction (0 after training). Drive of seeking is q (1 + a e) - b w, presses
follow it by a Hill function, and each part of a session without reward teaches::

    de = -k_d gate presses e          dw = k_p room presses (1 - w)

Release q, the mGluR5 gate on depression and the room for potentiation are numbers of the closed form for the state of
the animal. Random sets count that give the course of extinction, cue reinstatement and, where the form can, spontaneous
recovery. Printed is the share of them that show each finding on NAC as well; findings H1, H2 and H4 are those of
Huang et al. (2026), Transl Psychiatry 16:186.

    python -m benchmarks.reduced.extinction [--sets 40000]
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]

DAYS, PARTS = 10, 12  # sessions of extinction, parts of a session
FASTEST = 12.0  # presses a part
RELEASE_NAC, RELEASE_BOTH = 0.80, 1.06  # of vehicle, under NAC and under NAC with LY341495
GATE_NAC, GATE_BOTH = 0.56, 0.72
LATER = 28  # days until spontaneous recovery is tested


@dataclass(frozen=True)
class Form:
    """Room for potentiation of vehicle, NAC and NAC with LY341495, and which changes fade (time in days)."""

    name: str
    room: tuple[float, float, float]
    depression_fades: bool = False
    potentiation_fades_in: float | None = None


GRADED, FULL = (0.29, 0.74, 0.17), (0.0, 0.74, 0.0)
FORMS = (
    Form("relative room, clipped at 10, no fading", (0.29, 2.5, 0.6)),
    Form("graded room, no fading", GRADED),
    Form("graded room, D1 depression fades", GRADED, True),
    Form("full occlusion after cocaine, no fading", FULL),
    Form("full occlusion, D1 depression fades", FULL, True),
    Form("full occlusion, both fade", FULL, True, 20.0),
    Form("a tenth of room, D1 depression fades", (0.1, 0.74, 0.05), True),
)


class Sets:
    """Random parameter sets: one array a parameter, ``number`` values each."""

    def __init__(self, number: int, seed: int = 3) -> None:
        rng = np.random.default_rng(seed)

        def logarithmic(low: float, high: float) -> Values:
            return np.exp(rng.uniform(np.log(low), np.log(high), number))

        self.d1_gain, self.d2_gain = logarithmic(0.3, 3), logarithmic(0.3, 4)
        self.steepness = rng.uniform(2, 8, number)
        self.depression, self.potentiation = logarithmic(0.001, 0.3), logarithmic(0.0005, 0.15)
        self.gate = logarithmic(0.02, 0.4)  # of vehicle in a session, where tone lies above that of rest
        self.fading = logarithmic(3, 60)  # days
        self.cue = logarithmic(0.1, 1.5)

    def presses(self, e: Values, w: Values, release: float = 1.0, cue: bool = False) -> Values:
        """Return presses in a part of a session, of each set."""
        drive = np.maximum(release * (1 + self.d1_gain * e + cue * self.cue) - self.d2_gain * w, 1e-6)
        return np.asarray(FASTEST / (1 + (0.75 * (1 + self.d1_gain) / drive) ** self.steepness))


def course(sets: Sets, form: Form, arm: int) -> tuple[Values, Values, Values]:
    """Return presses in each extinction session (DAYS x sets), in the cue test next day and at spontaneous recovery.

    ``arm`` is 0 for vehicle, 1 for NAC and 2 for NAC with LY341495 before the first session.
    """
    e = np.ones_like(sets.gate)
    w = np.zeros_like(e)
    fade_w = 1 / form.potentiation_fades_in if form.potentiation_fades_in else 0.0
    sessions = []
    for day in range(DAYS):
        treated = arm if day == 0 else 0
        release = (1.0, RELEASE_NAC, RELEASE_BOTH)[treated]
        gate = np.maximum((0.0, GATE_NAC, GATE_BOTH)[treated], sets.gate)
        total = np.zeros_like(e)
        for _ in range(PARTS):
            pressed = sets.presses(e, w, release)
            total += pressed
            e = e * np.exp(-sets.depression * gate * pressed)
            w = 1 - (1 - w) * np.exp(-sets.potentiation * form.room[treated] * pressed)
        sessions.append(total)
        if form.depression_fades:
            e = 1 - (1 - e) * np.exp(-1 / sets.fading)
        w = w * np.exp(-fade_w)
    cue = PARTS * sets.presses(e, w, cue=True)
    if form.depression_fades:
        e = 1 - (1 - e) * np.exp(-LATER / sets.fading)
    return np.array(sessions), cue, PARTS * sets.presses(e, w * np.exp(-LATER * fade_w))


def findings(sets: Sets, form: Form) -> dict[str, Truths]:
    """Return for each finding whether each set shows it; ``B2c`` and ``B3-cue`` and ``B6`` are of vehicle animals."""
    (vehicle, cue, recovery), nac, both = (course(sets, form, arm) for arm in range(3))
    later = nac[0][1:].mean(0) / vehicle[1:].mean(0)
    return {
        "B2c": (vehicle[9] < 0.3 * vehicle[0]) & (vehicle[2] > 0.3 * vehicle[0]) & (vehicle[0] > 30),
        "B3-cue": (cue > 2 * vehicle[9]) & (cue > 20),
        "B6": (recovery > 1.5 * vehicle[9]) & (recovery - vehicle[9] > 8),
        "H1a": nac[0][0] < 0.8 * vehicle[0],
        "H1c": (later > 0.7) & (later < 1.3),
        "H2-cue": nac[1] < 0.8 * cue,
        "H2-spontaneous": nac[2] < 0.8 * recovery,
        "H4a": both[0][0] < 0.8 * vehicle[0],
        "H4b": (both[1] > 0.9 * cue) & (both[2] > 0.9 * recovery),
    }


def shares(found: dict[str, Truths]) -> tuple[bool, int, dict[str, float]]:
    """Return whether the form gives B6, how many sets count, and the share of them with each finding and with several.

    Sets count that give B2c, B3-cue and, where the form can give it, B6.
    """
    counted = found["B2c"] & found["B3-cue"]
    recovers = bool((counted & found["B6"]).any())
    if recovers:
        counted &= found["B6"]
    if not counted.any():
        return recovers, 0, {}
    treated = [name for name in found if name[0] == "H"]
    every = np.logical_and.reduce([found[name] for name in treated])
    but_later = np.logical_and.reduce([found[name] for name in treated if name != "H1c"])
    columns = {**{name: found[name] for name in treated}, "all but H1c": but_later, "all": every}
    return recovers, int(counted.sum()), {name: float(shown[counted].mean()) for name, shown in columns.items()}


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table of docs/next_mechanisms.md."""
    options = argparse.ArgumentParser(description="One dose of NAC at extinction, over random parameter sets")
    options.add_argument("--sets", type=int, default=40_000)
    sets = Sets(options.parse_args(arguments).sets)
    for form in FORMS:
        recovers, number, found = shares(findings(sets, form))
        numbers = "  ".join(f"{name} {share:.3f}" for name, share in found.items())
        print(f"{form.name:42s} {number:5d} sets  B6 {'yes' if recovers else 'never':5s}  {numbers}", flush=True)


if __name__ == "__main__":
    main()
