"""A real Slurm for the tests of this folder, started on the loopback address; they are skipped where there is none."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

START = Path(__file__).with_name("start.sh")
NEEDED = ("slurmctld", "slurmd", "munged", "munge")
sys.path.append(str(Path(__file__).parent.parent / "helpers"))  # what tests of studies share


@pytest.fixture(scope="session")
def cluster(tmp_path_factory):
    """``SLURM_CONF`` of a cluster of one node."""
    missing = [program for program in NEEDED if shutil.which(program) is None]
    if missing:
        pytest.skip(f"Slurm is not installed here ({', '.join(missing)} missing); on Debian: slurm-wlm and munge")
    if os.geteuid() != 0:
        pytest.skip("starting Slurm takes root")
    folder = tmp_path_factory.mktemp("slurm")
    started = subprocess.run([START, "up", folder], capture_output=True, text=True, timeout=600)
    if started.returncode:
        subprocess.run([START, "down", folder], timeout=600)
        pytest.fail(f"Slurm is installed and does not start: {started.stderr}")
    yield started.stdout.strip().splitlines()[-1]
    subprocess.run([START, "down", folder], check=True, timeout=600)


@pytest.fixture
def on_cluster(cluster, monkeypatch):
    """The environment in which commands find the cluster."""
    monkeypatch.setenv("SLURM_CONF", cluster)
