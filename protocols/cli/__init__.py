"""The verbs of the command line: options, and the tables that they print."""
