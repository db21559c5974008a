"""A circuit that is ready to run: as a compiled program, or on the slow engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from circuit.engine import runtime
from circuit.engine.compiled import Build, Output
from circuit.wiring.plan import plan


@dataclass(frozen=True)
class PreparedCircuit:
    """What every run of an experiment shares.

    Attributes
    ----------
    scale : float
        Factor on cell numbers.
    builds : mapping from str to Build
        The compiled programs by the names of their plans (`circuit.wiring.plan`). Where one is missing, the engine
        `circuit.engine.runtime` takes its place.
    state : str
        Of `circuit.states`.
    """

    scale: float
    builds: Mapping[str, Build] = field(default_factory=dict)
    state: str = "anaesthetised"

    def run(self, name: str, inputs: Mapping[str, float | np.ndarray], duration: float, noise_seed: int) -> Output:
        """Run the circuit of a name once, for `duration` s of network time; raises as
        `circuit.engine.compiled.Build.run` does."""
        name = plan(name).name
        if name in self.builds:
            return self.builds[name].run(inputs, duration, noise_seed)
        return runtime.run(name, self.scale, inputs, duration, noise_seed)

    def provenance(self, name: str) -> dict[str, Any]:
        """How the circuit of a name is run, for a recording."""
        name = plan(name).name
        return dict(self.builds[name].provenance) if name in self.builds else {"engine": "runtime"}
