"""The state in which a circuit is recorded: anaesthetised, awake, or as a slice.

A state is data (`states.toml`): values of parameters, and where the background of cells comes from. No program depends
on it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Literal


@dataclass(frozen=True)
class State:
    """One state.

    Attributes
    ----------
    name : str
    background : str
        What drives cells besides modelled afferents: ``"parameters"``, the wiring ``"table"``, or ``"none"``.
    reference : str
    parameters : mapping
        Dotted parameter path -> value in this state.
    """

    name: str
    background: Literal["parameters", "table", "none"]
    reference: str
    parameters: Mapping[str, float] = field(default_factory=dict)


@cache
def states() -> dict[str, State]:
    """Every state by its name."""
    text = resources.files("circuit").joinpath("states.toml").read_text(encoding="utf-8")
    return {name: State(name, **entry) for name, entry in tomllib.loads(text).items()}
