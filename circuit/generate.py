"""Generate and describe the C++ of one circuit: ``python -m circuit.generate PRESET SCALE FOLDER``.

Run in a process of its own by `circuit.compiled.build`. The generated program takes its two seeds and its length from
the environment, because Brian2 writes both into the code as constants.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Collection, Sequence
from pathlib import Path

import brian2
import numpy as np
from brian2 import device, prefs, second, set_device

from circuit import awake, network
from circuit.compiled import DURATION_VARIABLE, FLAGS, SEED_VARIABLE
from circuit.preset import preset as load_preset
from circuit.wiring import wiring

CONTACT_VARIABLES = ("rho", "potentiation")


def seed_from_environment(variable: str) -> str:
    """C++ that seeds Brian2's generator from an environment variable."""
    return f"""
    if (std::getenv("{variable}") == NULL) {{ std::cerr << "{variable} is not set" << std::endl; return 3; }}
    for (size_t _i = 0; _i < brian::_random_generators.size(); _i++)
        brian::_random_generators[_i].seed((unsigned long) std::atol(std::getenv("{variable}")) + _i);
    """


# Contacts are made before the other arguments are read, so the tables that make them have to be read first.
WIRING_FROM_ARGUMENTS = """
    {
        std::vector<std::string> tables;
        for (const auto& arg : args)
            if (arg.rfind("first_", 0) == 0 || arg.rfind("targets_", 0) == 0) tables.push_back(arg);
        set_from_command_line(tables);
    }
"""

# Contacts of one axon differ in nothing before they have a latency, so which of them has which is free to choose: lying
# in memory in the order in which a spike reaches them, neighbours are read together.
LATENCIES_IN_ORDER = """
    for (size_t _axon = 0, _number = {latency}.size()/{axons}; _axon < {axons}; _axon++)
        std::sort({latency}.begin() + _axon*_number, {latency}.begin() + (_axon + 1)*_number);
"""


def generate(name: str, scale: float, folder: Path) -> None:
    """Write the sources, their hash and the manifest of what a run reads and writes."""
    prefs.codegen.cpp.extra_compile_args_gcc = FLAGS
    # Linked with fast-math as well, so that denormal numbers are flushed: a silent network would crawl otherwise.
    prefs.codegen.cpp.extra_link_args = [*prefs.codegen.cpp.extra_link_args, "-ffast-math"]
    set_device("cpp_standalone", build_on_run=False)
    module, preset = (awake, wiring(name)) if name == "corticostriatal" else (network, load_preset(name))
    brian2.defaultclock.dt = module.STEP
    circuit = module.construct(preset, scale)
    device.insert_code("main", seed_from_environment(SEED_VARIABLE["structure"]))
    device.insert_code("main", WIRING_FROM_ARGUMENTS)
    module.connect(circuit, preset, scale)
    if circuit.plastic:
        _sort_latencies(circuit.groups[circuit.plastic])
    device.insert_code("main", seed_from_environment(SEED_VARIABLE["noise"]))
    device.apply_run_args()
    module.initialise(circuit)
    module.monitor(circuit, preset, scale)
    module.collect(circuit).run(1 * second, namespace={})
    _length_from_environment()
    device.build(directory=str(folder), compile=False, run=False)
    _describe(circuit, module.INITIAL_LEVELS, folder)
    objects = folder / "objects.cpp"
    objects.write_text(only_what_is_read(objects.read_text(), read_back(folder)))
    (folder / "sources.sha256").write_text(_sources(folder))


def _sort_latencies(contacts: brian2.Synapses) -> None:
    latency = device.get_array_name(contacts.variables["latency"], access_data=False)
    device.insert_code("main", LATENCIES_IN_ORDER.format(latency=f"brian::{latency}", axons=contacts.source.N))


def _length_from_environment() -> None:
    """Replace the literal duration of the one run by a value from the environment."""
    for position, (kind, arguments) in enumerate(device.main_queue):
        if kind == "run_network":
            net, lines = arguments
            replaced = [
                re.sub(r"\.run\([^,]+,", f'.run(std::atof(std::getenv("{DURATION_VARIABLE}")),', line) for line in lines
            ]
            if replaced == lines:
                raise RuntimeError("Brian2's generated run statement was not recognised")
            device.main_queue[position] = (kind, (net, replaced))


