"""The real engine, which notes what the process that runs it has loaded after a run."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from protocols.simulation import simulate as real


def simulate(identity, experiment, prepared):
    found = real.simulate(identity, experiment, prepared)
    (Path(os.environ["LOADED"]) / str(os.getpid())).write_text(" ".join(sys.modules), encoding="utf-8")
    return found
