"""One run of a circuit through Brian2's numpy target: ``python -m circuit.engine.runtime_program ... FOLDER``.

Run in a process of its own by `circuit.engine.runtime.run`, which puts the inputs into the folder and reads the output
there.
"""

from __future__ import annotations

import pickle
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

AT_START = signal.getsignal(signal.SIGINT)
import brian2  # noqa: E402  # after that: it takes over Ctrl-C, and a run that is interrupted would end as if finished

from circuit.engine.runtime import INPUTS, OUTPUT, REFUSED, UNTAKEN  # noqa: E402
from circuit.network.inputs import InputsError  # noqa: E402
from circuit.network.objects import refusal, without_known_warnings  # noqa: E402
from circuit.network.ready import ready  # noqa: E402
from circuit.wiring.own import MARK  # noqa: E402
from circuit.wiring.plan import plan  # noqa: E402


def run(
    circuit_name: str,
    scale: float,
    inputs: Mapping[str, float | np.ndarray],
    duration: float,
    noise_seed: int,
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Spikes, states and contacts of one run, as `circuit.engine.compiled.Output` has them.

    Raises
    ------
    circuit.network.inputs.InputsError
        If an input is unknown.
    """
    without_known_warnings()
    brian2.set_device("runtime")
    brian2.prefs.codegen.target = "numpy"
    circuit = ready(plan(circuit_name), scale, inputs, noise_seed)
    circuit.network.run(duration * brian2.second, namespace={})
    # Copies: from Brian2 2.10 on a monitor's values are a view of memory that is gone with the network.
    return (
        {name: (np.array(m.t_[:]), np.array(m.i[:])) for name, m in circuit.spikes.items()},
        {
            name: {"t": np.array(m.t_[:])} | {v: np.array(m.variables[v].get_value()).T for v in m.record_variables}
            for name, m in circuit.states.items()
        },
        {
            name: np.array(circuit.groups[owner].variables[variable].get_value())
            for name, (owner, variable) in circuit.contacts.items()
        },
    )


if __name__ == "__main__":
    signal.signal(signal.SIGINT, AT_START)
    name, scale, duration, noise, place = sys.argv[1:]
    folder = Path(place)
    given = pickle.loads((folder / INPUTS).read_bytes())
    try:
        output = run(name, float(scale), given, float(duration), int(noise))
    except InputsError as problem:
        print(problem)
        sys.exit(REFUSED)
    except Exception as problem:
        if MARK not in name:
            raise
        print(refusal(problem))  # apart from standard error, where Brian2 warns of the objects that are left over
        sys.exit(UNTAKEN)
    (folder / OUTPUT).write_bytes(pickle.dumps(output))
