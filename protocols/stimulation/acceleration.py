"""How slow variables are accelerated, as an experiment's file says it."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import (
    BeforeValidator,
    Field,
    SerializerFunctionWrapHandler,
    WithJsonSchema,
    field_serializer,
    model_serializer,
    model_validator,
)

from circuit.apparatus.operant_box import EPOCH
from circuit.clock import LONGEST_EPOCH
from protocols.quantities import Delay, Duration, at_most, quantity
from protocols.record import Record
from protocols.stimulation import convergence

FASTEST = 60 * LONGEST_EPOCH / EPOCH
"""The fastest acceleration, at which glutamate still follows: the pace of the longest epoch of a session."""
_MAXIMUM = {"anyOf": [{"type": "number", "minimum": 1, "maximum": FASTEST}, {"const": "auto"}]}
WIDEST_WINDOW = quantity("1 min", "duration")
_TOLERANCE = {"anyOf": [{"type": "string", "examples": ["2 %"]}, {"type": "null"}]}


class Acceleration(Record):
    """How slow variables are accelerated between the events that count; `maximum` = 1 is full biological time."""

    maximum: Annotated[float, Field(ge=1, le=FASTEST), WithJsonSchema(_MAXIMUM)] = 600.0
    """Acceleration of slow variables in the background between pulses; "auto": the fastest within `tolerance`."""
    tolerance: Annotated[float | None, BeforeValidator(convergence.percent), WithJsonSchema(_TOLERANCE)] = None
    """Error of LTP and LTD, in % of baseline, that an automatic `maximum` may have; "2 %" by default."""
    window_before: Delay = quantity("50 ms", "duration")
    """Full rate for this long before a pulse."""
    window_after: Duration = quantity("0.1 s", "duration")
    """Full rate for this long after a pulse."""
    pulse_group: Annotated[int, Field(ge=1, le=100)] = 10
    """Pulses of a long train that one simulated pulse stands for."""
    uncompressed: Annotated[int, Field(ge=0)] = 10
    """First pulses of a train that stand for themselves only."""
    after_induction: Annotated[float, Field(ge=1)] = 30.0
    """Acceleration in the background, at most, for `induction_memory` after a pulse of an induction."""
    induction_memory: Delay = quantity("90 s", "duration")
    """How long endocannabinoid from an induction may let lone coincidences depress: three of its time constants."""

    @model_validator(mode="after")
    def _narrow(self) -> Acceleration:
        for key in ("window_before", "window_after"):
            at_most(getattr(self, key), WIDEST_WINDOW, key)
        return self

    @model_validator(mode="before")
    @classmethod
    def _chosen(cls, given: Any) -> Any:
        return convergence.resolved(given)

    def at(self, maximum: float) -> Acceleration:
        """The same with another acceleration in the background."""
        return self.model_copy(update={"maximum": maximum})

    def seeing(self, seconds: float) -> Acceleration:
        """The same with full rate for so long after a pulse at least, s."""
        if self.window_after.si >= seconds:
            return self
        return self.model_copy(update={"window_after": quantity(f"{seconds!r} s", "duration")})

    @field_serializer("tolerance")
    def _written(self, tolerance: float | None) -> str | None:
        return None if tolerance is None else f"{tolerance:g} %"

    @model_serializer(mode="wrap")
    def _stated(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {key: value for key, value in write(self).items() if key != "tolerance" or value is not None}
