"""Provenance tells code, machine and parameters, and no folder of the machine."""

import json
import os

import pytest

from results import provenance


def test_provenance_holds_what_a_rerun_needs() -> None:
    here = os.path.join(os.getcwd(), "mine.toml")
    found = provenance.collect(["/usr/bin/corticostriatal", "run", here], {"tau": 1.0}, {"structure": 1}, 2.5, {"n": 3})
    assert found["command"] == ["corticostriatal", "run", "mine.toml"]
    assert found["seeds"] == {"structure": 1} and found["wall_seconds"] == 2.5 and found["n"] == 3
    assert found["packages"]["h5py"] and found["packages"]["python"] and found["version"]
    assert {"compiler", "git", "platform", "processor", "date"} <= found.keys()
    assert os.getcwd() not in json.dumps(found)


def test_extra_entries_may_not_replace_our_own() -> None:
    with pytest.raises(ValueError, match="seeds"):
        provenance.collect(["x"], {}, {}, 0.0, {"seeds": {}})
