"""A figure names its groups, its errors and its clock, and its legend shows what its panels show."""

import json

import numpy as np
import pytest
from recorded import MADE

from results import figures
from results.figures import looks
from results.recording import Identity, Measure, Recording, Series, Spikes

GROUPS = ("control", "cocaine+NAC+LY341495", "cocaine")
TIMES = np.array([-60.0, -30.0, 30.0, 60.0])


def animals(n=3, tests=("HFS", "LFS"), groups=GROUPS):
    return [
        Recording(
            Identity("m", group, test, animal, 1, 1),
            series={
                "fepsp": Series(TIMES, np.array([100.0, 100, 120, 130]) + animal, "% of baseline"),
                "mglur23_tone": Series(np.linspace(-600, 1200, 400), np.full(400, 0.3 + animal), "1"),
            },
            measures={"fepsp": Measure(130.0 + animal, "% of baseline"), "mglur23_tone": Measure(0.3 + animal, "1")},
        )
        for group in groups
        for test in tests
        for animal in range(n)
    ]


def names_below(axes):
    return [text.get_text() for text in axes.get_xticklabels()]


def test_bars_stand_over_the_names_of_their_groups():
    figure = figures.bars_figure(animals())
    assert all(names_below(axes) == list(GROUPS) for axes in figure.axes)
    plasticity = figures.plasticity_figure(animals())
    assert names_below(plasticity.axes[3]) == list(GROUPS)
    assert not any(text.isdigit() for axes in plasticity.axes[1::2] for text in names_below(axes))


@pytest.mark.parametrize(
    "draw", [figures.plasticity_figure, figures.bars_figure, figures.tone_figure, figures.time_course_figure]
)
def test_a_figure_says_what_its_errors_are_and_how_many_animals_there_are(draw):
    said = draw(animals(n=3)).get_supxlabel()
    assert "mean" in said and "SEM" in said and "n = 3 a group" in said
    fewer = [one for one in animals(n=3) if one.identity.animal < 2 or one.identity.group != "cocaine"]
    assert "n = 2 to 3 a group" in draw(fewer).get_supxlabel()


def test_intervals_of_sites_are_those_of_student_and_say_so():
    hfs = {"name": "HFS", "kind": "plasticity", "site": "PL->NAc core", "induction": {"frequency": "50 Hz"}}
    experiment = json.dumps({"group": [], "test": [hfs]})
    found = [
        Recording(one.identity, measures=one.measures, provenance={"experiment": experiment})
        for one in animals(n=3, tests=("HFS",), groups=("control",))
    ]
    figure = figures.sites_figure(found)
    (bar,) = figure.axes[0].containers
    (line,) = bar[2][0].get_segments()
    assert (line[1, 1] - line[0, 1]) / 2 == pytest.approx(4.3027 / np.sqrt(3), rel=1e-4)  # t of 2 degrees, SD of 1
    assert "95 % interval" in figure.get_supxlabel()


def test_a_lone_panel_has_no_letter():
    assert figures.bars_figure(animals(tests=("HFS",))).axes[0].get_title(loc="left") == ""
    assert [axes.get_title(loc="left") for axes in figures.bars_figure(animals()).axes] == ["A  HFS", "B  LFS"]


def test_the_legend_of_curves_shows_their_lines_and_no_markers_that_they_lack():
    figure = figures.glutamate_pools_figure(animals())
    handles = figure.legends[0].legend_handles
    drawn = {line.get_color(): line for line in figure.axes[0].lines if line.get_color() in looks.OKABE_ITO}
    for handle in handles:
        line = drawn[handle.get_color()]
        assert handle.get_marker() == line.get_marker() == ""
        assert handle._dash_pattern[1] is None or handle._unscaled_dash_pattern == line._unscaled_dash_pattern
    assert len({str(line._unscaled_dash_pattern) for line in drawn.values()}) == len(GROUPS)


def test_groups_beyond_the_colours_are_hollow_and_dashed_in_another_way():
    assert looks.colour(7) == looks.colour(0) and looks.face(7) == "white"
    assert looks.dashes(7) != looks.dashes(0)


def test_the_tone_of_an_animal_that_had_two_tests_is_shown_once():
    figure = figures.tone_figure(animals(n=3))
    dots = [line for line in figure.axes[0].lines if line.get_marker() in looks.MARKERS and len(line.get_xdata()) == 3]
    assert len(dots) == len(GROUPS)


def ticks(axes):
    return {float(text.get_text().replace("−", "-")): at for at, text in zip(axes.get_xticks(), axes.get_xticklabels(),
                                                                         strict=True)}  # fmt: skip


def test_a_raster_names_the_time_that_its_time_courses_have():
    recording = MADE["plasticity"]()
    figure = figures.raster_figure([recording])
    (axes,) = figure.axes
    assert axes.get_xlabel() == "Time from induction (min)"
    finest = max(recording.series.values(), key=lambda one: one.time.size)
    network = 0.05 * np.arange(finest.time.size)
    for minutes, at in ticks(axes).items():
        assert np.interp(at, network, finest.time) == pytest.approx(60 * minutes, abs=0.1)
    assert "biological" in figure.get_supxlabel()


def test_a_stretch_of_a_raster_is_chosen_on_the_clock_of_the_test():
    recording = MADE["plasticity"]()
    (axes,) = figures.raster_figure([recording], span=(-60.0, -20.0)).axes
    assert all(-1.0 <= minutes <= -20 / 60 for minutes in ticks(axes)) or "(s)" in axes.get_xlabel()
    begin, end = axes.get_xlim()
    finest = max(recording.series.values(), key=lambda one: one.time.size)
    assert np.interp([begin, end], 0.05 * np.arange(finest.time.size), finest.time) == pytest.approx(
        [-60, -20], abs=0.2
    )
    with pytest.raises(figures.NothingToDraw, match="is not in the test"):
        figures.raster_figure([recording], span=(1e6, 2e6))


def test_without_a_clock_a_raster_says_that_its_time_is_that_of_the_network():
    recording = Recording(Identity("m", "g", "t", 0, 1, 1), spikes={"PL": Spikes([0.1, 0.5], [0, 1], 2)})
    figure = figures.raster_figure([recording])
    assert figure.axes[0].get_xlabel() == "Network time (s)" and "simulated network" in figure.get_supxlabel()
