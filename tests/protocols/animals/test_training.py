"""A session gets what belongs to the animal."""

from __future__ import annotations

import pytest
from listening_circuit import Listening

from circuit.network.inputs import Weights
from circuit.parameters import ModelParameters
from protocols.animals.history import Abstinence, Group, SelfAdministration
from protocols.animals.sessions import session_of_phase
from protocols.animals.training import Individual, State, run_session, trained
from synapses.drug_files import drugs


def brain_level(drug: str, seed: int | None) -> float:
    """uM in brain that 1 mg/kg of what a lever brings would give at once."""
    own = ModelParameters.shipped()
    circuit = Listening()
    animal = Individual.of(circuit, own if seed is None else own.of_animal(seed), 1)
    phase = {"phase": "self_administration", "drug": drug, "days": 1, "hours": 2, "dose": "0.5 mg/kg"}
    session = session_of_phase(SelfAdministration.model_validate(phase))
    run_session(animal, State(Weights.naive(animal.layout)), Group(name="g"), session, 1)
    return circuit.inputs["session.brain_level"] * 1e3


@pytest.mark.parametrize("drug", ["cocaine", "nicotine"])
def test_the_drug_of_a_session_reaches_the_brain_by_the_animal_s_own_level(drug):
    level = ModelParameters.shipped().of_animal(4).variability.level(drug)
    assert brain_level(drug, None) == pytest.approx(drugs()[drug].level)
    assert brain_level(drug, 4) == pytest.approx(level * drugs()[drug].level)
    assert level != 1.0


def test_an_animal_is_trained_once_in_each_precision(tmp_path):
    phases = [Abstinence(phase="abstinence", days=1)]
    for precision, files in (("single", 1), ("single", 1), ("double", 2)):
        animal = Individual.of(Listening(precision=precision), ModelParameters.shipped(), 1)
        trained(animal, Group(name="g", history=phases), phases, tmp_path, "digest")
        assert len(list(tmp_path.glob("*.h5"))) == files, precision
