"""Rival hypotheses: for each part of the model the forms it may take, each a name and a set of parameter values.

Every rival is a limit of the shared equations, so that one compiled program serves them all. `hypotheses.toml` lists
them: the claim of each, its source, the values by which it differs from the default and how these were obtained. The
default of a part changes no value.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources


@dataclass(frozen=True)
class Hypothesis:
    """One form that a part of the model may take.

    Attributes
    ----------
    part, name : str
        As ``[model]`` of an experiment file has them: ``part = "name"``.
    title, claim, source : str
        A few words, a sentence, and the publication.
    obtained : str
        How the values were obtained.
    values : dict
        Dotted parameter path -> value in the parameter's unit; ``tone.site`` is a word. Empty for the default.
    excludes : dict
        Part -> name of a form that this one cannot be combined with.
    """

    part: str
    name: str
    title: str
    claim: str
    source: str
    obtained: str = ""
    values: Mapping[str, float | str] = field(default_factory=dict)
    excludes: Mapping[str, str] = field(default_factory=dict)


@cache
def hypotheses() -> dict[str, dict[str, Hypothesis]]:
    """Every hypothesis by part and name, the default of each part first.

    Raises
    ------
    ValueError
        If a part has no default, or more than one.
    """
    table = tomllib.loads(resources.files("synapses").joinpath("hypotheses.toml").read_text(encoding="utf-8"))
    found: dict[str, dict[str, Hypothesis]] = {}
    for part, forms in table.items():
        read = {name: Hypothesis(part, name, **entry) for name, entry in forms.items()}
        found[part] = dict(sorted(read.items(), key=lambda item: bool(item[1].values)))
        if sum(not form.values for form in read.values()) != 1:
            raise ValueError(f"hypotheses.toml: {part} needs one form without values, its default")
    return found


def default(part: str) -> str:
    """Name of a part's default."""
    return next(iter(hypotheses()[part]))


def values(chosen: Mapping[str, str]) -> dict[str, float | str]:
    """Parameter values by which a choice of hypotheses differs from the default.

    Parameters
    ----------
    chosen : mapping from part to name
        Parts that are left out keep their default.

    Raises
    ------
    KeyError
        For an unknown part or name.
    """
    return {path: value for part, name in chosen.items() for path, value in hypotheses()[part][name].values.items()}
