"""What happens to an animal before and around a test: phases of days, treatments, and the group that shares them.

Days are counted from the start of the history: ``day = 0`` is its beginning, and a history of 12 days of
self-administration and 14 of extinction ends at ``day = 26``, when a test takes place unless it says otherwise.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from protocols.errors import InputError, nearest
from protocols.interventions import Inactivation, Stimulation, one_while
from protocols.quantities import Concentration, Dose, Duration, Moment
from protocols.record import Record, a_number


def _known_drug(name: str) -> str:
    from synapses.pharmacology import drug_names

    if name not in drug_names():
        raise InputError(f"unknown drug '{name}'{nearest(name, drug_names())}")
    return name


def _self_administered(name: str) -> str:
    from synapses.pharmacology import drugs

    taken = [drug.name for drug in drugs().values() if drug.adaptation]
    if name not in taken:
        raise InputError(f"no drug '{name}' that animals take by themselves{nearest(name, taken)}")
    return name


def printable(name: str) -> str:
    """Refuse a name that cannot stand on a line or in a file name."""
    if not name.isprintable() or name != name.strip() or not any(c.isalnum() for c in name):
        raise InputError(f"{name!r} is not a name: use letters, digits and signs, without spaces at its ends")
    return name


Name = Annotated[str, Field(min_length=1, max_length=60), AfterValidator(printable)]
Drug = Annotated[str, AfterValidator(_known_drug)]
TakenDrug = Annotated[str, AfterValidator(_self_administered)]
Days = Annotated[int, BeforeValidator(a_number), Field(gt=0, le=3650)]
Hours = Annotated[float, BeforeValidator(a_number), Field(gt=0, le=24)]
Day = Annotated[float, BeforeValidator(a_number), Field(ge=0, le=3650)]


Context = Literal["training", "other"]


class SelfAdministration(Record):
    """Daily sessions in which the animal takes the drug itself."""

    phase: Literal["self_administration"]
    drug: TakenDrug
    """The drug taken."""
    days: Days
    """Number of daily sessions."""
    hours: Hours
    """Length of a session (h)."""
    dose: Dose
    """Dose of one infusion (mg/kg)."""


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
    """The box of training, or another; only the whole circuit tells them apart."""


class FoodTraining(Record):
    """Daily sessions in which the lever brings food, announced by its own cue."""

    phase: Literal["food"]
    days: Days
    """Number of daily sessions."""
    hours: Hours
    """Length of a session (h)."""


Phase = Annotated[
    SelfAdministration | YokedSaline | Abstinence | Extinction | FoodTraining, Field(discriminator="phase")
]


class Treatment(Record):
    """A drug given to the whole animal (`dose`), at the recording site (`concentration`) or through a microdialysis
    probe (`perfusate`)."""

    drug: Drug
    """Name of the drug; ``synapses/drugs.toml`` lists them."""
    dose: Dose | None = None
    """Systemic dose (mg/kg)."""
    concentration: Concentration | None = None
    """Concentration held at the recording site (uM)."""
    perfusate: Concentration | None = None
    """Concentration in the fluid that perfuses a microdialysis probe (uM); the tissue gets the share that crosses."""
    at: Moment | None = None
    """When, relative to the start of the test; negative is before."""
    day: Day | None = None
    """When, in days since the history began; instead of `at`."""
    duration: Duration | None = None
    """How long it is infused; a single dose, or to the end of the test at the probe, when left out."""

    @model_validator(mode="after")
    def _one_amount_one_time(self) -> Treatment:
        if sum(amount is not None for amount in (self.dose, self.concentration, self.perfusate)) != 1:
            raise InputError(
                'give one amount: dose = "100 mg/kg", concentration = "10 uM" (at the site) or perfusate = "50 uM"',
                "dose",
            )
        if (self.at is None) == (self.day is None):
            raise InputError('give either at = "-2.5 h" (relative to the test) or day = 3 (of the history)', "at")
        return self


Protein = Literal["xCT", "GLT-1", "AGS3", "Homer", "mGluR5", "mGluR2/3"]


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
    expression: dict[Protein, Annotated[float, BeforeValidator(a_number), Field(ge=0, le=20)]] = Field(
        default_factory=dict
    )
    """Over-expression or knock-down: factor on what the history left of a protein; 0 is a knock-out."""
    unlearning: tuple[str, ...] = ()
    """Projections, as ``"IL->NAc shell"``, whose contacts keep no trace of any session: a thought experiment."""
    tone_clamp: tuple[Literal["mGluR2/3", "mGluR5"], ...] = ()
    """Receptors whose tone is held at what it would be in the same animal without history and drugs: a thought
    experiment."""

    @property
    def days(self) -> int:
        """Length of the history in days."""
        return sum(phase.days for phase in self.history)

    @property
    def stimulating(self) -> tuple[Stimulation | Inactivation, ...]:
        """All that makes axons fire: stimulation, and the drive that replaces a silenced nucleus."""
        return (*self.stimulation, *(each for each in self.inactivation if each.replaced is not None))

    @model_validator(mode="after")
    def _one_while(self) -> Group:
        one_while(self.inactivation, "inactivation")
        one_while(self.stimulating, "stimulation")
        return self

    @model_validator(mode="after")
    def _treated_within_history(self) -> Group:
        for treatment in self.treatment:
            if treatment.day is not None and treatment.day > self.days:
                raise InputError(
                    f"day {treatment.day:g} lies after the history, which ends at day {self.days}",
                    "treatment",
                    treatment.drug,
                    "day",
                )
        return self
