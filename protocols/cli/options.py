"""Options that several verbs of the command line share, and what they do with the files that those name."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer

from protocols.cli import completions

HERE = Path("-")
"""``--json -``: JSON goes to standard output, and all else to standard error."""
_cleared: list[TextIO] = []
"""Standard output, while it is kept clear for JSON."""

ExperimentName = Annotated[
    str,
    typer.Argument(
        metavar="NAME|FILE.toml", help="A shipped experiment, or a file.", autocompletion=completions.experiments
    ),
]
Animals = Annotated[int | None, typer.Option("--animals", metavar="N", min=1, help="Animals in each group.")]
Seed = Annotated[
    int | None, typer.Option("--seed", metavar="N", min=0, help="The number every other seed is derived from.")
]
Jobs = Annotated[int | None, typer.Option("--jobs", metavar="N", min=1, help="Processes; one per core by default.")]
Json = Annotated[
    Path | None, typer.Option("--json", metavar="FILE", help="Write the numbers to FILE as JSON; - is standard output.")
]
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", file_okay=False, help="Results go here; runs/<experiment>-<hash> by default."),
]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help='Change a value: test.HFS.induction.frequency="30 Hz"; repeat.'),
]
Groups = Annotated[
    list[str] | None,
    typer.Option("--group", metavar="NAME", help="Only this group; repeat.", autocompletion=completions.groups),
]
Tests = Annotated[
    list[str] | None,
    typer.Option("--test", metavar="NAME", help="Only this test; repeat.", autocompletion=completions.tests),
]
Quick = Annotated[bool, typer.Option("--quick", help="Few animals and a small circuit: decides little.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done and what it costs, and run nothing.")]


def injected() -> dict[str, Any]:
    """``CORTICOSTRIATAL_PREPARE`` and ``CORTICOSTRIATAL_CONDUCT``, for tests: other functions for a run."""
    import os

    names = {"prepare": "CORTICOSTRIATAL_PREPARE", "simulate": "CORTICOSTRIATAL_CONDUCT"}
    return {name: os.environ[variable] for name, variable in names.items() if variable in os.environ}


def there(place: Path, what: str = "a folder that run or sweep wrote") -> Path:
    """A folder or file of results, found out to be there before anything is loaded; raises `InputError`."""
    from protocols.errors import InputError

    if not place.exists():
        raise InputError(f"{place}: is not there; give {what}")
    return place


def known_experiment(name: str) -> str:
    """An experiment's name or file, found out to be there before anything is loaded; raises `InputError`."""
    from protocols.experiments.shipped import source

    source(name)
    return name


def known_entries(experiment: str, option: str, part: str, names: Iterable[str]) -> None:
    """Groups or tests, found out to be in the experiment's file before anything is loaded.

    Raises
    ------
    InputError
        For a name that is not there. A file that cannot be read is left to whoever reads it whole.
    """
    from protocols.errors import refuse_unknown

    if (known := completions.entries(experiment, part)) is not None:
        for name in names:
            refuse_unknown(option, part, name, known)


def known_study(name: str) -> str:
    """A study's name or file, found out to be there before anything is loaded; raises `InputError`."""
    from protocols.errors import read_text
    from protocols.experiments.shipped import locate

    read_text(locate(name))
    return name


def writable(file: Path | None) -> None:
    """Find out before anything runs whether `file` can be written; clear standard output for JSON if that is asked."""
    if file == HERE:
        _cleared.append(sys.stdout)
        sys.stdout = sys.stderr
    elif file is not None:
        known = file.exists()
        file.open("a").close()
        if not known:
            file.unlink()


def write(file: Path | None, content: Any) -> None:
    """Write `content` as JSON, if a file was asked for."""
    if file == HERE:
        from results.store.files import json_text

        _cleared[-1].write(json_text(content))
    elif file is not None:
        from results.store.files import write_json

        write_json(file, content)


def restore() -> None:
    """Give standard output back, if it was kept clear for JSON."""
    while _cleared:
        sys.stdout = _cleared.pop()
