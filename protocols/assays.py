"""What is done to an animal on the day of the test, and what is recorded: the kinds of test an experiment may ask for.

What each does in the network stands in `protocols.kinds`, one module per kind.
"""

from __future__ import annotations

import math
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field, model_validator

from protocols.errors import InputError, nearest
from protocols.history import Day, Hours, Name, Phase
from protocols.inductions import Induction
from protocols.quantities import Concentration, Delay, Dose, Duration, Level, Voltage, quantity
from protocols.record import Fraction, Record, a_number

NATURAL = "natural reward"
SHORTEST_EVERY = 0.5  # s between test pulses: a response and its sweep have ended
LONGEST_SESSION = 128  # epochs, as `circuit.behaviour.EPOCHS`, which this module leaves unimported to start fast
# min of biology that an epoch may stand for: glutamate leaves the extrasynaptic space within a second, and beyond twice
# this its equation, integrated at that pace, is unstable
LONGEST_EPOCH = 12.0
IN_SESSIONS = ("seeking", "spines")  # kinds of test that run the whole circuit, epoch by epoch


class Assay(Record):
    """What every test has; `evoked` ones stimulate a projection, the others record in a nucleus."""

    evoked: ClassVar[bool] = False

    name: Name
    day: Day | None = None
    """Day of the test; the end of the history when left out."""

    @property
    def length(self) -> float:
        """From start to end, in biological time (s)."""
        raise NotImplementedError


class Plasticity(Assay):
    """Field responses to test pulses before and after an induction."""

    evoked: ClassVar[bool] = True

    kind: Literal["plasticity"]
    site: str = "PL->NAc core"
    """The stimulated projection, source->target."""
    induction: Induction
    """The stimulation that may change the synapses."""
    further: tuple[Induction, ...] = ()
    """Inductions after the first, each with the `pause` before it."""
    baseline: Duration
    """Test pulses before the induction."""
    after: Duration
    """Test pulses after the last induction."""
    window: tuple[Delay, Duration]
    """When, after the last induction, the change is measured."""
    pulse_every: Duration
    """From one test pulse to the next."""

    @property
    def inductions(self) -> tuple[Induction, ...]:
        """All inductions in their order."""
        return (self.induction, *self.further)

    @property
    def induction_length(self) -> float:
        """From the first induction's start to the last one's end (s)."""
        return self.induction.length + sum(item.pause.si + item.length for item in self.further)

    @property
    def length(self) -> float:
        """From the first baseline pulse to the end (s)."""
        return self.baseline.si + self.induction_length + self.after.si

    @model_validator(mode="after")
    def _measurable(self) -> Plasticity:
        start, end = self.window
        if not start.si < end.si <= self.after.si:
            raise InputError(f"{start} to {end} must run forward and lie within after = {self.after}", "window")
        if self.pulse_every.si > self.baseline.si:
            raise InputError(f"{self.pulse_every} leaves no test pulse in a baseline of {self.baseline}", "pulse_every")
        if self.pulse_every.si > end.si - start.si:
            raise InputError(
                f"{self.pulse_every} may leave no test pulse in the window from {start} to {end}", "pulse_every"
            )
        if self.induction.pause.si:
            raise InputError(
                "belongs to an induction in `further`; before the first, set `baseline`", "induction.pause"
            )
        return self


class Tone(Assay):
    """Glutamate and receptor tone at rest, without stimulation."""

    kind: Literal["tone"]
    duration: Duration = quantity("2 min", "duration")
    """How long it is recorded."""
    site: str = "NAc core"
    """The nucleus it is recorded in."""

    @property
    def length(self) -> float:
        """From start to end (s)."""
        return self.duration.si


class Evoked(Assay):
    """Responses to test pulses, as a field or as the mean current of voltage-clamped cells."""

    evoked: ClassVar[bool] = True

    site: str = "PL->NAc core"
    """The stimulated projection, source->target."""
    pulse_every: Duration = quantity("10 s", "duration")
    """From one sweep to the next."""
    recording: Literal["field", "voltage clamp"] = "field"
    """The field, or the medium spiny cells' current at the holding potential."""
    holding: Voltage | None = None
    """Holding potential in voltage clamp; -70 mV when left out."""

    @property
    def held(self) -> float | None:
        """Holding potential, mV; None for a field."""
        if self.recording == "field":
            return None
        return -70.0 if self.holding is None else self.holding.to("mV")

    @model_validator(mode="after")
    def _recordable(self) -> Evoked:
        if self.recording == "field" and self.holding is not None:
            raise InputError('goes with recording = "voltage clamp"; a field has no holding potential', "holding")
        _apart(self.pulse_every.si, "pulse_every")
        if self.held == 0:
            raise InputError("0 mV is the reversal of glutamatergic currents: nothing would be seen", "holding")
        return self


