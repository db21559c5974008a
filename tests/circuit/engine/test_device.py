"""Brian2's standalone device with loops of our own: the same results to the last bit, and no form that is unknown."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest

from benchmarks.oracles import PRESET, SCALE, inputs_for
from circuit.engine import compiled
from circuit.engine.scratch import OWNER
from circuit.engine.step_generator import BLOCK, SPAN

needs_compiler = pytest.mark.skipif(compiled.compiler() is None, reason="no C++ compiler")

# Two clocks whose steps have no common multiple, cells that are refractory, some from the start, an event of their own,
# fewer and more cells than a block and a span, subgroups, contacts with one delay and with many, a sum over contacts,
# conditions of several parts and one that draws random numbers, synaptic variables that decay between events. Nothing
# that is compared is random.
NETWORK = f"""
import sys
from pathlib import Path
import brian2 as b
from circuit.engine import compilation
from circuit.engine import device as engine

name, folder, sparing = sys.argv[1], Path(sys.argv[2]), sys.argv[3:] == ["sparing"]
b.set_device(name, build_on_run=False)
b.get_device().sparing = sparing
b.seed(3)
cells = b.NeuronGroup({SPAN + 2 * BLOCK + 5}, "dv/dt = (1.2 + noise + 0.01*held - v)/(10*ms) : 1 (unless refractory)\\n"
                      "noise : 1\\nheld : 1", threshold="v > 1", reset="v = 0", refractory=2*b.ms,
                      events={{"high": "v > 0.9"}}, method="euler", dt=0.1*b.ms, name="cells")
