"""What is damaged, and the commands that read it. Each kind makes its files in a folder and names the command lines."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from protocols.experiments.shipped import DESIGNS, OPTIMISATIONS, STUDIES, locate, shipped, source
from tests.fuzz import mutations

DRUG = """
["blocker-X"]
description = "invented"
half_life = 14400.0
absorption = 900.0
level = 0.3
adaptation = 1.0
intake = 2.0
intake_dose = 0.5
intake_exponent = 0.3
prime = 3.0
source = "invented"
actions = [
    {target = "mGluR2/3", action = "antagonist", potency = 0.05, source = "invented"},
    {target = "dopamine cell", action = "drive", potency = 0.5, maximum = 2.0, source = "invented"},
]

[other-Y]
description = "invented"
half_life = 600
absorption = 60
level = 1
source = "invented"
actions = [ {target = "cystine", action = "donor", potency = 10, maximum = 3.3, source = "invented"} ]
"""
TAKING = """
[experiment]
name = "taking"
[animals]
per_group = 1
[[group]]
name = "taken"
history = [ {phase = "self_administration", drug = "blocker-X", days = 5, hours = 2, dose = "0.5 mg/kg"} ]
treatment = [
    {drug = "other-Y", dose = "100 mg/kg", at = "-30 min"},
    {drug = "blocker-X", concentration = "1 uM", site = "NAc core", at = "0 s"},
]
[[test]]
name = "rest"
kind = "tone"
[[test]]
name = "reward"
kind = "reward"
challenge = "blocker-X"
"""
EVIDENCE = """
[[evidence]]
id = "X1"
statement = "LTP in controls"
claim = "value"
value = [110.0, 150.0]
unit = "% of baseline"
experiment = "moussawi2009"
test = "HFS"
groups = ["control"]
measure = "fepsp"
source = "invented"
provenance = "seen"
use = "prediction"

[[evidence]]
id = "X2"
statement = "less after cocaine"
claim = "sign"
value = "down"
unit = "% of baseline"
experiment = "moussawi2009"
test = "HFS"
groups = ["cocaine", "control"]
measure = "fepsp"
source = "invented"
provenance = "derived"
use = "plausibility"
"""
STUDY = """
[study]
name = "s"
experiment = "tone.toml"
[axes]
"animals.seed" = [1, 2, 3]
[[sample]]
method = "sobol"
number = 4
ranges = {"parameters.release.maximum" = {low = 0.5, high = 0.7}}
[slurm]
time = "1 h"
"""
CIRCUIT = """
extends = "corticoaccumbens"
without = ["core_fast_spiking"]

[[cell]]
name = "adapting"
like = "relay"
equations = "I_own = -w : amp\\ndw/dt = -w/recovery : amp"
reset = "v = reset; w += 20*pA"
parameters = {recovery = "80 ms"}

[[population]]
name = "PVT"
nucleus = "thalamus"
cell = "adapting"
number = 64
tonic = 55.0
noise = 30.0
tuned = ["cue"]
drive_by = "stimulus"
reference = "invented"

[[projection]]
source = "PVT"
target = "core_medium_spiny"
transmitter = "glutamate"
in_degree = 20
conductance = 0.5
delay = 6.0
delay_deviation = 1.0
reference = "invented"
"""
MEASURED = """
[[measured]]
prediction = "N1"
value = 80.0
sem = 2.5
source = "invented"
"""
TABLE = """group,test,measure,value,unit,animal,time,time_unit
control,rest,extrasynaptic_glutamate,3900,nM,rat 12,,
control,rest,extrasynaptic_glutamate,4.1,uM,rat 13,,
cocaine,rest,extrasynaptic_glutamate,2.2,uM,rat 15,,
cocaine,rest,extrasynaptic_glutamate,2.0,uM,rat 16,,
"""


@dataclass(frozen=True)
class Stored:
    """Folders that were run once: of an experiment, and of a study in which a run failed."""

    results: Path
    study: Path


@dataclass
class Case:
    """Command lines in a folder, and variables of the environment; the output goes below `out`."""

    commands: list[list[str]]
    environment: dict[str, str] = field(default_factory=dict)
    made: list[Path] = field(default_factory=list)


def experiment(folder: Path, rng: Random, _: Stored) -> Case:
    """A damaged experiment, run with one animal."""
    file = folder / "mine.toml"
    file.write_bytes(mutations.toml(source(rng.choice(shipped())), rng))
    return Case([["run", "mine.toml", "--animals", "1", "--jobs", "1", "--out", "out"]], made=[file])


def circuit(folder: Path, rng: Random, _: Stored) -> Case:
    """A damaged circuit of one's own, beside an experiment that names it."""
    file = folder / "mine.toml"
    file.write_bytes(mutations.toml(CIRCUIT, rng))
    settings = ["--set", "circuit.preset=mine.toml", "--animals", "1", "--jobs", "1", "--out", "out"]
    return Case([["run", "tone", *settings]], made=[file])


