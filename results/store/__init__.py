"""One HDF5 file per run, tables of many, and the index of a study.

The functions that read and write a run's file can be imported from here: ``results.store.read(path)``.
"""

from results.store.file import StoreError, brief, content_hash, contents, identity, provenance, read, write

__all__ = ["StoreError", "brief", "content_hash", "contents", "identity", "provenance", "read", "write"]
