"""Studies that come with the package, and experiments that only they use (names that begin with ``_``)."""
