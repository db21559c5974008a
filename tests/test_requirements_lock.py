"""requirements.lock: for each Python one release of everything that pyproject.toml asks of it, within its bounds."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = ("calibrate", "infer", "nwb", "optimise", "report", "sensitivity", "xarray")  # what `make lock` names
ASKED = [Requirement(line) for extra in EXTRAS for line in PROJECT["optional-dependencies"][extra]]
ASKED += [Requirement(line) for line in PROJECT["dependencies"]]
LINES = re.findall(r"^([a-z0-9].*?) \\\n((?: +--hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", LOCK, re.MULTILINE)
PINS = [Requirement(line) for line, _ in LINES]
PYTHONS = [line.split()[-1] for line in PROJECT["classifiers"] if "Python :: 3." in line]


def holds(requirement: Requirement, python: str) -> bool:
    here = {"python_version": python, "python_full_version": f"{python}.0", "platform_python_implementation": "CPython"}
    linux = {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "extra": ""}
    return requirement.marker is None or requirement.marker.evaluate(here | linux)


@pytest.mark.parametrize("python", PYTHONS)
def test_each_dependency_is_pinned_once_and_within_its_bounds(python):
    pinned: dict[str, str] = {}
    for pin in PINS:
        if holds(pin, python):
            (only,) = pin.specifier
            assert only.operator == "==" and canonicalize_name(pin.name) not in pinned, pin
            pinned[canonicalize_name(pin.name)] = only.version
    for asked in ASKED:
        if holds(asked, python):
            assert asked.specifier.contains(pinned[canonicalize_name(asked.name)]), asked


def test_every_line_is_a_pin_with_its_hashes_and_names_no_place_to_fetch_it_from():
    assert len(PINS) > 50 and len(PINS) == len(re.findall(r"^[^\s#]", LOCK, re.MULTILINE))
    assert "://" not in LOCK and "--index" not in LOCK and "--find-links" not in LOCK


def test_the_extras_of_the_lock_are_those_that_it_is_made_with():
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(r"addprefix --extra , ([\w ]+)\)", recipe)[1].split() == list(EXTRAS)
