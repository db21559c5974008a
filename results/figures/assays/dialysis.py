"""The figure of microdialysis: samples over time, or gain and loss against what was perfused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from results.figures.drawing import MEANS_AND_DOTS, STYLE, Drawing, NothingToDraw, course, measure_dots, names, sheet
from results.figures.legend import legend, legend_height, letters, note
from results.figures.looks import Width, colour
from results.measures.dialysis import no_net_flux
from results.recording import Recording


def microdialysis_figure(recordings: Iterable[Recording], width: Width = "double") -> Figure:
    """Every microdialysis test.

    Parameters
    ----------
    recordings : iterable of Recording
        With the curve ``no_net_flux`` or the series ``dialysate_percent``, and the measure that belongs to it.
    width : str
        ``single`` or ``double`` column.

    Returns
    -------
    Figure
        A row per test. No net flux: gain or loss against the perfusate with a line through each group, and the level
        where it crosses zero. Otherwise: samples in % of baseline over hours, and the change, a dot per animal.

    Raises
    ------
    NothingToDraw
        If no recording holds any sample.
    """
    recordings = [r for r in recordings if "no_net_flux" in r.curves or "dialysate_percent" in r.series]
    if not recordings:
        raise NothingToDraw("no recording holds samples of a microdialysis probe")
    groups, tests = names(recordings, "group"), names(recordings, "test")
    with matplotlib.rc_context(fname=STYLE):
        figure, axes = sheet(len(tests), (2, 1), 2.4, width, legend_height(groups, width))
        for test, (left, right) in zip(tests, axes, strict=True):
            part = [r for r in recordings if r.identity.test == test]
            if "no_net_flux" in part[0].curves:
                _no_net_flux(left, part, groups)
                measure_dots(right, part, "extracellular_glutamate", groups, "Extracellular glutamate")
            else:
                _samples(left, part, groups)
                measure_dots(right, part, "dialysate_change", groups, "Dialysate")
                right.axhline(100, color="0.6", linewidth=0.7, linestyle=":", zorder=0)
            left.set_title(test)
        letters(axes.ravel())
        legend(figure, groups)
        note(figure, MEANS_AND_DOTS, recordings)
    return figure


def _no_net_flux(axes: Axes, recordings: Sequence[Recording], groups: Sequence[str]) -> None:
    for place, group in enumerate(groups):
        curves = [r.curves["no_net_flux"] for r in recordings if r.identity.group == group]
        if not curves:
            continue
        perfused = np.unique(curves[0].x)
        gained = [np.array([curve.y[curve.x == level].mean() for level in perfused]) for curve in curves]
        course(axes, perfused, gained, place, line=False)
        line = no_net_flux(perfused, perfused + np.mean(gained, axis=0))
        axes.plot(perfused, line.extraction * (line.level - perfused), color=colour(place), linewidth=0.8)
    axes.axhline(0, color="0.6", linewidth=0.7, linestyle=":", zorder=0)
    axes.set(xlabel="Glutamate perfused (µM)", ylabel="Gained by the perfusate (µM)")


def _samples(axes: Axes, recordings: Sequence[Recording], groups: Sequence[str]) -> None:
    for place, group in enumerate(groups):
        series = [r.series["dialysate_percent"] for r in recordings if r.identity.group == group]
        if series:
            course(axes, series[0].time / 3600, [one.values for one in series], place)
    axes.axhline(100, color="0.6", linewidth=0.7, linestyle=":", zorder=0)
    axes.axvline(0, color="0.3", linewidth=0.7, zorder=0)
    axes.set(xlabel="Time from the end of the baseline (h)", ylabel="Dialysate (% of baseline)")
    axes.set_ylim(0, 1.05 * axes.get_ylim()[1])


DRAWINGS = {
    "microdialysis": Drawing("samples of a microdialysis probe, or no net flux", microdialysis_figure),
}
