"""What benchmarks are made of: taking turns, keeping results, tables; no time is judged here."""

from __future__ import annotations

import json
import sys

import pytest

from benchmarks import overhead
from benchmarks.side_by_side import ContenderError, Cost, Kept, measured, ratio, take_turns
from benchmarks.speed_page import tables

SLEEPER = "import json, time; block = bytearray(60_000_000); time.sleep(0.3); print(json.dumps({'rate': 5.5}))"


def test_a_contender_tells_what_it_found_and_its_own_memory():
    ours = bytearray(300_000_000)  # which is not to be taken for the contender's
    cost = measured([sys.executable, "-c", SLEEPER])
    assert cost.printed == {"rate": 5.5}
    assert 60 < cost.memory < 200 and len(ours) > cost.memory
    assert cost.wall >= 0.3 > 0


def test_a_contender_that_fails_is_named():
    with pytest.raises(ContenderError, match="exit 3: no such network"):
        measured([sys.executable, "-c", "import sys; print('no such network'); sys.exit(3)"])


def test_contenders_take_turns_and_the_order_turns_round():
    order = []

    def contender(name):
        return lambda repeat: order.append((repeat, name)) or Cost(1, 1, 1, {})

    costs = take_turns({name: contender(name) for name in "ab"}, 3)
    assert order == [(0, "a"), (0, "b"), (1, "b"), (1, "a"), (2, "a"), (2, "b")]
    assert {name: len(each) for name, each in costs.items()} == {"a": 3, "b": 3}


def test_ratios_are_made_within_a_repeat():
    assert ratio([2, 40, 6], [1, 10, 3]) == {"median": 2, "smallest": 2, "largest": 4}


def test_what_was_measured_is_not_measured_again_unless_something_else_is_asked(tmp_path):
    file, count = tmp_path / "results.json", []

    def measure():
        count.append(1)
        return {"value": len(count)}

    assert Kept(file).get("a", {"scale": 1.0}, measure) == {"value": 1}
    assert Kept(file).get("a", {"scale": 1.0}, measure) == {"value": 1}
    assert Kept(file).get("a", {"scale": 2.0}, measure) == {"value": 2}
    assert json.loads(file.read_text())["entries"]["a"]["asked"] == {"scale": 2.0}


def test_one_table_says_which_aims_are_missed_and_on_which_machine():
    spread = {"median": 3.0, "smallest": 2.5, "largest": 4.0}
    entries = {
        "limit, scale 4": {"asked": {}, "others_on_the_machine": 0.1, "machine": "a processor, 2 cores", "found": {
            "cells": 4000, "plastic_contacts": 400_000, "ratio": spread,
            "processor_per_network_second": {"engine": 0.9, "loop": 0.3},
        }},
        "cuba, matched": {"others_on_the_machine": 2.0, "machine": "a processor, 2 cores", "found": {
            "times_as_long_as_here": {"nest": {**spread, "median": 41.0}, "annarchy": {**spread, "median": 0.9}},
            "rate_differs_by": {n: {"mean": 0.01, "standard_error": 0.01} for n in ("nest", "annarchy")},
            "versions": {"nest": "3.10.0"},
        }},
    }  # fmt: skip
    text = tables(entries)
    assert text.count("## Against") == 1
    loop = "the default circuit at rest, 4,000 cells and 400,000 plastic contacts; 0.9 s here for a network second"
    assert f"| hand-written loop in double | {loop} | 0.333 [0.25, 0.4] | at least 1 | not reached |" in text
    differ = "rates differ by +1.0% ± 1.0% (standard error over networks drawn)"
    assert f"| NEST 3.10.0 | network `cuba`, matched; {differ} | 41 [2.5, 4] | at least 40 | reached |" in text
    assert "| 0.9 [2.5, 4] | at least 5 | not reached |" in text
    assert "Measured on: a processor, 2 cores.\n" in text
    assert "0.1 to 2;" in text
    assert tables({}) == ""


def test_time_outside_programs_leaves_out_programs_of_circuits_only(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(overhead.CUSTOM)
    for name in ("main", "other"):
        (tmp_path / name).write_text("#!/bin/sh\nexec true\n")
        (tmp_path / name).chmod(0o755)
    script = f"import subprocess\nfor name in ('main', 'other', 'main'): subprocess.run(['{tmp_path}/' + name])"
    environment = {"PYTHONPATH": str(tmp_path), overhead.LOG: str(tmp_path / "programs")}
    measured([sys.executable, "-c", script], environment, tmp_path)
    lines = (tmp_path / "programs").read_text().splitlines()
    assert len(lines) == 2 and all(float(number) >= 0 for line in lines for number in line.split())


def test_a_command_that_runs_no_program_is_all_outside():
    cost = overhead.once(overhead.ROOT, ["experiments"])
    assert cost.printed == {"programs": 0, "user": 0, "number": 0} and cost.processor > cost.user > 0
