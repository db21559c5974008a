"""Loops over contacts, rewritten: contacts at rest keep their weights to the last bit, the others up to rounding."""

import sys

import numpy as np
import pytest

from benchmarks.oracles import PRESET, SCALE, inputs_for
from circuit import compilation, compiled
from circuit.event_loops import BODY, HEAD, Rest, in_advance, with_rest

LOOP = (
    "        {\n"
    + HEAD
    + """            const size_t _vectorisation_idx = _idx;

            double calcium = _ptr_array_calcium[_idx];
            const double gate = _ptr_array_gate[_postsynaptic_idx];
            double rho = _ptr_array_rho[_idx];
            const double elapsed = t - last;
            const double falls = exp(gate * calcium * elapsed);
            rho *= falls;
            calcium *= exp(- elapsed);
            calcium += released * 2.0;
            _ptr_array_calcium[_idx] = calcium;
            _ptr_array_rho[_idx] = rho;

        }
"""
)
REST = Rest(("calcium <= 1",), ("rho",), ("released == 0",))


def test_what_only_serves_kept_variables_stands_behind_the_condition():
    body = [line.strip() for line in BODY.search(with_rest(LOOP, REST))["body"].splitlines()]
    assert body == [
        "double calcium = _ptr_array_calcium[_idx];",
        "if (released == 0 && calcium <= 1) continue;",
        "const double elapsed = t - last;",
        "if (!(calcium <= 1)) {",
        "const double gate = _ptr_array_gate[_postsynaptic_idx];",
        "double rho = _ptr_array_rho[_idx];",
        "const double falls = exp(gate * calcium * elapsed);",
        "rho *= falls;",
        "_ptr_array_rho[_idx] = rho;",
        "}",
        "calcium *= exp(- elapsed);",
        "calcium += released * 2.0;",
        "_ptr_array_calcium[_idx] = calcium;",
    ]


@pytest.mark.parametrize(
    "other",
    [
        LOOP.replace("rho *= falls;", "if (rho > 0) rho *= falls;"),  # not understood
        LOOP.replace("            rho *= falls;\n", "").replace("* 2.0;\n", "* 2.0;\n            rho *= falls;\n"),
        LOOP.replace("_ptr_array_rho[_idx] = rho", "_ptr_array_weight[_idx] = weight"),  # nothing that is kept
        LOOP.replace(HEAD, ""),
    ],
    ids=["a condition", "changed in between", "nothing kept", "no loop"],
)
def test_a_loop_that_cannot_be_rewritten_safely_is_left(other):
    assert with_rest(other, REST) == other


def test_memory_is_asked_for_in_advance_where_a_loop_reads_enough_of_it():
    assert in_advance(LOOP) == LOOP  # two arrays over contacts
    more = LOOP.replace("released *", "_ptr_array_released[_idx] *")
    asked = in_advance(more).partition(HEAD)[2].partition("            const size_t _vectorisation_idx")[0]
    assert asked.count("__builtin_prefetch") == 3
    assert in_advance(more).replace(asked, "") == more


@pytest.mark.compiled
@pytest.mark.skipif(compiled.compiler() is None, reason="no C++ compiler")
def test_weights_are_those_of_the_loops_as_brian2_writes_them(tmp_path, monkeypatch):
    plain = tmp_path / "plain"
    compiled.run_step(
        [sys.executable, "-m", "circuit.generate", PRESET, str(SCALE), str(plain)], tmp_path, compiled.importable()
    )
    with monkeypatch.context() as without:
        without.setattr(compilation.event_loops, "quicken", lambda folder: None)
        compilation.compile_program(plain)
    duration = 1.5
    inputs = inputs_for(list(0.2 + 0.02 * np.arange(50)), duration)
    rewritten, written = (
        program.run(inputs, duration, 1, 2) for program in (compiled.build(PRESET, SCALE), compiled.Build(plain))
    )
    for name, (times, cells) in written.spikes.items():
        assert np.array_equal(times, rewritten.spikes[name][0]), name
        assert np.array_equal(cells, rewritten.spikes[name][1]), name
    for name, values in written.contacts.items():
        assert values == pytest.approx(rewritten.contacts[name], rel=1e-9, abs=1e-12), name
    assert written.contacts["rho"].min() < 0.999  # some are depressed, and those at rest are exactly where they were
    assert np.mean(rewritten.contacts["rho"] == 1) > 0.1
