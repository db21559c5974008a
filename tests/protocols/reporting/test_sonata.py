"""Networks and spikes as SONATA files: what a run had is what libsonata and BMTK read."""

import csv
from pathlib import Path

import h5py
import numpy as np
import pytest
from called import call, refused
from recorded import MADE

from circuit.parameters import ModelParameters
from circuit.wiring.layout import lay_out
from circuit.wiring.plan import plan
from protocols.reporting.sonata import edges, nodes
from results.store import write
from results.store.sonata import Edges, Nodes, write_network

RNG = np.random.default_rng(3)


@pytest.fixture(scope="module", params=["PL->NAc core", "corticostriatal"])
def drawn(request):
    chosen = plan(request.param)
    layout = lay_out(chosen.table, 0.05, 7)
    return chosen, layout, nodes(layout, chosen), edges(layout, chosen, ModelParameters.shipped())


@pytest.fixture(scope="module")
def network(drawn, tmp_path_factory):
    *_, cells, contacts = drawn
    return write_network(tmp_path_factory.mktemp("network"), cells, contacts).parent


def test_every_cell_and_every_contact_of_the_layout_is_there_once(drawn):
    chosen, layout, cells, contacts = drawn
    simulated = [one for one in cells if one.kind == "point_neuron"]
    assert {one.name: one.number for one in simulated} == {name: one.number for name, one in layout.ranges.items()}
    assert sum(len(one.source_cells) for one in contacts) == sum(len(one.targets) for one in layout.pathways.values())
    assert [one.name for one in contacts] == [row.name for row in chosen.table.projection]
    sizes = {one.name: one.number for one in cells}
    for one in contacts:
        assert one.source_cells.min() >= 0 and one.source_cells.max() < sizes[one.source]
        assert one.target_cells.min() >= 0 and one.target_cells.max() < sizes[one.target]
        assert (one.delay > 0).all() and (one.weight > 0).all()


def test_contacts_join_the_cells_that_the_run_joins(drawn):
    """Read from the arrays that a run is given, contact by contact."""
    chosen, layout, _, contacts = drawn
    for row, one in zip(chosen.table.projection, contacts, strict=True):
        name, places = layout.contacts(row)
        pathway = layout.pathways[name]
        first = layout.ranges[row.source].first, layout.ranges[row.target].first
        for number in RNG.choice(len(places), 5):
            place = places[number]
            source = int(np.searchsorted(pathway.first, place, side="right")) - 1
            assert one.source_cells[number] + first[0] == source
            assert one.target_cells[number] + first[1] == pathway.targets[place]


def test_libsonata_opens_the_network_and_finds_the_contacts_of_each_cell(drawn, network):
    libsonata = pytest.importorskip("libsonata")
    *_, cells, contacts = drawn
    circuit = libsonata.CircuitConfig.from_file(str(network / "circuit_config.json"))
    assert circuit.node_populations == {one.name for one in cells}
    assert circuit.edge_populations == {one.name for one in contacts}
    for one in cells:
        population = circuit.node_population(one.name)
        assert population.size == one.number and population.attribute_names == set(one.attributes)
        for name, values in one.attributes.items():
            read = population.get_attribute(name, libsonata.Selection([(0, one.number)]))
            np.testing.assert_array_equal(read, values)
    for one in contacts:
        population = circuit.edge_population(one.name)
        assert (population.source, population.target, population.size) == (one.source, one.target, len(one.delay))
        for cell in RNG.choice(one.target_cells, 3):
            into = population.afferent_edges([int(cell)])
            own = one.target_cells == cell
            assert sorted(population.source_nodes(into)) == sorted(one.source_cells[own])
            weights, delays = (population.get_attribute(name, into) for name in ("syn_weight", "delay"))
            np.testing.assert_allclose(np.sort(weights), np.sort(one.weight[own]))
            np.testing.assert_allclose(np.sort(delays), np.sort(one.delay[own]))
        cell = int(RNG.choice(one.source_cells))
        out = population.efferent_edges([cell])
        assert sorted(population.target_nodes(out)) == sorted(one.target_cells[one.source_cells == cell])