class InputOutput(Evoked):
    """Responses to single pulses of several strengths."""

    kind: Literal["input_output"]
    strengths: Annotated[tuple[Fraction, ...], Field(min_length=4)]
    """Shares of the axons that a pulse recruits, from weak to strong."""
    repeats: Annotated[int, Field(ge=1, le=1000)] = 5
    """Pulses at each strength."""

    @property
    def length(self) -> float:
        """From start to end (s)."""
        return len(self.strengths) * self.repeats * self.pulse_every.si

    @model_validator(mode="after")
    def _rising(self) -> InputOutput:
        if any(b <= a for a, b in zip(self.strengths, self.strengths[1:], strict=False)):
            raise InputError("must rise from one strength to the next", "strengths")
        return self


class PairedPulse(Evoked):
    """Pairs of equal pulses at one or several intervals."""

    kind: Literal["paired_pulse"]
    intervals: Annotated[tuple[Duration, ...], Field(min_length=1)] = (quantity("50 ms", "duration"),)
    """From the first pulse of a pair to its second."""
    pairs: Annotated[int, Field(ge=1, le=1000)] = 10
    """Pairs at each interval."""
    strength: Fraction | None = None
    """Share of the axons that a pulse recruits; that of a test pulse when left out."""

    @property
    def length(self) -> float:
        """From start to end (s)."""
        return len(self.intervals) * self.pairs * self.pulse_every.si

    @model_validator(mode="after")
    def _within(self) -> PairedPulse:
        for interval in self.intervals:
            if not 0.015 <= interval.si <= self.pulse_every.si / 2 - 0.1:
                raise InputError(
                    f"{interval} must be 15 ms at least, or the first response is cut, and well under half of "
                    f"pulse_every = {self.pulse_every}",
                    "intervals",
                )
        if len({interval.si for interval in self.intervals}) < len(self.intervals):
            raise InputError("an interval stands there twice", "intervals")
        return self


class AmpaNmda(Assay):
    """Evoked currents of the same cells at two holding potentials: AMPA by its peak, NMDA by its late part."""

    evoked: ClassVar[bool] = True

    kind: Literal["ampa_nmda"]
    site: str = "PL->NAc core"
    """The stimulated projection, source->target."""
    pulse_every: Duration = quantity("10 s", "duration")
    """From one pulse to the next."""
    pulses: Annotated[int, Field(ge=1, le=1000)] = 10
    """Pulses at each potential."""
    strength: Fraction | None = None
    """Share of the axons that a pulse recruits; that of a test pulse when left out."""
    ampa_holding: Voltage = quantity("-70 mV", "voltage")
    """Where the AMPA current is read, at its peak."""
    nmda_holding: Voltage = quantity("40 mV", "voltage")
    """Where the NMDA current is read."""
    nmda_delay: Duration = quantity("50 ms", "duration")
    """After the pulse, when the NMDA current is read: the AMPA current has decayed."""

    @property
    def length(self) -> float:
        """From start to end at one potential (s)."""
        return self.pulses * self.pulse_every.si

    @model_validator(mode="after")
    def _readable(self) -> AmpaNmda:
        _apart(self.pulse_every.si, "pulse_every")
        if self.ampa_holding.si >= 0:
            raise InputError(f"{self.ampa_holding} must be negative: the AMPA current is read inward", "ampa_holding")
        if self.nmda_holding.si <= 0:
            raise InputError(f"{self.nmda_holding} must be positive, where magnesium leaves free", "nmda_holding")
        if not 0.03 <= self.nmda_delay.si <= 0.2:
            raise InputError(f"{self.nmda_delay} must lie between 30 and 200 ms", "nmda_delay")
        return self


class Miniature(Assay):
    """Miniature currents of voltage-clamped cells while tetrodotoxin blocks all spikes."""

    kind: Literal["miniature"]
    site: str = "NAc core"
    """The nucleus it is recorded in."""
    duration: Duration = quantity("1 min", "duration")
    """How long it is recorded; never accelerated."""
    holding: Voltage = quantity("-70 mV", "voltage")
    """Holding potential."""
    ttx: Concentration = quantity("1 uM", "concentration")
    """Tetrodotoxin at the recording site."""

    @property
    def length(self) -> float:
        """From start to end (s)."""
        return self.duration.si

    @model_validator(mode="after")
    def _inward(self) -> Miniature:
        if self.holding.si >= 0:
            raise InputError(f"{self.holding} must be negative: the currents are sought inward", "holding")
        return self


