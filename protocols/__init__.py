"""Experiments: quantities, histories, stimulation, kinds of test, runs, studies, analyses, and the command line."""

import os

# HDF5's own file locks fail on many shared file systems, and are not needed: every file has one writer (see
# `results.store`). The variable is read when the library is loaded, so it is set before anything here can load it.
os.environ.setdefault("HDF5_USE_FILE_LOCKING", "FALSE")
