"""One animal on the day of a test."""

from __future__ import annotations

from dataclasses import dataclass

from circuit.parameters import ModelParameters
from protocols.animals.history import Group
from protocols.stimulation.acceleration import Acceleration
from results.recording import Identity


@dataclass(frozen=True)
class Animal:
    """One animal on the day of a test.

    Attributes
    ----------
    identity : Identity
        Experiment, group, test, number and seeds.
    group : Group
        Its history, its treatments, and what is silenced in it.
    day : float
        Days from the start of its history to the test.
    own : ModelParameters
        Its own parameters.
    acceleration : Acceleration
        How slow variables are accelerated in its tests.
    code : str
        Hash of code and shared parameters; states of an animal that are kept under another one are not used.
    """

    identity: Identity
    group: Group
    day: float
    own: ModelParameters
    acceleration: Acceleration
    code: str

    def parameter_values(self) -> dict[str, float]:
        """Every parameter of the animal, by dotted name."""
        return {f"{record.group}.{record.name}": record.value for record in self.own.records()}
