"""Kinds of cells of one's own: equations and parameters do what they say, and nothing but equations is taken."""

import re
import tomllib
from pathlib import Path

import numpy as np
import pytest
from brian2 import second

from circuit.cells.own import overridden
from protocols.analysis import hand_over
from protocols.errors import InputError
from protocols.experiments.experiment import experiment_from, load
from protocols.runs.plan import document

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "circuit.md"
(BLOCK,) = re.findall(r"<!-- runs in tests: cell -->\n```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
ROWS = tomllib.loads(BLOCK)
PLAIN = {"name": "adapting", "like": "relay"}


def with_rows(rows):
    """A test at rest in a small circuit with rows of one's own, without a compiler."""
    found = document(load("tone"))
    circuit = found["circuit"] | {"scale": 0.05, "engine": "runtime", "own": {"extends": "corticoaccumbens", **rows}}
    return experiment_from({**found, "circuit": circuit})


def spikes(rows):
    """When cells of the nucleus fire in one animal, in half a second of network time."""
    animal = hand_over.network(with_rows(rows), "control", "rest")
    animal.run(0.5 * second)
    (kind,) = {place.kind for name, place in animal.populations.items() if name == "PVT"}
    return np.array(animal.spikes[kind].t_[:])


def test_a_kind_that_differs_in_nothing_is_the_kind_that_it_is_like():
    named = {"cell": "relay_own"}  # Brian2 draws random numbers in the order of names
    own = spikes({**ROWS, "cell": [PLAIN | {"name": "relay_own"}], "population": [ROWS["population"][0] | named]})
    known = spikes({**ROWS, "cell": [], "population": [ROWS["population"][0] | {"cell": "relay"}]})
    assert len(own) > 20 and np.array_equal(own, known)


def test_the_pages_cells_adapt():
    still = ROWS["cell"][0] | {"parameters": {"step": "0 pA", "recovery": "80 ms"}}
    assert 0 < len(spikes(ROWS)) < 0.8 * len(spikes({**ROWS, "cell": [still]}))


@pytest.mark.slow
def test_a_parameter_of_the_known_kind_is_changed_for_these_cells_alone():
    lower = spikes({**ROWS, "cell": [PLAIN | {"parameters": {"peak": "-54 mV"}}]})
    assert len(lower) > 1.2 * len(spikes({**ROWS, "cell": [PLAIN]}))


def test_equations_are_replaced_by_their_variable_and_others_added():
    base = "    dv/dt = (a\n        + b)/c : volt  # membrane\n    g : siemens\n"
    found = overridden(base, "dv/dt = 0*mV/ms : volt\ndw/dt = -w/tau\n   : amp")
    assert found == "    dv/dt = 0*mV/ms : volt\n    g : siemens\n    dw/dt = -w/tau : amp\n"


BAD = {
    "no known kind": (PLAIN | {"like": "relais"}, "cell.adapting.like"),
    "a misspelt key": (PLAIN | {"equation": "dv/dt = 0*mV/ms : volt"}, "did you mean 'equations'?"),
    "a taken name": (PLAIN | {"name": "relay"}, "there is a kind of that name already"),
    "no equation": (PLAIN | {"equations": "hello"}, "'hello' is no equation"),
    "no unit": (PLAIN | {"equations": "dw/dt = -w/(20*ms)"}, "does not end in a unit"),
    "a unit that is code": (PLAIN | {"equations": "w : exit()"}, "does not end in a unit"),
    "code in a string": (PLAIN | {"reset": 'v = eval("1")'}, "only names, numbers and signs of arithmetic"),
    "inner names": (PLAIN | {"threshold": "v.__class__ > 0"}, "only names, numbers and signs of arithmetic"),
    "a power of whole numbers": (PLAIN | {"reset": "v = reset; w += 10**-3*step"}, "Brian2 makes 0 of 10**-3; write"),
    "the same with spaces": (PLAIN | {"threshold": "v > 2 ** ( -1)*volt"}, "write 2.0**-1"),
    "an unknown unit": (
        PLAIN | {"parameters": {"step": "60 parsec"}},
        "parameters.step: '60 parsec' is no quantity in pA",
    ),
    "an infinite parameter": (PLAIN | {"parameters": {"step": "inf pA"}}, "parameters.step: must be finite"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_kind_of_cell_is_refused_in_one_line(case):
    row, told = BAD[case]
    with pytest.raises(InputError) as problem:
        with_rows({**ROWS, "cell": [row]})
    assert told in str(problem.value) and "\n" not in str(problem.value)


def test_an_unknown_kind_of_a_population_is_refused_with_the_nearest():
    with pytest.raises(InputError, match="'adaptin' is not known; did you mean 'adapting'"):
        with_rows({**ROWS, "population": [ROWS["population"][0] | {"cell": "adaptin"}]})
