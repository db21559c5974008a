"""What a run can hold: the arrays of a compiled program are of one size, and a test has to fit them.

An experiment is held against this when it is read, so that nothing is refused only after other runs have been done.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from circuit.clock import CLOCK_BIN, CLOCK_BINS, EXPOSURE_BIN, EXPOSURE_BINS, PULSES
from circuit.parameters import ModelParameters
from protocols.errors import InputError
from protocols.stimulation.inductions import ThetaBurst
from protocols.stimulation.pulses import pause
from protocols.stimulation.timeline import LARGEST_PERIOD, Compiled, compile_timeline

if TYPE_CHECKING:
    from protocols.assays.kinds import Test
    from protocols.assays.passes import Pass
    from protocols.stimulation.acceleration import Acceleration

LONGEST = EXPOSURE_BIN * EXPOSURE_BINS  # s of biological time for which drugs on board are told
LONGEST_CLOCK = CLOCK_BIN * CLOCK_BINS  # s of network time
SHORTEST_TEST = 0.1  # s of network time: two entries of `circuit.extracellular.slow_trace`
SHORTEST_SAMPLE = (
    2.5  # s of network time: an entry is a fiftieth of it, the slack of `results.measures.dialysis.dialysate`
)
SETTLING = 1.0  # s: the part of a test's lead that always runs at full rate


def compiled(work: Pass, acceleration: Acceleration) -> Compiled:
    """One pass through the network on the network's clock.

    Raises
    ------
    InputError
        If it does not fit the arrays of a compiled program.
    """
    protocol = pause(work.lead) + work.stimulus
    _refuse_longer(protocol.duration)
    if not work.accelerated:
        acceleration = acceleration.at(1.0)
    plan = compile_timeline(protocol, acceleration.seeing(work.seen), min(work.lead, SETTLING))
    _refuse_more(len(plan.timeline.pulses))
    if len(plan.timeline.rate) > CLOCK_BINS:
        how = "raise acceleration.maximum or shorten the test" if work.accelerated else "shorten the test"
        raise InputError(
            f"takes {len(plan.timeline.rate) * CLOCK_BIN:.0f} s of network time, "
            f"at most {LONGEST_CLOCK:.0f} s fit; {how}"
        )
    return plan


@lru_cache(maxsize=4096)
def problem(test: Test, acceleration: Acceleration) -> str:
    """Why a test does not fit into a run; empty where it does."""
    try:
        _fits(test, acceleration)
    except InputError as refused:
        return str(refused)
    return ""


def _fits(test: Test, acceleration: Acceleration) -> None:
    if test.kind == "reward":  # told by the days' equations, without a run
        return
    if test.kind == "seeking":
        from protocols.animals.sessions import HOME_EPOCHS

        _refuse_longer(test.length * (1 + HOME_EPOCHS / test.epochs))
        return
    if test.kind == "spines":
        _refuse_longer(test.before.si + test.length)
        return
    from protocols.assays.network_kinds import KINDS

    if test.kind == "tone":
        _refuse_unseen(test.duration.si, acceleration, SHORTEST_TEST, "the test")
    if test.kind == "microdialysis":
        _refuse_unseen(test.sample.si, acceleration, SHORTEST_SAMPLE, "a sample")
    _refuse_longer(test.length)  # before pulses are laid out: they may be more than memory holds
    pulses, in_trains, stimulated = _given(test)
    _refuse_more(in_trains // acceleration.pulse_group)  # if every train were thinned
    if pulses <= PULSES and _longest_clock(test, acceleration, pulses, stimulated) <= LONGEST_CLOCK:
        return
    for work in KINDS[test.kind].passes(test, ModelParameters.shipped()):
        compiled(work, acceleration)


def _given(test: Test) -> tuple[int, int, float]:
    """All pulses of a test, those of its inductions, and how long the trains of these last together, s."""
    if test.kind == "plasticity":
        tests = int((test.baseline.si + test.after.si) / test.pulse_every.si)
        each = [
            induction.trains * induction.pulses * (induction.bursts if isinstance(induction, ThetaBurst) else 1)
            for induction in test.inductions
        ]
        return tests + sum(each), sum(each), sum(one.trains * one.train_length for one in test.inductions)
    if test.kind in ("input_output", "paired_pulse", "ampa_nmda"):
        return round(2 * test.length / test.pulse_every.si), 0, 0.0  # pairs at most
    return 0, 0, 0.0


def _longest_clock(test: Test, acceleration: Acceleration, pulses: int, stimulated: float) -> float:
    """A bound on the network time of a test, s, that needs no time line: every pulse as if it stood alone."""
    lead = EXPOSURE_BIN + 1.0
    if test.kind == "miniature" or acceleration.maximum == 1:
        return lead + test.length
    window = acceleration.window_before.si + acceleration.window_after.si + LARGEST_PERIOD + 4 * CLOCK_BIN
    slowest = min(acceleration.maximum, acceleration.after_induction)
    return lead + pulses * window + stimulated + test.length / slowest


def _refuse_longer(length: float) -> None:
    if length > LONGEST:
        raise InputError(f"lasts {length / 3600:.2f} h, its lead included; a test may last {LONGEST / 3600:.2f} h")


def _refuse_unseen(length: float, acceleration: Acceleration, least: float, what: str) -> None:
    if length / acceleration.maximum < least * (1 - 1e-9):
        raise InputError(
            f"{what} of {length:g} s takes {length / acceleration.maximum:.2g} s of network time, at least "
            f"{least:g} s are needed to see levels in it; lengthen it or lower acceleration.maximum"
        )


def _refuse_more(pulses: int) -> None:
    if pulses > PULSES:
        raise InputError(
            f"makes {pulses} pulses of the electrode, at most {PULSES} fit; "
            "give them further apart, or shorten what they are given in"
        )
