"""What is published: the wheel has every file that the code reads, and recipes ask for what pyproject.toml asks for."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PACKAGES = ("circuit", "protocols", "results", "synapses")
CONDA = {"matplotlib": "matplotlib-base"}  # where conda has another name
RECIPE = ROOT / "packaging" / "conda" / "meta.yaml"


def asked(python):
    """Name -> bounds of every dependency under a Python."""
    found = {}
    for line in PROJECT["dependencies"]:
        one = Requirement(line)
        if one.marker is None or one.marker.evaluate({"python_version": python}):
            found[one.name] = one.specifier
    return found


@pytest.mark.slow
def test_a_wheel_has_every_file_of_the_packages_and_nothing_else(tmp_path):
    """It is built from a copy, so that nothing is left in this folder."""
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if tracked.returncode != 0:
        pytest.skip("not a checkout of the repository, so which files belong to it is not known")
    files = [name for name in tracked.stdout.splitlines() if (ROOT / name).is_file()]
    for name in files:
        if not name.startswith(("docs/", "tests/")):
            (tmp_path / "copy" / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "copy" / name).write_bytes((ROOT / name).read_bytes())
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", tmp_path, tmp_path / "copy"]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert held == {name for name in files if name.startswith(tuple(f"{one}/" for one in PACKAGES))} | {
        "corticostriatal.py"
    }


def test_every_package_says_that_it_has_types():
    assert "Typing :: Typed" in PROJECT["classifiers"]
    assert all((ROOT / one / "py.typed").is_file() for one in PACKAGES)


def test_classifiers_name_the_pythons_that_are_allowed():
    named = re.findall(r"Python :: (3\.\d+)$", "\n".join(PROJECT["classifiers"]), re.MULTILINE)
    low, high = re.findall(r"3\.(\d+)", PROJECT["requires-python"])
    assert named == [f"3.{minor}" for minor in range(int(low), int(high))]


def test_the_conda_recipe_asks_for_what_the_package_asks_for():
    text = RECIPE.read_text(encoding="utf-8")
    run = text.partition("\n  run:\n")[2].partition("\n\n")[0]
    found = dict(line.strip("- ").split(" ", 1) for line in run.splitlines() if " " in line.strip("- "))
    python = found.pop("python")
    low, high = re.fullmatch(r">=3\.(\d+),<3\.(\d+)", python).groups()
    assert int(high) == int(re.findall(r"3\.(\d+)", PROJECT["requires-python"])[1])
    for minor in range(int(low), int(high)):
        wanted = {CONDA.get(name, name): bounds for name, bounds in asked(f"3.{minor}").items()}
        assert found.keys() == wanted.keys()
        for name, bounds in wanted.items():
            assert Requirement(f"{name}{found[name]}").specifier == bounds, name
    assert f'version: "{PROJECT["version"]}"' in text
    assert f"corticostriatal = {PROJECT['scripts']['corticostriatal']}" in text


def test_binder_asks_for_extras_and_a_python_that_there_are():
    asks = Requirement("corticostriatal" + (ROOT / "binder" / "requirements.txt").read_text().strip().lstrip("."))
    assert asks.extras <= PROJECT["optional-dependencies"].keys()
    version = (ROOT / "binder" / "runtime.txt").read_text().strip().removeprefix("python-")
    assert f"Programming Language :: Python :: {version}" in PROJECT["classifiers"]
    assert {"g++", "make"} <= set((ROOT / "binder" / "apt.txt").read_text().split())
