"""Figures of evoked and miniature responses: input-output curves, paired pulses, AMPA and NMDA currents, miniatures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import matplotlib
import numpy as np
from matplotlib.figure import Figure

from results.figures.drawing import (
    MEANS_AND_DOTS,
    STYLE,
    Drawing,
    NothingToDraw,
    course,
    measure_dots,
    names,
    sheet,
    sweep,
)
from results.figures.legend import legend, legend_height, letters, note
from results.figures.looks import Width, colour, labelled
from results.measures.currents import fit_sigmoid
from results.recording import Curve, Recording


def curves_of(recordings: Sequence[Recording], group: str, name: str) -> list[Curve]:
    return [r.curves[name] for r in recordings if r.identity.group == group and name in r.curves]


def by_test(recordings: Iterable[Recording], curve: str) -> tuple[list[Recording], list[str], list[str]]:
    """The recordings that hold a curve, their groups and tests.

    Raises
    ------
    NothingToDraw
        If none does.
    """
    holding = [recording for recording in recordings if curve in recording.curves]
    if not holding:
        raise NothingToDraw(f"no recording holds the curve {curve}")
    return holding, names(holding, "group"), names(holding, "test")


def input_output_figure(recordings: Iterable[Recording], width: Width = "double") -> Figure:
    """Response against strength, and what the sigmoid through it says.

    Parameters
    ----------
    recordings : iterable of Recording
        With the curve ``input_output`` and the measures ``half_maximal_strength`` (no panel without it) and
        ``largest_response``.
    width : str
        ``single`` or ``double`` column.

    Returns
    -------
    Figure
        A row per test: mean ± SEM per group with the sigmoid through the means, and both measures, a dot per animal.

    Raises
    ------
    NothingToDraw
        If no recording holds an input-output curve.
    """
    recordings, groups, tests = by_test(recordings, "input_output")
    with matplotlib.rc_context(fname=STYLE):
        figure, axes = sheet(len(tests), (2, 1, 1), 2.4, width, legend_height(groups, width))
        for test, (response, half, maximum) in zip(tests, axes, strict=True):
            part = [r for r in recordings if r.identity.test == test]
            for place, group in enumerate(groups):
                found = curves_of(part, group, "input_output")
                if not found:
                    continue
                course(response, found[0].x, [curve.y for curve in found], place, line=False)
                fine = np.linspace(0, float(found[0].x.max()), 100)
                mean = fit_sigmoid(found[0].x, np.mean([curve.y for curve in found], axis=0))
                response.plot(fine, mean(fine), color=colour(place), linewidth=0.8)
            response.set(
                title=test,
                xlabel="Share of axons recruited",
                ylabel=labelled("Response amplitude", "pA"),
                xlim=(0, None),
                ylim=(0, None),
            )
            measure_dots(half, part, "half_maximal_strength", groups, "Half-maximal strength")
            measure_dots(maximum, part, "largest_response", groups, "Largest response")
        letters(axes.ravel())
        legend(figure, groups)
        note(figure, MEANS_AND_DOTS, recordings)
    return figure


def paired_pulse_figure(recordings: Iterable[Recording], width: Width = "double") -> Figure:
    """Pairs of responses, their ratio over intervals and animal by animal.

    Parameters
    ----------
    recordings : iterable of Recording
        With the curves ``paired_pulse_ratio`` and ``pair_...`` and the measures ``paired_pulse_ratio`` and
        ``first_response``.
    width : str
        ``single`` or ``double`` column.

    Returns
    -------
    Figure
        A row per test: mean sweeps at the first interval, the ratio over intervals, and both measures.

    Raises
    ------
    NothingToDraw
        If no recording holds a paired-pulse ratio.
    """
    recordings, groups, tests = by_test(recordings, "paired_pulse_ratio")
    with matplotlib.rc_context(fname=STYLE):
        figure, axes = sheet(2 * len(tests), (1, 1), 1.95, width, legend_height(groups, width))
        for test, ((pair, over), (ratio, first)) in zip(
            tests, ((axes[2 * n], axes[2 * n + 1]) for n in range(len(tests))), strict=True
        ):
            part = [r for r in recordings if r.identity.test == test]
            interval = float(part[0].curves["paired_pulse_ratio"].x[0])
            for place, group in enumerate(groups):
                found = curves_of(part, group, "paired_pulse_ratio")
                if not found:
                    continue
                sweep(pair, curves_of(part, group, f"pair_{interval:g}_ms"), place)
                order = np.argsort(found[0].x)
                course(over, found[0].x[order], [curve.y[order] for curve in found], place)
            pair.set(title=f"{test}, {interval:g} ms", xlabel="Time from the first pulse (ms)", ylabel="Current (pA)")
            over.set(xlabel="Interval (ms)", ylabel="Second over first", ylim=(0, None), xlim=(0, None))
            over.axhline(1, color="0.6", linewidth=0.7, linestyle=":", zorder=0)
            measure_dots(ratio, part, "paired_pulse_ratio", groups, f"Paired-pulse ratio, {interval:g} ms")
            measure_dots(first, part, "first_response", groups, "First response")
        letters(axes.ravel())
        legend(figure, groups)
        note(figure, MEANS_AND_DOTS, recordings)
    return figure


def ampa_nmda_figure(recordings: Iterable[Recording], width: Width = "double") -> Figure:
    """Currents at both potentials, and the components read from them.

    Parameters
    ----------
    recordings : iterable of Recording
        With the curves ``at_rest`` and ``depolarised`` and the measures ``ampa_nmda_ratio``, ``ampa_current`` and
        ``nmda_current``.
    width : str
        ``single`` or ``double`` column.

    Returns
    -------
    Figure
        A row per test: mean sweeps, and each measure, a dot per animal.

    Raises
    ------
    NothingToDraw
        If no recording holds such currents.
    """
    recordings, groups, tests = by_test(recordings, "depolarised")
    shown = {"ampa_nmda_ratio": "AMPA/NMDA", "ampa_current": "AMPA", "nmda_current": "NMDA"}
    with matplotlib.rc_context(fname=STYLE):
        figure, axes = sheet(len(tests), (2, 1, 1, 1), 2.4, width, legend_height(groups, width))
        for test, (currents, *panels) in zip(tests, axes, strict=True):
            part = [r for r in recordings if r.identity.test == test]
            for place, group in enumerate(groups):
                for name in ("at_rest", "depolarised"):
                    found = curves_of(part, group, name)
                    if found:
                        sweep(currents, found, place)
            currents.axhline(0, color="0.6", linewidth=0.7, linestyle=":", zorder=0)
            currents.set(title=test, xlabel="Time from the pulse (ms)", ylabel="Current (pA)")
            for axis, (measure, label) in zip(panels, shown.items(), strict=True):
                measure_dots(axis, part, measure, groups, label)
        letters(axes.ravel())
        legend(figure, groups)
        note(figure, MEANS_AND_DOTS, recordings)
    return figure


def miniature_figure(recordings: Iterable[Recording], width: Width = "double") -> Figure:
    """A stretch of one cell's current in each group, and frequency and amplitude of miniature currents.

    Parameters
    ----------
    recordings : iterable of Recording
        With the curve ``example`` and the measures ``mepsc_frequency`` and ``mepsc_amplitude``.
    width : str
        ``single`` or ``double`` column.

    Returns
    -------
    Figure
        A row per test: the first animal's stretch, group under group, and both measures.

    Raises
    ------
    NothingToDraw
        If no recording holds such a stretch.
    """
    recordings, groups, tests = by_test(recordings, "example")
    with matplotlib.rc_context(fname=STYLE):
        height = max(1.8, 0.9 + 0.3 * len(groups))
        figure, axes = sheet(len(tests), (2, 1, 1), height, width, legend_height(groups, width))
        for test, (stretch, frequency, amplitude) in zip(tests, axes, strict=True):
            part = [r for r in recordings if r.identity.test == test]
            apart = 1.2 * max(float(-r.curves["example"].y.min()) for r in part)
            for place, group in enumerate(groups):
                for curve in curves_of(part, group, "example")[:1]:
                    stretch.plot(curve.x, curve.y - place * apart, color=colour(place), linewidth=0.6)
            stretch.spines["left"].set_visible(False)
            stretch.set_yticks([])
            left = -0.04 * max(float(r.curves["example"].x.max()) for r in part)
            stretch.plot([left, left], [0, -50], color="0.2", linewidth=1.2)
            stretch.annotate(
                "50 pA",
                (left, -25),
                (-3, 0),
                textcoords="offset points",
                ha="right",
                va="center",
                rotation=90,
                fontsize=7,
                color="0.2",
            )
            stretch.set(title=test, xlabel="Time (s)")
            measure_dots(frequency, part, "mepsc_frequency", groups, "Frequency")
            measure_dots(amplitude, part, "mepsc_amplitude", groups, "Amplitude")
        letters(axes.ravel())
        legend(figure, groups)
        note(figure, MEANS_AND_DOTS, recordings)
    return figure


DRAWINGS = {
    "input_output": Drawing("responses to stimuli of increasing strength", input_output_figure),
    "paired_pulse": Drawing("pairs of responses, and their ratio over intervals", paired_pulse_figure),
    "ampa_nmda": Drawing("AMPA and NMDA currents, and their ratio", ampa_nmda_figure),
    "miniature": Drawing("miniature currents, their frequency and amplitude", miniature_figure),
}
