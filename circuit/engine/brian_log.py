"""Brian2's log of a process in the folder for temporary files, which stays there when the process is killed."""

from __future__ import annotations

import contextlib
import logging
import os


def drop() -> None:
    """Close it and remove its file, and the copy that Brian2 makes of the script; messages go to the terminal only."""
    from brian2.utils.logger import BrianLogger

    if BrianLogger.file_handler is not None:
        logging.getLogger("brian2").removeHandler(BrianLogger.file_handler)
        BrianLogger.file_handler.close()
        BrianLogger.file_handler = None
    for name in (BrianLogger.tmp_log, BrianLogger.tmp_script):
        if name is not None:
            with contextlib.suppress(OSError):
                os.remove(name)
    BrianLogger.tmp_log = BrianLogger.tmp_script = None
