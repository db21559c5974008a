"""A probe in a tissue that holds still, or is at rest with it, reads what theory says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from circuit.apparatus.probe import Probe
from circuit.parameters import ModelParameters
from results.measures.dialysis import change_from_baseline, dialysate, no_net_flux
from synapses.adaptation import Tissue
from synapses.homeostasis import steady_state
from synapses.pharmacology import Exposure

level, share = st.floats(0.1, 20), st.floats(0.02, 1)
PERFUSED = np.array([0.0, 2.5, 5.0, 10.0])


@given(level, share)
def test_the_dialysate_of_a_constant_level_is_a_share_of_it(tissue, extraction):
    time = np.linspace(0, 3600, 721)
    samples = dialysate(time, np.full(721, tissue), np.array([0, 1200, 2400, 3600.0]), 0.0, extraction)
    assert samples == pytest.approx([extraction * tissue] * 3)


@given(level, share)
def test_no_net_flux_gives_a_constant_level_exactly(tissue, extraction):
    samples = PERFUSED + extraction * (tissue - PERFUSED)
    found = no_net_flux(PERFUSED, samples)
    assert found.level == pytest.approx(tissue) and found.extraction == pytest.approx(extraction)


def test_a_sample_is_the_mean_over_its_time():
    time = np.linspace(0, 1200, 2401)
    samples = dialysate(time, time / 1200, np.array([0.0, 600.0, 1200.0]), 0.0, 0.5)
    assert samples == pytest.approx([0.125, 0.375], rel=1e-6)
    with pytest.raises(ValueError, match="recorded from"):
        dialysate(time, time, np.array([0.0, 2400.0]), 0.0, 0.5)
    with pytest.raises(ValueError, match="increase"):
        dialysate(time, time, np.array([600.0, 600.0]), 0.0, 0.5)


def test_a_probe_lowers_glutamate_around_it_and_no_net_flux_finds_the_undisturbed_level():
    own, probe = ModelParameters(), Probe()

    def tissue(perfused: float, exchange: float = probe.exchange) -> float:
        exposure = Exposure(probe_exchange=exchange, perfused_glutamate=perfused)
        return steady_state(Tissue(), exposure, own.homeostasis, own.tone, own.release).extrasynaptic

    undisturbed = tissue(0.0, exchange=0.0)
    assert 0.9 * undisturbed < tissue(0.0) < undisturbed < tissue(10.0)
    assert tissue(undisturbed) == pytest.approx(undisturbed)
    at_probe = np.array([tissue(perfused) for perfused in PERFUSED])
    found = no_net_flux(PERFUSED, PERFUSED + probe.extraction * (at_probe - PERFUSED))
    assert found.level == pytest.approx(undisturbed, rel=5e-3)
    assert 0.9 * probe.extraction < found.extraction < probe.extraction  # the tissue gives way to the probe


def test_no_line_no_answer():
    with pytest.raises(ValueError, match="three different levels"):
        no_net_flux(np.array([0.0, 5.0, 5.0]), np.array([1.0, 5.0, 5.0]))
    with pytest.raises(ValueError, match="does not lose more"):
        no_net_flux(PERFUSED, 2 * PERFUSED)


def test_change_is_in_percent_of_the_baseline():
    time = np.array([-3000.0, -1800.0, -600.0, 600.0, 1800.0, 3000.0])
    samples = np.array([2.0, 2.0, 2.0, 1.5, 1.0, 0.8])
    percent, change = change_from_baseline(samples, time, (1200.0, 3600.0))
    assert percent == pytest.approx([100, 100, 100, 75, 50, 40])
    assert change.value == pytest.approx(45.0) and change.unit == "% of baseline"
    with pytest.raises(ValueError, match="no sweep between"):
        change_from_baseline(samples, time, (9000.0, 9600.0))
