"""Each example runs as it stands, small, and ends in a figure."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from circuit.engine.compiled import compiler

EXAMPLES = Path(__file__).parent.parent / "examples"
SMALL = {"3_inactivation.py": "0.1"}  # the whole circuit at its smallest
PLAIN = "0.05"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.compiled,
    pytest.mark.skipif(compiler() is None, reason="needs g++ and make"),
]


def run(name: str, out: Path, *options: str) -> subprocess.CompletedProcess:
    size = ("--animals", "1", "--scale", SMALL.get(name, PLAIN), "--out", str(out))
    environment = dict(os.environ, PYTHONPATH=str(EXAMPLES.parent))
    return subprocess.run(
        [sys.executable, str(EXAMPLES / name), *size, *options],
        cwd=out.parent, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("name", [path.name for path in sorted(EXAMPLES.glob("[0-9]_*.py"))])
def test_an_example_ends_in_a_figure(name, tmp_path):
    done = run(name, tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "figure.png").read_bytes().startswith(b"\x89PNG")
    assert str(tmp_path / "out" / "figure.png") in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["out"]  # nothing beside what was asked for


def test_the_slurm_example_says_where_there_is_no_slurm(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    done = run("5_slurm_study.py", tmp_path / "out", "--slurm")
    assert done.returncode == 1
    assert done.stderr.strip() == "there is no Slurm here (no sbatch); leave --slurm out to use this machine's cores"
