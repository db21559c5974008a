"""What tests of the command line and of batches share."""

import pytest


@pytest.fixture
def at_once(monkeypatch, tmp_path):
    """An engine that answers at once, in an empty folder of its own."""
    monkeypatch.setenv("CORTICOSTRIATAL_PREPARE", "fake_engine:prepare")
    monkeypatch.setenv("CORTICOSTRIATAL_CONDUCT", "fake_engine:simulate")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def log(tmp_path, monkeypatch):
    """The runs the engine was asked for, a line each."""
    file = tmp_path / "log"
    file.touch()
    monkeypatch.setenv("FAKE_LOG", str(file))
    return lambda: sorted(file.read_text().splitlines())
