"""What happens to an animal before and around a test: phases of days, and the group that shares them.

Days are counted from the start of the history: ``day = 0`` is its beginning, and a history of 12 days of
self-administration and 14 of extinction ends at ``day = 26``, when a test takes place unless it says otherwise.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)

from protocols.animals.interventions import Inactivation, Stimulation, one_while
from protocols.animals.treatments import Expression, Protein, Treatment, factor
from protocols.errors import InputError, cut, nearest
from protocols.quantities import Dose
from protocols.record import Record, a_number
from synapses.documents import printable


def _self_administered(name: str) -> str:
    from synapses.drug_files import drugs

    taken = [drug.name for drug in drugs().values() if drug.adaptation]
    if name not in taken:
        raise InputError(f"no drug '{cut(name)}' that animals take by themselves{nearest(name, taken)}")
    return name


Name = Annotated[str, Field(min_length=1, max_length=60), AfterValidator(printable)]
TakenDrug = Annotated[str, AfterValidator(_self_administered)]
Days = Annotated[int, BeforeValidator(a_number), Field(gt=0, le=3650)]
Hours = Annotated[float, BeforeValidator(a_number), Field(ge=0.1, le=24)]


Context = Literal["training", "other"]


class DrugTaking(Record):
    """Daily sessions in which the animal takes a drug itself."""

    drug: TakenDrug
    """The drug taken."""
    days: Days
    """Number of daily sessions."""
    hours: Hours
    """Length of a session (h)."""
    dose: Dose
    """Dose of one infusion (mg/kg)."""

    @property
    def per_press(self) -> float:
        """What a press brings, mg/kg."""
        return self.dose.to("mg/kg")


class SelfAdministration(DrugTaking):
    """Every press brings an infusion and its cue."""

    phase: Literal["self_administration"]


class SecondOrder(DrugTaking):
    """Every press brings the cue, an infusion comes with every `ratio`-th; the drug is spread evenly over them."""

    phase: Literal["second_order"]
    ratio: Annotated[int, BeforeValidator(a_number), Field(ge=1, le=100)] = 10
    """Presses per infusion."""

    @property
    def per_press(self) -> float:
        """What a press brings in the mean, mg/kg."""
        return self.dose.to("mg/kg") / self.ratio


class Injections(Record):
    """Days with injections of a drug that the animal did not ask for, in its home cage."""

    phase: Literal["injections"]
    drug: TakenDrug
    """The drug injected."""
    days: Days
    """Number of days."""
    dose: Dose
    """Dose of one injection (mg/kg)."""
    per_day: Annotated[int, BeforeValidator(a_number), Field(ge=1, le=48)] = 1
    """Injections a day, evenly apart; 48 come near a continuous infusion."""


class Conditioning(Record):
    """Place conditioning: a daily session without levers, in one of two boxes in turn, after an injection.

    On even days, counted from the phase's own first day 0, the drug is injected and the animal is kept in the box
    ``context_a``; on odd days vehicle is injected and it is kept in the other, ``context_b``. Without a drug it is
    vehicle in both.
    """

    phase: Literal["conditioning"]
    drug: TakenDrug | None = None
    """The drug injected; vehicle in both boxes when left out."""
    dose: Dose | None = None
    """Dose of one injection (mg/kg)."""
    days: Days
    """Number of days."""
    minutes: Annotated[float, BeforeValidator(a_number), Field(ge=1, le=240)] = 30.0
    """Length of a session (min)."""

    @model_validator(mode="after")
    def _dosed(self) -> Conditioning:
        if (self.drug is None) != (self.dose is None):
            missing = "drug" if self.drug is None else "dose"
            raise InputError("drug and dose go together; leave both out for vehicle in both boxes", missing)
        if self.dose is not None and self.dose.si == 0:
            raise InputError("a dose of zero is vehicle; leave drug and dose out", "dose")
        return self

    @property
    def hours(self) -> float:
        """Length of a session (h)."""
        return self.minutes / 60

    def injected(self, day: int) -> float:
        """What is injected on a day of the phase, mg/kg; 0 stands for vehicle."""
        return self.dose.to("mg/kg") if self.dose is not None and in_the_paired_box(day) else 0.0


def in_the_paired_box(day: int) -> bool:
    """Whether the animal is in the box of the drug on a day of place conditioning, counted from 0."""
    return day % 2 == 0


class YokedSaline(Record):
    """The control of self-administration: saline whenever the paired animal takes the drug."""

    phase: Literal["yoked_saline"]
    days: Days
    """Number of daily sessions."""
    hours: Hours
    """Length of a session (h)."""


class Abstinence(Record):
    """Days in the home cage, without drug and without the lever."""

    phase: Literal["abstinence"]
    days: Days
    """Number of days."""


class Extinction(Record):
    """Daily sessions in which the lever no longer brings the drug."""

    phase: Literal["extinction"]
    days: Days
    """Number of daily sessions."""
    hours: Hours
    """Length of a session (h)."""
    context: Context = "training"
    """The box of training, or another; only the whole circuit distinguishes them."""


class FoodTraining(Record):
    """Daily sessions in which the lever brings food, announced by its own cue."""

    phase: Literal["food"]
    days: Days
    """Number of daily sessions."""
    hours: Hours
    """Length of a session (h)."""


Phase = Annotated[
    SelfAdministration | SecondOrder | Injections | Conditioning | YokedSaline | Abstinence | Extinction | FoodTraining,
    Field(discriminator="phase"),
]


def drug_of(phase: Phase) -> str | None:
    """The drug that a phase brings, if it brings one."""
    return phase.drug if isinstance(phase, DrugTaking | Injections | Conditioning) else None


def _given_within(history: tuple[Phase, ...], treatments: tuple[Treatment, ...]) -> None:
    """Refuse a treatment in a phase or on a day that the history does not have."""
    end = sum(phase.days for phase in history)
    for treatment in treatments:
        if treatment.phase is not None and treatment.phase not in {phase.phase for phase in history}:
            raise InputError(f"the history has no phase '{treatment.phase}'", "treatment", treatment.drug, "phase")
        if treatment.day is not None and treatment.day > end:
            raise InputError(
                f"day {treatment.day:g} lies after the history, which ends at day {end}",
                "treatment",
                treatment.drug,
                "day",
            )


class Exchange(Record):
    """What an animal borrows at the test from its twin: the same animal after another history. A thought experiment."""

    take: Annotated[tuple[Literal["weights", "cues", "adaptation", "tones"], ...], Field(min_length=1)]
    """Weights of plastic contacts, what cues are worth, what days left in transporters and receptors, or mGluR tones,
    held as the twin has them at rest."""
    history: tuple[Phase, ...] = ()
    """The twin's; none for a naive animal. What precedes a test (`preceded_by`) the twin goes through as well."""
    treatment: tuple[Treatment, ...] = ()
    """Drugs that the twin is given; those relative to the test matter to its tones."""
    sites: tuple[str, ...] = ()
    """Projections, as ``"PL->NAc core"``, whose weights are borrowed; all that learn when left out."""

    @model_validator(mode="after")
    def _sites_of_weights(self) -> Exchange:
        if self.sites and "weights" not in self.take:
            raise InputError("only weights are borrowed by projection", "sites")
        return self

    @model_validator(mode="after")
    def _within_history(self) -> Exchange:
        _given_within(self.history, self.treatment)
        return self

    @property
    def days(self) -> int:
        """Length of the twin's history in days."""
        return sum(phase.days for phase in self.history)

    def twin(self, name: str) -> Group:
        """The twin of an animal of the group `name`."""
        return Group(name=name, history=self.history, treatment=self.treatment)


