"""The version is the same wherever it is named."""

import re
import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).parent.parent
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
RELEASES = re.findall(r"^## (\S+) - (\S+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)


def test_the_changelog_and_the_citation_name_the_version_of_the_package_and_its_date():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert RELEASES[0] == (VERSION, str(citation["date-released"]))
    assert citation["version"] == VERSION


def test_releases_in_the_changelog_stand_in_the_order_of_their_versions():
    versions = [tuple(map(int, version.split("."))) for version, _ in RELEASES]
    assert versions == sorted(versions, reverse=True)
