"""One case through the command line, in this process, and the promises that it may break."""

from __future__ import annotations

import hashlib
import os
import signal
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from typer.testing import CliRunner

from protocols.cli.main import app
from protocols.simulation import digest
from synapses import drug_files
from tests.fuzz import engine
from tests.fuzz.cases import KINDS, Case, Stored

HANG = 300  # s, which no command line comes near
LONGEST_LINE = 3000  # signs of a refusal
NEST = ("a", "b", "c", "d")  # so that a path with a few .. stays where it is looked for


class Hang(BaseException):
    """A command line that did not end."""


def kind_of(rng: Random, among: list[str]) -> str:
    """A kind of case, as often as `KINDS` says."""
    return rng.choices(among, [KINDS[name][1] for name in among])[0]


@dataclass(frozen=True)
class Outcome:
    """What came of a case: its kind, its command lines, the promises that it breaks, and whether it was refused."""

    kind: str
    commands: list[str]
    broken: list[str]
    refused: bool


def tried(seed: int, number: int, root: Path, stored: Stored, among: list[str]) -> Outcome:
    """Make a case of some kinds and run it in a folder of its own."""
    rng = Random(f"{seed}/{number}")
    kind = kind_of(rng, among)
    folder = root.joinpath(*NEST)
    folder.mkdir(parents=True)
    case = KINDS[kind][0](folder, rng, stored)
    before = _tree(root)
    ended = [_run(command, case, folder) for command in case.commands]
    found = [told for broken, _ in ended for told in broken]
    for file, content in _tree(root).items():
        if before.get(file) != content and not file.startswith("/".join((*NEST, "out"))):
            found.append(f"wrote {file}")
    commands = [" ".join(word[:200] for word in command) for command in case.commands]
    return Outcome(kind, commands, found, any(code == 2 for _, code in ended))


def _run(command: list[str], case: Case, folder: Path) -> tuple[list[str], int]:
    """The promises that a command line breaks, and its exit code."""
    engine.problems.clear()
    with _environment(case.environment, folder), _bounded():
        try:
            done = CliRunner().invoke(app, command)
        except Hang:
            return [f"did not end in {HANG} s"], -1
    said, found = done.stderr, []
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        found.append("".join(traceback.format_exception(done.exception)[-4:]))
    elif done.exit_code not in (0, 1, 2):
        found.append(f"exit code {done.exit_code}")
    refusals = [line for line in said.splitlines() if line.startswith("error: ")]
    if done.exit_code == 2 and (len(refusals) != 1 or not said.rstrip().endswith(refusals[0])):
        found.append(f"a refusal that is not one line: {said[:500]}")
    if any(len(line) > LONGEST_LINE for line in refusals):
        found.append(f"a refusal of {max(map(len, refusals))} signs: {refusals[0][:200]}")
    if "Traceback" in said + done.stdout:
        found.append(f"a traceback: {said[:2000]}")
    found += [f"a run that should have been refused: {problem}" for problem in engine.problems]
    return found, done.exit_code


@contextmanager
def _environment(changed: dict[str, str], folder: Path) -> Iterator[None]:
    """Variables, and the folder one stands in; what was read of drugs before is forgotten."""
    kept, here = dict(os.environ), Path.cwd()
    given = {name: f"tests.fuzz.engine:{name}" for name in ("prepare", "simulate")}
    os.environ.update({f"CORTICOSTRIATAL_{name.upper()}": function for name, function in given.items()})
    os.environ.update(changed)
    os.chdir(folder)
    _forget()
    try:
        yield
    finally:
        os.chdir(here)
        os.environ.clear()
        os.environ.update(kept)
        _forget()


def _forget() -> None:
    from protocols.animals import days

    kept = drug_files.drugs, digest.sources, digest.code, digest.code_digest, digest.model_digest, days.adapted_state
    for cached in kept:
        cached.cache_clear()


@contextmanager
def _bounded() -> Iterator[None]:
    def late(*_: object) -> None:
        raise Hang

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(HANG)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def _tree(root: Path) -> dict[str, str]:
    """Every file below a folder and the hash of what it holds."""
    return {
        str(file.relative_to(root)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in root.rglob("*")
        if file.is_file()
    }


def stored(folder: Path) -> Stored:
    """Folders of results for the cases that need them, run at once by `fake_engine`."""
    results, study = folder / "results", folder / "study"
    fake = {"CORTICOSTRIATAL_PREPARE": "fake_engine:prepare", "CORTICOSTRIATAL_CONDUCT": "fake_engine:simulate"}
    (folder / "small.toml").write_text(
        '[study]\nname = "small"\nexperiment = "tone"\ngroups = ["control", "cocaine"]\nretries = 0\n'
        '[set]\n"animals.per_group" = 1\n[axes]\n"parameters.release.maximum" = [0.55, 0.6]\n',
        encoding="utf-8",
    )
    kept = dict(os.environ)
    os.environ.update(fake | {"FAKE_FAILS": "cocaine 0"})
    try:
        for command, code in (
            (["sweep", str(folder / "small.toml"), "--out", str(study), "--jobs", "1"], 1),
            (["run", "tone", "--out", str(results), "--animals", "2", "--jobs", "1"], 1),
        ):
            done = CliRunner().invoke(app, command)
            assert done.exit_code == code, done.output
    finally:
        os.environ.clear()
        os.environ.update(kept)
    return Stored(results, study)
