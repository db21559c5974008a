"""What tests of the command line share."""

import pytest


@pytest.fixture
def at_once(monkeypatch, tmp_path):
    """An engine that answers at once, in an empty folder of its own."""
    monkeypatch.setenv("CORTICOSTRIATAL_PREPARE", "fake_engine:prepare")
    monkeypatch.setenv("CORTICOSTRIATAL_CONDUCT", "fake_engine:conduct")
    monkeypatch.chdir(tmp_path)
