"""A laboratory's animals and simulated ones, compared by the statistics that simulated groups are compared with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from results.recording import Recording
from results.statistics import inference
from results.statistics.summary import TIME_COURSE, frame, summarise
from results.tables import Table, number, p_value

SIDES = ("model", "data")


def beside(model: Sequence[Recording], data: Sequence[Recording]) -> dict[str, Any]:
    """Model and data, group by group, and the differences between groups in each of them.

    Parameters
    ----------
    model, data : sequence of Recording
        Measures and time courses in the same units.

    Returns
    -------
    dict
        ``rows``: ``group, test, measure, unit``, for ``model`` and ``data`` each ``n, mean, sem, values``, and
        ``effect_size`` (Cohen's d of model - data), its 95 % ``interval``, Welch's ``statistic`` and ``p``.
        ``comparisons``: ``a, b, test, measure`` and for ``model`` and ``data`` each ``effect_size, p, statistic``, as
        `results.statistics.summary.summarise` gives them. A side that has no such group is None.

    Raises
    ------
    ValueError
        If animals of the data that are compared over time were measured at different times.
    """
    wanted = set(frame(data)[["test", "measure"]].itertuples(index=False, name=None))
    found = {"model": summarise("", "", None, 0.0, _only(model, wanted)), "data": summarise("", "", None, 0.0, data)}
    sides = {side: {(row["group"], row["test"], row["measure"]): row for row in found[side]["rows"]} for side in SIDES}
    rows = []
    for key, own in sides["data"].items():
        simulated = sides["model"].get(key)
        a, b = simulated["values"] if simulated else [], own["values"]
        effect = inference.effect_size(a, b) if a else None
        test = inference.welch_t(a, b) if a else None
        rows.append(
            {
                **{name: own[name] for name in ("group", "test", "measure", "unit")},
                "model": _numbers(simulated),
                "data": _numbers(own),
                "effect_size": effect and effect.d,
                "interval": list(effect.interval) if effect else None,
                "statistic": test and str(test),
                "p": test and test.p,
            }
        )
    order = list(dict.fromkeys((row["test"], row["measure"]) for row in rows))
    rows.sort(key=lambda row: order.index((row["test"], row["measure"])))
    return {"rows": rows, "comparisons": _comparisons(found)}


def _only(model: Sequence[Recording], wanted: set[tuple[str, str]]) -> list[Recording]:
    """The model's recordings with only the measures, and the time courses, that the data have."""
    kept = []
    for one in model:
        test = one.identity.test
        measures = {name: measure for name, measure in one.measures.items() if (test, name) in wanted}
        series = {"fepsp": one.series["fepsp"]} if (test, TIME_COURSE) in wanted and "fepsp" in one.series else {}
        kept.append(replace(one, measures=measures, series=series))
    return kept


def _numbers(row: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if row is None else {name: row[name] for name in ("n", "mean", "sem", "values")}


def _comparisons(found: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    keys = ("a", "b", "test", "measure")
    sides = {side: {tuple(row[key] for key in keys): row for row in found[side]["comparisons"]} for side in SIDES}
    outcome = ("effect_size", "p", "statistic")
    rows = []
    for key in sides["data"]:
        there = {side: sides[side].get(key) for side in SIDES}
        rows.append(
            {
                **dict(zip(keys, key, strict=True)),
                **{side: row and {name: row[name] for name in outcome} for side, row in there.items()},
            }
        )
    return rows


def rows_table(rows: Sequence[Mapping[str, Any]]) -> Table:
    """Model beside data, a line per group, test and measure."""
    heads = ("test", "measure", "group", "unit", "model n", "model mean ± SEM", "data n", "data mean ± SEM",
             "d, model - data [95 %]", "statistic", "p")  # fmt: skip
    lines = []
    for row in rows:
        d, interval = row["effect_size"], row["interval"]
        effect = "-" if d is None else f"{number(d)} [{number(interval[0])}, {number(interval[1])}]"
        unit = "" if row["unit"] == "1" else row["unit"]
        lines.append((row["test"], row["measure"], row["group"], unit, *_side(row["model"]), *_side(row["data"]),
                      effect, row["statistic"] or "-", p_value(row["p"])))  # fmt: skip
    return Table(heads, tuple(lines))


def _side(side: Mapping[str, Any] | None) -> tuple[str, str]:
    if side is None:
        return "0", "-"
    error = "" if side["sem"] is None else f" ± {number(side['sem'])}"
    return str(side["n"]), f"{number(side['mean'])}{error}"


def comparisons_table(rows: Sequence[Mapping[str, Any]]) -> Table:
    """Differences between groups, in the model and in the data."""

    def cells(side: Mapping[str, Any] | None) -> tuple[str, str, str]:
        if side is None:
            return "-", "-", "-"
        return number(side["effect_size"]), side["statistic"] or "-", p_value(side["p"])

    heads = ("test", "measure", "a", "b", "model d", "model statistic", "model p", "data d", "data statistic", "data p")
    return Table(
        heads,
        tuple(
            (row["test"], row["measure"], row["a"], row["b"], *cells(row["model"]), *cells(row["data"])) for row in rows
        ),
    )
