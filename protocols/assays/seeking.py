"""A session of seeking: how often the animal presses, and what its core is sampled for meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from circuit.apparatus.operant_box import STAGE, Behaviour
from circuit.engine.compiled import Output
from circuit.engine.prepared import PreparedCircuit
from circuit.wiring.layout import Layout
from circuit.wiring.plan import WHOLE
from protocols.animals.animal import Animal
from protocols.animals.days import WEIGHT
from protocols.animals.history import DrugTaking, Extinction, Hours, Phase, drug_of
from protocols.animals.sessions import HOME_EPOCHS, Session, in_the_box
from protocols.animals.training import State
from protocols.assays.in_session import (
    SessionAssay,
    after_home,
    mean_rates,
    refuse_coarse,
    sampled_levels,
)
from protocols.assays.passes import rasters
from protocols.errors import InputError
from protocols.quantities import Dose
from results.recording import Measure, Recording, Series
from synapses.drug_files import drugs

ADAPTED = {"xct": "xct", "glt1_uptake": "glt1", "ags3": "ags3", "trace": "trace"}
"""What days left behind in the core, by the names of other tests."""


class SeekingTest(SessionAssay):
    """A session in the operant box; what is counted is how often the animal presses.

    Presses bring no drug but in `self_administration`.
    """

    main_measures: ClassVar[tuple[str, ...]] = (
        "active_presses",
        "expected_presses",
        "inactive_presses",
        "infusions",
        "core_glutamate_percent",
        "core_dopamine_percent",
        "core_release_percent",
    )

    kind: Literal["seeking"]
    session: Literal[
        "extinction",
        "cue",
        "prime",
        "stress",
        "context",
        "abstinence",
        "second_order",
        "food_cue",
        "self_administration",
    ]
    """What brings seeking back, or is there: the drug's cue with presses (`cue`), cocaine given before (`prime`), foot
    shock before (`stress`), the box of training (`context`, `abstinence`), cue and box together (`second_order`)."""
    site: Literal["NAc core"] = "NAc core"
    """The nucleus whose glutamate and dopamine are sampled."""
    hours: Hours = 2.0
    """Length of the session (h)."""
    epochs: Annotated[int, Field(ge=4, le=120)] = 20
    """Stretches of the session that are simulated, each standing for its share."""
    preceded_by: tuple[Phase, ...] = ()
    """Phases between the group's history and this test."""
    dose: Dose | None = None
    """Cocaine injected for a prime (10 mg/kg when left out), or per infusion in `self_administration`."""

    @property
    def length(self) -> float:
        """From start to end (s)."""
        return self.hours * 3600

    @model_validator(mode="after")
    def _resolved(self) -> SeekingTest:
        refuse_coarse(self.hours, self.epochs)
        return self

    @model_validator(mode="after")
    def _dosed(self) -> SeekingTest:
        if self.dose is not None and self.session not in ("prime", "self_administration"):
            raise InputError(f"a session of '{self.session}' gives no drug; leave the dose out", "dose")
        return self

    @property
    def home(self) -> int:
        """Epochs in the home cage before the session."""
        return HOME_EPOCHS

    def phases_before(self) -> tuple[Phase, ...]:
        """Phases between the group's history and the test."""
        return self.preceded_by

    def stretches(self) -> Iterator[tuple[float, float, str]]:
        """The session."""
        yield 0.0, self.length, "session"

    def simulate(self, animal: Animal, circuit: PreparedCircuit) -> Recording:
        """Simulate one animal in the session."""
        phases = (*animal.group.history, *self.preceded_by)
        done = self.run_session(animal, circuit, self.schedule(phases, animal.own.behaviour))
        state, session, output, layout = done.state, done.session, done.output, done.animal.layout
        sampled = sampled_levels(output, len(session.schedule), layout.wiring.fields)
        clock = (np.arange(len(session.schedule)) + 1 - session.home) * self.hours * 3600 / self.epochs
        rates = mean_rates(output, layout, np.arange(len(session.schedule)) >= session.home)
        left = state.adapted.flat()
        return Recording(
            animal.identity,
            {},
            _series(output, clock, state, sampled),
            rasters(output, layout),
            {},
            _measures(output, session.home, self.hours, sampled)
            | {f"rate_{name}": Measure(rate, "Hz") for name, rate in rates.items()}
            | _weights(layout, state)
            | {name: Measure(value, "1") for name, value in state.cues.items()}
            | {name: Measure(left[quantity], "1") for name, quantity in ADAPTED.items()},
            {
                "parameters": animal.parameter_values(),
                "state": {"day": state.day, "sessions": len(state.sessions)},
                "network_seconds": output.duration,
                **circuit.provenance(WHOLE),
            },
        )

    def schedule(self, phases: tuple[Phase, ...], own: Behaviour) -> Session:
        """What happens in it, epoch by epoch, after the phases of the animal's history.

        Extinction, cue, prime and stress are tested in the box of the last extinction, the others in that of training.
        """
        taken = [drug for drug in map(drug_of, phases) if drug]
        boxes = [phase.context for phase in phases if isinstance(phase, Extinction)]
        in_training = self.session in ("context", "abstinence", "second_order", "food_cue", "self_administration")
        box = "context_a" if in_training or not boxes or boxes[-1] == "training" else "context_b"
        entries: dict[str, float] = {box: 1.0}
        if self.session in ("cue", "second_order"):
            entries["contingent_cue"] = 1.0
        if self.session == "stress":
            entries["stress"] = 1.0
        if self.session == "food_cue":
            entries["food_cue_shown"] = 1.0
        own_drug = drugs()[taken[-1] if taken else "cocaine"]
        if self.session == "self_administration":
            trained = [phase.dose for phase in phases if isinstance(phase, DrugTaking)]
            dose = self.dose or (trained[-1] if trained else None)
            entries |= {"contingent_cue": 1.0, "unit_dose": dose.to("mg/kg") if dose else own_drug.intake_dose}
        schedule = after_home(in_the_box(self.hours, self.epochs, **entries))
        if self.session == "prime":
            given = self.dose.to("mg/kg") if self.dose else own_drug.prime
            schedule[HOME_EPOCHS, STAGE.index("injected")] = own.injected_share * given
        return Session(schedule, HOME_EPOCHS, own_drug.name)


