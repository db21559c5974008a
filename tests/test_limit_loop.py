"""The hand-written loop is held to the engine's law and chances, so that it is a limit of the same work."""

from __future__ import annotations

import shutil

import pytest

from benchmarks import limit_loop, same_work
from benchmarks.limit_loop import LessWorkError, differing, unfilled
from benchmarks.oracles import SCALE
from circuit.engine import compiled

needs_compiler = pytest.mark.skipif(compiled.compiler() is None, reason="no C++ compiler")


@needs_compiler
@pytest.mark.compiled
def test_engine_and_loop_do_the_same_work():
    found = same_work.check(SCALE)
    every, once = (found["without chance"][name] for name in ("every spike releases", "one vesicle"))
    assert every["releases"] == every["spikes at contacts"] > 1000 and every["postsynaptic events"] > 1000
    assert 0 < every["calcium events"] <= every["releases"]
    assert 0 < once["releases"] < once["spikes at contacts"] / 5
    assert found["with chance"]["potentiation"]["engine"] > 0.01  # so that what calcium writes is compared
    assert found["with chance"]["rho"]["engine"] < 1


@needs_compiler
@pytest.mark.compiled
@pytest.mark.parametrize(
    ("file", "line", "instead", "says"),
    [
        (
            "contacts.h",
            "arriving[slot].begin(), arriving[slot].end()",
            "arriving[slot].begin(), arriving[slot].begin()",
            r"every spike releases: 0 calcium events for \d+ releases$",
        ),
        ("contacts.h", "bound[s] = 1;", "", "the same work without chance, every spike releases: "),
        ("contacts.h", "!released[s] && calcium[s] <= lowest", "!released[s]", "without chance, one vesicle: "),
        ("contacts.h", "docked_at[s] = t + docked_in[s];", "", "without chance, one vesicle: "),
        ("cells.h", "+ outside) * open", ") * open", "the same work without chance, every spike releases: "),
    ],
)
def test_a_loop_that_leaves_something_out_stops_the_benchmark_in_one_line(tmp_path, file, line, instead, says):
    sources = shutil.copytree(limit_loop.SOURCES, tmp_path / "limit")
    text = (sources / file).read_text()
    assert text.count(line) == 1
    (sources / file).write_text(text.replace(line, instead))
    with pytest.raises(LessWorkError, match=says) as stopped:
        same_work.check(SCALE, sources)
    assert "\n" not in str(stopped.value)


def test_releases_after_which_no_calcium_enters_are_noticed():
    assert unfilled({"releases": 100, "calcium events": 97}) == ""
    assert unfilled({"releases": 100, "calcium events": 0}) == "0 calcium events for 100 releases"
    assert unfilled({"releases": 0, "calcium events": 0})


def test_means_differ_if_runs_scatter_less_than_they_are_apart():
    ours = [{"rho": 0.90 + 0.001 * k, "rate": 5.0 + k} for k in range(8)]
    others = [{"rho": 0.95 + 0.001 * k, "rate": 5.5 + k} for k in range(8)]
    assert differing(ours, ours) == ""
    assert differing(ours, others) == "rho 0.9035 and 0.9535"


def test_another_loop_has_another_key(tmp_path):
    sources = shutil.copytree(limit_loop.SOURCES, tmp_path / "limit")
    assert limit_loop.key(sources) == limit_loop.key()
    (sources / "loop.cpp").write_text((sources / "loop.cpp").read_text() + "\n")
    assert limit_loop.key(sources) != limit_loop.key()
