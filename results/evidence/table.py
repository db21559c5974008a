"""The published findings with which the model is compared, as data with their provenance.

`evidence.toml` is the table, and this module defines its keys. The key `claim` says what a row claims:

=========  ==============================  ==============================================================
claim      groups                          value
=========  ==============================  ==============================================================
value      one                             number, or [low, high]: the mean of the group
ratio      two                             number, or [low, high]: mean of the first over mean of the second
sign       one (against `reference`), two  "up" or "down": the first against the reference or the second
effect     two                             Cohen's d of the first minus the second, positive
none       one (against `reference`), two  no value: equivalent to the reference or to the second group
class      two                             "blocked", "reduced", "none" or "raised": first over vehicle
input      any                             taken over as a parameter, never judged
=========  ==============================  ==============================================================

A row without an `experiment` has no shipped experiment that could decide it; its groups may be empty.

The key `use` says what a row is for:

============  ==================================================================================================
use           what may be done with the row
============  ==================================================================================================
calibration   parameters may be fitted to it
informed      no parameter was fitted to it, but a later mechanism was shaped with its miss in view
prediction    neither: the calibrated model must show it
plausibility  it is shown beside the model and not judged
input         it is taken over as a parameter and not judged
============  ==================================================================================================

Verdicts are counted for each use apart, and an informed row is never called a prediction. Two kinds of row are judged
and shown but not counted: one that follows from the model's construction (`by_construction`), and one that is the same
finding as another row (`same_as`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Claim = Literal["value", "ratio", "sign", "effect", "none", "class", "input"]
SeekingClass = Literal["blocked", "reduced", "none", "raised"]
Use = Literal["calibration", "informed", "prediction", "plausibility", "input"]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Band = tuple[Number, Annotated[float, Field(strict=True)]]
Animals = Annotated[int, Field(strict=True, ge=1, le=100_000)]

_NUMBERS = ("value", "ratio", "effect")


class Evidence(BaseModel):
    """One published finding.

    Attributes
    ----------
    id : str
        As in the evidence table; parts of one row carry a letter or a word after it (``P5a``, ``I1-cue``).
    statement : str
    claim, value
        See the module's table.
    sem : float or None
        Standard error of a published value, in `unit`.
    tolerance : float or None
        Relative half-width within which a number is met, for numbers without a standard error; for ``none`` the
        relative half-width of equivalence.
    reference : float or None
        The value with which a single group is compared, in `unit` (100 for % of baseline).
    unit, measure, experiment, test, groups
        Where the model's answer is found.
    reference_test : str or None
        The second group's test, where it is another one than the first's; the groups may then be the same.
    within : bool
        Whether the paper took both measurements from the same animals or cells; the model then does, too, and is judged
        by paired differences or ratios.
    cohort : (int, int) or None
        Animals per group in the paper.
    statistic : str or None
        The published test.
    source, provenance, use
        The publication, how the finding was obtained (seen, quoted, derived, recalled), and what it is used for.
    by_construction : bool
        Whether the result follows from the model's construction: an equation or a constant sets its sign or its time.
        Such a row is judged and marked, and counts neither as predicted nor as fitted.
    same_as : str or None
        Id of the row that is the same finding, or the same answer of the model. This row is judged and marked, and the
        other one is counted.
    why : str or None
        Reason for `by_construction`, `same_as` or the use ``informed``; shown with the row.
    note : str or None
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(pattern=r"^[A-Z]\d+[a-z]?(-[a-z0-9-]+)?$")]
    statement: Annotated[str, Field(min_length=1)]
    claim: Claim
    value: Number | Band | Literal["up", "down"] | SeekingClass | None = None
    sem: Annotated[Number, Field(gt=0)] | None = None
    tolerance: Annotated[Number, Field(gt=0)] | None = None
    reference: Number | None = None
    unit: str
    experiment: str | None = None
    test: str | None = None
    reference_test: str | None = None
    groups: tuple[str, ...] = ()
    measure: str | None = None
    within: Annotated[bool, Field(strict=True)] = False
    cohort: tuple[Animals, Animals] | None = None
    statistic: str | None = None
    source: Annotated[str, Field(min_length=1)]
    provenance: Literal["seen", "quoted", "derived", "recalled"]
    use: Use
    by_construction: Annotated[bool, Field(strict=True)] = False
    same_as: str | None = None
    why: Annotated[str, Field(min_length=1)] | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _value_fits_claim(self) -> Self:
        number, band = isinstance(self.value, float), isinstance(self.value, tuple)
        fits = {
            "value": number or band,
            "ratio": number or band,
            "effect": isinstance(self.value, float) and self.value > 0,
            "sign": self.value in ("up", "down"),
            "none": self.value is None,
            "class": self.value in ("blocked", "reduced", "none", "raised"),
            "input": True,
        }
        if not fits[self.claim]:
            raise ValueError(f"{self.id}: a claim of kind {self.claim} cannot have the value {self.value!r}")
        if isinstance(self.value, tuple) and not self.value[0] < self.value[1]:
            raise ValueError(f"{self.id}: the band {self.value} is empty")
        needs_tolerance = self.claim == "none" or (number and self.claim in _NUMBERS)
        if needs_tolerance and self.tolerance is None and self.sem is None:
            raise ValueError(f"{self.id}: a {self.claim} needs a tolerance or a standard error")
        if len(self.groups) == 2 and self.claim in ("ratio", "class", "none") and self.unit != "1":
            raise ValueError(f"{self.id}: a ratio of two groups has the unit 1, not {self.unit}")
        return self

    @model_validator(mode="after")
    def _recalled_numbers_are_not_judged(self) -> Self:
        if self.provenance == "recalled" and self.claim in _NUMBERS and self.use != "plausibility":
            raise ValueError(f"{self.id}: a recalled number is no pass/fail band: claim its sign, or plausibility")
        if (self.claim == "input") != (self.use == "input"):
            raise ValueError(f"{self.id}: claim and use must both be input, or neither")
        return self

    @model_validator(mode="after")
    def _experiment_is_complete(self) -> Self:
        if self.experiment is None:
            return self
        if self.test is None or self.measure is None or not self.groups:
            raise ValueError(f"{self.id}: an experiment needs a test, groups and a measure")
        wanted = {"value": (1,), "ratio": (2,), "effect": (2,), "class": (2,), "sign": (1, 2), "none": (1, 2)}
        if self.claim in wanted and len(self.groups) not in wanted[self.claim]:
            raise ValueError(f"{self.id}: a {self.claim} cannot be read from {len(self.groups)} groups")
        if self.claim in ("sign", "none") and (len(self.groups) == 1) != (self.reference is not None):
            raise ValueError(f"{self.id}: a {self.claim} needs a reference or a second group, and not both")
        if self.reference_test is not None and (len(self.groups) != 2 or self.claim == "effect"):
            raise ValueError(f"{self.id}: a reference test needs two groups, and is not possible for an effect")
        return self

    @model_validator(mode="after")
    def _construction_is_judged(self) -> Self:
        if self.by_construction and self.claim == "input":
            raise ValueError(f"{self.id}: an input is taken over; by_construction is for rows that are judged")
        return self

    @model_validator(mode="after")
    def _informed_rows_say_by_what(self) -> Self:
        if self.use == "informed" and self.why is None:
            raise ValueError(f"{self.id}: an informed row needs why: the mechanism that its miss shaped")
        if self.same_as == self.id:
            raise ValueError(f"{self.id}: same_as names the row itself")
        return self

    @property
    def runs(self) -> tuple[tuple[str, str], ...]:
        """The groups and their tests in which the model's answer is found."""
        tests = (self.test, self.reference_test or self.test)
        return tuple((group, test) for group, test in zip(self.groups, tests, strict=False) if test)

    @property
    def published(self) -> float | str | None:
        """What the paper says, as a number or in words."""
        if isinstance(self.value, tuple):
            low, high = self.value
            if high == float("inf"):
                return f"over {low:g}"
            return f"{low:g} to {high:g}"
        return "none" if self.claim == "none" else self.value