class Microdialysis(Assay):
    """Samples from a microdialysis probe: before and during a drug, or at several glutamate levels in the perfusate."""

    kind: Literal["microdialysis"]
    site: str = "NAc core"
    """The nucleus that holds the probe."""
    sample: Duration = quantity("20 min", "duration")
    """How long one sample is collected."""
    baseline: Duration
    """Samples perfused without glutamate; drugs with ``at`` of this length start when it ends."""
    after: Duration | None = None
    """Samples after the baseline, still without glutamate in the perfusate."""
    window: tuple[Delay, Duration] | None = None
    """When, after the baseline, the change is measured; all of `after` when left out."""
    no_net_flux: tuple[Level, ...] = ()
    """Instead of `after`: glutamate in the perfusate, one level after the other."""
    samples_each: Annotated[int, Field(ge=2, le=100)] = 3
    """Samples at each of these levels; the first one, in which the tissue settles, is not used."""

    @property
    def length(self) -> float:
        """From start to end (s)."""
        if self.after is not None:
            return self.baseline.si + self.after.si
        return self.baseline.si + len(self.no_net_flux) * self.samples_each * self.sample.si

    @model_validator(mode="after")
    def _whole_samples(self) -> Microdialysis:
        if (self.after is None) == (not self.no_net_flux):
            raise InputError('give either after = "2 h" or no_net_flux = ["0 uM", "2.5 uM", "5 uM"]', "after")
        for key, stretch in (("baseline", self.baseline), ("after", self.after)):
            if stretch is not None and not _whole(stretch.si / self.sample.si):
                raise InputError(f"{stretch} is no whole number of samples of {self.sample}", key)
        if self.no_net_flux and len({level.si for level in self.no_net_flux}) < 3:
            raise InputError("needs three different levels at least, for a line through them", "no_net_flux")
        if not _whole(self.sample.si / 30):
            raise InputError(f"{self.sample} must be a whole number of half minutes", "sample")
        if self.window is None:
            return self
        start, end = self.window
        if self.after is None:
            raise InputError("goes with `after`", "window")
        if not start.si + self.sample.si <= end.si <= self.after.si:
            raise InputError(
                f"{start} to {end} must hold a sample of {self.sample} and lie within after = {self.after}", "window"
            )
        return self


class Seeking(Assay):
    """A session in the operant box; what is counted is how often the animal presses.

    Presses bring no drug but in `self_administration`.
    """

    kind: Literal["seeking"]
    session: Literal[
        "extinction",
        "cue",
        "prime",
        "stress",
        "context",
        "abstinence",
        "second_order",
        "food_cue",
        "self_administration",
    ]
    """What brings seeking back, or is there: the drug's cue with presses (`cue`), cocaine given before (`prime`), foot
    shock before (`stress`), the box of training (`context`, `abstinence`), cue and box together (`second_order`)."""
    site: Literal["NAc core"] = "NAc core"
    """The nucleus whose glutamate and dopamine are sampled."""
    hours: Hours = 2.0
    """Length of the session (h)."""
    epochs: Annotated[int, Field(ge=4, le=120)] = 20
    """Stretches of the session that are simulated, each standing for its share."""
    preceded_by: tuple[Phase, ...] = ()
    """Phases between the group's history and this test."""
    dose: Dose | None = None
    """Cocaine injected for a prime (10 mg/kg when left out), or per infusion in `self_administration`."""

    @property
    def length(self) -> float:
        """From start to end (s)."""
        return self.hours * 3600

    @model_validator(mode="after")
    def _resolved(self) -> Seeking:
        if self.hours * 60 > LONGEST_EPOCH * self.epochs:
            fewest = math.ceil(self.hours * 60 / LONGEST_EPOCH)
            raise InputError(
                f"{self.epochs} epochs of {60 * self.hours / self.epochs:g} min are too coarse for glutamate to follow;"
                f" give {fewest} or more (an epoch stands for {LONGEST_EPOCH:g} min at most)",
                "epochs",
            )
        return self

    @model_validator(mode="after")
    def _dosed(self) -> Seeking:
        if self.dose is not None and self.session not in ("prime", "self_administration"):
            raise InputError(f"a session of '{self.session}' gives no drug; leave the dose out", "dose")
        return self


