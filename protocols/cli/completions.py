"""What the shell offers behind a verb: names of experiments, their groups and tests, nuclei, drugs, paths of values.

Nothing heavy is imported, so that an answer comes at once, and nothing is refused: where a file cannot be read there
is no offer.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from contextlib import suppress
from importlib import resources
from typing import Any

import typer

Offer = Callable[[typer.Context, str], list[str]]


def experiments(context: typer.Context, incomplete: str) -> list[str]:
    """Shipped experiments, and files that begin so."""
    from protocols.experiments.shipped import shipped

    return _begin(incomplete, [*shipped(), *_files(incomplete)])


def studies(context: typer.Context, incomplete: str) -> list[str]:
    """Shipped studies, and files that begin so."""
    from protocols.experiments.shipped import STUDIES, shipped

    return _begin(incomplete, [*shipped(STUDIES), *_files(incomplete)])


def groups(context: typer.Context, incomplete: str) -> list[str]:
    """Groups of the experiment that was named before."""
    return _begin(incomplete, _named(context, "group"))


def tests(context: typer.Context, incomplete: str) -> list[str]:
    """Tests of the experiment that was named before."""
    return _begin(incomplete, _named(context, "test"))


def sessions(context: typer.Context, incomplete: str) -> list[str]:
    """Sessions that a prediction may be about."""
    return _begin(incomplete, entries("inactivation", "test") or [])


def nuclei(context: typer.Context, incomplete: str) -> list[str]:
    """Nuclei of the wiring table."""
    text = resources.files("circuit.wiring").joinpath("corticostriatal.toml").read_text(encoding="utf-8")
    return _begin(incomplete, list(dict.fromkeys(row["nucleus"] for row in tomllib.loads(text)["population"])))


def drugs(context: typer.Context, incomplete: str) -> list[str]:
    """Drugs that come with the package."""
    text = resources.files("synapses").joinpath("drugs.toml").read_text(encoding="utf-8")
    return _begin(incomplete, list(tomllib.loads(text)))


def _begin(incomplete: str, names: list[str]) -> list[str]:
    return [name for name in names if name.startswith(incomplete)]


def _files(incomplete: str) -> list[str]:
    """Files of TOML, and folders, whose path begins so."""
    from pathlib import Path

    folder = Path(incomplete or ".")
    folder = folder if incomplete.endswith("/") else folder.parent if incomplete else folder
    found = [place for place in folder.glob("*") if place.suffix == ".toml" or place.is_dir()]
    return sorted(f"{place}/" if place.is_dir() else str(place) for place in found if not place.name.startswith("."))


def entries(experiment: str, part: str) -> list[str] | None:
    """Names of the groups or tests in an experiment's file; None where it cannot be read."""
    listed = _document(experiment).get(part)
    if not isinstance(listed, list) or not all(isinstance(entry, dict) and "name" in entry for entry in listed):
        return None
    return [str(entry["name"]) for entry in listed]


def _named(context: typer.Context, part: str) -> list[str]:
    left = [word for word in context.args if not word.startswith("-")]  # words that the parser has not taken yet
    name = context.params.get("experiment") or next(iter(left), "")
    return entries(str(name), part) or []


def _document(name: str) -> dict[str, Any]:
    from protocols.errors import InputError
    from protocols.experiments.shipped import source

    with suppress(InputError, tomllib.TOMLDecodeError, RecursionError):
        return tomllib.loads(source(name))
    return {}