def _entry(variable: object, name: str) -> dict:
    return {"name": name, "file": device.get_array_filename(variable), "dtype": np.dtype(variable.dtype).str}  # type: ignore[attr-defined]


def _describe(circuit: network.Circuit, levels: Sequence[str], folder: Path) -> None:
    inputs = {}
    for group_name, group in circuit.groups.items():
        for name, variable in group.variables.items():
            given = (
                getattr(variable, "constant", False) and getattr(variable, "scalar", False) and not variable.read_only
            )
            if (
                given
                and hasattr(variable, "owner")
                and variable.owner is not None
                and variable.owner.name == group.name
            ):
                inputs[f"{group_name}.{name}"] = {"size": 1, "argument": f"{group_name}.{name}"}
    for name in levels:
        inputs[name] = {"size": 1, "argument": name}
    for name, size in circuit.arrays.items():
        inputs[name] = {"size": size, "argument": name}
    for name, timed in circuit.timed.items():
        inputs[f"{name}.values"] = {"size": int(timed.values.size), "argument": f"{timed.name}.values"}
    left_behind = circuit.contacts or {n: (circuit.plastic, n) for n in CONTACT_VARIABLES}
    manifest = {
        "inputs": inputs,
        "spikes": {
            n: {"t": _entry(m.variables["t"], n), "i": _entry(m.variables["i"], n)} for n, m in circuit.spikes.items()
        },
        "states": {
            n: {
                "t": _entry(m.variables["t"], n),
                "variables": {v: _entry(m.variables[v], f"{n}.{v}") for v in m.record_variables},
            }
            for n, m in circuit.states.items()
        },
        "contacts": {
            n: _entry(circuit.groups[owner].variables[variable], n) for n, (owner, variable) in left_behind.items()
        },
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1))


def read_back(folder: Path) -> set[str]:
    """Names of the files that a run leaves and that are read."""
    manifest = json.loads((folder / "manifest.json").read_text())
    named: set[str] = {"last_run_info.txt"}

    def gather(part: object) -> None:
        if isinstance(part, dict):
            named.update([part["file"]] if "file" in part else [])
            for inner in part.values():
                gather(inner)

    gather({name: manifest[name] for name in ("spikes", "states", "contacts")})
    return named


def only_what_is_read(objects: str, wanted: Collection[str]) -> str:
    """Brian2's ``objects.cpp`` without the writing of arrays that nobody reads.

    Brian2 writes every array of the network to a file of its own when a run ends: hundreds of files, and all variables
    of all contacts, which takes a short run longer than simulating. What this does not recognise stays.
    """
    head, begin, rest = objects.partition("void _write_arrays()")
    body, end, tail = rest.partition("\n}\n")
    blocks = re.split(r"^(?=    (?:std::)?ofstream outfile_)", body, flags=re.MULTILINE)
    kept = [
        block for block in blocks if not (found := re.search(r'results_dir \+ "([^"]+)"', block)) or found[1] in wanted
    ]
    return head + begin + "".join(kept) + end + tail


def _sources(folder: Path) -> str:
    """Hash of everything that is generated, wherever it was generated and by whichever Python environment.

    Brian2 writes clocks and independent statements in the order of sets, which differs from process to process: lines
    are sorted before they are hashed.
    """
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".cpp", ".h") or path.name == "makefile" or path.parent.name == "static_arrays":
            digest.update(str(path.relative_to(folder)).encode())
            content = path.read_bytes().replace(str(folder).encode(), b"").replace(sys.prefix.encode(), b"")
            digest.update(content if path.suffix == "" else b"\n".join(sorted(content.splitlines())))
    return digest.hexdigest()


if __name__ == "__main__":
    generate(sys.argv[1], float(sys.argv[2]), Path(sys.argv[3]).resolve())
