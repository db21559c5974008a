"""One animal in one test, from its history to its recording."""
