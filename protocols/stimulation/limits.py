"""What a run can hold: the arrays of a compiled program are of one size, and a test has to fit them."""

from __future__ import annotations

from circuit.clock import CLOCK_BIN, CLOCK_BINS, EXPOSURE_BIN, EXPOSURE_BINS, PULSES
from protocols.errors import InputError
from protocols.stimulation.acceleration import Acceleration
from protocols.stimulation.pulses import Stimulus, pause
from protocols.stimulation.timeline import LARGEST_PERIOD, Compiled, compile_timeline

LONGEST = EXPOSURE_BIN * EXPOSURE_BINS  # s of biological time over which drugs on board are given
LONGEST_CLOCK = CLOCK_BIN * CLOCK_BINS  # s of network time
SETTLING = 1.0  # s: the part of a test's lead that always runs at full rate


def laid_out(stimulus: Stimulus, acceleration: Acceleration, lead: float, seen: float, accelerated: bool) -> Compiled:
    """One pass through the network on the network's clock.

    Parameters
    ----------
    stimulus : Stimulus
        From the test's start.
    acceleration : Acceleration
    lead : float
        Time before the test's start, s, in which the network settles.
    seen : float
        How long a response is looked at after its pulse, s: full rate for so long at least.
    accelerated : bool
        Whether slow variables may be accelerated between pulses.

    Raises
    ------
    InputError
        If it does not fit the arrays of a compiled program.
    """
    protocol = pause(lead) + stimulus
    refuse_longer(protocol.duration)
    if not accelerated:
        acceleration = acceleration.at(1.0)
    plan = compile_timeline(protocol, acceleration.seeing(seen), min(lead, SETTLING))
    refuse_more(len(plan.timeline.pulses))
    if len(plan.timeline.rate) > CLOCK_BINS:
        how = "raise acceleration.maximum or shorten the test" if accelerated else "shorten the test"
        raise InputError(
            f"takes {len(plan.timeline.rate) * CLOCK_BIN:.0f} s of network time, "
            f"at most {LONGEST_CLOCK:.0f} s fit; {how}"
        )
    return plan


def longest_clock(
    length: float, acceleration: Acceleration, pulses: int = 0, stimulated: float = 0.0, accelerated: bool = True
) -> float:
    """A bound on the network time of a test, s, that needs no time line: every pulse as if it stood alone.

    Parameters
    ----------
    length : float
        Biological time of the test, s.
    acceleration : Acceleration
    pulses : int
    stimulated : float
        How long the trains of its inductions last together, s.
    accelerated : bool
    """
    lead = EXPOSURE_BIN + 1.0
    if not accelerated or acceleration.maximum == 1:
        return lead + length
    window = acceleration.window_before.si + acceleration.window_after.si + LARGEST_PERIOD + 4 * CLOCK_BIN
    slowest = min(acceleration.maximum, acceleration.after_induction)
    return lead + pulses * window + stimulated + length / slowest


def refuse_longer(length: float) -> None:
    """Refuse a test, `length` s of biological time, that is longer than drugs on board are given for."""
    if length > LONGEST:
        raise InputError(f"lasts {length / 3600:.2f} h, its lead included; a test may last {LONGEST / 3600:.2f} h")


def refuse_unseen(length: float, acceleration: Acceleration, least: float, what: str) -> None:
    """Refuse what is too short to be seen: `what` of `length` s that has to last `least` s of network time."""
    if length / acceleration.maximum < least * (1 - 1e-9):
        raise InputError(
            f"{what} of {length:g} s takes {length / acceleration.maximum:.2g} s of network time, at least "
            f"{least:g} s are needed to see levels in it; lengthen it or lower acceleration.maximum"
        )


def refuse_more(pulses: int) -> None:
    """Refuse more pulses of the electrode than a run holds."""
    if pulses > PULSES:
        raise InputError(
            f"makes {pulses} pulses of the electrode, at most {PULSES} fit; "
            "give them further apart, or shorten what they are given in"
        )
