"""Processes killed at random, and commands that meet in one folder: every result once, whole and as undisturbed.

`python -m benchmarks.kills --network` does the same with the real network.
"""

import pytest

from benchmarks import kills

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("verb", ["sweep", "run"])
def test_kills_of_drivers_workers_and_programs_lose_nothing_and_repeat_nothing(tmp_path, verb):
    found = kills.blows(tmp_path, 30, 2.0, False, "local", 1, verb)
    assert sum(found["kills"].values()) > 25  # the last may come when all is done
    assert kills.wrong_with(found) == ""


@pytest.mark.parametrize("later", [0.0, 1.5])
@pytest.mark.parametrize("name", kills.MEETINGS)
def test_commands_that_meet_in_one_folder_share_it_or_one_is_refused(tmp_path, name, later):
    assert kills.meeting(tmp_path / "place", name, 0.1, False, later) == ""
