"""Value of the drug's cue, learnt at rewarded cues and lost at cues without reward, over the sessions of an animal.

Each rewarded cue brings the value nearer to one by a share ``acquisition`` of what is missing, each cue without reward
lets it decay by ``extinction``; presses of a cue test follow the value. Rewards are those of two hours.
Sources of the speed (size assumed): Tye et al. (2008), doi:10.1038/nature06963; Aragona et al. (2009),
doi:10.1111/j.1460-9568.2009.07027.x.

    python -m benchmarks.reduced.cue_value
"""

from __future__ import annotations

import math

REWARDS = 26  # infusions of a session
PARTS = 12  # of a cue test of two hours
FEWEST, MOST = 1.2, 8.0  # presses a part without value and at full value (assumed)
STEEPNESS, HALF = 3.0, 0.5  # of presses over value (assumed)


def after_training(acquisition: float, sessions: int, rewards: int = REWARDS) -> float:
    """Return the value after ``sessions`` with ``rewards`` rewarded cues each, from none."""
    return 1 - (1 - acquisition) ** (rewards * sessions)


def cue_test(extinction: float, value: float = 1.0) -> tuple[float, float]:
    """Return presses of a cue test without reward, and the value that it leaves."""
    presses = 0.0
    for _ in range(PARTS):
        share = value**STEEPNESS / (value**STEEPNESS + HALF**STEEPNESS) * (1 + HALF**STEEPNESS)
        pressed = FEWEST + (MOST - FEWEST) * share
        presses += pressed
        value *= math.exp(-extinction * pressed)
    return presses, value


def main() -> None:
    """Print value by speed of learning, and what is left of a second cue test by speed of extinction."""
    for acquisition in (0.005, 0.01, 0.02, 0.05, 0.1):
        values = "  ".join(f"{after_training(acquisition, sessions):.2f}" for sessions in (1, 2, 3, 5, 10))
        print(f"acquisition {acquisition:5.3f}  value after 1, 2, 3, 5, 10 sessions: {values}")
    for extinction in (0.002, 0.005, 0.01, 0.02, 0.05):
        first, left = cue_test(extinction)
        again = f"{cue_test(extinction, left)[0] / first:.0%}"
        print(f"extinction {extinction:5.3f}  presses {first:3.0f}, value left {left:.2f}, second test {again} of it")


if __name__ == "__main__":
    main()
