"""The circuit as a plain Brian2 script: calcium and weights integrated at every step, default flags.

    python -m benchmarks.plain_brian2 SCALE SECONDS FOLDER            (make bench)

Cells, wiring, release and parameters are those of the circuit. It differs as an untuned script would:
the calcium rule is integrated by Euler steps at every contact, Brian2 compiles with its own flags and its own makefile,
values are set before the build, so that each condition is compiled anew, and a protocol runs in full biological time.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

CALCIUM = """
    dcalcium/dt = -calcium/calcium_decay : 1 (clock-driven)
    dbound/dt = -bound/nmda_decay_post : 1 (clock-driven)
    drho/dt = -int(calcium > depression_threshold)*depression_rate*depression_gate_post*cooperation_post
              *(rho - depression_floor) : 1 (clock-driven)
    dpotentiation/dt = int(calcium > potentiation_threshold)*potentiation_rate*driven*(1 - potentiation)
              : 1 (clock-driven)
    driven = 1 - residual_share
             + residual_share*(residual_pre/residual_half)**4/(1 + (residual_pre/residual_half)**4) : 1
    endocannabinoid_input_post = int(calcium > depression_threshold)/(afferents_post*endocannabinoid_decay_post)
              : Hz (summed)
    docked_at : second
    released : 1
"""


def plastic(circuit: Any, pathway: Any) -> Any:
    """Plastic contacts with everything integrated at every step."""
    from brian2 import Synapses

    from circuit.network.contacts import LATENCY
    from circuit.network.objects import STEP
    from synapses import contact, plasticity, release
    from synapses.parameters import declarations
    from synapses.receptors import Quantum

    return Synapses(
        circuit.groups[pathway.source],
        circuit.groups[pathway.target],
        CALCIUM + LATENCY + declarations(release.Release, plasticity.Plasticity, Quantum, without=release.OF_THE_AXON),
        on_pre={
            "transmission": release.RELEASE + contact.TRANSMISSION.format(open=""),
            "calcium_entry": "calcium += release_calcium*released*nmda_available_post*unblocked_post\n"
            "bound += released*(1 - bound)",
        },
        on_post={"backpropagation": "calcium += spike_calcium*bound*nmda_available_post"},
        method="euler",
        dt=STEP,
        namespace=circuit.timed,
        name=pathway.name,
    )


def script(scale: float, seconds: float, folder: Path) -> dict[str, Any]:
    """Build and run one condition; what building and what running took."""
    import brian2
    import numpy as np

    from benchmarks.limit_loop import PRESET, inputs
    from circuit.cells import kinds
    from circuit.network import build, contacts
    from circuit.wiring.plan import plan

    begin, before = time.perf_counter(), _everything()
    brian2.set_device("cpp_standalone", build_on_run=False)
    given = inputs(scale, seconds)
    contacts._plastic = plastic
    cells = kinds.CELLS["medium_spiny"]
    kinds.CELLS["medium_spiny"] = replace(cells, equations=cells.equations + "    endocannabinoid_input : Hz\n")
    circuit = build.construct(plan(PRESET), scale)
    for name, timed in circuit.timed.items():
        timed.values[...] = np.reshape(given[f"{name}.values"], timed.values.shape)
    brian2.seed(1)
    build.connect(circuit)
    spiny = circuit.groups["medium_spiny"]
    spiny.run_regularly("endocannabinoid = endocannabinoid + endocannabinoid_input*2*ms", dt=2 * brian2.ms)
    for key, value in given.items():
        name, variable = key.split(".", 1)
        if name in circuit.groups and variable in circuit.groups[name].variables:
            circuit.groups[name].variables[variable].set_value(value)
    build.initialise(circuit)
    build.monitor(circuit)
    build.collect(circuit).run(seconds * brian2.second, namespace={})
    brian2.device.build(directory=str(folder), compile=True, run=False)
    built, build_processor = time.perf_counter() - begin, _everything() - before
    before, begin = _children(), time.perf_counter()
    subprocess.run(["./main", "--results_dir", "results/"], cwd=folder, check=True, capture_output=True)
    return {
        "build_wall": built, "build_processor": build_processor, "processor": _children() - before,
        "wall": time.perf_counter() - begin,
        "rates": {n: _count(folder, n) / circuit.groups[n].N / seconds for n in circuit.layout.kinds},
    }  # fmt: skip


def _count(folder: Path, name: str) -> int:
    import numpy as np

    return int(np.fromfile(next((folder / "results").glob(f"_array_{name}_spikes_N_*")), dtype=np.int32)[0])


def _everything() -> float:
    own = resource.getrusage(resource.RUSAGE_SELF)
    return own.ru_utime + own.ru_stime + _children()


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    print(json.dumps(script(float(sys.argv[1]), float(sys.argv[2]), Path(sys.argv[3]))))
