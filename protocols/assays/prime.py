"""One animal, one injection in its home cage: the network says how much glutamate is released, spines follow that.

Injections that belong to the history are not run through the network: its weights change at presses alone
(`synapses.dopamine`: a lesson is counted in presses), so hours without levers leave every contact as it was, and what
injections leave behind is that of the days' equations. The injection of the test is run, since what moves spines is
release above rest, and that hangs on how the drug drives prefrontal cells and on release in this animal.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.integrate import trapezoid

from circuit.apparatus.operant_box import STAGE, Behaviour
from circuit.engine import compiled
from circuit.parameters import ModelParameters
from protocols.animals import days
from protocols.animals.attendance import attended
from protocols.animals.history import DrugTaking, Group, Injections
from protocols.animals.sessions import Session
from protocols.assays.seek import sampled_levels
from protocols.assays.session_assays import Spines
from protocols.experiments.experiment import Experiment
from protocols.quantities import Quantity
from results.recording import Identity, Measure, Recording, Series
from synapses.adaptation import AdaptedState
from synapses.pharmacology import exposure
from synapses.spines import Swing, cycling, filamentous_actin, head_diameter, swing

SETTLING = 1  # epochs in which the network settles
STEP = 60.0  # s between the times at which blockers of actin are read


def prime(
    identity: Identity,
    experiment: Experiment,
    group: Group,
    test: Spines,
    own: ModelParameters,
    build: compiled.Build | None,
) -> Recording:
    """Simulate one animal before and after an injection.

    Parameters
    ----------
    identity : Identity
    experiment : Experiment
    group : Group
    test : Spines
    own : ModelParameters
        The animal's own.
    build : Build

    Returns
    -------
    Recording
        With empty provenance but for the parameters.
    """
    done = attended(identity, experiment, group, test, own, build, in_home_cage(test, group, own.behaviour))
    state, session, output = done.state, done.session, done.output
    levels = sampled_levels(output, len(session.stage), done.animal.layout.wiring.fields)
    time = (np.arange(len(session.stage)) - session.home + 0.5) * test.epoch.si
    rest = {name: float(values[SETTLING : session.home].mean()) for name, values in levels.items()}
    left = state.adapted.expressing(days.expressed(group))
    available = _actin(group, experiment.test_day(group, test), own, test.until.si)
    found = swing(
        time[session.home :],
        levels["release"][session.home :],
        rest["release"],
        lambda moment: cycling(left, float(np.interp(moment, *available))),
        own.spines,
        test.until.si,
    )
    return Recording(
        identity,
        {},
        _series(time, levels, rest, found) | {"drug": _in_brain(output, time)},
        {},
        {},
        _at_rest(left, own) | _moments(test, found, left.ampa) | _first_hour(time, levels, rest),
        {
            "parameters": {f"{r.group}.{r.name}": r.value for r in own.records()},
            "state": vars(left),
            "network_seconds": output.duration,
            **done.animal.build.provenance,
        },
    )


def in_home_cage(test: Spines, group: Group, own: Behaviour) -> Session:
    """The hours around an injection, without levers and without anything that was learnt about."""
    given = [phase.drug for phase in group.history if isinstance(phase, DrugTaking | Injections)]
    stage = np.zeros((test.home + test.epochs, len(STAGE)))
    stage[:, STAGE.index("minutes")] = test.epoch.to("min")
    stage[:, STAGE.index("silencing")] = 1
    if test.dose is not None:
        stage[test.home, STAGE.index("injected")] = own.injected_share * test.dose.to("mg/kg")
    return Session(stage, test.home, given[-1] if given else "cocaine")


def _actin(group: Group, day: float, own: ModelParameters, until: float) -> tuple[np.ndarray, np.ndarray]:
    """Times from the injection, s, and the share of actin that blockers leave free to cycle then."""
    times = np.arange(0.0, until + STEP, STEP)
    on_board = exposure(days.dosings(group, day, 0.0, own.probe), times, own.homeostasis.cystine)
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


def _in_brain(output: compiled.Output, time: np.ndarray) -> Series:
    return Series(time, output.states["session"]["in_brain"][0][1:] * 1e3, "uM", "the injected drug in brain")


def _at_rest(state: AdaptedState, own: ModelParameters) -> dict[str, Measure]:
    """What the days left of spines and of what they hold, relative to a naive animal."""
    levels = {
        "spine_head": head_diameter(state, own.spines),
        "filamentous_actin": filamentous_actin(state),
        "actin_cycling": cycling(state),
        "psd95": state.psd95,
        "spine_density": state.spine_density,
        "homer": state.homer,
        "mglur5": state.mglur5,
        "ags3": state.ags3,
        "surface_ampa": state.ampa,
        "calcium_permeable": state.calcium_permeable,
    }
    return {f"{name}_at_rest": Measure(float(level), "1") for name, level in levels.items()}


def _moments(test: Spines, found: Swing, ampa: float) -> dict[str, Measure]:
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
    mean = trapezoid(found.ampa[within], found.time[within]) / np.ptp(found.time[within])
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
