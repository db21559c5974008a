"""How the command line ends: one line for an expected problem, and an exit code.

0 done; 1 it ran but something failed, which is named; 2 bad input, in one line; 130 stopped.
"""

from __future__ import annotations

import sys
from typing import Any

from typer.core import TyperGroup

from protocols.cli.options import restore
from synapses.documents import line

EXPECTED = (
    ("protocols.runs.driver", "Interrupted", 130),
    ("circuit.engine.compilation", "EngineError", 1),
    ("protocols.errors", "InputError", 2),
    ("synapses.drug_files", "DrugFileError", 2),
    ("results.store", "StoreError", 2),
    ("circuit.engine.build_cache", "CacheError", 2),
)
"""Module, class and exit code of what is no defect of ours. A module that nobody has imported has raised nothing."""


class OneLineErrors(TyperGroup):
    """A group of verbs whose errors are one line on standard error and an exit code, without a traceback."""

    def main(self, *args: Any, standalone_mode: bool = True, **extra: Any) -> Any:
        """Run, and leave with the exit code."""
        code = 0
        try:
            extra["standalone_mode"] = False
            code = super().main(*args, **extra) or 0
        except BrokenPipeError:
            sys.stdout = open("/dev/null", "w")  # noqa: SIM115  # the reader has gone; nothing is left to flush
            code = 1
        except Exception as problem:
            found = explained(problem)
            if found is None:
                raise
            text, code = found
            print(text, file=sys.stderr)
        finally:
            restore()
        sys.exit(code if isinstance(code, int) else 0)


def explained(problem: Exception) -> tuple[str, int] | None:
    """The line and the exit code for an expected problem; None for a defect of ours."""
    for module, name, code in EXPECTED:
        kind = getattr(sys.modules.get(module), name, None)
        if kind is not None and isinstance(problem, kind):
            return (str(problem) if code == 130 else f"error: {line(str(problem))}"), code
    if isinstance(problem, OSError):
        place = f"{problem.filename}: " if problem.filename else ""
        return f"error: {line(f'{place}{problem.strerror or problem}')}", 2
    if hasattr(problem, "format_message"):  # typer's own: a wrong option, a missing argument
        return f"error: {line(problem.format_message()).rstrip('.')}; see --help", 2
    return None
