"""What an optimisation asks for, as one TOML file: an experiment, free values, objectives, constraints and a budget.

``[free]`` gives each free value of the experiment a range. An ``[[objective]]`` or a ``[[constraint]]`` is about a
measure in a group and a test, or about free values themselves, such as a dose. Several objectives end in a front.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from protocols.errors import InputError, cut
from protocols.experiments.overrides import last_keys
from protocols.quantities import quantity
from protocols.record import Record
from protocols.studies.study_file import Range

DIGITS = 4  # of a free value: a laboratory weighs no finer


class Free(Range):
    """The range of a free value, whose values have four digits."""

    def at(self, share: float) -> float | str:
        """The value at a share, 0 to 1, of the way from `low` to `high`."""
        found = super().at(share)
        if self.whole:
            return found
        number, _, unit = found.partition(" ") if isinstance(found, str) else (found, "", "")
        short = f"{float(number):.{DIGITS}g}"
        return f"{float(short)!r} {unit}" if unit else float(short)

    @property
    def unit(self) -> str:
        """The unit of `low`; empty for pure numbers."""
        return self._ends()[2]

    def amount(self, value: float | str) -> float:
        """A value as a number in the unit of `low`; raises `InputError` for one of another dimension."""
        unit = self.unit
        if bool(unit) != isinstance(value, str):
            raise InputError(f"{cut(str(value))} does not measure the same as low = {self.low}")
        return quantity(value).to(unit) if isinstance(value, str) else float(value)

    def amounts(self, shares: Any) -> Any:
        """Values at shares, as numbers in the unit of `low` and not rounded; the same shape as `shares`."""
        low, high, _ = self._ends()
        return low * (high / low) ** shares if self.scale == "log" else low + shares * (high - low)

    def share(self, value: float | str) -> float:
        """The share at which a value lies; raises `InputError` for one outside."""
        (low, high, _), number = self._ends(), self.amount(value)
        if self.scale == "log":
            share = float("nan") if number <= 0 else _log_share(number, low, high)
        else:
            share = (number - low) / (high - low)
        if not -1e-3 <= share <= 1 + 1e-3:
            raise InputError(f"{value} lies outside {self.low} to {self.high}")
        return min(1.0, max(0.0, share))


def _log_share(number: float, low: float, high: float) -> float:
    from math import log

    return log(number / low) / log(high / low)


class Term(Record):
    """A number that the outcome of a point gives: a measure, or a sum of free values."""

    measure: str | None = None
    """A measure of the test, such as ``"fepsp"``."""
    group: str | None = None
    test: str | None = None
    over: str | None = None
    """A second group, whose measure in the same test is taken away, animal by animal where both have it."""
    values: tuple[str, ...] = ()
    """Paths of free values that are added up, such as two doses."""

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        measured = [name for name in ("measure", "group", "test") if getattr(self, name) is not None]
        if self.values and (measured or self.over is not None):
            raise InputError("gives free values and a measure; an objective is about one of both", "values")
        if not self.values and len(measured) < 3:
            missing = [name for name in ("measure", "group", "test") if name not in measured]
            raise InputError("is missing; give measure, group and test, or values = [...]", missing[0])
        return self

    @property
    def title(self) -> str:
        """In words, for an axis or a column."""
        if self.values:
            return " + ".join(last_keys(path) for path in self.values)
        return f"{self.measure}, {self.group}{f' - {self.over}' if self.over else ''}, {self.test}"


class Objective(Term):
    """A term that is to be least, most, or closest to a target."""

    goal: Literal["least", "most", "closest"]
    target: float | None = None
    """For ``closest``, in the unit of the measure."""

    @model_validator(mode="after")
    def _targeted(self) -> Self:
        if (self.target is None) == (self.goal == "closest"):
            raise InputError('is for goal = "closest", and needed there', "target")
        return self

    def loss(self, value: Any) -> Any:
        """What is made least; the same shape as `value`."""
        if self.goal == "closest":
            return abs(value - self.target)
        return value if self.goal == "least" else -value


class Constraint(Term):
    """A term that has to lie between two limits, ends included."""

    low: float | None = None
    high: float | None = None

    @model_validator(mode="after")
    def _limited(self) -> Self:
        if self.low is None and self.high is None:
            raise InputError("is missing; give low, high or both", "low")
        if self.low is not None and self.high is not None and not self.low < self.high:
            raise InputError(f"{self.low} is not below high = {self.high}", "low")
        return self

    def excess(self, value: Any) -> Any:
        """By how much a limit is passed: above 0 where it is; the same shape as `value`."""
        import numpy as np

        over = -np.inf if self.high is None else value - self.high
        return np.maximum(over, -np.inf if self.low is None else self.low - value)


class Header(Record):
    """What is asked, and how much may be simulated for it."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,59}$")]
    experiment: Annotated[str, Field(min_length=1)]
    """A shipped experiment, or a file; a relative path is looked for beside this file."""
    title: str = ""
    budget: Annotated[int, Field(ge=4, le=10_000)] = 40
    """Points at which the experiment is done while the best is looked for."""
    start: Annotated[int | None, Field(ge=2)] = None
    """Of these, how many are spread over the ranges before anything is learnt; twice the free values and two when left
    out."""
    together: Annotated[int, Field(ge=1, le=256)] = 1
    """Points that are chosen and done side by side."""
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 1
    """Of the search; the animals have their own."""
    sampler: Literal["gaussian_process", "tpe"] = "gaussian_process"
    at_rest: bool = False
    """Tone at rest in closed form, of a typical animal; nothing is simulated while the best is looked for."""
    confirm: Annotated[int, Field(ge=2, le=1000)] = 12
    """Other animals, on which the best settings are tried in the end."""
    retries: Annotated[int, Field(ge=0, le=20)] = 1


class OptimiseFile(Record):
    """An optimisation."""

    optimise: Header
    set: dict[str, Any] = Field(default_factory=dict)
    """Values changed at all points, by path."""
    free: Annotated[dict[str, Free], Field(min_length=1)]
    """Path -> range."""
    objective: Annotated[tuple[Objective, ...], Field(min_length=1)]
    constraint: tuple[Constraint, ...] = ()
    reference: dict[str, Any] = Field(default_factory=dict)
    """Values of the free paths that the best is compared with on the same animals, such as a dose of 0."""

    @model_validator(mode="after")
    def _known_paths(self) -> Self:
        for place, term in [*enumerate(self.objective), *enumerate(self.constraint)]:
            part = "objective" if isinstance(term, Objective) else "constraint"
            for path in term.values:
                if path not in self.free:
                    raise InputError(f"'{cut(path)}' is no value of [free]", part, str(place), "values")
                if self.free[path].unit != self.free[term.values[0]].unit:
                    raise InputError("give the ranges of what is added up in one unit", part, str(place), "values")
        if self.reference and set(self.reference) != set(self.free):
            odd = sorted(set(self.reference) ^ set(self.free))[0]
            raise InputError("[reference] gives each value of [free], and no other", "reference", odd)
        if self.optimise.start is not None and self.optimise.start > self.optimise.budget:
            raise InputError(
                f"{self.optimise.start} is more than the budget of {self.optimise.budget}", "optimise", "start"
            )
        if not any(objective.measure for objective in self.objective):
            raise InputError("one objective has to be about a measure", "objective")
        return self
