"""The runtime engine: the same network without a compiler, through Brian2's numpy target. Slow; for small circuits.

Like a compiled circuit it runs as a program of its own (`circuit.engine.runtime_program`): Brian2 keeps one device per
process, takes over Ctrl-C and writes a log, none of which a process that does many runs should have.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Mapping

import numpy as np

from circuit.engine.compilation import EngineError, importable
from circuit.engine.compiled import Output, refuse_killed
from circuit.engine.scratch import scratch
from circuit.network.inputs import InputsError, check_finite

INPUTS, OUTPUT = "inputs.pickle", "output.pickle"
REFUSED, UNTAKEN = 3, 4  # exit codes: of inputs, and of equations that Brian2 does not take
"""Exit code of the program for an input that the circuit does not have."""


def run(
    circuit_name: str,
    scale: float,
    inputs: Mapping[str, float | np.ndarray],
    duration: float,
    noise_seed: int,
) -> Output:
    """Run a circuit once; parameters as for `circuit.engine.compiled.Build.run`.

    Raises
    ------
    circuit.network.inputs.InputsError
        If an input is not finite or is unknown.
    EngineError
        If the program fails.
    circuit.engine.compiled.ProgramKilled
        If the program was ended from outside.
    """
    check_finite(inputs)
    with scratch() as private:
        (private / INPUTS).write_bytes(pickle.dumps(dict(inputs)))
        words = [circuit_name, repr(float(scale)), repr(float(duration)), str(noise_seed)]
        done = subprocess.run(
            [sys.executable, "-m", "circuit.engine.runtime_program", *words, str(private)],
            env=importable() | {"TMPDIR": str(private)},  # Brian2's log goes with the folder
            capture_output=True,
            text=True,
            check=False,
        )
        refuse_killed(done.returncode)
        if done.returncode == REFUSED:
            raise InputsError(done.stdout.strip())
        if done.returncode == UNTAKEN:
            raise EngineError(done.stdout.strip())
        if done.returncode != 0:
            said = " ".join(done.stderr.split())[-500:] or "no message"
            raise EngineError(f"the runtime engine failed (exit {done.returncode}): {said}")
        print(done.stderr, file=sys.stderr, end="")  # Brian2's warnings
        spikes, states, contacts = pickle.loads((private / OUTPUT).read_bytes())
        return Output(spikes, states, contacts, duration)
