"""One network second in Brian2, ANNarchy, NEST and GeNN: benchmark networks that all of them express.

    python -m benchmarks.peers SIMULATOR NETWORK SECONDS SEED FOLDER         (make bench)

`cuba`: 4,000 integrate-and-fire cells with current synapses (Vogels & Abbott 2005; Brette et al. 2007
doi:10.1007/s10827-007-0038-6). Linear, so every simulator can integrate it exactly or as good as: *matched*, with the
same equations, step (0.1 ms), delay (one step), double precision, one thread and recorded spikes. `coba`: conductance
synapses, each simulator in the form that its own examples give it (NEST: adaptive steps): *as used*. Each starts at
random potentials of its own, and rates have to agree. `brian` is Brian2 as this project compiles it. Compiled programs
are kept in FOLDER, so that only the first of several repeats builds one; `build_processor` is the time for that.
"""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import subprocess
import sys
import time
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

SIMULATORS = {"brian": "brian2", "annarchy": "ANNarchy", "nest": "nest", "genn": "pygenn"}
"""Name here, and the module that must be there."""
DISTRIBUTIONS = {"brian": "brian2", "annarchy": "ANNarchy", "nest": "nest-simulator", "genn": "pygenn"}
"""Name here, and what its version is installed under."""
NETWORKS = ("cuba", "coba")
EXCITATORY, INHIBITORY, PROBABILITY = 3200, 800, 0.02
STEP, REFRACTORY = 0.1, 5.0  # ms
# Membrane: mV, ms. Synapses of `cuba` in mV of drive, of `coba` in units of the leak conductance (10 nS).
CUBA = {"tau": 20.0, "leak": -49.0, "threshold": -50.0, "reset": -60.0, "excitation": 1.62, "inhibition": -9.0}
COBA = {"tau": 20.0, "leak": -60.0, "threshold": -50.0, "reset": -60.0, "excitation": 0.6, "inhibition": 6.7}
COBA_DRIVE, REVERSAL_E, REVERSAL_I = 20.0, 0.0, -80.0  # mV
TAU_E, TAU_I = 5.0, 10.0  # ms


def missing() -> list[str]:
    """Peers that are not installed."""
    return [name for name, module in SIMULATORS.items() if find_spec(module) is None]


def _everything() -> float:
    return _processor() + _processor(resource.RUSAGE_CHILDREN)


def _processor(of: int = resource.RUSAGE_SELF) -> float:
    used = resource.getrusage(of)
    return used.ru_utime + used.ru_stime


def brian(network: str, seconds: float, seed: int, folder: Path) -> dict[str, Any]:
    """Brian2, compiled as this project compiles it; the program's start is measured apart and taken off."""
    import brian2 as b
    import numpy as np

    from circuit.engine import device as engine
    from circuit.engine.compilation import compile_program
    from circuit.engine.compiled import FLAGS

    b.prefs.codegen.cpp.extra_compile_args_gcc = FLAGS
    b.prefs.codegen.cpp.extra_link_args = [*b.prefs.codegen.cpp.extra_link_args, "-ffast-math"]
    b.set_device(engine.DEVICE, build_on_run=False)
    b.defaultclock.dt = STEP * b.ms
    b.seed()  # at random in each run: one program serves all repeats
    p = CUBA if network == "cuba" else COBA
    if network == "cuba":
        equations = "dv/dt = (ge + gi - (v - leak))/tau : 1 (unless refractory)"
    else:
        equations = "dv/dt = (ge*(excited - v) + gi*(inhibited - v) - (v - leak) + drive)/tau : 1 (unless refractory)"
    space = {
        "tau": p["tau"] * b.ms, "leak": p["leak"], "threshold": p["threshold"], "back": p["reset"], "drive": COBA_DRIVE,
        "excited": REVERSAL_E, "inhibited": REVERSAL_I, "te": TAU_E * b.ms, "ti": TAU_I * b.ms,
        "we": p["excitation"], "wi": p["inhibition"],
    }  # fmt: skip
    cells = b.NeuronGroup(
        EXCITATORY + INHIBITORY,
        equations + "\ndge/dt = -ge/te : 1\ndgi/dt = -gi/ti : 1",
        threshold="v > threshold", reset="v = back", refractory=REFRACTORY * b.ms,
        method="exact" if network == "cuba" else "exponential_euler", namespace=space, name="cells",
    )  # fmt: skip
    cells.v = "back + rand()*(threshold - back)"
    e = b.Synapses(cells[:EXCITATORY], cells, on_pre="ge += we", delay=STEP * b.ms, namespace=space, name="excite")
    i = b.Synapses(cells[EXCITATORY:], cells, on_pre="gi += wi", delay=STEP * b.ms, namespace=space, name="inhibit")
    e.connect(p=PROBABILITY)
    i.connect(p=PROBABILITY)
    spikes = b.SpikeMonitor(cells)
    b.Network(cells, e, i, spikes).run(seconds * b.second, namespace={})
    begin, before, built = time.perf_counter(), _everything(), folder / "built"
    if not built.exists():
        b.device.build(directory=str(folder / "whole"), compile=False, run=False)
        compile_program(folder / "whole")
        _start_alone(folder / "whole", folder / "start")
        built.touch()
    build_wall, build_processor = time.perf_counter() - begin, _everything() - before
    costs = []
    for part in ("start", "whole"):
        before = _processor(resource.RUSAGE_CHILDREN)
        subprocess.run(["./main", "--results_dir", "results/"], cwd=folder / part, check=True, capture_output=True)
        costs.append(_processor(resource.RUSAGE_CHILDREN) - before)
    found = next((folder / "whole" / "results").glob("*spikemonitor_N_*"))
    return {
        "processor": costs[1] - costs[0], "build_wall": build_wall, "build_processor": build_processor,
        "rate": int(np.fromfile(found, dtype=np.int32)[0]) / (EXCITATORY + INHIBITORY) / seconds,
    }  # fmt: skip


