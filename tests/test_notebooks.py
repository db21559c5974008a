"""The notebooks among the examples run as they stand, and are stored without what a machine has shown."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from circuit.engine.compiled import compiler

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "examples").glob("*.ipynb"))


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_stored_without_outputs(notebook):
    content = json.loads(notebook.read_text(encoding="utf-8"))
    cells = [cell for cell in content["cells"] if cell["cell_type"] == "code"]
    assert cells and all(cell["outputs"] == [] and cell["execution_count"] is None for cell in cells)
    assert set(content["metadata"]) <= {"kernelspec", "language_info"}


def test_there_are_three():
    assert [path.stem for path in NOTEBOOKS] == ["first_experiment", "own_drug", "silencing"]


@pytest.mark.slow
@pytest.mark.compiled
@pytest.mark.skipif(compiler() is None, reason="needs g++ and make")
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(notebook, tmp_path):
    pytest.importorskip("nbmake")
    pytest.importorskip("xarray")
    shutil.copy(notebook, tmp_path)
    environment = dict(os.environ, PYTHONPATH=str(ROOT))
    command = [sys.executable, "-m", "pytest", "-q", "--nbmake", "--nbmake-timeout=1800", notebook.name]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=3600)
    assert done.returncode == 0, done.stdout
