"""Wiring as data: contacts stay in their hemisphere, lever, context and receptor, and targets get their in-degree."""

import numpy as np
import pytest

from circuit.network.inputs import Weights
from circuit.wiring.layout import lay_out
from circuit.wiring.plan import plan, presets
from circuit.wiring.table import LAYOUT, Wiring, wiring

TABLE = wiring()


@pytest.fixture(scope="module")
def layout():
    return lay_out(TABLE, 0.25, seed=3)


def ends(layout, row):
    """Source and target of each contact, counted within their populations."""
    name, places = layout.contacts(row)
    pathway = layout.pathways[name]
    source, target = layout.ranges[row.source], layout.ranges[row.target]
    return pathway.sources[places] - source.first, pathway.targets[places] - target.first


def test_every_contact_joins_the_populations_of_its_row_in_one_hemisphere(layout):
    for row in TABLE.projection:
        source, target = ends(layout, row)
        sources, targets = layout.ranges[row.source].number, layout.ranges[row.target].number
        assert source.min() >= 0 and source.max() < sources
        assert target.min() >= 0 and target.max() < targets
        assert np.array_equal(source >= sources // 2, target >= targets // 2)


def test_targets_get_their_in_degree_on_average(layout):
    for row in TABLE.projection:
        _, target = ends(layout, row)
        assert len(target) / layout.ranges[row.target].number == pytest.approx(row.in_degree, rel=0.1)


def test_lever_specific_projections_join_cells_of_one_lever(layout):
    chosen = [row for row in TABLE.projection if row.lever_specific]
    assert chosen
    for row in chosen:
        source, target = ends(layout, row)
        assert np.array_equal(source % 2, target % 2)


def test_direct_and_indirect_pathways_leave_their_own_cells(layout):
    for row in TABLE.projection:
        if row.receptors:
            source, _ = ends(layout, row)
            assert set(source // 2 % 2) == ({0} if row.receptors == "D1" else {1})


def test_contexts_meet_their_own_cells_more_often(layout):
    row = next(row for row in TABLE.projection if row.context_specific)
    source, target = ends(layout, row)
    same = np.mean(source // 2 % 2 == target // 2 % 2)
    assert same == pytest.approx(0.5 + row.context_specific / 2, abs=0.06)


def test_the_seed_decides_the_contacts_and_nothing_else_does():
    one, again, other = (lay_out(TABLE, 0.1, seed).pathways for seed in (1, 1, 2))
    for name in one:
        assert np.array_equal(one[name].targets, again[name].targets)
        assert len(one[name].targets) == len(other[name].targets)
    assert any(not np.array_equal(one[name].targets, other[name].targets) for name in one)


@pytest.mark.parametrize("site", TABLE.plastic_sites)
def test_a_cut_of_the_table_has_the_contacts_of_the_whole(site, layout):
    """The same animal in either circuit: what an electrode records of it is what its sessions left."""
    part = lay_out(plan(site).table, 0.25, seed=3)
    assert part.wiring.projection
    for row in part.wiring.projection:
        whole_row = next(each for each in TABLE.projection if each.name == row.name)
        for one, other in zip(ends(part, row), ends(layout, whole_row), strict=True):
            assert np.array_equal(one, other)
        (name, places), (whole_name, whole_places) = part.contacts(row), layout.contacts(whole_row)
        pathway, whole_pathway = part.pathways[name], layout.pathways[whole_name]
        assert np.array_equal(pathway.latency[places], whole_pathway.latency[whole_places])
        assert np.array_equal(pathway.conductance[places], whole_pathway.conductance[whole_places])
    source = plan(site).stimulated
    assert np.array_equal(part.recruitment[source], layout.recruitment[source])


def test_weights_of_the_whole_are_found_again_in_a_cut(layout):
    part, drawn = lay_out(plan("BLA->NAc core").table, 0.25, seed=3), np.random.default_rng(5)
    learnt = Weights(
        {
            name: {variable: drawn.random(values.size) for variable, values in naive.items()}
            for name, naive in Weights.naive(layout).values.items()
        }
    )
    found = learnt.within(layout, part)
    row = part.wiring.plastic[0]
    name, places = layout.contacts(next(each for each in TABLE.plastic if each.name == row.name))
    for variable in ("rho", "potentiation"):
        assert np.array_equal(
            found.values["relay_to_medium_spiny_plastic"][variable], learnt.values[name][variable][places]
        )


def test_contacts_of_an_axon_lie_in_the_order_in_which_a_spike_reaches_them(layout):
    for row in TABLE.plastic:
        name, places = layout.contacts(row)
        pathway = layout.pathways[name]
        steps = np.diff(pathway.latency[places])
        assert np.all(steps[np.diff(pathway.sources[places]) == 0] >= 0)
        assert pathway.latency[places].mean() == pytest.approx(row.delay, rel=0.01)
        assert pathway.latency[places].std() == pytest.approx(row.delay_deviation, rel=0.05)


def test_a_cut_feels_no_dopamine_that_nobody_in_it_releases():
    table = presets()["corticoaccumbens"].table
    assert table.nuclei == ["PL", "NAc core"] and table.sites == ["PL->NAc core", *table.sites[1:]]
    assert all(row.feels is None and not row.releases for row in table.population)
    Wiring.model_validate(table.model_dump())


def test_populations_scale_in_whole_layouts():
    assert all(number % LAYOUT == 0 and number >= LAYOUT for number in TABLE.numbers(0.01).values())


def test_a_projection_of_unknown_cells_is_refused():
    content = TABLE.model_dump()
    content["projection"][0]["target"] = "core_medium_spinny"
    with pytest.raises(ValueError, match="no cells named 'core_medium_spinny'"):
        Wiring.model_validate(content)


def test_prefrontal_dopamine_has_cells_of_its_own_without_autoreceptors():
    releasing = {field: {row.name for row in TABLE.population if field in row.releases} for field in TABLE.fields}
    assert releasing["prefrontal"] == {"VTA_mesocortical"} and TABLE.named("VTA_mesocortical").feels is None
    assert releasing["core"] == releasing["shell"] == {"VTA_dopamine"}
    assert TABLE.named("VTA_dopamine").feels == "core"


def test_what_leaves_a_nucleus_ends_in_others():
    nuclei = {row.name: row.nucleus for row in TABLE.population}
    for row in TABLE.leaving("PL"):
        assert nuclei[row.source] == "PL" != nuclei[row.target]
    assert {"PL->NAc core", "PL->MD"} <= {f"{nuclei[r.source]}->{nuclei[r.target]}" for r in TABLE.leaving("PL")}


def test_dopamine_that_nobody_releases_cannot_be_felt():
    content = TABLE.model_dump()
    next(row for row in content["population"] if row["feels"])["feels"] = "olfactory tubercle"
    with pytest.raises(ValueError, match="no dopamine is released in 'olfactory tubercle'"):
        Wiring.model_validate(content)


def test_percepts_need_a_strength():
    content = TABLE.model_dump()
    next(row for row in content["population"] if row["tuned"])["drive_by"] = None
    with pytest.raises(ValueError, match="tuned to percepts, but no drive_by"):
        Wiring.model_validate(content)