def _start_alone(whole: Path, start: Path) -> None:
    """The same program with a run of one step, to take its start off."""
    shutil.copytree(whole, start)
    main = start / "main.cpp"
    main.write_text(re.sub(r"\.run\([^,]+,", f".run({STEP * 1e-3},", main.read_text()))
    for name in ("main.o", "main"):
        (start / name).unlink(missing_ok=True)
    command = ["g++", "-O1", "-w", "-std=c++11", "-I.", "-c", "main.cpp", "-o", "main.o"]
    subprocess.run(command, cwd=start, check=True, capture_output=True)
    objects = [str(path.relative_to(start)) for path in start.rglob("*.o")]
    subprocess.run(["g++", *objects, "-ffast-math", "-o", "main"], cwd=start, check=True, capture_output=True)


def annarchy(network: str, seconds: float, seed: int, folder: Path) -> dict[str, Any]:
    """ANNarchy 5 on one thread."""
    import ANNarchy as ann

    p = CUBA if network == "cuba" else COBA
    if network == "cuba":
        v = "tau*dv/dt = g_exc + g_inh - (v - leak) : exponential, init=-55.0"
    else:
        v = "tau*dv/dt = g_exc*(excited - v) + g_inh*(inhibited - v) - (v - leak) + drive : exponential, init=-55.0"
    neuron = ann.Neuron(
        parameters=f"tau = {p['tau']} : population\nleak = {p['leak']} : population\n"
        f"threshold = {p['threshold']} : population\nback = {p['reset']} : population\n"
        f"excited = {REVERSAL_E} : population\ninhibited = {REVERSAL_I} : population\n"
        f"drive = {COBA_DRIVE} : population\nte = {TAU_E} : population\nti = {TAU_I} : population",
        equations=f"{v}\nte*dg_exc/dt = -g_exc : exponential\nti*dg_inh/dt = -g_inh : exponential",
        spike="v > threshold",
        reset="v = back",
        refractory=REFRACTORY,
    )
    net = ann.Network(dt=STEP, seed=seed)
    cells = net.create(geometry=EXCITATORY + INHIBITORY, neuron=neuron)
    e, i = cells[:EXCITATORY], cells[EXCITATORY:]
    cells.v = ann.Uniform(p["reset"], p["threshold"])
    net.connect(e, cells, target="exc").fixed_probability(probability=PROBABILITY, weights=p["excitation"], delays=STEP)
    net.connect(i, cells, target="inh").fixed_probability(probability=PROBABILITY, weights=p["inhibition"], delays=STEP)
    spikes = net.monitor(cells, ["spike"])
    begin, before = time.perf_counter(), _everything()
    net.compile(directory=f"{folder}/", silent=True)
    built, build_processor = time.perf_counter() - begin, _everything() - before
    before = _processor()
    net.simulate(seconds * 1000)
    used = _processor() - before
    count = sum(len(times) for times in spikes.get("spike").values())
    return {
        "processor": used, "build_wall": built, "build_processor": build_processor,
        "rate": count / (EXCITATORY + INHIBITORY) / seconds,
    }  # fmt: skip


