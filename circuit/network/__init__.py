"""Brian2's objects of a circuit, and the arrays of numbers that a run fills them with."""
