"""A prediction without a measurement: the effect of silencing a nucleus, or of a drug, on one session of seeking."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

from circuit.wiring.table import wiring
from protocols.animals.interventions import Agent
from protocols.animals.treatments import Drug
from protocols.errors import InputError, explain, nearest, refuse_unknown
from protocols.experiments.experiment import Experiment, load
from protocols.experiments.overrides import QUICK_ANIMALS, QUICK_SCALE, with_overrides
from protocols.quantities import Delay, Dose
from protocols.record import Fraction, Record
from protocols.runs.batch import Batch, Progress, run_batch
from protocols.runs.summary import summed_up
from results.statistics.agreement import paired_difference, ratio_of_counts, ratio_of_means
from results.statistics.summary import frame

SOURCE = "inactivation"  # the shipped experiment whose history and tests are taken
MEASURE = "active_presses"
VEHICLE = "vehicle"
_SILENCED = {"agent": "muscimol", "fraction": 1.0}
_GIVEN = {"before": "0.5 h"}


class _Options(Record):
    """What may be given for the options of a question."""

    agent: Agent | None = None
    fraction: Fraction | None = None
    drug: Drug | None = None
    dose: Dose | None = None
    before: Delay | None = None


@dataclass(frozen=True)
class Question:
    """What is asked: a nucleus silenced, or a drug given, before one session.

    Attributes
    ----------
    session : str
        A test of the experiment `SOURCE`.
    site : str, optional
        A nucleus of the circuit.
    agent : str, optional
        What silences it; muscimol when left out.
    fraction : float, optional
        Share of its cells; all when left out.
    drug, dose : str, optional
        A drug in place of a nucleus, and its dose, as ``"100 mg/kg"``.
    before : str, optional
        How long before the session the drug is given; half an hour when left out.

    Raises
    ------
    InputError
        For both or neither of nucleus and drug, what belongs to the other of them, or a value that is refused.
    """

    session: str
    site: str | None = None
    agent: str | None = None
    fraction: float | None = None
    drug: str | None = None
    dose: str | None = None
    before: str | None = None

    def __post_init__(self) -> None:
        if (self.site is None) == (self.drug is None):
            raise InputError("give either --site, the nucleus to silence, or --drug with its --dose")
        asked, other = ("--site", ("dose", "before")) if self.drug is None else ("--drug", ("agent", "fraction"))
        for name in other:
            if getattr(self, name) is not None:
                raise InputError(f"--{name}: says nothing beside {asked}")
        if self.drug is not None and self.dose is None:
            raise InputError(f"--dose: say how much {self.drug}, as '100 mg/kg'")
        for name, value in (_SILENCED if self.drug is None else _GIVEN).items():
            if getattr(self, name) is None:
                object.__setattr__(self, name, value)
        given = {name: getattr(self, name) for name in _Options.model_fields}
        try:
            _Options.model_validate(given)
        except ValidationError as problem:
            raise InputError(f"--{explain(problem, _Options, given)}") from None

    @property
    def group(self) -> str:
        """The name of the group that is compared with vehicle."""
        return self.site or f"{self.drug} {self.dose}"

    @property
    def said(self) -> str:
        """What is done, in words."""
        if self.site is None:
            return f"{self.drug}, {self.dose}, {self.before} before the session"
        share = "" if self.fraction in (None, 1) else f" in {100 * self.fraction:g} % of its cells"
        return f"{self.site} silenced by {self.agent}{share}"


def experiment_for(
    asked: Question, animals: int, seed: int, scale: float, settings: Iterable[str] = (), quick: bool = False
) -> Experiment:
    """The experiment that answers: vehicle, the question's group, and each projection that leaves a silenced nucleus.

    Parameters
    ----------
    asked : Question
    animals, seed : int
    scale : float
    settings : iterable of str
        ``PATH=VALUE`` each, applied to the experiment.
    quick : bool
        At most `QUICK_ANIMALS` in each group, at a scale of at most `QUICK_SCALE`.

    Raises
    ------
    InputError
        For an unknown nucleus, session or drug, or a setting that is refused.
    """
    source = load(SOURCE)
    refuse_unknown("--session", "session", asked.session, [test.name for test in source.test])
    content = source.model_dump(mode="json")
    vehicle = content["group"][0]
    content["group"] = [vehicle, *(vehicle | changed for changed in _groups(asked))]
    name = f"predict-{asked.session}-{asked.group}".replace(" ", "-").replace("/", "-")
    content["experiment"] = {"name": name[:60], "title": f"{asked.said}: session {asked.session}"}
    content["test"] = [test for test in content["test"] if test["name"] == asked.session]
    if quick:
        animals, scale = min(animals, QUICK_ANIMALS), min(scale, QUICK_SCALE)
    content["animals"] |= {"per_group": animals, "seed": seed}
    content["circuit"]["scale"] = scale
    return with_overrides(content, settings)


def _groups(asked: Question) -> list[dict[str, Any]]:
    """What the groups beside vehicle have."""
    if asked.site is None:
        given = {"drug": asked.drug, "dose": asked.dose, "at": f"-{asked.before}"}
        return [{"name": asked.group, "treatment": [given]}]
    table = wiring()
    if asked.site not in table.nuclei:
        raise InputError(f"--site: the circuit has no nucleus '{asked.site}'{nearest(asked.site, table.nuclei)}")
    silenced = [{"nucleus": asked.site, "agent": asked.agent, "fraction": asked.fraction}]
    groups: list[dict[str, Any]] = [{"name": asked.site, "inactivation": silenced}]
    for path in _leaving(asked.site):
        cut = [{"projection": path, "agent": "opto-inhibition", "fraction": asked.fraction}]
        groups.append({"name": f"without {path}", "inactivation": cut})
    return groups


def _leaving(site: str) -> list[str]:
    """The projections from a nucleus to others."""
    ends = (path.partition("->") for path in wiring().sites)
    return [f"{start}->{end}" for start, _, end in ends if start == site != end]


def answer(
    experiment: Experiment, progress: Progress, out: Path | None, jobs: int | None, **injected: Any
) -> tuple[Batch, list[dict[str, Any]]]:
    """Run the experiment, and compare every group with vehicle, animal by animal.

    `injected` may hold ``prepare`` and ``simulate``, as for `protocols.runs.batch.run_batch`.

    Returns
    -------
    Batch
    list of dict
        A row for each group, in the experiment's order, as `compared` gives it.
    """
    batch = summed_up(run_batch(experiment, progress, out, jobs, **injected))
    return batch, compared(experiment, batch)


def compared(experiment: Experiment, batch: Batch) -> list[dict[str, Any]]:
    """Presses of each group beside vehicle's.

    Returns
    -------
    list of dict
        ``group, n, presses, values``, vehicle first; and for the others ``ratio, ratio_interval, basis, difference,
        difference_interval``. The interval is Fieller's over animals (``basis`` is ``"animals"``); where there are too
        few of them it is that of counting presses alone (``"counts"``). Where vehicle does not press there is none.
    """
    table = frame(batch.recordings).query("measure == @MEASURE").sort_values("animal")
    presses = {
        group.name: table[table["group"] == group.name].set_index("animal")["value"] for group in experiment.group
    }
    base = presses[experiment.group[0].name]
    rows = []
    for group in experiment.group:
        own = presses[group.name]
        row: dict[str, Any] = {"group": group.name, "n": len(own), "presses": _mean(own), "values": list(own)}
        both = own.index.intersection(base.index)
        if group is not experiment.group[0] and len(both):
            row |= _against(list(own[both]), list(base[both]))
        rows.append(row)
    return rows


def _against(values: Sequence[float], base: Sequence[float]) -> dict[str, Any]:
    basis, (ratio, interval) = "animals", ratio_of_means(values, base)
    if interval is None:
        basis, (ratio, interval) = "counts", ratio_of_counts(values, base)
    difference, reach = paired_difference(values, base)
    return {
        "ratio": ratio if np.isfinite(ratio) else None,
        "ratio_interval": None if interval is None else [max(0.0, interval[0]), interval[1]],
        "basis": basis if interval is not None else None,
        "difference": difference,
        "difference_interval": reach,
    }


def _mean(values: Any) -> float | None:
    return float(np.mean(values)) if len(values) else None


def sentence(asked: Question, rows: Sequence[Mapping[str, Any]]) -> str:
    """The answer in one sentence, with its interval and what this is over."""
    base, row = rows[0], rows[1]
    if row["presses"] is None or base["presses"] is None:
        return f"{asked.said}: no animal came to the end of the session {asked.session}."
    said = f"{asked.said}: {row['presses']:.1f} presses in the session {asked.session}, vehicle {base['presses']:.1f}"
    if row.get("ratio_interval") is None:
        return f"{said}; there is no ratio, since vehicle does not press."
    low, high = row["ratio_interval"]
    verdict = "lower" if high < 1 else "higher" if low > 1 else "not clearly changed"
    n = row["n"]
    over = f"over {n} animals" if row["basis"] == "animals" else f"of counting presses alone; {n} animals are too few"
    over = over.replace("1 animals are", "1 animal is")
    return (
        f"{said}: {100 * row['ratio']:.0f} % [{100 * low:.0f}, {100 * high:.0f}] of vehicle's, {verdict} "
        f"(95 % interval {over})."
    )


def remarks(asked: Question, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Why rows of the table are equal, a line for each pair."""
    found = []
    for place, row in enumerate(rows):
        for other in rows[:place]:
            if row["values"] and row["values"] == other["values"]:
                found.append(
                    f"{other['group']} and {row['group']}: the same in every animal; {_why(asked, row, other)}"
                )
                break
    return found


def _why(asked: Question, row: Mapping[str, Any], other: Mapping[str, Any]) -> str:
    if other["group"] == VEHICLE:
        return "no press depends on it"
    if asked.site is not None and other["group"] == asked.site and len(_leaving(asked.site)) == 1:
        return f"this projection is the only one that leaves {asked.site}"
    return "what either takes away, the other takes away too"
