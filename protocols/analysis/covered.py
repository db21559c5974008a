"""Whether an experiment asks for what published findings cover: drugs, doses and days outside of it are named.

What is covered is worked out from the shipped experiments that have rows in the evidence table: their drugs, the range
of their doses, and their days since a drug was last taken. The model was calibrated and compared there, nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from protocols.animals.history import Conditioning, DrugTaking, Group, Injections, drug_of
from protocols.assays.base import Assay
from protocols.experiments.experiment import Experiment, load
from protocols.experiments.shipped import shipped
from results.evidence.table import load as evidence

Range = tuple[float, float]


@dataclass(frozen=True)
class Use:
    """A drug as an experiment has it.

    Attributes
    ----------
    drug : str
    how : str
        ``"given"`` by the experimenter, or ``"taken"`` by the animal.
    amount : float
        In `unit`.
    unit : str
        ``"mg/kg"``, of one infusion or injection, or ``"uM"``.
    """

    drug: str
    how: str
    amount: float
    unit: str


@dataclass
class Covered:
    """Ranges that experiments span.

    Attributes
    ----------
    amounts : dict
        Drug, how it comes and unit -> lowest and highest amount.
    days : (float, float) or None
        Fewest and most days from the last session or injection of a drug to a test.
    """

    amounts: dict[tuple[str, str, str], Range] = field(default_factory=dict)
    days: Range | None = None

    def take_in(self, experiment: Experiment) -> None:
        """Widen the ranges to what an experiment asks for."""
        for use in uses(experiment):
            key = use.drug, use.how, use.unit
            self.amounts[key] = _wider(self.amounts.get(key), use.amount)
        for days in withdrawals(experiment):
            self.days = _wider(self.days, days)


def uses(experiment: Experiment) -> Iterator[Use]:
    """Every drug of an experiment, with its amount."""
    for group in experiment.group:
        phases = [*group.history, *(phase for test in experiment.test for phase in test.phases_before())]
        for phase in phases:
            if isinstance(phase, DrugTaking | Injections | Conditioning) and phase.drug and phase.dose:
                how = "taken" if isinstance(phase, DrugTaking) else "given"
                yield Use(phase.drug, how, phase.dose.to("mg/kg"), "mg/kg")
        for treatment in group.treatment:
            for amount, unit in ((treatment.dose, "mg/kg"), (treatment.concentration, "uM")):
                if amount is not None:
                    yield Use(treatment.drug, "given", amount.to(unit), unit)


def withdrawals(experiment: Experiment) -> Iterator[float]:
    """Days from the last drug in the history to the test, for every group and test that has one."""
    for group in experiment.group:
        for test in experiment.test:
            if (days := _withdrawal(group, test)) is not None:
                yield days


def _withdrawal(group: Group, test: Assay) -> float | None:
    end, last = 0, None
    for phase in (*group.history, *test.phases_before()):
        end += phase.days
        if drug_of(phase):
            last = end
    return None if last is None else test.on_day(group) - last


def by_evidence() -> Covered:
    """What the shipped experiments span of which the evidence table has findings."""
    found, compared = Covered(), {row.experiment for row in evidence() if row.claim != "input"}
    for name in shipped():
        if name in compared:
            found.take_in(load(name))
    return found


def outside(experiment: Experiment, known: Covered) -> list[str]:
    """What an experiment asks for beyond what is covered, a line each; empty where there is nothing."""
    lines = []
    for use in uses(experiment):
        span = known.amounts.get((use.drug, use.how, use.unit))
        if not any(drug == use.drug for drug, _, _ in known.amounts):
            lines.append(f"no published finding with {use.drug} was compared with the model")
        elif span is None:
            lines.append(f"no published finding with {use.drug} {use.how} in {use.unit} was compared with the model")
        elif not _within(use.amount, span):
            lines.append(
                f"{use.drug} {use.how} at {use.amount:g} {use.unit}: findings compared with the model have "
                f"{_said(span)} {use.unit}"
            )
    for days in withdrawals(experiment):
        if known.days is not None and not _within(days, known.days):
            lines.append(
                f"{days:g} days after the last drug: findings compared with the model have {_said(known.days)} days"
            )
    return list(dict.fromkeys(lines))


def _wider(span: Range | None, value: float) -> Range:
    return (value, value) if span is None else (min(span[0], value), max(span[1], value))


def _within(value: float, span: Iterable[float]) -> bool:
    low, high = span
    return low * (1 - 1e-9) <= value <= high * (1 + 1e-9)


def _said(span: Range) -> str:
    return f"{span[0]:g}" if span[0] == span[1] else f"{span[0]:g} to {span[1]:g}"
