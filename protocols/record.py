"""The base of all tables of an experiment file, and checks that they share."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from protocols.errors import InputError, shortened


class Record(BaseModel):
    """A table of an experiment file: unknown keys, infinite numbers and later changes are refused."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        defer_build=True,  # tables are only read as parts of an experiment, and workers read none
    )


def a_number(value: Any) -> Any:
    """Refuse what is no number, a truth value too."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InputError(f"{shortened(value)} is not a number")
    return value


Fraction = Annotated[float, BeforeValidator(a_number), Field(gt=0, le=1)]
