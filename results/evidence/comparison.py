"""Model beside paper: a verdict for each piece of evidence, from intervals.

Every claim comes down to an estimate with its 95 % interval and a region in which the claim holds. The claim is *right*
when the interval lies inside the region, *wrong* when it lies wholly outside, *inconclusive* otherwise. Without an
effect "under 1" would stay inconclusive however many animals there are; a reduction by less than a tenth, which no
laboratory would find, is therefore wrong:

======  =============================================  ==========================================================
claim   estimate                                       region
======  =============================================  ==========================================================
value   mean                                           the band, value ± 1.96 sem, or value ± tolerance
ratio   ratio of two means                             the same
sign    mean, or difference of two means               above (up) or below (down) the reference, or 0
effect  difference of two means, and Cohen's d         above 0, and d within ± tolerance (see below)
none    mean, or ratio of two means                    reference ± tolerance, or 1 ± tolerance
class   ratio to vehicle                               blocked: under 0.35; reduced: under 1, and wrong from 0.9
                                                       up; none: 0.7-1.3; raised: over 2
======  =============================================  ==========================================================

An effect with a published size is right when its sign is and d itself lies within the tolerance; wrong when the
interval of the difference lies wholly on the wrong side of 0, or that of d wholly outside the tolerance. Where the
paper measured the same animals twice (`within`), differences and ratios are those of paired animals. Evidence
without an experiment, inputs and plausibility rows get no verdict: *not_covered*.

Beside each verdict stands the chance of every verdict at the number of animals used (`results.evidence.chances`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from results.evidence.chances import Chances, chances
from results.evidence.table import Evidence
from results.statistics import inference
from results.statistics.agreement import mean_ratio, paired_difference, ratio_of_means
from results.statistics.inference import Interval

Status = Literal["right", "wrong", "inconclusive", "not_covered"]

NAMED = ("id", "use", "by_construction", "same_as", "why", "claim", "statement", "published", "unit")
"""The entries of a row of `compare` that do not depend on the model."""

_INFINITY = float("inf")
SEEKING = {"blocked": (-_INFINITY, 0.35), "reduced": (-_INFINITY, 1.0), "none": (0.7, 1.3), "raised": (2.0, _INFINITY)}
NO_REDUCTION = 0.9
"""Ratio to vehicle: a claim of a reduction is wrong where the interval lies above it, and not wholly under 1."""
_POWER_SEED = 20090201  # cohorts are drawn the same way each time a summary is judged


@dataclass(frozen=True)
class Verdict:
    """What the model says on one piece of evidence.

    Attributes
    ----------
    status : str
        ``right``, ``wrong``, ``inconclusive`` or ``not_covered``.
    model : float or None
        The model's estimate, in `unit`.
    interval : (float, float) or None
        Its 95 % interval.
    published : float, str or None
    unit : str
    cohort_power : float or None
        Share of simulated cohorts of the paper's size that reach p < 0.05.
    statistic : str or None
        The model's test statistic, for an effect.
    n : int or None
        Animals of the smaller group.
    chances : Chances or None
        Chance of each verdict at this number of animals; None without an interval or a verdict.
    """

    status: Status
    model: float | None
    interval: Interval | None
    published: float | str | None
    unit: str
    cohort_power: float | None = None
    statistic: str | None = None
    n: int | None = None
    chances: Chances | None = None

    @property
    def text(self) -> str:
        """The estimate and its interval in words, without the unit."""
        if self.model is None:
            return "-"
        if self.interval is None:
            return f"{self.model:.3g}"
        return f"{self.model:.3g} [{self.interval[0]:.3g}, {self.interval[1]:.3g}]"


def judge(evidence: Evidence, rows: Sequence[Mapping[str, Any]], comparisons: Sequence[Mapping[str, Any]]) -> Verdict:
    """Compare one piece of evidence with the summary of its experiment.

    Parameters
    ----------
    evidence : Evidence
    rows, comparisons : sequence of mapping
        As `results.statistics.summary.summarise` gives them.

    Returns
    -------
    Verdict
        ``not_covered`` if the rows lack a group, test or measure that the evidence names. For ``sign`` and ``none``
        of one group, the model's number is the group's mean; for ``sign`` of two groups, their difference; for
        ``none`` of two groups, their ratio.

    Raises
    ------
    ValueError
        If the summary gives the measure in another unit than the evidence.
    """
    samples = _samples(evidence, rows)
    if samples is None:
        return Verdict("not_covered", None, None, evidence.published, evidence.unit)
    power = None
    if evidence.cohort and len(samples) == 2:
        rng = np.random.default_rng(_POWER_SEED)
        power = inference.cohort_power(samples[0], samples[1], *evidence.cohort, rng)
    if evidence.claim == "effect":
        return _judge_effect(evidence, samples, comparisons, power)
    estimate, interval = _estimate(evidence, samples)
    n = min(map(len, samples))
    if evidence.use == "plausibility":
        return Verdict("not_covered", estimate, interval, evidence.published, evidence.unit, power, n=n)
    region = _region(evidence)
    ratio = len(samples) == 2 and evidence.claim != "sign"
    missed = _missed(evidence, region)
    likely = chances(estimate, interval, region, _degrees(evidence, samples), ratio, missed=missed)
    return Verdict(
        _position(interval, region, missed),
        estimate,
        interval,
        evidence.published,
        evidence.unit,
        power,
        n=n,
        chances=likely,
    )


def compare(evidence: Sequence[Evidence], summaries: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows of ``validate --json``.

    Parameters
    ----------
    evidence : sequence of Evidence
    summaries : mapping from experiment to summary
        Summaries as `results.statistics.summary.summarise` gives them; experiments that were not run may be left out.

    Returns
    -------
    list of dict
        ``id, use, claim, statement, model, published, unit, status``, and beside them ``by_construction, same_as, why,
        interval, n, chances, cohort_power, statistic, published_statistic, provenance, source``. All of it fits JSON.
    """
    table = []
    for item in evidence:
        summary = summaries.get(item.experiment or "", {})
        verdict = judge(item, summary.get("rows", ()), summary.get("comparisons", ()))
        table.append(
            {
                "id": item.id,
                "use": item.use,
                "claim": item.claim,
                "statement": item.statement,
                "model": verdict.model,
                "published": verdict.published,
                "unit": verdict.unit,
                "status": verdict.status,
                "by_construction": item.by_construction,
                "same_as": item.same_as,
                "why": item.why,
                "interval": list(verdict.interval) if verdict.interval else None,
                "n": verdict.n,
                "chances": asdict(verdict.chances) if verdict.chances else None,
                "cohort_power": verdict.cohort_power,
                "statistic": verdict.statistic,
                "published_statistic": item.statistic,
                "provenance": item.provenance,
                "source": item.source,
            }
        )
    return table