def test_bmtk_reads_types_and_contacts(drawn, network):
    sonata = pytest.importorskip("bmtk.utils.sonata")
    chosen, _, cells, contacts = drawn
    file = sonata.File(
        data_files=[str(network / "nodes.h5"), str(network / "edges.h5")],
        data_type_files=[str(network / "node_types.csv"), str(network / "edge_types.csv")],
    )
    assert set(file.nodes.population_names) == {one.name for one in cells}
    nuclei = {row.name: row.nucleus for row in chosen.table.population}
    for one in cells[:3]:
        table = file.nodes[one.name].to_dataframe()
        assert len(table) == one.number and set(table["nucleus"]) == {nuclei[one.name]}
    for one, row in list(zip(contacts, chosen.table.projection, strict=True))[:4]:
        cell = int(one.target_cells[0])
        read = list(file.edges[one.name].get_target(cell))
        assert sorted(edge.source_node_id for edge in read) == sorted(one.source_cells[one.target_cells == cell])
        assert {edge["transmitter"] for edge in read} == {row.transmitter}


def test_a_cell_without_contacts_has_none_in_the_index(tmp_path):
    libsonata = pytest.importorskip("libsonata")
    ends = np.array([2, 0, 2, 2]), np.array([3, 3, 1, 0])
    one = Edges("a_to_b", "a", "b", *ends, np.arange(4.0), np.ones(4), {"says": 'two "words"'})
    write_network(tmp_path, [Nodes("a", 4), Nodes("b", 5)], [one])
    population = libsonata.EdgeStorage(str(tmp_path / "edges.h5")).open_population("a_to_b")
    for cell in range(5):
        into = population.afferent_edges([cell])
        assert sorted(population.get_attribute("syn_weight", into)) == sorted(np.arange(4.0)[ends[1] == cell])
    for cell in range(4):
        out = population.efferent_edges([cell])
        assert sorted(population.get_attribute("syn_weight", out)) == sorted(np.arange(4.0)[ends[0] == cell])
    assert "two 'words'" in (tmp_path / "edge_types.csv").read_text()


def test_arrays_say_their_units(network):
    with h5py.File(network / "edges.h5") as file:
        for population in file["edges"].values():
            assert population["0/syn_weight"].attrs["units"] == "nS" and population["0/delay"].attrs["units"] == "ms"


def test_export_writes_a_network_for_each_animal_and_spikes_for_each_run(tmp_path):
    recording = MADE["plasticity"]()
    write(recording, tmp_path / "runs" / "one.h5")
    done = call("export", tmp_path / "runs" / "one.h5", "--format", "sonata", "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    with (tmp_path / "out" / "files.csv").open(newline="") as lines:
        (line,) = csv.DictReader(lines)
    assert line["group"] == "cocaine+NAC" and (tmp_path / "out" / line["network"] / "circuit_config.json").is_file()
    with h5py.File(tmp_path / "out" / line["spikes"]) as file:
        assert set(file) == {"spikes"}
        for name, spikes in recording.spikes.items():
            np.testing.assert_allclose(file[f"spikes/{name}/timestamps"], np.sort(spikes.timestamps) * 1e3)
    with h5py.File(tmp_path / "out" / line["network"] / "nodes.h5") as file:
        assert set(recording.spikes) <= set(file["nodes"])
    again = call("export", tmp_path / "runs" / "one.h5", "--format", "sonata", "--out", tmp_path / "out")
    assert again.exit_code == 0 and "wrote 1 SONATA files" in again.stdout  # the network was there


def test_runs_without_a_network_are_refused_in_one_line(tmp_path, monkeypatch):
    monkeypatch.setenv("CORTICOSTRIATAL_PREPARE", "fake_engine:prepare")
    monkeypatch.setenv("CORTICOSTRIATAL_CONDUCT", "fake_engine:simulate")
    monkeypatch.chdir(tmp_path)
    assert call("run", "moussawi2009", "--animals", "1", "--jobs", "1", "--out", "here").exit_code == 0
    assert "no run has a network" in refused("export", "here", "--format", "sonata")
    Path("taken").write_text("")
    assert "--out: taken is a file" in refused("export", "here", "--format", "sonata", "--out", "taken")