class Reward(Assay):
    """What a dose of a drug, or a natural reward, does to dopamine, reward and locomotion, as the days left the animal.

    Told by the days' equations in closed form: the network is not run.
    """

    kind: Literal["reward"]
    challenge: str
    """The drug given, or ``"natural reward"``."""
    dose: Dose | None = None
    """Dose of the drug (mg/kg); that of a usual prime when left out."""
    route: Literal["i.p.", "i.v."] | None = None
    """How it is given, i.p. when left out; of an i.p. dose a share (``behaviour.injected_share``) acts as an i.v. one
    would."""
    abstinence: Delay = quantity("0 d", "duration")
    """Time in the home cage between the end of the history and the challenge."""
    duration: Duration = quantity("3 h", "duration")
    """How long dopamine is followed."""
    site: Literal["NAc core"] = "NAc core"
    """The nucleus whose dopamine is told."""

    @property
    def length(self) -> float:
        """From the challenge to the end (s)."""
        return self.duration.si

    @property
    def drug(self) -> str | None:
        """The drug given; None for a natural reward."""
        return None if self.challenge == NATURAL else self.challenge

    @model_validator(mode="after")
    def _given(self) -> Reward:
        from synapses.pharmacology import drugs

        taken = [each.name for each in drugs().values() if each.prime]
        if self.drug is not None and self.drug not in taken:
            raise InputError(f"'{self.drug}' raises no dopamine{nearest(self.drug, [*taken, NATURAL])}", "challenge")
        named = [key for key in ("dose", "route") if getattr(self, key) is not None]
        if self.drug is None and named:
            raise InputError("a natural reward has neither dose nor route; leave it out", named[0])
        if self.day is not None and self.abstinence.si:
            raise InputError("give day or abstinence, not both", "abstinence")
        return self


class Spines(Assay):
    """Spine heads and surface AMPA in the home cage, before an injection and in the hours after it.

    The whole circuit is run while the drug acts; release of glutamate above rest then moves heads and receptors. What
    is read at a moment is held against the same animal before the injection.
    """

    kind: Literal["spines"]
    site: Literal["NAc core"] = "NAc core"
    """The nucleus whose spines are measured."""
    dose: Dose | None = None
    """Injected at time zero, of the last drug of the history, cocaine where there is none (mg/kg); vehicle when left
    out."""
    before: Duration = quantity("1 h", "duration")
    """In the home cage before the injection: release there is rest."""
    hours: Annotated[float, BeforeValidator(a_number), Field(gt=0, le=7)] = 4.0
    """How long after the injection the network runs (h); later release is at rest."""
    epoch: Duration = quantity("5 min", "duration")
    """What one stretch that is simulated stands for."""
    until: Duration = quantity("24 h", "duration")
    """How long heads and receptors are followed after the injection."""
    at: Annotated[tuple[Duration, ...], Field(min_length=1)] = tuple(
        quantity(moment, "duration") for moment in ("30 min", "45 min", "120 min", "6 h", "24 h")
    )
    """When after the injection they are read."""
    window: tuple[Delay, Duration] = (quantity("6 h", "duration"), quantity("24 h", "duration"))
    """Between these times after the injection the AMPA/NMDA ratio is averaged."""

    @property
    def length(self) -> float:
        """From the injection to the last moment that the network runs (s)."""
        return self.hours * 3600

    @property
    def epochs(self) -> int:
        """Stretches after the injection."""
        return round(self.hours * 3600 / self.epoch.si)

    @property
    def home(self) -> int:
        """Stretches before it."""
        return round(self.before.si / self.epoch.si)

    @model_validator(mode="after")
    def _followed(self) -> Spines:
        for key, stretch in (("before", self.before.si), ("hours", self.hours * 3600)):
            if not _whole(stretch / self.epoch.si):
                raise InputError(f"{stretch:g} s is no whole number of epochs of {self.epoch}", key)
        if self.epoch.si > 60 * LONGEST_EPOCH:
            raise InputError(
                f"{self.epoch} is too coarse for glutamate to follow; {LONGEST_EPOCH:g} min at most", "epoch"
            )
        if self.home < 3:
            raise InputError(f"{self.before} must hold three epochs of {self.epoch} at least, to know rest", "before")
        if self.home + self.epochs > LONGEST_SESSION:
            raise InputError(
                f"{self.epoch} makes {self.home + self.epochs} epochs; a session has {LONGEST_SESSION} at most", "epoch"
            )
        late = [moment for moment in self.at if moment.si > self.until.si]
        if late:
            raise InputError(f"{late[0]} is after until = {self.until}", "at")
        if len({moment.si for moment in self.at}) < len(self.at):
            raise InputError("a moment stands there twice", "at")
        start, end = self.window
        if not start.si < end.si <= self.until.si:
            raise InputError(f"{start} to {end} must run forward and lie within until = {self.until}", "window")
        if self.until.si < self.hours * 3600:
            raise InputError(f"{self.until} ends before the network does, at {self.hours:g} h", "until")
        return self


def _apart(every: float, key: str) -> None:
    if every < SHORTEST_EVERY:
        raise InputError(f"{every:g} s is too short; responses need {SHORTEST_EVERY:g} s at least", key)


def _whole(number: float) -> bool:
    return number > 0.5 and abs(number - round(number)) < 1e-6


Test = Annotated[
    Plasticity | InputOutput | PairedPulse | AmpaNmda | Miniature | Microdialysis | Tone | Seeking | Reward | Spines,
    Field(discriminator="kind"),
]