def _samples(evidence: Evidence, rows: Sequence[Mapping[str, Any]]) -> list[list[float]] | None:
    """One list of animals' values per group, or None if a group is not there."""
    if evidence.experiment is None or evidence.claim == "input":
        return None
    found = {(row["group"], row["test"]): row for row in rows if row["measure"] == evidence.measure}
    if not evidence.runs or not all(run in found for run in evidence.runs):
        return None
    chosen = [found[run] for run in evidence.runs]
    if evidence.unit != _expected_unit(evidence, chosen[0]["unit"]):
        raise ValueError(f"{evidence.id} is in {evidence.unit}, the model in {chosen[0]['unit']}")
    return [list(row["values"]) for row in chosen]


def _expected_unit(evidence: Evidence, model_unit: str) -> str:
    if evidence.claim in ("ratio", "class") or (evidence.claim == "none" and len(evidence.groups) == 2):
        return "1"
    return "d" if evidence.claim == "effect" else model_unit


def _estimate(evidence: Evidence, samples: list[list[float]]) -> tuple[float | None, Interval | None]:
    if len(samples) == 1:
        return inference.mean(samples[0]), inference.mean_interval(samples[0])
    a, b = samples
    if evidence.within and len(a) == len(b):
        if evidence.claim == "sign":
            return paired_difference(a, b)
        counts = evidence.claim == "class" or min(*a, *b) <= 0
        return ratio_of_means(a, b) if counts else mean_ratio(a, b)
    if evidence.claim == "sign":
        return inference.mean(a) - inference.mean(b), inference.difference_interval(a, b)
    below = inference.mean(b)
    return inference.mean(a) / below if below else None, inference.ratio_interval(a, b)


