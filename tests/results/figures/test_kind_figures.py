"""The figure of each kind of test has its panels, labels and groups."""

import numpy as np
import pytest

from results import figures
from results.measures.currents import Sigmoid
from results.recording import Curve, Identity, Measure, Recording, Series

GROUPS = ("control", "cocaine")
TIME = np.linspace(-10, 100, 111)
HOURS = np.array([-2400.0, -1200.0, 1200.0, 2400.0])


def made(curves=None, series=None, measures=None) -> list[Recording]:
    return [
        Recording(
            Identity("m", group, "t", animal, 1, 1),
            series=series or {},
            curves=curves or {},
            measures={name: Measure(value + animal / 10, unit) for name, (value, unit) in (measures or {}).items()},
        )
        for group in GROUPS
        for animal in range(2)
    ]


def curve(x, y, unit="pA") -> Curve:
    return Curve(np.asarray(x), np.asarray(y), "1", unit)


def spine_series() -> dict[str, Series]:
    """As a test of spines gives them: release around the injection, heads and receptors after it."""
    after = np.arange(0.0, 86401.0, 3600.0)
    return {
        "release": Series(HOURS, np.array([100.0, 100, 160, 140]), "% of baseline"),
        "spine_head": Series(after, np.full(after.shape, 110.0), "% of baseline"),
        "surface_ampa": Series(after, np.full(after.shape, 90.0), "% of baseline"),
    }


SWEEP = curve(TIME, -np.exp(-(TIME**2)))
STRENGTHS = np.linspace(0.1, 1, 6)
PERFUSED = np.repeat([0.0, 2.5, 5.0], 2)
KINDS = {
    "input_output": (
        made(
            {"input_output": curve(STRENGTHS, Sigmoid(500, 0.4, 0.1)(STRENGTHS))},
            measures={"half_maximal_strength": (0.4, "1"), "largest_response": (500, "pA")},
        ),
        ["Response amplitude (pA)", "Half-maximal strength", "Largest response (pA)"],
    ),
    "paired_pulse": (
        made(
            {"paired_pulse_ratio": curve([50.0, 20.0], [0.8, 0.6]), "pair_50_ms": SWEEP},
            measures={"paired_pulse_ratio": (0.8, "1"), "first_response": (300, "pA")},
        ),
        ["Current (pA)", "Second over first", "Paired-pulse ratio, 50 ms", "First response (pA)"],
    ),
    "ampa_nmda": (
        made(
            {"at_rest": SWEEP, "depolarised": SWEEP},
            measures={"ampa_nmda_ratio": (2, "1"), "ampa_current": (300, "pA"), "nmda_current": (150, "pA")},
        ),
        ["Current (pA)", "AMPA/NMDA", "AMPA (pA)", "NMDA (pA)"],
    ),
    "spines": (
        made(series=spine_series()),
        ["Release in core\n(% of before)", "Spine head diameter\n(% of before)", "Surface AMPA\n(% of before)"],
    ),
    "place_preference": (
        made(measures={"place_preference": (60, "%"), "rate_MD_paired": (2.2, "Hz"), "rate_MD_other": (1.8, "Hz")}),
        ["Time in the\npaired box (%)", "MD in the\npaired box (Hz)", "MD in the\nother box (Hz)"],
    ),
    "miniature": (
        made({"example": SWEEP}, measures={"mepsc_frequency": (3, "Hz"), "mepsc_amplitude": (30, "pA")}),
        ["", "Frequency (Hz)", "Amplitude (pA)"],
    ),
    "microdialysis": (
        made(
            {"no_net_flux": curve(PERFUSED, 0.2 * (3 - PERFUSED), "uM")},
            measures={"extracellular_glutamate": (3, "uM")},
        ),
        ["Gained by the perfusate (µM)", "Extracellular glutamate (µM)"],
    ),
    "reward": (
        made(
            series={"dopamine": Series(np.array([0.0, 600.0]), np.array([100.0, 350.0]), "% of basal")},
            measures={
                "abstinence": (0, "d"),
                "d2_availability_change": (-18, "%"),
                "set_point": (0.2, "1"),
                "prefrontal_rate": (0.8, "Hz"),
                "reward_felt": (70, "% of naive"),
                "equivalent_dose_of_naive": (110, "% of naive"),
            },
        ),
        [
            "Dopamine (% of basal)",
            "D2 availability, change (%)",
            "Set point (natural rewards)",
            "Prefrontal rate at rest (Hz)",
            "Reward felt (% of naive)",
            "Equivalent dose (% of naive)",
        ],
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_figure_has_a_panel_for_each_thing_it_shows(kind, tmp_path):
    recordings, labels = KINDS[kind]
    figure = figures.FIGURES[kind](recordings)
    assert [axes.get_ylabel() for axes in figure.axes] == labels
    assert figure.axes[0].get_title(loc="left").startswith("A  t")
    png, _ = figures.save(figure, tmp_path, "figure")
    assert png.read_bytes().startswith(b"\x89PNG")


def test_samples_over_time_are_shown_in_percent():
    series = {"dialysate_percent": Series(HOURS, np.array([100.0, 100, 60, 40]), "% of baseline")}
    figure = figures.FIGURES["microdialysis"](made(series=series, measures={"dialysate_change": (50, "% of baseline")}))
    assert [axes.get_ylabel() for axes in figure.axes] == ["Dialysate (% of baseline)"] * 2


@pytest.mark.parametrize("kind", figures.FIGURES)
def test_recordings_of_another_kind_give_nothing_to_draw(kind):
    with pytest.raises(figures.NothingToDraw):
        figures.FIGURES[kind](made(measures={"anything": (1, "1")}))
