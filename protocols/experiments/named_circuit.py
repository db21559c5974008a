"""The circuit that a name or a file stands for."""

from __future__ import annotations

from pathlib import Path

from circuit.wiring.plan import Preset, presets
from protocols.errors import InputError, nearest, read_text, toml
from protocols.experiments.circuit import ENDING, Circuit, with_own_circuit
from protocols.experiments.experiment import load


def circuit_of(place: str | Path) -> tuple[Preset, str]:
    """A circuit and its name: a shipped one's, a file's of rows of one's own, or that of an experiment's file.

    Raises
    ------
    InputError
        In one line: if there is no such circuit, or the file gives none.
    """
    name = str(place)
    if not name.endswith(ENDING):
        if name not in presets():
            raise InputError(f"no circuit '{name}'{nearest(name, presets())}; or give a FILE.toml")
        return presets()[name], name
    if "experiment" in toml(read_text(Path(name))):
        chosen = load(name).circuit
        return chosen.chosen, chosen.preset
    file = Path(name)
    found = with_own_circuit({"circuit": {"preset": file.name}}, file.parent)
    return Circuit.model_validate(found["circuit"]).chosen, file.name