class EvidenceTable(BaseModel):
    """The whole file: ``[[evidence]]`` rows with ids that differ."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    evidence: tuple[Evidence, ...]

    @model_validator(mode="after")
    def _ids_differ(self) -> Self:
        seen: set[str] = set()
        for row in self.evidence:
            if row.id in seen:
                raise ValueError(f"the id {row.id} occurs twice")
            seen.add(row.id)
        return self


def load(path: Path | None = None) -> tuple[Evidence, ...]:
    """Read and validate the evidence table.

    Parameters
    ----------
    path : Path, optional
        Another table in the same grammar.

    Raises
    ------
    pydantic.ValidationError, tomllib.TOMLDecodeError
        If the file is not a valid table.
    ValueError
        As `joined` does.
    """
    text = (path or Path(__file__).with_name("evidence.toml")).read_text(encoding="utf-8")
    return joined(EvidenceTable.model_validate(tomllib.loads(text)).evidence)


def joined(*tables: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Several tables as one.

    Raises
    ------
    ValueError
        If an id occurs twice, or `same_as` names no row, a row of another use, or one that is not counted itself.
    """
    found: dict[str, Evidence] = {}
    for row in (row for table in tables for row in table):
        if row.id in found:
            raise ValueError(f"the id {row.id} is taken already, by: {found[row.id].statement}")
        found[row.id] = row
    for row in found.values():
        if row.same_as is None:
            continue
        other = found.get(row.same_as)
        if other is None:
            raise ValueError(f"{row.id}: same_as names {row.same_as}, which is not in the table")
        if other.use != row.use or other.same_as is not None or other.by_construction:
            raise ValueError(f"{row.id}: same_as names {other.id}, which must have the same use and be counted")
    return tuple(found.values())


def select(evidence: Sequence[Evidence], ids: Iterable[str]) -> tuple[Evidence, ...]:
    """Rows by id, in the table's order; ``P5`` takes all of its parts. No id at all takes every row.

    Raises
    ------
    ValueError
        If an id takes no row; the message names the nearest one.
    """
    ids = list(ids)
    for wanted in ids:
        if not any(_belongs(row.id, wanted) for row in evidence):
            near = get_close_matches(wanted, [row.id for row in evidence], n=1, cutoff=0.0)
            raise ValueError(f"no evidence {wanted!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
    return tuple(row for row in evidence if not ids or any(_belongs(row.id, wanted) for wanted in ids))


def _belongs(row: str, wanted: str) -> bool:
    rest = row.removeprefix(wanted)
    return row.startswith(wanted) and not (rest and rest[0].isdigit())