def nest(network: str, seconds: float, seed: int, folder: Path) -> dict[str, Any]:
    """NEST 3 on one thread."""
    import nest as n

    p = CUBA if network == "cuba" else COBA
    n.set_verbosity("M_ERROR")
    n.ResetKernel()
    n.SetKernelStatus({"resolution": STEP, "local_num_threads": 1, "rng_seed": seed, "print_time": False})
    capacitance = 200.0  # pF
    begin, before = time.perf_counter(), _processor()
    shared = {"E_L": p["leak"], "V_th": p["threshold"], "V_reset": p["reset"], "t_ref": REFRACTORY, "C_m": capacitance}
    if network == "cuba":
        model, per = "iaf_psc_exp", capacitance / p["tau"]  # pA per mV of drive
        given = {**shared, "tau_m": p["tau"], "tau_syn_ex": TAU_E, "tau_syn_in": TAU_I}
        weights = p["excitation"] * per, p["inhibition"] * per
    else:
        leak = capacitance / p["tau"]  # nS
        model = "iaf_cond_exp"
        given = {
            **shared, "g_L": leak, "tau_syn_ex": TAU_E, "tau_syn_in": TAU_I, "E_ex": REVERSAL_E, "E_in": REVERSAL_I,
            "I_e": COBA_DRIVE * leak,
        }  # fmt: skip
        weights = p["excitation"] * leak, -p["inhibition"] * leak
    cells = n.Create(model, EXCITATORY + INHIBITORY, params=given)
    cells.V_m = n.random.uniform(p["reset"], p["threshold"])
    rule = {"rule": "pairwise_bernoulli", "p": PROBABILITY}
    for sources, weight in ((cells[:EXCITATORY], weights[0]), (cells[EXCITATORY:], weights[1])):
        n.Connect(sources, cells, rule, {"weight": weight, "delay": STEP})
    recorder = n.Create("spike_recorder")
    n.Connect(cells, recorder)
    n.Prepare()
    built, build_processor = time.perf_counter() - begin, _processor() - before
    before = _processor()
    n.Run(seconds * 1000)
    used = _processor() - before
    n.Cleanup()
    return {
        "processor": used, "build_wall": built, "build_processor": build_processor,
        "rate": recorder.n_events / (EXCITATORY + INHIBITORY) / seconds,
    }  # fmt: skip


def genn(network: str, seconds: float, seed: int, folder: Path) -> dict[str, Any]:
    """GeNN 5 on one thread of the processor, stepped from Python as its examples do."""
    import pygenn as g

    p = CUBA if network == "cuba" else COBA
    capacitance = 0.2  # nF, so that weights are in nA, or in uS
    leak = capacitance / p["tau"]  # uS
    os.environ["CXX"] = f"{os.environ.get('CXX', 'g++')} -march=native"  # for its own makefile
    model = g.GeNNModel("double", f"genn_{network}", "single_threaded_cpu", time_precision="double", optimize_code=True)
    model.dt, model.seed = STEP, seed
    given = {
        "C": capacitance, "TauM": p["tau"], "Vrest": p["leak"], "Vreset": p["reset"], "Vthresh": p["threshold"],
        "Ioffset": 0.0 if network == "cuba" else COBA_DRIVE * leak, "TauRefrac": REFRACTORY,
    }  # fmt: skip
    start = {"V": g.init_var("Uniform", {"min": p["reset"], "max": p["threshold"]}), "RefracTime": 0.0}
    cells = {}
    for name, number in (("e", EXCITATORY), ("i", INHIBITORY)):
        cells[name] = model.add_neuron_population(name, number, "LIF", given, start)
        cells[name].spike_recording_enabled = True
    synapses = {"e": ("excitation", TAU_E, REVERSAL_E), "i": ("inhibition", TAU_I, REVERSAL_I)}
    for source, (weight, tau, reversal) in synapses.items():
        for target in cells:
            if network == "cuba":
                effect = g.init_postsynaptic("ExpCurr", {"tau": tau})
            else:
                seen = {"V": g.create_var_ref(cells[target], "V")}
                effect = g.init_postsynaptic("ExpCond", {"tau": tau, "E": reversal}, var_refs=seen)
            strength = g.init_weight_update("StaticPulseConstantWeight", {"g": p[weight] * leak})
            drawn = g.init_sparse_connectivity("FixedProbability", {"prob": PROBABILITY})
            model.add_synapse_population(
                f"{source}_{target}", "SPARSE", cells[source], cells[target], strength, effect, drawn
            )
    steps = round(seconds * 1000 / STEP)
    begin, before = time.perf_counter(), _everything()
    model.build(str(folder))
    model.load(num_recording_timesteps=steps)
    built, build_processor = time.perf_counter() - begin, _everything() - before
    before = _processor()
    while model.timestep < steps:
        model.step_time()
    model.pull_recording_buffers_from_device()
    used = _processor() - before
    count = sum(len(times) for each in cells.values() for times, _ in each.spike_recording_data)
    return {
        "processor": used, "build_wall": built, "build_processor": build_processor,
        "rate": count / (EXCITATORY + INHIBITORY) / seconds,
    }  # fmt: skip


def main() -> None:
    """One simulator and one network; prints the cost as a line of JSON."""
    name, network, seconds, seed, folder = sys.argv[1:6]
    simulator = {"brian": brian, "annarchy": annarchy, "nest": nest, "genn": genn}[name]
    Path(folder).mkdir(parents=True, exist_ok=True)
    found = simulator(network, float(seconds), int(seed), Path(folder))
    print(json.dumps({**found, "version": version(DISTRIBUTIONS[name])}))


if __name__ == "__main__":
    main()
