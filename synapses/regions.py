"""Regions of the striatum as data: what days of cocaine change in each of them, and which cortex drives its release.

`regions.toml` gives each change as a share of the change in the accumbens core, with its source. The core is the
measure of all others, since its sizes and time constants are parameters (`synapses.adaptation.Adaptation`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

CORE = "NAc core"


class Change(BaseModel):
    """How far days of cocaine change one quantity of a region.

    `share` is relative to the change in the core; `time` is the region's own time constant, d, if it has one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    share: float = Field(ge=0, le=20)
    time: float | None = Field(default=None, gt=0, le=200)
    source: str = Field(min_length=1)
    provenance: Literal["seen", "quoted", "recalled", "assumed", "definition"]


class Region(BaseModel):
    """A region: the cortex that drives its release at rest, and the change of each field of
    `synapses.adaptation.Tissue`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    afferent: str
    xct: Change
    glt1: Change
    ags3: Change
    homer: Change
    mglur5: Change
    mglur23: Change
    ampa: Change
    drive: Change

    def changes(self) -> Iterator[tuple[str, Change]]:
        """Every quantity that changes, with its change."""
        for name in QUANTITIES:
            yield name, getattr(self, name)


QUANTITIES = tuple(name for name, field in Region.model_fields.items() if field.annotation is Change)
"""Names of the quantities that days of cocaine change in a region."""
BY_DEFINITION = Change(share=1.0, source="by definition; the parameter's own", provenance="definition")


@cache
def regions() -> dict[str, Region]:
    """All regions, by name, the core first."""
    text = resources.files("synapses").joinpath("regions.toml").read_text(encoding="utf-8")
    tables: dict[str, dict[str, Any]] = tomllib.loads(text)
    core = dict.fromkeys(QUANTITIES, BY_DEFINITION) | tables.pop(CORE)
    found = {CORE: Region(name=CORE, **core)}
    return found | {name: Region.model_validate({"name": name, **table}) for name, table in tables.items()}


def region_of(site: str) -> str:
    """The region in which a test at a site records: its nucleus, or the target of its projection, ``"PL->NAc core"``.

    The core stands for a site that is no region of the striatum.
    """
    nucleus = site.rpartition("->")[2]
    return nucleus if nucleus in regions() else CORE
