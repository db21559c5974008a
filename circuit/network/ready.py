"""A constructed circuit with every value of a run set, ready for Brian2's own ``run``."""

from __future__ import annotations

from collections.abc import Mapping

import brian2
import numpy as np

from circuit.network import build
from circuit.network.inputs import InputsError
from circuit.network.objects import Circuit
from circuit.wiring.plan import Plan


def ready(plan: Plan, scale: float, inputs: Mapping[str, float | np.ndarray], noise_seed: int) -> Circuit:
    """Construct a circuit, set its inputs, and add everything to its network.

    Parameters
    ----------
    plan : Plan
    scale : float
        Multiplies cell numbers; in-degrees stay.
    inputs : mapping
        Scalars and arrays in SI units, keyed ``object.variable`` (`circuit.network.inputs`).
    noise_seed : int
        Brian2's random numbers start from it.

    Raises
    ------
    InputsError
        If an input is unknown.
    """
    circuit = build.construct(plan, scale)
    given = [(*key.partition(".")[::2], value) for key, value in inputs.items()]
    for name, _, value in given:  # before contacts are made: the wiring is among them
        if name in circuit.timed:
            circuit.timed[name].values[...] = value
    build.connect(circuit)
    brian2.seed(noise_seed)
    for name, variable, value in given:
        if name in circuit.groups and variable in circuit.groups[name].variables:
            circuit.groups[name].variables[variable].set_value(value)
        elif name not in circuit.timed:
            raise InputsError(f"{name}.{variable}: the circuit has no such input")
    build.initialise(circuit)
    build.monitor(circuit)
    build.collect(circuit)
    return circuit