def study(folder: Path, rng: Random, _: Stored) -> Case:
    """A damaged study, laid out; or a study of a damaged experiment."""
    names = [locate(name).read_text(encoding="utf-8") for name in shipped(STUDIES)]
    file, beside = folder / "s.toml", folder / "tone.toml"
    damaged = rng.random() < 0.8
    chosen = rng.choice([*names, STUDY, STUDY]) if damaged else STUDY
    file.write_bytes(mutations.toml(chosen, rng) if damaged else chosen.encode())
    beside.write_bytes(source("tone").encode() if damaged else mutations.toml(source("tone"), rng))
    engine = rng.choice(("local", "slurm"))
    return Case([["sweep", "s.toml", "--dry-run", "--out", "out", "--engine", engine]], made=[file, beside])


def drug(folder: Path, rng: Random, _: Stored) -> Case:
    """A damaged file of drugs, and an experiment that takes them."""
    file, beside = folder / "drugs.toml", folder / "taking.toml"
    file.write_bytes(mutations.toml(DRUG, rng))
    beside.write_text(TAKING, encoding="utf-8")
    command = ["run", "taking.toml", "--jobs", "1", "--out", "out"]
    return Case([command], {"CORTICOSTRIATAL_DRUGS": str(file)}, [file, beside])


def evidence(folder: Path, rng: Random, _: Stored) -> Case:
    """Damaged findings of one's own."""
    file = folder / "mine.toml"
    file.write_bytes(mutations.toml(EVIDENCE, rng))
    command = ["validate", "X1", "--evidence", "mine.toml", "--quick", "--animals", "1", "--jobs", "1", "--out", "out"]
    return Case([command], made=[file])


def search(folder: Path, rng: Random, _: Stored) -> Case:
    """A damaged optimisation, a damaged design, or damaged measurements of what was predicted."""
    kind = rng.choice((OPTIMISATIONS, DESIGNS, ""))
    text = locate(rng.choice(shipped(kind)), kind).read_text(encoding="utf-8") if kind else MEASURED
    file = folder / "mine.toml"
    if kind == DESIGNS:  # candidates of experiments beside the shipped file
        text = text.replace("_telling.toml", "telling.toml")
        beside = locate("rivals", DESIGNS).with_name("_telling.toml")
        (folder / "telling.toml").write_text(beside.read_text(encoding="utf-8"), encoding="utf-8")
    file.write_bytes(mutations.toml(text, rng))
    words = {OPTIMISATIONS: ["optimise", "mine.toml", "--dry-run"], DESIGNS: ["design", "mine.toml", "--dry-run"]}
    return Case([words.get(kind, ["predictions", "--against", "mine.toml"])], made=[file])


def setting(_: Path, rng: Random, __: Stored) -> Case:
    """A setting on the command line that leads anywhere."""
    long = rng.choice((3, 3000))
    paths = [
        *("animals.seed", "circuit.scale", "group.*.history", "test.rest.duration", "parameters.release.maximum", "x"),
        *("*", 'group."control".name', "experiment.title.a.b", "#", "", "group.0.name", "acceleration", "model.tone"),
        *("acceleration.maximum", "test.*.name", ".".join(["a"] * long), "test." + "9" * long),
    ]
    words = [word.replace("\x00", "") for word in mutations.WORDS]  # which a command line cannot hold
    values = [*mutations.NUMBERS, *words, "[" * 3000, "{a = 1}", "[1, 2]", "#"]
    given = rng.choice(paths) + rng.choice(("=", "=", "=", "", "==")) + rng.choice(values)
    return Case([["run", "tone", "--animals", "1", "--jobs", "1", "--out", "out", "--set", given[:100_000]]])


