"""The hash of the parameters covers what the named circuits read: what it leaves out changes no run with an electrode.

Nothing is compiled or run. What a run is made of is compared instead: the equations and code of its network, and the
inputs that it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import pytest
from brian2 import BrianLogger

from circuit.engine.prepared import PreparedCircuit
from circuit.parameters import ModelParameters, parameter_hash
from circuit.wiring import plan
from circuit.wiring.table import Wiring, wiring
from docs_build import network_objects
from protocols.experiments import model
from protocols.experiments.experiment import Experiment, load
from protocols.experiments.overrides import with_overrides
from protocols.runs.plan import plan as runs_of
from protocols.simulation.simulate import simulate
from synapses.parameters import ParameterRecord

BOX = {"dopamine", "learning", "perception", "cue", "silencing", "behaviour"}
NOT_READ = {
    "PL->NAc core": BOX | {"relay", "dopamine_cell"},
    "BLA->NAc core": BOX | {"dopamine_cell", "pyramidal", "cortical_interneuron"},
}
"""Groups that no run with an electrode at a site reads."""
EXPERIMENTS = {
    "PL->NAc core": (
        "moussawi2009",
        "release_and_ratio",
        "basal_glutamate",
        "tone",
        "input_output",
        "naive_treatments",
    ),
    "BLA->NAc core": ("plasticity_by_region",),
}
ELSEWHERE = "VP_output_to_MD", "VP_output"
"""A projection and a population that neither site has."""


class Given(Exception):
    """The inputs that a run was given, in place of the run."""

    def __init__(self, inputs: Mapping[str, Any]) -> None:
        self.inputs = inputs


class Asked(PreparedCircuit):
    """A circuit that says what it is asked to run."""

    def run(self, name: str, inputs: Mapping[str, Any], duration: float, noise_seed: int) -> Any:
        raise Given({**inputs, "duration": duration, "noise seed": noise_seed})


def path(record: ParameterRecord) -> str:
    return f"{record.group}.{record.name}"


def other(record: ParameterRecord) -> float:
    """Another value that is allowed."""
    return record.high if record.value == record.low else record.low


def forget() -> None:
    """What is kept of values and of the wiring from one run to the next."""
    for kept in (model._with_hypotheses, plan.presets, plan._plan):
        kept.cache_clear()
    network_objects._built.cache_clear()
    network_objects.parts.cache_clear()


@pytest.fixture
def ship(monkeypatch) -> Iterator[Callable[[Mapping[str, float]], None]]:
    """Ships the model with other values."""
    shipped = ModelParameters.shipped()

    def change(values: Mapping[str, float]) -> None:
        changed = shipped.with_values(values)
        monkeypatch.setattr(ModelParameters, "shipped", staticmethod(lambda: changed))
        forget()

    yield change
    monkeypatch.undo()
    forget()


@pytest.fixture
def rewire(monkeypatch) -> Iterator[Callable[..., None]]:
    """Ships the wiring table with other numbers in some rows."""

    def change(*names: str) -> None:
        rows = wiring().model_dump()
        for row in rows["projection"]:
            if f"{row['source']}_to_{row['target']}" in names:
                row["in_degree"] += 1
        for row in rows["population"]:
            if row["name"] in names:
                row |= {"number": row["number"] + 160, "tonic": row["tonic"] + 1}
        table = Wiring.model_validate(rows)
        assert table != wiring()
        monkeypatch.setattr(plan, "wiring", lambda: table)
        forget()

    yield change
    monkeypatch.undo()
    forget()


def done_at(site: str) -> Iterator[tuple[Experiment, str]]:
    """Every test of the experiments that is done at a site, in a small circuit."""
    for name in EXPERIMENTS[site]:
        experiment = with_overrides(load(name), ["circuit.scale=0.05"])
        for test in experiment.test:
            if plan.plan(test.site).name == site:
                yield experiment, test.name


def inputs(experiment: Experiment, test: str) -> Mapping[str, Any]:
    """What the network is given for an animal of the last group, which has a history and treatments."""
    group = experiment.group[-1].name
    run = next(run for run in runs_of(experiment) if (run.identity.group, run.identity.test) == (group, test))
    with pytest.raises(Given) as caught:
        simulate(run.identity, experiment, Asked(experiment.circuit.scale, state=experiment.circuit.state))
    return caught.value.inputs


def runs_at(site: str) -> tuple[Any, list[Mapping[str, Any]]]:
    """What runs at a site are made of: the network's equations and code, and each test's inputs."""
    BrianLogger.suppress_name("unused_brian_object")  # networks that are compared are never run
    network = [(part.name, part.content, part.equations, part.step) for part in network_objects.parts(site)]
    return network, [inputs(experiment, test) for experiment, test in done_at(site)]


def same(one: Mapping[str, Any], another: Mapping[str, Any]) -> bool:
    return one.keys() == another.keys() and all(np.array_equal(value, another[name]) for name, value in one.items())


@pytest.mark.parametrize("site", NOT_READ)
def test_what_the_hash_leaves_out_changes_neither_code_nor_inputs_of_a_run(site, ship, rewire):
    before, network, given = parameter_hash(site), *runs_at(site)
    left_out = []
    for record in ModelParameters.shipped().records():
        ship({path(record): other(record)})
        if parameter_hash(site) == before:
            left_out.append(record)
    assert {record.group for record in left_out} == NOT_READ[site]
    ship({path(record): other(record) for record in left_out})
    rewire(*ELSEWHERE)
    assert parameter_hash(site) == before != parameter_hash()
    network_after, given_after = runs_at(site)
    assert network_after == network
    assert given and all(same(*pair) for pair in zip(given, given_after, strict=True))


def test_a_value_or_a_row_that_is_read_changes_the_hash_and_the_inputs(ship, rewire):
    site = "PL->NAc core"
    experiment, test = next(done_at(site))
    hashes, given = {parameter_hash(site)}, [inputs(experiment, test)]
    for change, what in ((ship, {"pyramidal.drive": 1.0}), (ship, {"adaptation.xct_change": 0.9}), (rewire, None)):
        change("PL_pyramidal_to_core_medium_spiny") if what is None else change(what)
        hashes.add(parameter_hash(site))
        given.append(inputs(experiment, test))
    assert len(hashes) == 4
    assert not any(same(one, another) for place, one in enumerate(given) for another in given[:place])


def test_circuits_are_those_that_are_simulated_whatever_they_are_called():
    assert parameter_hash("corticoaccumbens") == parameter_hash("NAc core", "PL->NAc core")
    assert parameter_hash("IL->NAc shell", "DLS") == parameter_hash("DLS", "IL->NAc shell") != parameter_hash("DLS")
    assert parameter_hash() == parameter_hash("corticostriatal") == parameter_hash("DLS", "corticostriatal")


def test_an_experiment_names_the_circuits_of_its_tests_and_the_whole_one_for_a_test_that_runs_none():
    assert load("release_and_ratio").circuits_read == ("PL->NAc core", "NAc core")
    assert load("huang2026").circuits_read == load("dopamine_and_tolerance").circuits_read == ("corticostriatal",)
    assert set(load("drug_classes").circuits_read) == {"corticostriatal", "NAc core"}