def _series(output: Output, clock: np.ndarray, state: State, sampled: dict[str, np.ndarray]) -> dict[str, Series]:
    found = output.states["session"]
    series = {
        "active_presses": Series(
            clock, found["active"][0][1:], "1", "presses of the active lever since the last entry"
        ),
        "inactive_presses": Series(clock, found["inactive"][0][1:], "1", "presses of the inactive lever"),
        "cocaine": Series(clock, found["in_brain"][0][1:] * 1e3, "uM", "cocaine in brain"),
        "core_glutamate": Series(clock, sampled["glutamate"], "uM", "extrasynaptic glutamate in the accumbens core"),
        "prefrontal_dopamine": Series(clock, sampled["prefrontal"], "%", "dopamine in prefrontal cortex, the same way"),
        "core_dopamine": Series(clock, sampled["dopamine"], "%", "dopamine in the core, % of a naive animal at rest"),
    }
    if state.sessions:
        days = np.array([seen["day"] for seen in state.sessions]) * 86400
        for name in ("active", "inactive", "rewards"):
            counts = np.array([seen[name] for seen in state.sessions])
            series[f"training_{name}"] = Series(days, counts, "1", f"{name} of each session of the history")
    return series


def _measures(output: Output, home: int, hours: float, sampled: dict[str, np.ndarray]) -> dict[str, Measure]:
    found = output.states["session"]
    counts = {name: float(found[name][0][1:].sum()) for name in ("active", "inactive", "expected", "rewards")}

    def rise(sample: str) -> Measure:
        return Measure(float(100 * sampled[sample][home:].mean() / sampled[sample][1:home].mean()), "% of baseline")

    return {
        "active_presses": Measure(counts["active"], "1"),
        "expected_presses": Measure(counts["expected"], "1"),
        "inactive_presses": Measure(counts["inactive"], "1"),
        "lever_ratio": Measure((counts["active"] + 0.5) / (counts["inactive"] + 0.5), "1"),
        "infusions": Measure(counts["rewards"], "1"),
        "intake": Measure(float(found["intake"][0][-1]), "mg/kg"),
        "presses_per_20_min": Measure(counts["active"] / (hours * 3), "1"),
        "intake_of_a_rat": Measure(float(found["intake"][0][-1]) * WEIGHT, "mg"),
        "core_glutamate_basal": Measure(float(sampled["glutamate"][1:home].mean()), "uM"),
        "core_glutamate_percent": rise("glutamate"),
        "core_release_percent": rise("release"),
        "core_dopamine_percent": rise("dopamine"),
        "prefrontal_dopamine_percent": rise("prefrontal"),
    }


def _weights(layout: Layout, state: State) -> dict[str, Measure]:
    """Mean AMPA efficacy of each plastic projection on D1 and D2 cells, before the session."""
    found = {}
    d1 = layout.is_d1()
    for row in layout.wiring.plastic:
        name, places = layout.contacts(row)
        efficacy = state.weights.values[name]["rho"][places]
        on_d1 = d1[layout.pathways[name].targets[places]]
        for receptor, chosen in (("D1", on_d1), ("D2", ~on_d1)):
            found[f"efficacy_{row.name}_{receptor}"] = Measure(float(efficacy[chosen].mean()), "1")
    return found
