"""Place preference: without drug, the animal is shown the two boxes of place conditioning in turn.

No motor plan of the model is tied to a place: cells of motor cortex and dorsolateral striatum stand for levers alone.
What a place is worth to the animal is therefore read where the limbic loop leaves the basal ganglia. The box drives
cells of the hippocampus, these drive the shell and prefrontal cortex, core and shell reach the mediodorsal thalamus
(MD) through the ventral pallidum, and from MD the loop goes on to motor cortex. So the pull of a box is the rate r of
MD while the animal is shown it, both hemispheres together, and the share of time that it would spend in the paired box
is

    r_paired**n / (r_paired**n + r_other**n),

half of its time where both pull alike. The exponent n is that with which pressing follows the motor output
(``behaviour.motor_exponent``): that a choice of place is as sharp as one of a lever is assumed, and fitted to nothing.
The animal does not walk, and nothing is learnt in the test. Without levers no decision falls in an epoch, so that rates
are read from when the network has settled to the epoch's end.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import BeforeValidator, Field, model_validator

from circuit.apparatus.operant_box import EPOCH, STAGE
from circuit.engine.compiled import Output
from circuit.engine.prepared import PreparedCircuit
from circuit.wiring.layout import Layout
from circuit.wiring.plan import WHOLE
from protocols.animals.animal import Animal
from protocols.animals.history import Phase
from protocols.animals.sessions import HOME_EPOCHS, Session, boxes
from protocols.assays.in_session import (
    SETTLED,
    SessionAssay,
    after_home,
    mean_rates,
    refuse_coarse,
    sampled_levels,
    spikes_by_epoch,
)
from protocols.assays.passes import rasters
from protocols.errors import InputError
from protocols.record import a_number
from results.recording import Measure, Recording, Series

PULL = "MD"
"""The population whose rate is the pull of a box."""
PLACES = "hippocampus"
"""The population whose cells are tuned to a box, two by two, that of the drug first."""


class PlacePreferenceTest(SessionAssay):
    """A session without drug and levers in which the animal is shown both boxes in turn.

    The paired box is that of the even days of place conditioning (``context_a``), where a drug was given if one was.
    """

    main_measures: ClassVar[tuple[str, ...]] = ("place_preference", f"rate_{PULL}_paired", f"rate_{PULL}_other")

    kind: Literal["place_preference"]
    site: Literal["NAc core"] = "NAc core"
    """The nucleus whose glutamate and dopamine are sampled, and which a drug reaches that is given at no other site."""
    minutes: Annotated[float, BeforeValidator(a_number), Field(ge=1, le=240)] = 20.0
    """Length of the session (min)."""
    epochs: Annotated[int, Field(ge=4, le=120)] = 80
    """Stretches of the session that are simulated, half of them in each box; an even number."""
    preceded_by: tuple[Phase, ...] = ()
    """Phases between the group's history and this test."""

    @property
    def hours(self) -> float:
        """Length of the session (h)."""
        return self.minutes / 60

    @property
    def length(self) -> float:
        """From start to end (s)."""
        return self.minutes * 60

    @property
    def home(self) -> int:
        """Epochs in the home cage before the session."""
        return HOME_EPOCHS

    @model_validator(mode="after")
    def _resolved(self) -> PlacePreferenceTest:
        if self.epochs % 2:
            raise InputError(f"{self.epochs} epochs cannot be shared by two boxes; give an even number", "epochs")
        refuse_coarse(self.hours, self.epochs)
        return self

    def phases_before(self) -> tuple[Phase, ...]:
        """Phases between the group's history and the test."""
        return self.preceded_by

    def schedule(self) -> Session:
        """Both boxes in pairs of epochs, now the paired one first and now the other, so that no drift favours one."""
        order = np.resize([True, False, False, True], self.epochs)
        return Session(after_home(boxes(self.hours, order)), HOME_EPOCHS)

    def simulate(self, animal: Animal, circuit: PreparedCircuit) -> Recording:
        """Simulate one animal in both boxes."""
        done = self.run_session(animal, circuit, self.schedule())
        state, output, layout = done.state, done.output, done.animal.layout
        schedule = done.session.schedule
        levels = sampled_levels(output, len(schedule), layout.wiring.fields)
        clock = (np.arange(len(schedule)) + 1 - HOME_EPOCHS) * self.length / self.epochs
        return Recording(
            animal.identity,
            {},
            _series(output, layout, clock, schedule, levels),
            rasters(output, layout),
            {},
            _measures(output, layout, schedule, animal.own.behaviour.motor_exponent)
            | _learnt(layout, state.weights.values),
            {
                "parameters": animal.parameter_values(),
                "state": {"day": state.day, "sessions": len(state.sessions)},
                "network_seconds": output.duration,
                **circuit.provenance(WHOLE),
            },
        )