def overlay(folder: Path, rng: Random, stored: Stored) -> Case:
    """A damaged table of a laboratory."""
    file = folder / "data.csv"
    file.write_bytes(mutations.table(TABLE, rng))
    command = ["overlay", str(stored.results), "data.csv", "--out", "out", "--format", "png", "--width", "single"]
    return Case([command], made=[file])


def study_folder(folder: Path, rng: Random, stored: Stored) -> Case:
    """A study's folder in which a file is damaged, missing, or of another kind."""
    here = folder / "out" / "study"
    shutil.copytree(stored.study, here)
    for _ in range(rng.choice((1, 1, 2))):
        _damaged(here, stored.study, rng)
    verb = rng.choice((["status"], ["status"], ["collect"], ["export", "--format", "csv"], ["sweep"]))
    if verb == ["sweep"]:
        plan = "[study]\nname = 's'\nexperiment = 'tone'\n"
        (folder / "s.toml").write_text(plan, encoding="utf-8")
        return Case([["sweep", "s.toml", "--dry-run", "--out", "out/study"], ["status", "out/study"]])
    return Case([[verb[0], "out/study", *verb[1:]]])


def _damaged(here: Path, whole: Path, rng: Random) -> None:
    """Damage one file of a folder; `whole` is as it was."""
    files = sorted(file.relative_to(whole) for file in whole.rglob("*") if file.is_file())
    runs, failed = ([file for file in files if file.parts[0] == part] for part in ("runs", "failed"))
    way = rng.randrange(9)
    if way < 4:
        name = rng.choice((Path("study.json"), Path("study.json"), *failed))
        (here / name).write_bytes(mutations.json_text((whole / name).read_text(encoding="utf-8"), rng))
    elif way == 4:
        (here / "index.sqlite").write_bytes(mutations.binary((whole / "index.sqlite").read_bytes(), rng))
    elif way == 5:
        (here / rng.choice(files)).unlink(missing_ok=True)
    elif way == 6:
        claim = {"pid": rng.choice((1, [], None, "x", -1, 2**40)), "host": rng.choice(("here", 5, None)), "token": "t"}
        content = rng.choice((b"", b"[]", b"{}", b"\xff", b"[" * 5000, json.dumps(claim).encode()))
        (here / "claims" / rng.choice(("driver", "0" * 32, "x"))).write_bytes(content)
    elif way == 7:
        name = rng.choice(runs)
        (here / name).write_bytes(mutations.binary((whole / name).read_bytes(), rng))
    else:
        (here / "index.sqlite").unlink(missing_ok=True)
        with closing(sqlite3.connect(here / "index.sqlite")) as index, index:  # of other columns
            index.execute("CREATE TABLE plan (stamp TEXT)")
            stamp = hashlib.sha256((whole / "study.json").read_bytes()).hexdigest()
            index.execute("INSERT INTO plan VALUES (?)", (rng.choice((stamp, "x")),))
            index.execute(rng.choice(("CREATE TABLE runs (key TEXT)", "CREATE TABLE runs (a, b, c, d, e, f, g, h, i)")))
            index.execute(f"INSERT INTO runs (rowid) VALUES ({rng.randrange(9)})")


KINDS: dict[str, tuple[Callable[[Path, Random, Stored], Case], int]] = {
    "experiment": (experiment, 8),
    "circuit": (circuit, 4),
    "study": (study, 6),
    "drug": (drug, 5),
    "evidence": (evidence, 4),
    "search": (search, 4),
    "setting": (setting, 4),
    "study folder": (study_folder, 4),
    "overlay": (overlay, 2),
}
"""What is damaged, and how often beside the others."""
