"""Brian2's loops over clocks and cells, rewritten: the same results to the last bit, and nothing unknown is touched."""

import subprocess
import sys

import numpy as np
import pytest

from circuit import compiled
from circuit.inner_loops import BLOCK, with_quick_run, with_quick_search

THRESHOLDER = """
    const int64_t N = {number};
    long _count = 0;
    for(size_t _idx=0; _idx<N; _idx++)
    {{
        const size_t _vectorisation_idx = _idx;

        const char _cond = {condition};

        if(_cond) {{
            spikes[_count++] = _idx;
        }}
    }}
"""
# Two clocks whose steps have no common multiple, refractory cells, an event of their own, fewer and more than a block.
NETWORK = f"""
import sys
import brian2 as b
from circuit import compilation

if sys.argv[2] == "plain":
    compilation.inner_loops.quicken = compilation.event_loops.quicken = lambda folder: None
b.set_device("cpp_standalone", build_on_run=False)
b.seed(3)
cells = b.NeuronGroup({3 * BLOCK + 5}, "dv/dt = (1.2 + noise - v)/(10*ms) : 1 (unless refractory)\\nnoise : 1",
                      threshold="v > 1", reset="v = 0", refractory=2*b.ms, events={{"high": "v > 0.9"}},
                      method="euler", dt=0.1*b.ms, name="cells")
cells.run_regularly("noise = 0.5*randn()", dt=1*b.ms)
few = b.NeuronGroup({BLOCK // 2}, "dv/dt = (1.1 - v)/(7*ms) : 1", threshold="v > 1", reset="v = 0", method="euler",
                    dt=0.3*b.ms, name="few")
few.v = "rand()"
joined = b.Synapses(few, cells, on_pre="v_post += 0.05", name="joined")
joined.connect(p=0.1)
monitors = [b.SpikeMonitor(cells, name="s"), b.SpikeMonitor(few, name="f"), b.EventMonitor(cells, "high", name="h")]
b.Network(cells, few, joined, *monitors).run(200*b.ms)
b.device.build(directory=sys.argv[1], compile=False, run=False)
compilation.compile_program(__import__("pathlib").Path(sys.argv[1]))
"""


def test_only_the_loop_that_is_known_is_rewritten():
    known = THRESHOLDER.format(number=BLOCK, condition="v[_idx] > 1")
    assert "_any |= _cond" in with_quick_search(known)
    for other in (
        THRESHOLDER.format(number=BLOCK - 1, condition="v[_idx] > 1"),
        THRESHOLDER.format(number=BLOCK, condition="_rand(_vectorisation_idx) < 0.1"),
        known.replace("if(_cond) {", "if(_cond)\n{"),
        "nothing of the kind",
    ):
        assert with_quick_search(other) == other
    assert with_quick_run("void Network::run()\n{\n}\n") == "void Network::run()\n{\n}\n"


@pytest.mark.compiled
@pytest.mark.skipif(compiled.compiler() is None, reason="no C++ compiler")
def test_rewritten_loops_give_the_same_spikes_to_the_last_bit(tmp_path):
    script = tmp_path / "network.py"
    script.write_text(NETWORK)
    found = {}
    for way in ("plain", "quick"):
        folder = tmp_path / way
        environment = compiled.importable()
        subprocess.run([sys.executable, str(script), str(folder), way], check=True, env=environment, cwd=tmp_path)
        assert ("due[own[i]]" in (folder / "network.cpp").read_text()) == (way == "quick")
        subprocess.run([str(folder / "main"), "--results_dir", "results/"], check=True, cwd=folder)
        found[way] = {
            path.name: np.fromfile(path, dtype=np.uint8)
            for path in sorted((folder / "results").glob("_dynamic_array_[sfh]_[ti]*"))
        }
    assert len(found["plain"]) == 6 and all(len(values) > 100 for values in found["plain"].values())
    for name, values in found["plain"].items():
        assert np.array_equal(values, found["quick"][name]), name
