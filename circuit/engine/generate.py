"""Generate and describe the C++ of one circuit: ``python -m circuit.engine.generate NAME SCALE PRECISION FOLDER``.

Run in a process of its own by `circuit.engine.compiled.build`. The generated program takes its seed and its length from
the environment, because Brian2 writes both into the code as constants. How the loops are written is the device's
matter (`circuit.engine.device`); what is generated says in its manifest which of them are written in our way.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any, cast

import brian2
import numpy as np
from brian2 import get_device, prefs, second, set_device
from brian2.core.variables import ArrayVariable

from circuit.engine import device as engine
from circuit.engine.compiled import DURATION_VARIABLE, FLAGS, SEED_VARIABLE
from circuit.engine.generator import Refused
from circuit.network import build
from circuit.network.objects import Circuit, refusal, without_known_warnings
from circuit.precision import Precision
from circuit.wiring.own import MARK
from circuit.wiring.plan import plan

NAMED = ("makefile", "manifest.json")
"""Files that make a build, besides sources and arrays."""


def seed_from_environment(variable: str) -> str:
    """C++ that seeds the engine's random numbers from an environment variable."""
    return f"""
    if (std::getenv("{variable}") == NULL) {{ std::cerr << "{variable} is not set" << std::endl; return 3; }}
    corticostriatal::seed(std::strtoull(std::getenv("{variable}"), NULL, 10));
    """


TABLES = ("first_", "targets_")
"""What the tables are called that contacts are made from. They have a number for each contact and are given back."""
# Contacts are made before the other arguments are read, so the tables that make them have to be read first.
WIRING_FROM_ARGUMENTS = """
    {
        std::vector<std::string> tables, others;
        for (const auto& arg : args)
            if (arg.rfind("first_", 0) == 0 || arg.rfind("targets_", 0) == 0) tables.push_back(arg);
            else others.push_back(arg);
        set_from_command_line(tables);
        args = others;
    }
"""


def generate(name: str, scale: float, precision: Precision, folder: Path) -> None:
    """Write the sources, their hash and the manifest of what a run reads and writes."""
    prefs.codegen.cpp.extra_compile_args_gcc = FLAGS
    # Linked with fast-math as well, so that denormal numbers are flushed: a silent network would crawl otherwise.
    prefs.codegen.cpp.extra_link_args = [*prefs.codegen.cpp.extra_link_args, "-ffast-math"]
    set_device(engine.DEVICE, build_on_run=False)
    device: engine.Device = get_device()
    device.duration_variable = DURATION_VARIABLE
    device.precision = precision
    device.sparing = True
    brian2.defaultclock.dt = build.STEP
    without_known_warnings()  # or they would bury what is wrong with equations of a user's own
    circuit = build.construct(plan(name), scale, precision)
    device.insert_code("main", WIRING_FROM_ARGUMENTS)
    build.connect(circuit)
    for table in circuit.timed:
        if table.startswith(TABLES):
            device.insert_code("main", f"delete [] brian::{table}_values; brian::{table}_values = NULL;")
    device.rests = circuit.rests
    device.given = {circuit.groups[name.partition(".")[0]].variables[name.partition(".")[2]] for name in circuit.arrays}
    device.insert_code("main", seed_from_environment(SEED_VARIABLE))
    device.apply_run_args()
    build.initialise(circuit)
    build.monitor(circuit)
    build.collect(circuit).run(1 * second, namespace={})
    _describe(circuit, folder)
    device.build(directory=str(folder), compile=False, run=False)
    (folder / "sources.sha256").write_text(_sources(folder))


def _describe(circuit: Circuit, folder: Path) -> None:
    """Write the manifest, and let the program write what the manifest says that a run leaves."""
    device: engine.Device = get_device()
    written: list[ArrayVariable] = []

    def entry(variable: ArrayVariable, name: str) -> dict[str, str]:
        written.append(variable)
        return {"name": name, "file": device.get_array_filename(variable), "dtype": np.dtype(variable.dtype).str}

    manifest = {
        "inputs": _inputs(circuit),
        "spikes": {
            n: {"t": entry(m.variables["t"], n), "i": entry(m.variables["i"], n)} for n, m in circuit.spikes.items()
        },
        "states": {
            n: {
                "t": entry(m.variables["t"], n),
                "variables": {v: entry(m.variables[v], f"{n}.{v}") for v in m.record_variables},
            }
            for n, m in circuit.states.items()
        },
        "contacts": {
            n: entry(circuit.groups[owner].variables[variable], n) for n, (owner, variable) in circuit.contacts.items()
        },
        "precision": circuit.precision,
        "loops": {what: sorted(names) for what, names in device.loops.items()},
    }
    device.write_only(written)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1))


def _inputs(circuit: Circuit) -> dict[str, dict[str, Any]]:
    """What a run has to set: name -> how many numbers, and how the program calls them."""
    inputs = {}
    for group_name, group in circuit.groups.items():
        for name in group.equations.parameter_names:  # delays are constants as well in some versions of Brian2
            if group.variables[name].constant and group.variables[name].scalar:
                inputs[f"{group_name}.{name}"] = {"size": 1, "argument": f"{group_name}.{name}"}
    for name, size in circuit.arrays.items():
        group, _, variable = name.partition(".")
        kind = np.dtype(circuit.groups[group].variables[variable].dtype).str
        inputs[name] = {"size": size, "argument": name, "dtype": kind}
    for name, timed in circuit.timed.items():
        kind = np.dtype(timed.values.dtype).str
        inputs[f"{name}.values"] = {"size": int(timed.values.size), "argument": f"{timed.name}.values", "dtype": kind}
    return inputs


def _sources(folder: Path) -> str:
    """Hash of everything that is generated, manifest and all, wherever it was generated and in whichever environment.

    Brian2 goes through clocks in the order of a set, which differs from process to process and changes nothing: lines
    of ``main.cpp`` that only set a clock or add it are sorted before they are hashed. Other sets hold names, whose
    order `circuit.engine.compiled` fixes.
    """
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".cpp", ".h") or path.name in NAMED or path.parent.name == "static_arrays":
            digest.update(str(path.relative_to(folder)).encode())
            content = path.read_bytes().replace(str(folder).encode(), b"").replace(sys.prefix.encode(), b"")
            digest.update(_without_order_of_clocks(content) if path.name == "main.cpp" else content)
    return digest.hexdigest()


CLOCK = re.compile(rb"\s*(_array_\w*clock_(timestep|t)\[0\] = .*|network\.add\(&\w+, NULL\);)")


def _without_order_of_clocks(main: bytes) -> bytes:
    lines = main.splitlines()
    return b"\n".join([line for line in lines if not CLOCK.match(line)] + sorted(filter(CLOCK.match, lines)))


def _refused(problem: BaseException | None) -> Refused | None:
    """What the device refused; Brian2 wraps it in an error of its own."""
    while problem is not None and not isinstance(problem, Refused):
        problem = problem.__cause__
    return problem


if __name__ == "__main__":
    try:
        generate(sys.argv[1], float(sys.argv[2]), cast(Precision, sys.argv[3]), Path(sys.argv[4]).resolve())
    except Exception as problem:
        told: BaseException | str | None = _refused(problem)
        if told is None and MARK in sys.argv[1]:  # equations of a user's own, which Brian2 may refuse for their form
            told = refusal(problem)
        if told is None:
            raise
        sys.exit(" ".join(str(told).split()))
