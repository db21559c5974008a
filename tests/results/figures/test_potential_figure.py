"""Membrane potentials: a column for each stretch, a row for each cell, in the figure and in the report's plots."""

import json

import numpy as np
import pytest

from results import figures
from results.recording import Identity, Recording, Spikes, Trace

RNG = np.random.default_rng(3)
DESCRIBED = "membrane potential of medium spiny cells, a row for each, the first half of type D1, the others of type D2"


def recording(**traces):
    return Recording(Identity("e", "cocaine", "HFS", 0, 1, 2), traces)


def potential(rows=4, at=-15.0, described=DESCRIBED):
    return Trace(RNG.normal(-75, 4, (rows, 1000)), -0.05, 5e-4, "mV", np.full(rows, at), described)


FIELD = Trace(np.zeros((3, 120)), -0.01, 5e-4, "pA", np.arange(3.0))
HELD = {"potential_after": potential(at=900.0), "potential_before": potential(), "field": FIELD}


@pytest.mark.parametrize("width", ["single", "double"])
def test_stretches_stand_in_the_order_of_time_and_cells_under_each_other(width):
    figure = figures.potential_figure([recording(field=FIELD), recording(**HELD)], width=width)
    titles = [axes.get_title(loc="left") for axes in figure.axes[:2]]
    assert titles == ["A  Before", "B  After"] and len(figure.axes) == 8
    cells = [axes.get_ylabel() for axes in figure.axes if axes.get_ylabel()]
    assert cells == ["D1 cell 1\n(mV)", "D1 cell 2\n(mV)", "D2 cell 1\n(mV)", "D2 cell 2\n(mV)"]
    drawn = figure.axes[0].lines[-1]
    np.testing.assert_array_equal(drawn.get_ydata(), HELD["potential_before"].data[0])
    assert drawn.get_xdata()[0] == pytest.approx(-50)


def test_what_holds_no_potentials_gives_nothing_to_draw():
    spikes = Recording(Identity("e", "g", "cue", 0, 1, 2), spikes={"VTA": Spikes(np.array([0.1]), np.array([0]), 3)})
    with pytest.raises(figures.NothingToDraw, match="membrane potentials"):
        figures.potential_figure([spikes, recording(field=FIELD)])


def test_the_report_shows_every_cell_with_its_own_scale():
    pytest.importorskip("plotly")
    from results.report.potentials import potentials

    shown = potentials([recording(**HELD)])
    assert shown is not None and [panel.title for panel in shown.panels] == [
        "Before the induction",
        "After the induction",
    ]
    assert len(shown.numbers.table.rows) == 8
    for panel, name in zip(shown.panels, ("potential_before", "potential_after"), strict=True):
        figure = json.loads(panel.figure)
        assert [trace["name"] for trace in figure["data"]] == ["D1 cell 1", "D1 cell 2", "D2 cell 1", "D2 cell 2"]
        ticks = figure["layout"]["yaxis"]
        assert len(ticks["tickvals"]) == len(ticks["ticktext"]) == 12 and ticks["ticktext"][:3] == ["-80", "-40", "0"]
        assert "cocaine" in panel.alt and f"{HELD[name].data.min():.0f}" in panel.alt
    assert potentials([recording(field=FIELD)]) is None
