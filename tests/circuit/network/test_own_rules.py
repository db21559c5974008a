"""Plastic rules of one's own: they learn as they say, alike in both engines."""

from pathlib import Path

import numpy as np
import pytest
from rule_page import ROWS, put_here, with_rule

from benchmarks.oracles import inputs_for
from circuit.engine import compiled, runtime
from circuit.parameters import ModelParameters
from circuit.wiring.layout import lay_out
from circuit.wiring.own import in_use
from circuit.wiring.plan import plan, presets
from protocols.experiments.experiment import load
from protocols.experiments.overrides import with_overrides

SITE, PLASTIC, SCALE = "PL->NAc core", "pyramidal_to_medium_spiny_plastic", 0.05


@pytest.fixture
def page(tmp_path, monkeypatch):
    """The page's two files, in a folder of their own."""
    monkeypatch.chdir(tmp_path)
    put_here()
    return tmp_path


def spiking(name, duration):
    """Inputs of a circuit in which cells fire, of whose release, noise and synaptic drive nothing is left."""
    silent = {"pyramidal.drive_deviation": 0.0, "medium_spiny.drive_deviation": 0.0, "release.spontaneous": 0.0}
    firing = {"medium_spiny.down_drive": 15.0, "medium_spiny.up_drive": 15.0, "electrode.induction": 1.0}
    parameters = ModelParameters().with_values(silent | firing)
    inputs = inputs_for([0.05, 0.065, 0.08, 0.1], duration, parameters, name=name, scale=SCALE)
    for pathway in lay_out(plan(name).table, SCALE, 1).pathways.values():
        for variable in ("maximum", "ampa_quantum", "excitation", "inhibition"):
            if f"{pathway.name}.{variable}" in inputs:
                inputs[f"{pathway.name}.{variable}"] *= 0.0
    return inputs


def paired(output, layout, duration):
    """The rule's sum over all pairs of spikes, worked out contact by contact from the cells' spike times."""
    pathway = layout.pathways[PLASTIC]
    (before, sources), (after, cells) = output.spikes["pyramidal"], output.spikes["medium_spiny"]
    rho = np.ones(len(pathway.targets))
    delays = np.round(pathway.latency / 0.1) * 1e-4
    for place, (source, target) in enumerate(zip(pathway.sources, pathway.targets, strict=True)):
        arrived = before[sources == source] + delays[place]
        fired = after[cells == target]
        arrived = arrived[arrived < duration]
        events = [(t, 0) for t in arrived] + [(t, 1) for t in fired]
        for t, kind in sorted((round(t, 5), kind) for t, kind in events):
            other = np.round(fired if kind == 0 else arrived, 5)
            earlier = other[other < t] if kind == 0 else other[other <= t]
            trace = np.exp(-(t - earlier) / 0.02).sum()
            rho[place] = np.clip(rho[place] + (0.005 * trace if kind else -0.00525 * trace), 0, 2)
    return rho


@pytest.mark.skipif(compiled.compiler() is None, reason="no C++ compiler")
@pytest.mark.compiled
def test_the_pages_rule_learns_from_pairs_of_spikes_alike_in_both_engines(page):
    with in_use(with_rule().circuit.digest):
        name = plan(SITE).name
        layout, inputs, duration = lay_out(plan(name).table, SCALE, 1), spiking(name, 0.15), 0.15
    fast = compiled.build(name, SCALE, precision="double").run(inputs, duration, 2)
    slow = runtime.run(name, SCALE, inputs, duration, 2)
    (rho,) = {key: values for key, values in fast.contacts.items() if key.endswith(".rho")}.values()
    assert rho == pytest.approx(slow.contacts[f"{PLASTIC}.rho"], rel=1e-9)
    assert rho == pytest.approx(paired(fast, layout, duration), rel=1e-6)
    assert rho.min() < 1 < rho.max()


def test_circuits_without_a_rule_of_ones_own_have_the_calcium_rule():
    for preset in presets().values():
        assert preset.table.own_rule is None and not preset.table.rule


def test_a_site_that_names_no_rule_keeps_the_calcium_rule_beside_one_that_does(page):
    own = ROWS.replace('"corticoaccumbens"', '"corticostriatal"')
    Path("rule.toml").write_text(own, encoding="utf-8")
    with in_use(with_overrides(load("reinstatement"), ["circuit.preset=rule.toml"]).circuit.digest):
        assert plan(SITE).table.own_rule.name == "pair_based" and plan("BLA->NAc core").table.own_rule is None
