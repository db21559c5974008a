"""An engine that answers at once, for tests of what surrounds it; `FAKE_*` variables make it fail, wait or refuse."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

import numpy as np

from circuit.engine.compiled import ProgramKilled
from protocols.errors import InputError
from results.recording import Measure, Recording, Series


def prepare(experiment, say):
    say("compiling nothing")
    if os.environ.get("FAKE_REFUSES"):
        raise InputError("parameters.release.maximum: 7 is out of range")


def simulate(identity, experiment, prepared):
    log = os.environ.get("FAKE_LOG")
    if log:
        with Path(log).open("a") as file:
            file.write(f"{identity.group} {identity.test} {identity.animal}\n")
    if os.environ.get("FAKE_FAILS") == f"{identity.group} {identity.animal}":
        raise ArithmeticError("the membrane exploded")
    if os.environ.get("FAKE_DIES") == f"{identity.group} {identity.animal}":
        os._exit(9)  # as when the system ends a worker for its memory
    stopped = os.environ.get("FAKE_STOPPED")
    if stopped and not Path(stopped).exists():
        Path(stopped).touch()
        raise ProgramKilled("the simulation program was killed (SIGTERM)")
    if os.environ.get("FAKE_KILLED") == f"{identity.group} {identity.animal}":
        raise ProgramKilled("the simulation program was killed (SIGKILL, as when memory runs out)")
    if os.environ.get("FAKE_WAITS"):
        with tempfile.TemporaryDirectory(prefix="fake-", dir=os.environ["FAKE_WAITS"]):
            time.sleep(0.3 if identity.animal == 0 else 600)
    if os.environ.get("FAKE_KILLED"):
        _await_the_blow(Path(os.environ["FAKE_KILLED"]))
    time.sleep(float(os.environ.get("FAKE_SLOW", 0)))
    rng = np.random.default_rng([identity.structure_seed, identity.noise_seed])
    time_axis = np.concatenate([np.arange(-600.0, 0.0, 60.0), np.arange(60.0, 1201.0, 60.0)])
    course = 100 + rng.normal(0, 2, time_axis.size)
    series = {}
    if experiment.test_named(identity.test).kind == "plasticity":
        series["fepsp"] = Series(time_axis, course, "% of baseline")
    measures = {
        "fepsp": Measure(float(course[-5:].mean()), "% of baseline"),
        "extrasynaptic_glutamate": Measure(float(rng.lognormal()), "uM"),
    }
    return Recording(identity, series=series, measures=measures, provenance={"parameters": {"release.maximum": 0.6}})


def _await_the_blow(folder):
    """Take one of the places that are left in a folder, write who one is, and wait to be killed there."""
    for place in sorted(folder.glob("place-*")):
        mine = place.with_name(f"held-{os.getpid()}")
        try:
            place.rename(mine)
        except FileNotFoundError:  # another worker was faster
            continue
        time.sleep(600)
