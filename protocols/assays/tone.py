"""Tone: the network at rest, without stimulation. What it shows is what every recording has."""

from __future__ import annotations

from collections.abc import Sequence

from circuit.parameters import ModelParameters
from protocols.assays.passes import Findings, Kind, Pass, Performed
from protocols.assays.resting_assays import Tone
from protocols.stimulation.pulses import pause


def passes(test: Tone, _: ModelParameters) -> list[Pass]:
    """One pass without pulses."""
    return [Pass(pause(test.duration.si))]


def read(_: Tone, __: ModelParameters, ___: Sequence[Performed]) -> Findings:
    """Nothing more than every test's levels at rest."""
    return Findings()


KIND = Kind(passes, read)
