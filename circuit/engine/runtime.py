"""The runtime engine: the same network without a compiler, through Brian2's numpy target. Slow; for small circuits."""

from __future__ import annotations

import functools
from collections.abc import Mapping

import numpy as np

from circuit.engine.compiled import Output


def run(
    preset_name: str,
    scale: float,
    inputs: Mapping[str, float | np.ndarray],
    duration: float,
    structure_seed: int,
    noise_seed: int,
) -> Output:
    """Run a circuit once; parameters as for `circuit.engine.compiled.Build.run`.

    Raises
    ------
    circuit.network.inputs.InputsError
        If an input is not finite or is unknown.
    """
    import brian2

    from circuit.engine.generate import CONTACT_VARIABLES
    from circuit.network import anaesthetised
    from circuit.network.inputs import InputsError, check_finite
    from circuit.wiring.preset import preset

    check_finite(inputs)
    _without_known_warnings()
    brian2.set_device("runtime")
    brian2.prefs.codegen.target = "numpy"
    chosen = preset(preset_name)
    circuit = anaesthetised.construct(chosen, scale)
    brian2.seed(structure_seed)
    anaesthetised.connect(circuit, chosen, scale)
    brian2.seed(noise_seed)
    for key, value in inputs.items():
        name, variable = key.split(".", 1)
        if name in circuit.timed:
            circuit.timed[name].values[...] = value
        elif name in circuit.groups and variable in circuit.groups[name].variables:
            circuit.groups[name].variables[variable].set_value(value)
        else:
            raise InputsError(f"{key}: the circuit has no such input")
    anaesthetised.initialise(circuit)
    anaesthetised.monitor(circuit, chosen, scale)
    anaesthetised.collect(circuit).run(duration * brian2.second, namespace={})
    # Copies: from Brian2 2.10 on a monitor's values are a view of memory that is gone with the network.
    return Output(
        {name: (np.array(m.t_[:]), np.array(m.i[:])) for name, m in circuit.spikes.items()},
        {
            name: {"t": np.array(m.t_[:])} | {v: np.array(m.variables[v].get_value()).T for v in m.record_variables}
            for name, m in circuit.states.items()
        },
        {name: np.array(circuit.groups[circuit.plastic].variables[name].get_value()) for name in CONTACT_VARIABLES},
        duration,
    )


@functools.cache
def _without_known_warnings() -> None:
    """Leave out two warnings that Brian2 gives for every circuit, neither of which says anything new.

    Contacts add to one drive, and take one and the same level from the extracellular space: their order does not
    matter. That space has a clock of its own, slower than the cells', on purpose.
    """
    from brian2 import BrianLogger

    BrianLogger.suppress_hierarchy("brian2.codegen.generators.base")
    BrianLogger.suppress_name("synapses_dt_mismatch")
