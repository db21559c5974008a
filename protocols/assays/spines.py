"""Spines: one injection in the home cage; the network gives the release of glutamate, which moves spine heads.

Injections that belong to the history are not run through the network. Its weights change at presses alone
(`synapses.dopamine`: a lesson is counted in presses), so hours without levers leave every contact as it was, and what
injections leave behind follows from the days' equations. The injection of the test is run, since release above rest
moves spines, and that depends on how the drug drives prefrontal cells and on release in this animal.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np
import scipy  # its parts take long to import and are imported when they are first used
from pydantic import BeforeValidator, Field, model_validator

from circuit.apparatus.operant_box import EPOCHS, STAGE, Behaviour
from circuit.clock import LONGEST_EPOCH
from circuit.engine.compiled import Output
from circuit.engine.prepared import PreparedCircuit
from circuit.parameters import ModelParameters
from circuit.wiring.plan import WHOLE
from protocols.animals import days
from protocols.animals.animal import Animal
from protocols.animals.history import Group, drug_of
from protocols.animals.sessions import Session
from protocols.assays.base import whole
from protocols.assays.in_session import SessionAssay, sampled_levels
from protocols.errors import InputError
from protocols.quantities import Delay, Dose, Duration, Quantity, at_most, quantity
from protocols.record import a_number
from results.recording import Measure, Recording, Series
from synapses.adaptation import AdaptedState
from synapses.pharmacology import exposure, reaching
from synapses.regions import CORE
from synapses.spines import Swing, cycling, filamentous_actin, head_diameter, swing

LONGEST_SWING = quantity("30 d", "duration")  # long after an injection has been forgotten
SETTLING = 1  # epochs in which the network settles
STEP = 60.0  # s between the times at which blockers of actin are read


class SpinesTest(SessionAssay):
    """Spine heads and surface AMPA in the home cage, before an injection and in the hours after it.

    The whole circuit is run while the drug acts; release of glutamate above rest then moves heads and receptors. What
    is read at a moment is relative to the same animal before the injection.
    """

    drawn: ClassVar[tuple[str, ...]] = ("release", "spine_head", "surface_ampa")
    borrowing: ClassVar[bool] = False
    main_measures: ClassVar[tuple[str, ...]] = (
        "core_glutamate_percent",
        "core_dopamine_percent",
        "core_release_percent",
        "spine_head_45_min",
        "spine_head_120_min",
        "surface_ampa_30_min",
        "ampa_nmda_late",
    )

    kind: Literal["spines"]
    site: Literal["NAc core"] = "NAc core"
    """The nucleus whose spines are measured."""
    dose: Dose | None = None
    """Injected at time zero, of the last drug of the history, cocaine where there is none (mg/kg); vehicle when left
    out."""
    before: Duration = quantity("1 h", "duration")
    """In the home cage before the injection: release there is rest."""
    hours: Annotated[float, BeforeValidator(a_number), Field(gt=0, le=7)] = 4.0
    """How long after the injection the network runs (h); later release is at rest."""
    epoch: Duration = quantity("5 min", "duration")
    """What one stretch that is simulated stands for."""
    until: Duration = quantity("24 h", "duration")
    """How long heads and receptors are followed after the injection."""
    at: Annotated[tuple[Duration, ...], Field(min_length=1)] = tuple(
        quantity(moment, "duration") for moment in ("30 min", "45 min", "120 min", "6 h", "24 h")
    )
    """When after the injection they are read."""
    window: tuple[Delay, Duration] = (quantity("6 h", "duration"), quantity("24 h", "duration"))
    """Between these times after the injection the AMPA/NMDA ratio is averaged."""

    @property
    def length(self) -> float:
        """From the injection to the last moment that the network runs (s)."""
        return self.hours * 3600

    @property
    def epochs(self) -> int:
        """Stretches after the injection."""
        return round(self.hours * 3600 / self.epoch.si)

    @property
    def home(self) -> int:
        """Stretches before it."""
        return round(self.before.si / self.epoch.si)

    @model_validator(mode="after")
    def _followed(self) -> SpinesTest:
        at_most(self.until, LONGEST_SWING, "until")
        for key, stretch in (("before", self.before.si), ("hours", self.hours * 3600)):
            if not whole(stretch / self.epoch.si):
                raise InputError(f"{stretch:g} s is no whole number of epochs of {self.epoch}", key)
        if self.epoch.si > 60 * LONGEST_EPOCH:
            raise InputError(
                f"{self.epoch} is too coarse for glutamate to follow; {LONGEST_EPOCH:g} min at most", "epoch"
            )
        if self.home < 3:
            raise InputError(f"{self.before} must hold three epochs of {self.epoch} at least, to know rest", "before")
        if self.home + self.epochs > EPOCHS:
            raise InputError(
                f"{self.epoch} makes {self.home + self.epochs} epochs; a session has {EPOCHS} at most", "epoch"
            )
        late = [moment for moment in self.at if moment.si > self.until.si]
        if late:
            raise InputError(f"{late[0]} is after until = {self.until}", "at")
        if len({moment.si for moment in self.at}) < len(self.at):
            raise InputError("a moment stands there twice", "at")
        start, end = self.window
        if not start.si < end.si <= self.until.si:
            raise InputError(f"{start} to {end} must run forward and lie within until = {self.until}", "window")
        if self.until.si < self.hours * 3600:
            raise InputError(f"{self.until} ends before the network does, at {self.hours:g} h", "until")
        return self

    def simulate(self, animal: Animal, circuit: PreparedCircuit) -> Recording:
        """Simulate one animal before and after an injection."""
        own, group = animal.own, animal.group
        done = self.run_session(animal, circuit, self.schedule(group, own.behaviour))
        session, output = done.session, done.output
        levels = sampled_levels(output, len(session.schedule), done.animal.layout.wiring.fields)
        time = (np.arange(len(session.schedule)) - session.home + 0.5) * self.epoch.si
        rest = {name: float(values[SETTLING : session.home].mean()) for name, values in levels.items()}
        left = done.state.adapted.expressing(days.expression_factors(group))
        available = _actin(group, animal.day, own, self.until.si)
        found = swing(
            time[session.home :],
            levels["release"][session.home :],
            rest["release"],
            lambda moment: cycling(left, float(np.interp(moment, *available))),
            own.spines,
            self.until.si,
        )
        return Recording(
            animal.identity,
            {},
            _series(time, levels, rest, found) | {"drug": _in_brain(output, time)},
            {},
            {},
            _at_rest(left, own) | _moments(self, found, left.at(CORE).ampa) | _first_hour(time, levels, rest),
            {
                "parameters": animal.parameter_values(),
                "state": left.flat(),
                "network_seconds": output.duration,
                **circuit.provenance(WHOLE),
            },
        )

    def schedule(self, group: Group, own: Behaviour) -> Session:
        """The hours around an injection, without levers and without anything that was learnt about."""
        given = [drug for drug in map(drug_of, group.history) if drug]
        schedule = np.zeros((self.home + self.epochs, len(STAGE)))
        schedule[:, STAGE.index("minutes")] = self.epoch.to("min")
        schedule[:, STAGE.index("silencing")] = 1
        if self.dose is not None:
            schedule[self.home, STAGE.index("injected")] = own.injected_share * self.dose.to("mg/kg")
        return Session(schedule, self.home, given[-1] if given else "cocaine")


def _actin(group: Group, day: float, own: ModelParameters, until: float) -> tuple[np.ndarray, np.ndarray]:
    """Times from the injection, s, and the share of actin that blockers leave free to cycle then."""
    times = np.arange(0.0, until + STEP, STEP)
    given = reaching(days.dosings(group, day, 0.0, own), CORE)
    on_board = exposure(given, times, own.homeostasis.cystine)
    return times, on_board.actin_available


def _series(
    time: np.ndarray, levels: Mapping[str, np.ndarray], rest: Mapping[str, float], found: Swing
) -> dict[str, Series]:
    return {
        "spine_head": Series(found.time, 100 * found.head, "% of baseline", "spine head diameter in the core"),
        "surface_ampa": Series(found.time, 100 * found.ampa, "% of baseline", "surface AMPA receptors in the core"),
        "release": Series(
            time, 100 * levels["release"] / rest["release"], "% of baseline", "releases per contact on core cells"
        ),
        "core_glutamate": Series(time, levels["glutamate"], "uM", "extrasynaptic glutamate in the accumbens core"),
        "core_dopamine": Series(time, levels["dopamine"], "%", "dopamine in the core, % of a naive animal at rest"),
    }


def _in_brain(output: Output, time: np.ndarray) -> Series:
    return Series(time, output.states["session"]["in_brain"][0][1:] * 1e3, "uM", "the injected drug in brain")


def _at_rest(state: AdaptedState, own: ModelParameters) -> dict[str, Measure]:
    """What the days left of spines and of what they hold, relative to a naive animal."""
    core = state.at(CORE)
    levels = {
        "spine_head": head_diameter(state, own.spines),
        "filamentous_actin": filamentous_actin(state),
        "actin_cycling": cycling(state),
        "psd95": state.psd95,
        "spine_density": state.spine_density,
        "homer": core.homer,
        "mglur5": core.mglur5,
        "ags3": core.ags3,
        "surface_ampa": core.ampa,
        "calcium_permeable": state.calcium_permeable,
    }
    return {f"{name}_at_rest": Measure(float(level), "1") for name, level in levels.items()}


def _moments(test: SpinesTest, found: Swing, ampa: float) -> dict[str, Measure]:
    """Heads, surface AMPA and the ratio of AMPA to NMDA at the moments that the test names.

    Receptors alone move here, not NMDA receptors, so the ratio is that of surface AMPA, relative to a naive animal at
    rest; cells' currents are not recorded.
    """
    measures: dict[str, Measure] = {}
    for moment in test.at:
        when = _word(moment)
        head, surface = (float(np.interp(moment.si, found.time, course)) for course in (found.head, found.ampa))
        measures |= {
            f"spine_head_{when}": Measure(100 * head, "% of baseline"),
            f"surface_ampa_{when}": Measure(100 * surface, "% of baseline"),
            f"ampa_nmda_{when}": Measure(ampa * surface, "1"),
        }
    within = (found.time >= test.window[0].si) & (found.time <= test.window[1].si)
    mean = scipy.integrate.trapezoid(found.ampa[within], found.time[within]) / np.ptp(found.time[within])
    return measures | {"ampa_nmda_late": Measure(float(ampa * mean), "1")}


def _word(moment: Quantity) -> str:
    """A moment as part of a measure's name: ``45_min``, ``6_h``."""
    return str(moment).replace(" ", "_").replace(".", "_")


def _first_hour(time: np.ndarray, levels: Mapping[str, np.ndarray], rest: Mapping[str, float]) -> dict[str, Measure]:
    """Release, glutamate and dopamine in the hour after the injection."""
    within = (time > 0) & (time < 3600)
    found = {"release_at_rest": Measure(rest["release"], "Hz")}
    for name, level in (("core_release", "release"), ("core_glutamate", "glutamate"), ("core_dopamine", "dopamine")):
        found[f"{name}_percent"] = Measure(float(100 * levels[level][within].mean() / rest[level]), "% of baseline")
    return found
