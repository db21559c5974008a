"""A circuit that is asked to run and only listens."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Listening:
    """A circuit that keeps the inputs of a run and runs nothing."""

    scale: float = 0.05
    precision: str = "single"
    inputs: dict[str, Any] = field(default_factory=dict)

    def run(self, part, inputs, length, noise_seed):
        self.inputs = inputs

    def provenance(self, part):
        return {"engine": "compiled", "precision": self.precision}