cells.lastspike = "-0.3*ms*(i % 8)"
cells.run_regularly("noise = 0.7*sin(1.7*i + 3.1*t/ms)", dt=1*b.ms)
few = b.NeuronGroup({BLOCK // 2}, "dv/dt = (1.1 - v)/(7*ms) : 1", threshold="v > 1", reset="v = 0", method="euler",
                    dt=0.3*b.ms, name="few")
few.v = "(0.37*i) % 1"
timed = b.NeuronGroup({2 * BLOCK}, "p : 1", threshold="p > 0 and sin(2.3*i + 5.7*t/ms) > 0.99", dt=0.1*b.ms,
                      name="timed")
timed.p = "i % 3"
drawn = b.NeuronGroup({2 * BLOCK}, "p : 1", threshold="rand() < 0.01", dt=0.1*b.ms, name="drawn")
joined = b.Synapses(few, cells, on_pre="v_post += 0.05", delay=1.1*b.ms, name="joined")
joined.connect("(7*i + 3*j) % 10 == 0")
part = b.Synapses(cells[10:{BLOCK + 20}], cells[{BLOCK}:], '''w : 1
                  dcaught/dt = -caught/(5*ms) : 1 (event-driven)
                  held_post = w : 1 (summed)''',
                  on_pre="caught += 1; w = clip(w + 0.01*caught, 0, 1); v_post += 0.01*w", on_post="w *= 0.9",
                  method="exact", dt=0.1*b.ms, name="apart")
part.connect("(5*i + 7*j) % 5 == 0")
part.pre.delay = "((31*i + 17*j) % 30)*0.1*ms"
part.post.delay = "(i % 3)*0.1*ms"
loop = b.Synapses(timed, few, "n : 1", on_pre="n += 1; v_post += 0.01", name="loop")
loop.connect(i=[1, 1, 1, 4, 5], j=[2, 3, 2, 5, 4])
loop.pre.delay = [1, 1, 0, 2, 1]*b.ms
monitors = [b.SpikeMonitor(cells, name="s"), b.SpikeMonitor(few, name="f"), b.EventMonitor(cells, "high", name="h"),
            b.SpikeMonitor(timed, name="d"), b.StateMonitor(part, "w", record=[0, 5], dt=5*b.ms, name="w")]
b.Network(cells, few, timed, drawn, joined, part, loop, *monitors).run(200*b.ms)
device = b.get_device()
if sparing:
    device.write_only([part.variables["w"], loop.variables["n"], *(each.variables["t"] for each in monitors)])
device.build(directory=str(folder), compile=name == "cpp_standalone", run=False)
if name != "cpp_standalone":
    searched = ("cells_spike", "cells_high", "timed_spike")
    assert device.loops["blocks"] == {{f"{{name}}_thresholder_codeobject" for name in searched}}
    assert device.loops["aside"] == device.loops["asked"] == {{"cells"}}
    compilation.compile_program(folder)
"""


def run(script: str, folder, *words: str) -> subprocess.CompletedProcess[str]:
    """A script in a process of its own: Brian2 keeps one device a process."""
    file = folder / "script.py"
    file.write_text(script)
    environment = compiled.importable() | compiled.SAME_ORDER
    command = [sys.executable, str(file), *words]
    return subprocess.run(command, check=False, env=environment, cwd=folder, capture_output=True, text=True)


def left_by(tmp_path, device: str, *more: str) -> dict[str, bytes]:
    """The files that `NETWORK` leaves on a device, without the order of cells that spike in one step."""
    folder = tmp_path / "-".join([device, *more])
    made = run(NETWORK, tmp_path, device, str(folder), *more)
    assert made.returncode == 0, made.stderr[-2000:]
    subprocess.run([str(folder / "main"), "--results_dir", "results/"], check=True, cwd=folder)
    return {
        path.name: path.read_bytes()
        for path in sorted((folder / "results").glob("_dynamic_array_*"))
        if not path.name.startswith(("_dynamic_array_s_", "_dynamic_array_h_")) or "_t_" in path.name
    }


@needs_compiler
@pytest.mark.compiled
def test_our_loops_give_brian2s_results_to_the_last_bit(tmp_path):
    stock, ours = left_by(tmp_path, "cpp_standalone"), left_by(tmp_path, "corticostriatal")
    for needed in ("s_t", "f_t", "h_t", "d_t", "w_w", "apart_w", "loop_n"):
        assert any(name.startswith(f"_dynamic_array_{needed}_") and len(stock[name]) >= 40 for name in stock), needed
    assert stock.keys() == ours.keys()
    assert [name for name in stock if stock[name] != ours[name]] == []
    # Neither do arrays that are there only as long as something touches them.
    spared = left_by(tmp_path, "corticostriatal", "sparing")
    assert len(spared) == 7 and spared.keys() < stock.keys()
    assert [name for name in spared if stock[name] != spared[name]] == []


ALIKE = f"""
import sys
import brian2 as b
import numpy as np
from circuit.engine import compilation
from circuit.engine import device as engine

name, kind, method, folder = sys.argv[1:]
b.set_device(name, build_on_run=False)
dtype = {{"single": np.float32, "double": np.float64}}[kind]
cells = b.NeuronGroup({SPAN + BLOCK}, '''dv/dt = (g - h - v)/(20*ms) : 1
                      dg/dt = -g/tau : 1
                      dh/dt = -3*rate*h : 1
                      dk/dt = -k/own : 1
                      rate : Hz (shared)
                      own : second
                      tau : second (constant, shared)''',
                      threshold="v > 0.5 + 0.1*k", reset="v = 0; h += 0.5; g *= 0.9", name="cells",
                      method=method, dt=0.1*b.ms, dtype={{each: dtype for each in "vghk"}})
cells.tau, cells.rate, cells.own = 2*b.ms, 40*b.Hz, 7*b.ms
cells.g = cells.k = "(i % 7)/7.0"
cells.run_regularly("g += 3*int((i + int(t/ms)) % 5 == 0); k = g", dt=1*b.ms)
cells.run_regularly("rate = (40 + 20*sin(t/ms))*Hz", dt=1*b.ms)
joined = b.Synapses(cells, cells, on_pre="g_post += 0.02", delay=0.3*b.ms, name="joined")
joined.connect("(7*i + 3*j) % 50 == 0")
monitors = [b.SpikeMonitor(cells, name="s"), b.StateMonitor(cells, ["g", "h", "k", "v"], record=[0, 3, 300], name="m")]
b.Network(cells, joined, *monitors).run(150*b.ms)
device = b.get_device()
device.build(directory=folder, compile=name == "cpp_standalone", run=False)
if name != "cpp_standalone":
    assert device.loops["alike"] == {{"cells.g", "cells.h"}} and device.loops["asked"] == {{"cells"}}
    compilation.compile_program(folder)
"""


@needs_compiler
@pytest.mark.compiled
@pytest.mark.parametrize("kind, method, alike", [("double", "exponential_euler", 1e-9), ("single", "euler", 1e-5)])
def test_what_decays_alike_in_all_cells_is_what_brian2_makes_of_it(tmp_path, kind, method, alike):
    left = []
    for device in ("cpp_standalone", "corticostriatal"):
        folder = tmp_path / device
        made = run(ALIKE, tmp_path, device, kind, method, str(folder))
        assert made.returncode == 0, made.stderr[-2000:]
        subprocess.run([str(folder / "main"), "--results_dir", "results/"], check=True, cwd=folder)
        number = np.float32 if kind == "single" else np.float64
        found = {"s": np.fromfile(next((folder / "results").glob("_dynamic_array_s_t_*")))}
        for name in "ghkv":
            found[f"m_{name}"] = np.fromfile(next((folder / "results").glob(f"_dynamic_array_m_{name}_*")), number)
            found[name] = np.fromfile(next((folder / "results").glob(f"_array_cells_{name}_*")), number)
        left.append(found)
    stock, ours = left
    assert len(stock["s"]) > 500 and stock["s"] == pytest.approx(ours["s"])
    for name in stock:
        assert ours[name] == pytest.approx(stock[name], rel=alike, abs=alike), name


DRAWING = """
import sys
import brian2 as b
from circuit.engine import compilation
from circuit.engine import device as engine

b.set_device("corticostriatal", build_on_run=False)
if sys.argv[2] == "a number":
    b.seed(7)
if sys.argv[2] == "none":
    b.seed()
cells = b.NeuronGroup(1000, "x : 1", name="cells")
cells.x = "rand()"
joined = b.Synapses(cells, cells, name="joined")
joined.connect(p=0.01)
b.Network(cells, joined).run(0.1*b.ms)
b.get_device().build(directory=sys.argv[1], compile=False, run=False)
compilation.compile_program(sys.argv[1])
"""


@needs_compiler
@pytest.mark.compiled
@pytest.mark.parametrize("given, alike", [("a number", True), ("none", False), ("not asked", True)])
def test_random_numbers_follow_the_seed_that_brian2_is_given(tmp_path, given, alike):
    folder = tmp_path / "program"
    made = run(DRAWING, tmp_path, str(folder), given)
    assert made.returncode == 0, made.stderr[-2000:]
    drawn, joined = [], []
    for _ in range(2):
        subprocess.run([str(folder / "main"), "--results_dir", "results/"], check=True, cwd=folder)
        left = folder / "results"
        drawn.append(np.fromfile(next(left.glob("_array_cells_x_*"))))
        joined.append(np.fromfile(next(left.glob("_dynamic_array_joined__synaptic_post_*")), dtype=np.int32))
    assert len(set(drawn[0])) == 1000 and abs(drawn[0].mean() - 0.5) < 0.05
    assert abs(joined[0].size - 10_000) < 600  # six standard deviations
    assert np.array_equal(*drawn) == alike == np.array_equal(*joined)


REFUSED = """
import brian2 as b
from circuit.engine import device as engine

b.set_device("corticostriatal", build_on_run=False)
cells = b.NeuronGroup(2, "v : 1", threshold="v > 1", reset="v = 0", name="cells")
contacts = b.Synapses(cells, cells, "{model}", on_pre="y = 1; v_post += x", name="contacts")
contacts.connect()
b.get_device().rests = {rests}
{before}
net = b.Network(cells, contacts)
try:
    net.run(1*b.ms{report})
    {then}
except Exception as problem:
    while problem and not isinstance(problem, engine.Refused):
        problem = problem.__cause__
    print(problem)
"""


@pytest.mark.parametrize(
    "given, line",
    [
        ({"model": "y : 1\\nx = 1 - y : 1"}, "contacts: 'x' is a subexpression of Synapses, which compiled code reads"),
        ({"report": ", report='text'"}, "does one run, without a report"),
        ({"then": "net.run(1*b.ms)"}, "does one run, without a report"),
        ({"before": "b.prefs.devices.cpp_standalone.openmp_threads = 2"}, "uses no threads"),
        ({"rests": '{"contacts_past": engine.Rest((), ("v_post",))}'}, "nothing was put to rest in contacts_past"),
        ({"rests": '{"contacts_pre": engine.Rest(("y == 0",), ("w",))}'}, "contacts_pre: it does not change w"),
    ],
    ids=["subexpression", "report", "second run", "threads", "no such pathway", "not changed"],
)
def test_what_the_device_does_not_take_is_refused_in_words(tmp_path, given, line):
    parts = {"model": "y : 1\\nx : 1", "rests": "{}", "before": "", "report": "", "then": ""} | given
    said = run(REFUSED.format(**parts), tmp_path)
    assert line in said.stdout and said.returncode == 0, said.stderr[-2000:]


CHANGED = """
import sys
from circuit.engine import generate
from circuit.engine import device, generator

{change}
sys.argv = ["generate", "{preset}", "{scale}", "{precision}", sys.argv[1]]
import runpy
runpy.run_module("circuit.engine.generate", run_name="__main__")
"""
WRITES_OTHERWISE = """
from brian2.codegen.generators.cpp_generator import CPPCodeGenerator
written = CPPCodeGenerator.translate_statement_sequence
def otherwise(self, scalar, vector):
    before, inside, keywords = written(self, scalar, vector)
    return before, {name: ["// new", *lines] for name, lines in inside.items()}, keywords
CPPCodeGenerator.translate_statement_sequence = otherwise
"""


def test_a_form_of_brian2_that_is_not_known_is_refused_in_one_line(tmp_path):
    said = run(
        CHANGED.format(change=WRITES_OTHERWISE, preset=PRESET, scale=SCALE, precision="single"),
        tmp_path,
        str(tmp_path / "out"),
    )
    assert said.returncode == 1
    line = said.stderr.strip().splitlines()[-1]
    assert line.startswith("Brian2 ") and "is not written as known; corticostriatal does not know this version" in line
    assert "Traceback" not in said.stderr.partition("WARNING")[0]
    assert not (tmp_path / "out" / "manifest.json").exists()


PLASTIC = "pyramidal_to_medium_spiny_plastic"


@pytest.mark.parametrize(
    "preset, blocks, rest, ahead",
    [
        (
            "corticoaccumbens",
            {"pyramidal_spike", "medium_spiny_spike", "pyramidal_window_edge"},
            {f"{PLASTIC}_{pathway}" for pathway in ("transmission", "calcium_entry", "backpropagation")},
            {f"{PLASTIC}_backpropagation"},
        ),
        (
            "corticostriatal",
            {"pyramidal_spike", "medium_spiny_spike", "relay_spike"},
            {
                f"{source}_to_medium_spiny_plastic_{spike}"
                for source in ("pyramidal", "relay")
                for spike in ("pre", "light", "learning")
            },
            {f"{source}_to_medium_spiny_plastic_post" for source in ("pyramidal", "relay")},
        ),
    ],
)
def test_every_circuit_has_the_loops_that_make_it_fast(tmp_path, preset, blocks, rest, ahead):
    folder = tmp_path / "sources"
    made = run(CHANGED.format(change="", preset=preset, scale=1.0, precision="single"), tmp_path, str(folder))
    assert made.returncode == 0, made.stderr[-2000:]
    loops = json.loads((folder / "manifest.json").read_text())["loops"]
    assert {f"{name}_thresholder_codeobject" for name in blocks} <= set(loops["blocks"])
    assert set(loops["rest"]) == rest
    assert set(loops["ahead"]) == ahead
    # What the manifest says is in the program.
    code = {path.stem: path.read_text() for path in (folder / "code_objects").glob("*.cpp")}
    assert all("_any |= _cond" in code[name] for name in loops["blocks"])
    assert all("__builtin_prefetch" in code[f"{name}_codeobject"] for name in loops["ahead"])
    assert all("if (!(" in code[f"{name}_codeobject"] or "if(_at_rest)" in code[f"{name}_codeobject"] for name in rest)
    # Cells and contacts are worked out in single precision, times in double, and random numbers before a loop.
    loop = code["medium_spiny_stateupdater_codeobject"].partition("for(int _idx=_begin")[2]
    assert "float v = " in loop and "double" not in loop
    contacts = code[f"{PLASTIC}_{'post' if preset == 'corticostriatal' else 'backpropagation'}_codeobject"]
    assert "const float elapsed = t - t_" in contacts
    drawing = [text.partition("scalar code")[2] for text in code.values() if "_normals" in text]
    assert len(drawing) >= 3 and not any("drawn_normal(" in text for text in drawing)
    assert "all[k]->tick()" in (folder / "network.cpp").read_text()


@needs_compiler
@pytest.mark.compiled
def test_weights_are_those_of_loops_that_leave_nothing_alone(tmp_path):
    plain = tmp_path / "plain"
    change = "from circuit.network import contacts\ncontacts.RESTS.clear()\ngenerator.FEWEST = 99"
    made = run(CHANGED.format(change=change, preset=PRESET, scale=SCALE, precision="double"), tmp_path, str(plain))
    assert made.returncode == 0, made.stderr[-2000:]
    from circuit.engine.compilation import compile_program

    compile_program(plain)
    duration = 1.0
    inputs = inputs_for(list(0.1 + 0.02 * np.arange(40)), duration)
    resting, written = (
        program.run(inputs, duration, 2)
        for program in (compiled.build(PRESET, SCALE, precision="double"), compiled.Build(plain))
    )
    for name, (times, cells) in written.spikes.items():
        assert np.array_equal(times, resting.spikes[name][0]), name
        assert np.array_equal(cells, resting.spikes[name][1]), name
    for name, values in written.contacts.items():
        assert values == pytest.approx(resting.contacts[name], abs=1e-9), name  # both are about 1 at most
    assert (
        written.contacts[f"{PLASTIC}.rho"].min() < 0.999
    )  # some are depressed, and those at rest are exactly where they were
    assert np.mean(resting.contacts[f"{PLASTIC}.rho"] == 1) > 0.1


@needs_compiler
@pytest.mark.compiled
def test_a_run_leaves_the_files_that_are_read_and_no_others(tmp_path):
    build = compiled.build(PRESET, SCALE)
    manifest = build.manifest
    named = {"last_run_info.txt"}

    def gather(part):
        if isinstance(part, dict):
            named.update([part["file"]] if "file" in part else [])
            for inner in part.values():
                gather(inner)

    gather({name: manifest[name] for name in ("spikes", "states", "contacts")})
    left = []
    read = compiled._read

    def look(given, folder, duration):
        left.extend({path.name for path in folder.iterdir() if not path.name.startswith("input_")} - {OWNER})
        return read(given, folder, duration)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(compiled, "_read", look)
        build.run(inputs_for([0.1], 0.2), 0.2, 2)
    assert sorted(left) == sorted(named)


@needs_compiler
@pytest.mark.compiled
@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_a_value_that_brian2_would_take_for_a_file_is_refused(value):
    """``name=inf`` on a program's command line names a file: nothing is set, and the program goes on."""
    inputs = inputs_for([0.1], 0.2)
    name = next(name for name, given in inputs.items() if np.ndim(given) == 0)
    with pytest.raises(compiled.EngineError, match=f"{name}: not a finite number"):
        compiled.build(PRESET, SCALE).run(inputs | {name: value}, 0.2, 2)
