"""Damaged input, made from valid input with a seed, through the command line: it is refused, without a traceback.

``python -m tests.fuzz --number 2000 --seed 1`` makes 2,000 files and folders and says which of them break a promise:
exit code 0, 1 or 2; a refusal is one line, ``error: ...``; no traceback, no hang, no file outside of the output folder.
"""
