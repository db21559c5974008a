"""What is done to an animal from outside: drugs that it is given, and proteins that are over-expressed or knocked down.

Days are counted as in `protocols.animals.history`, whose groups have these.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from protocols.errors import InputError, cut, nearest
from protocols.quantities import Concentration, Dose, Duration, Moment
from protocols.record import Record, a_number
from synapses.regions import regions


def _known_drug(name: str) -> str:
    from synapses.drug_files import drug_names

    if name not in drug_names():
        raise InputError(f"unknown drug '{cut(name)}'{nearest(name, drug_names())}")
    return name


Drug = Annotated[str, AfterValidator(_known_drug)]
StriatalSite = Annotated[str, WithJsonSchema({"type": "string", "enum": list(regions())})]
"""A region of the striatum; the experiment refuses one that its circuit does not have."""
Day = Annotated[float, BeforeValidator(a_number), Field(ge=0, le=3650)]
PhaseName = Literal[
    "self_administration",
    "second_order",
    "injections",
    "conditioning",
    "yoked_saline",
    "abstinence",
    "extinction",
    "food",
]
Protein = Literal["xCT", "GLT-1", "AGS3", "Homer", "mGluR5", "mGluR2/3"]


class Treatment(Record):
    """A drug given to the whole animal (`dose`), or to one striatal nucleus: infused there (`concentration`) or through
    a microdialysis probe (`perfusate`)."""

    drug: Drug
    """Name of the drug; ``synapses/drugs.toml`` lists them."""
    dose: Dose | None = None
    """Systemic dose (mg/kg)."""
    concentration: Concentration | None = None
    """Concentration in the tissue of the site (uM)."""
    perfusate: Concentration | None = None
    """Concentration in the fluid that perfuses a microdialysis probe (uM); the tissue gets the share that crosses."""
    site: StriatalSite | None = None
    """The striatal nucleus that a `concentration` or `perfusate` reaches; that of the test's site when left out."""
    at: Moment | None = None
    """When, relative to the start of the test, of the session of a `day`, or of each session of a `phase`; negative is
    before."""
    day: Day | None = None
    """Day of the history, counted from 0."""
    phase: PhaseName | None = None
    """Given on every day of the phases of this kind."""
    every: Duration | None = None
    """Time between repeated doses; with `times`."""
    times: Annotated[int, BeforeValidator(a_number), Field(ge=1, le=1000)] = 1
    """How often it is given."""
    duration: Duration | None = None
    """How long it is infused; a single dose, or to the end of the test at the probe, when left out."""

    @property
    def to_the_test(self) -> bool:
        """Whether it is given relative to the test."""
        return self.day is None and self.phase is None

    @model_validator(mode="after")
    def _one_amount_one_time(self) -> Treatment:
        if sum(amount is not None for amount in (self.dose, self.concentration, self.perfusate)) != 1:
            raise InputError(
                'give one amount: dose = "100 mg/kg", concentration = "10 uM" (at the site) or perfusate = "50 uM"',
                "dose",
            )
        if self.dose is not None and self.site is not None:
            raise InputError(
                "a dose reaches the whole animal; leave the site out, or give a concentration or perfusate there",
                "site",
            )
        if self.day is not None and self.phase is not None:
            raise InputError("give a day or a phase, not both", "day")
        if self.at is None and self.to_the_test:
            raise InputError(
                'say when: at = "-2.5 h" (relative to the test), day = 3 (of the history) or phase = "extinction"; '
                "with a day or a phase, at is relative to its session",
                "at",
            )
        if (self.every is None) != (self.times == 1):
            raise InputError('every = "1 d" and times = 14 go together', "every")
        if self.phase is not None and self.times > 1:
            raise InputError(
                "a treatment with a phase is given on each of its days; leave every and times out", "every"
            )
        return self


class Expression(Record):
    """A protein over-expressed or knocked down by a virus or antisense."""

    factor: Annotated[float, BeforeValidator(a_number), Field(ge=0, le=20)]
    """Factor on its level; 0 is a knock-out."""
    day: Day | None = None
    """From this day of the history on; only in the test itself when left out."""
    site: StriatalSite | None = None
    """The striatal nucleus; all of them when left out."""


def factor(value: object) -> object:
    """A number stands for a factor at the test."""
    return {"factor": value} if isinstance(value, int | float) else value
