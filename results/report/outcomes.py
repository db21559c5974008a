"""Outcomes in a report: every main measure as bars with animals as dots, test by test, and tone at rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from results.figures.assays.tone import AT_REST
from results.labels import label
from results.report.figure import as_json, bars, described, looks, room
from results.report.parts import Numbers, Panel, Section, Shown
from results.statistics import inference
from results.tables import Table, number

OUTCOMES: Mapping[str, tuple[str, float]] = {
    "fepsp": ("Field amplitude", 100.0),
    "half_maximal_strength": ("Half-maximal strength", 0.0),
    "largest_response": ("Largest response", 0.0),
    "paired_pulse_ratio": ("Paired-pulse ratio", 0.0),
    "first_response": ("First response", 0.0),
    "ampa_nmda_ratio": ("AMPA/NMDA ratio", 0.0),
    "ampa_current": ("AMPA current", 0.0),
    "nmda_current": ("NMDA current", 0.0),
    "mepsc_frequency": ("Frequency of miniature currents", 0.0),
    "mepsc_amplitude": ("Amplitude of miniature currents", 0.0),
    "extracellular_glutamate": ("Extracellular glutamate", 0.0),
    "dialysate_change": ("Glutamate in the dialysate", 100.0),
    "active_presses": ("Presses of the active lever", 0.0),
    "expected_presses": ("Presses that the motor output calls for", 0.0),
    "inactive_presses": ("Presses of the inactive lever", 0.0),
    "infusions": ("Infusions", 0.0),
    "core_glutamate_percent": ("Core glutamate", 100.0),
    "core_dopamine_percent": ("Core dopamine", 100.0),
}
"""Measure -> its name, and where its bars begin."""
WITHOUT_MEANING = ("infusions",)  # a count that is left out where it is 0 in all animals


def named(measure: str) -> str:
    """The name of a measure."""
    if measure in OUTCOMES:
        return OUTCOMES[measure][0]
    return label(measure)


def outcomes(table: pd.DataFrame, groups: Sequence[str], main: Sequence[str] = ()) -> Section:
    """Bars of every main measure.

    Parameters
    ----------
    table : DataFrame
        As `results.statistics.summary.frame` gives it.
    groups : sequence of str
        In their order.
    main : sequence of str
        Main measures of the kinds of test; those that `OUTCOMES` does not have follow it, but for levels at rest.
    """
    figures = []
    for measure in dict.fromkeys([*OUTCOMES, *(name for name in main if name not in AT_REST)]):
        part = table[table["measure"] == measure]
        if part.empty or (measure in WITHOUT_MEANING and not part["value"].any()):
            continue
        title, bar_from = OUTCOMES.get(measure) or (label(measure), _bar_from(part))
        panels = [
            _panel(test, part[part["test"] == test], groups, title, bar_from) for test in dict.fromkeys(part["test"])
        ]
        note = "Each dot is an animal; bars are means, with the standard error (SEM)."
        if bar_from:
            note += " Bars begin at 100 %, the baseline."
        figures.append(Shown(title, note, tuple(panels), Numbers("Numbers", animals_table(part, groups))))
    return Section("outcome", "Outcome", figures=figures)


def _bar_from(part: pd.DataFrame) -> float:
    """Where bars begin: at 100 % where that is the baseline, else at zero."""
    return 100.0 if part["unit"].iloc[0] == "% of baseline" else 0.0


def tone_at_rest(table: pd.DataFrame, groups: Sequence[str]) -> Shown | None:
    """Glutamate at each site, receptor tone, release and transport before anything is done; None without them."""
    part = table[table["measure"].isin(AT_REST)]
    if part.empty:
        return None
    tests = list(dict.fromkeys(part["test"]))
    same = _same_everywhere(part)
    panels = []
    for test in tests:
        for measure in AT_REST:
            own = part[(part["test"] == test) & (part["measure"] == measure)]
            if len(own) and measure not in same:
                choice = test if len(tests) > 1 else ""
                panels.append(_panel(label(measure), own, groups, label(measure), 0.0, 240, choice))
    note = (
        "Levels before any stimulation, with the drugs that are on board by then. Each dot is an animal; bars are "
        "means, with the standard error (SEM)."
    )
    if same:
        note += f" The same in all animals: {', '.join(same.values())}."
    numbers = Numbers("Numbers", animals_table(part, groups))
    return Shown("Glutamate, receptor tone and release at rest", note, tuple(panels), numbers, chosen_by="Test")


def _same_everywhere(part: pd.DataFrame) -> dict[str, str]:
    """Measures with one value in all groups and tests, as far as the page prints it -> name and value.

    Nothing where no measure differs: then all of them are drawn.
    """
    found = {}
    for measure in AT_REST:
        own = part[part["measure"] == measure]
        if own["group"].nunique() > 1 and own["value"].map(number).nunique() == 1:
            unit = str(own["unit"].iloc[0])
            shown = f"{label(measure)} {number(float(own['value'].iloc[0]))}"
            found[measure] = shown if unit == "1" else f"{shown} {unit}"
    return found if len(found) < part["measure"].nunique() else {}


def animals_table(part: pd.DataFrame, groups: Sequence[str]) -> Table:
    """Mean, SEM and every animal's value, by measure, test and group."""
    rows = []
    for (measure, test, group), own in part.groupby(["measure", "test", "group"], sort=False):
        values = own.sort_values("animal")["value"].tolist()
        sem = inference.sem(values)
        unit = own["unit"].iloc[0]
        cells = named(str(measure)), str(test), str(group), str(len(values)), number(inference.mean(values))
        animals = ", ".join(number(value) for value in values[:40]) + (" ..." if len(values) > 40 else "")
        rows.append((*cells, number(sem), "" if unit == "1" else str(unit), animals))
    orders = [{name: place for place, name in enumerate(dict.fromkeys(row[key] for row in rows))} for key in (0, 1)]
    orders.append({name: place for place, name in enumerate(groups)})
    rows.sort(key=lambda row: tuple(order[row[key]] for key, order in enumerate(orders)))
    return Table(("measure", "test", "group", "n", "mean", "SEM", "unit", "animals"), tuple(rows))


def _panel(
    title: str,
    part: pd.DataFrame,
    groups: Sequence[str],
    label: str,
    bar_from: float,
    height: int = 300,
    choice: str = "",
) -> Panel:
    unit = str(part["unit"].iloc[0])
    samples = [(look, part.loc[part["group"] == look.name, "value"].tolist()) for look in looks(groups)]
    figure = bars(samples, label, unit, bar_from)
    if not bar_from:
        figure.update_yaxes(rangemode="tozero")
    means = described([(look.name, sample) for look, sample in samples], unit)
    shown = label if title == label else f"{label}, {title}"
    alt = f"Bars with a dot for each animal: {shown}. Means: {means}."
    height += room([look.name for look, sample in samples if sample])
    return Panel(title, alt, as_json(figure), height, choice=choice)
