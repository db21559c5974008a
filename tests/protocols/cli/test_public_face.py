"""``import corticostriatal``: a data frame from a plain script, and a clear word when a user's file is in the way."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
HELPERS = ROOT / "tests" / "helpers"
SCRIPT = """
import corticostriatal as cs
import protocols.runs.batch
protocols.runs.batch.run_batch.__kwdefaults__ = None
protocols.runs.batch.run_batch.__defaults__ = (
    None, None, False, None, "fake_engine:prepare", "fake_engine:simulate", None)
table = cs.run("tone", animals=2, jobs=JOBS, out="out", set=["animals.seed=3"])
who = ["experiment", "group", "test", "animal", "subject", "structure_seed"]
assert list(table.columns) == [*who, "measure", "value", "unit"]
found = cs.load("out").measures
assert len(found) == len(table) == 28 and list(found.columns) == list(table.columns)
print(cs.__version__, cs.Experiment.__name__)
"""


def run_script(folder, text):
    (folder / "script.py").write_text(text)
    environment = dict(os.environ, PYTHONPATH=f"{HELPERS}{os.pathsep}{ROOT}")
    return subprocess.run(
        [sys.executable, "script.py"], cwd=folder, env=environment, capture_output=True, text=True, timeout=600
    )


def test_a_plain_script_gets_a_data_frame_in_this_process_and_in_two(tmp_path):
    for jobs in ("1", "2"):
        folder = tmp_path / jobs
        (folder / "results").mkdir(parents=True)  # a folder of the user's, without any Python in it
        done = run_script(folder, SCRIPT.replace("JOBS", jobs))
        assert done.returncode == 0, done.stderr
        assert done.stdout.endswith("Experiment\n") and done.stdout.count("\n") == 1


def test_a_file_of_the_same_name_as_a_package_is_told(tmp_path):
    (tmp_path / "results.py").write_text("")
    done = run_script(tmp_path, "import corticostriatal")
    assert done.returncode == 1
    assert f"ImportError: {tmp_path / 'results.py'} stands in the way" in done.stderr.splitlines()[-1]
