"""The kinds of test: what each asks for, what it does in the network and what is read from it."""
