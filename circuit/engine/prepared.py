"""A circuit that is ready to run: as a compiled program, or on the slow engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from circuit.engine import runtime
from circuit.engine.compiled import Build, Output


@dataclass(frozen=True)
class PreparedCircuit:
    """What every run of an experiment shares.

    Attributes
    ----------
    preset : str
    scale : float
        Factor on cell numbers.
    build : Build, optional
        The compiled program; None stands for the engine `circuit.engine.runtime`, or for tests that run no network.
    """

    preset: str
    scale: float
    build: Build | None = None

    def run(
        self,
        inputs: Mapping[str, float | np.ndarray],
        duration: float,
        structure_seed: int,
        noise_seed: int,
    ) -> Output:
        """Run it once, for `duration` s of network time; raises as `circuit.engine.compiled.Build.run` does."""
        if self.build is not None:
            return self.build.run(inputs, duration, structure_seed, noise_seed)
        return runtime.run(self.preset, self.scale, inputs, duration, structure_seed, noise_seed)

    @property
    def provenance(self) -> dict[str, Any]:
        """How it is run, for a recording."""
        return dict(self.build.provenance) if self.build is not None else {"engine": "runtime"}