def share_of_time(paired: float, other: float, exponent: float) -> float:
    """Share of its time that an animal spends in the paired box, 0 to 1.

    Parameters
    ----------
    paired, other : float
        Pull of either box: the rate of MD there, Hz.
    exponent : float
        How sharply the choice follows the pull.

    Returns
    -------
    float
        A half where neither box pulls.
    """
    strongest = max(paired, other)
    if strongest == 0:
        return 0.5
    here, there = (float((pull / strongest) ** exponent) for pull in (paired, other))
    return here / (here + there)


def _measures(output: Output, layout: Layout, schedule: np.ndarray, exponent: float) -> dict[str, Measure]:
    """The preference, and the rate of every population in either box, Hz."""
    paired, other = (
        mean_rates(output, layout, schedule[:, STAGE.index(box)] > 0, EPOCH) for box in ("context_a", "context_b")
    )
    share = share_of_time(paired[PULL], other[PULL], exponent)
    return (
        {"place_preference": Measure(100 * share, "%")}
        | {f"rate_{name}_paired": Measure(rate, "Hz") for name, rate in paired.items()}
        | {f"rate_{name}_other": Measure(rate, "Hz") for name, rate in other.items()}
    )


def _learnt(layout: Layout, weights: Mapping[str, Mapping[str, np.ndarray]]) -> dict[str, Measure]:
    """Mean AMPA efficacy before the test of what hippocampal cells of either box contact on D1 and D2 cells."""
    found = {}
    d1 = layout.is_d1()
    for row in layout.wiring.plastic:
        if row.source != PLACES:
            continue
        name, places = layout.contacts(row)
        pathway, efficacy = layout.pathways[name], weights[name]["rho"][places]
        of_paired = (pathway.sources[places] - layout.ranges[PLACES].first) // 2 % 2 == 0
        on_d1 = d1[pathway.targets[places]]
        for box, here in (("paired", of_paired), ("other", ~of_paired)):
            for receptor, there in (("D1", on_d1), ("D2", ~on_d1)):
                mean = float(efficacy[here & there].mean())
                found[f"efficacy_{row.name}_{receptor}_{box}"] = Measure(mean, "1")
    return found


def _series(
    output: Output, layout: Layout, clock: np.ndarray, schedule: np.ndarray, levels: dict[str, np.ndarray]
) -> dict[str, Series]:
    cell_seconds = layout.ranges[PULL].number * (EPOCH - SETTLED[0])
    pull = spikes_by_epoch(output, layout, len(schedule), EPOCH)[PULL] / cell_seconds
    return {
        "pull": Series(clock, pull, "Hz", "rate of MD"),
        "in_the_paired_box": Series(clock, schedule[:, STAGE.index("context_a")], "1", "1 while it is the paired box"),
        "core_glutamate": Series(clock, levels["glutamate"], "uM", "extrasynaptic glutamate in the accumbens core"),
        "core_dopamine": Series(clock, levels["dopamine"], "%", "dopamine in the core, % of a naive animal at rest"),
    }
