"""Network time and the clock of a test."""

import numpy as np
import pytest
from recorded import MADE

from protocols.assays.kinds import KINDS
from results.measures.clock import AT_THE_END, PASSES, clock_of


def test_kinds_with_several_passes_are_those_of_the_kinds_themselves():
    assert {name: kind.passes_needed for name, kind in KINDS.items() if getattr(kind, "passes_needed", 1) > 1} == PASSES
    assert set(AT_THE_END) <= set(KINDS)


def test_times_go_to_the_network_and_back_wherever_both_clocks_run_together():
    recording = MADE["plasticity"]()
    clock = clock_of(recording)
    spikes = np.concatenate([one.timestamps for one in recording.spikes.values()])
    own = clock.of_network(spikes)
    there = np.isfinite(own)
    assert 0 < there.sum() < spikes.size and not clock.even
    middle = clock.shared.mean(axis=1)
    np.testing.assert_allclose(np.interp(clock.to_network(middle), clock.network, clock.own), middle, atol=1e-6)


def test_a_run_that_does_not_say_how_long_its_network_ran_has_no_clock():
    recording = MADE["plasticity"]()
    silent = {key: value for key, value in recording.provenance.items() if key != "network_seconds"}
    assert clock_of(recording) is not None
    assert clock_of(type(recording)(recording.identity, series=recording.series, provenance=silent)) is None
    assert clock_of(type(recording)(recording.identity, provenance=recording.provenance)) is None


@pytest.mark.parametrize("offset", [0.0, 601.0])
def test_an_offset_moves_the_clock_and_not_the_network(offset):
    recording = MADE["plasticity"]()
    moved, still = clock_of(recording, offset), clock_of(recording)
    np.testing.assert_array_equal(moved.network, still.network)
    np.testing.assert_allclose(moved.own, still.own + offset)