class Group(Record):
    """Animals with one history, one set of treatments and one set of inactivations; nothing else sets groups apart."""

    name: Name
    """Unique among the groups."""
    history: tuple[Phase, ...] = ()
    """Phases in their order; none for a naive animal."""
    treatment: tuple[Treatment, ...] = ()
    """Drugs given besides those of the history."""
    inactivation: tuple[Inactivation, ...] = ()
    """Nuclei or projections silenced during the test."""
    stimulation: tuple[Stimulation, ...] = ()
    """Axons made to fire during the test."""
    expression: dict[Protein, Annotated[Expression, BeforeValidator(factor)]] = Field(default_factory=dict)
    """Over-expression or knock-down, as a factor on what the history left of a protein, or with a day."""
    unlearning: tuple[str, ...] = ()
    """Projections, as ``"IL->NAc shell"``, whose contacts keep no trace of any session: a thought experiment."""
    tone_clamp: tuple[Literal["mGluR2/3", "mGluR5"], ...] = ()
    """Receptors whose tone is clamped to what it would be in the same animal without history and drugs: a thought
    experiment."""
    exchange: tuple[Exchange, ...] = ()
    """What is borrowed at the test from the same animal after another history: a thought experiment."""

    @model_serializer(mode="wrap")
    def _as_before(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Without an exchange where there is none: folders from before there was one stay as they are."""
        written: dict[str, Any] = write(self)
        if not self.exchange:
            written.pop("exchange", None)
        return written

    def going_through(self, phases: tuple[Phase, ...]) -> Group:
        """The group with phases that precede a test at the end of its history, and at that of every twin: what precedes
        a test belongs to the test, whoever comes to it."""
        twins = tuple(each.model_copy(update={"history": (*each.history, *phases)}) for each in self.exchange)
        return self.model_copy(update={"history": (*self.history, *phases), "exchange": twins})

    def borrowed(self, what: str) -> Exchange | None:
        """The exchange that brings adaptation or tones, if one does."""
        return next((each for each in self.exchange if what in each.take), None)

    @property
    def days(self) -> int:
        """Length of the history in days."""
        return sum(phase.days for phase in self.history)

    @property
    def stimulating(self) -> tuple[Stimulation | Inactivation, ...]:
        """All that makes axons fire: stimulation, and the drive that replaces a silenced nucleus."""
        return (*self.stimulation, *(each for each in self.inactivation if each.replaced is not None))

    @model_validator(mode="after")
    def _said_once(self) -> Group:
        for what in ("treatment", "inactivation", "stimulation", "unlearning", "tone_clamp"):
            entries = getattr(self, what)
            for place, entry in enumerate(entries):
                if entry in entries[:place]:
                    raise InputError(f"the same as entry {entries.index(entry)}; say it once", what, str(place))
        return self

    @model_validator(mode="after")
    def _one_while(self) -> Group:
        one_while(self.inactivation, "inactivation")
        one_while(self.stimulating, "stimulation")
        return self

    @model_validator(mode="after")
    def _borrowed_once(self) -> Group:
        for place, each in enumerate(self.exchange):
            for what in ("adaptation", "tones"):
                if what in each.take and self.borrowed(what) is not each:
                    raise InputError(f"{what} can be borrowed from one twin only", "exchange", str(place), "take")
            if "tones" in each.take and self.tone_clamp:
                raise InputError("borrowed tones and tone_clamp exclude each other", "exchange", str(place), "take")
        return self

    @model_validator(mode="after")
    def _within_history(self) -> Group:
        _given_within(self.history, self.treatment)
        for protein, changed in self.expression.items():
            if changed.day is not None and changed.day > self.days:
                raise InputError(
                    f"day {changed.day:g} lies after the history, which ends at day {self.days}",
                    "expression",
                    protein,
                    "day",
                )
        return self
