"""Damaged files and folders through the command line, some of each kind; `python -m tests.fuzz` makes thousands."""

import pytest

from tests.fuzz.cases import KINDS
from tests.fuzz.check import stored, tried

CASES = {"overlay": 8, "study folder": 20}  # of the others 25: together about 150


@pytest.fixture(scope="module")
def there(tmp_path_factory):
    """Folders that were run once."""
    return stored(tmp_path_factory.mktemp("stored"))


@pytest.mark.parametrize("kind", KINDS)
def test_damaged_input_is_refused_in_one_line_and_without_a_traceback(kind, there, tmp_path):
    for number in range(CASES.get(kind, 25)):
        outcome = tried(1, number, tmp_path / str(number), there, [kind])
        assert not outcome.broken, (number, outcome.commands, outcome.broken)