def _degrees(evidence: Evidence, samples: list[list[float]]) -> float:
    """Degrees of freedom behind the interval of `_estimate`; those of Welch are taken at equal variances."""
    sizes = [len(sample) for sample in samples]
    paired = len(samples) == 1 or (evidence.within and sizes[0] == sizes[1])
    return sizes[0] - 1 if paired else sum(sizes) - 2


def _region(evidence: Evidence) -> Interval:
    """Where the claim holds, on the scale of the estimate."""
    reference = evidence.reference
    if evidence.claim == "sign":  # the reference itself does not count as a difference
        start = reference or 0.0
        if evidence.value == "up":
            return float(np.nextafter(start, _INFINITY)), _INFINITY
        return -_INFINITY, float(np.nextafter(start, -_INFINITY))
    if evidence.claim == "class":
        return SEEKING[str(evidence.value)]
    if isinstance(evidence.value, tuple):
        return evidence.value
    centre = evidence.value if isinstance(evidence.value, float) else 1.0 if reference is None else reference
    reach = 1.96 * evidence.sem if evidence.sem is not None else abs(centre) * (evidence.tolerance or 0.0)
    return centre - reach, centre + reach


def _missed(evidence: Evidence, region: Interval) -> Interval:
    """The claim is wrong where the interval lies wholly outside of this."""
    return (region[0], NO_REDUCTION) if evidence.value == "reduced" else region


def _position(interval: Interval | None, region: Interval, missed: Interval) -> Status:
    if interval is None:
        return "inconclusive"
    if inference.equivalent(interval, region):
        return "right"
    return "wrong" if interval[1] < missed[0] or interval[0] > missed[1] else "inconclusive"


def _judge_effect(
    evidence: Evidence,
    samples: list[list[float]],
    comparisons: Sequence[Mapping[str, Any]],
    power: float | None,
) -> Verdict:
    a, b = samples
    difference, effect = inference.difference_interval(a, b), inference.effect_size(a, b)
    statistic = next(
        (
            comparison["statistic"]
            for comparison in comparisons
            if {comparison["a"], comparison["b"]} == set(evidence.groups)
            and (comparison["test"], comparison["measure"]) == (evidence.test, evidence.measure)
        ),
        None,
    )
    n = min(len(a), len(b))
    if difference is None or effect is None:
        return Verdict("inconclusive", None, None, evidence.published, evidence.unit, power, statistic, n)
    size = _region(evidence)
    size_position = _position(effect.interval, size, size)
    status: Status = "inconclusive"
    if difference[1] < 0 or size_position == "wrong":
        status = "wrong"
    elif difference[0] > 0 and size[0] <= effect.d <= size[1]:
        status = "right"
    spread = np.sqrt(np.average([np.var(a, ddof=1), np.var(b, ddof=1)], weights=[len(a) - 1, len(b) - 1]))
    least = float((difference[1] - difference[0]) / 2 / spread)
    likely = chances(effect.d, effect.interval, size, _INFINITY, least=least)
    return Verdict(status, effect.d, effect.interval, evidence.published, evidence.unit, power, statistic, n, likely)
