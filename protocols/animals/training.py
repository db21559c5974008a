"""Training history: phases of days become sessions of the whole circuit, each of which leaves weights and adaptation.

The state after every phase is a file, keyed on the code, the program (engine and precision), the parameters, the animal
and the phases so far. An animal is trained once, and every site, drug and test starts from that file: comparisons
between them are paired. A history that was stopped goes on from the last phase that was finished.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import h5py
import numpy as np

from circuit.apparatus import cue_value, operant_box
from circuit.apparatus.operant_box import STAGE
from circuit.engine import compiled
from circuit.engine.build_cache import lock
from circuit.engine.prepared import PreparedCircuit
from circuit.network.inputs import Weights
from circuit.network.session_inputs import Light, Silencing, session_inputs
from circuit.parameters import ModelParameters
from circuit.wiring.layout import Layout, lay_out
from circuit.wiring.plan import WHOLE, plan
from protocols.animals import days
from protocols.animals.history import Group, Phase
from protocols.animals.rest import at_rest
from protocols.animals.sessions import Session, session_of_phase, teaching_by_moments
from results.store.files import replacing_hdf5
from synapses import chronic
from synapses.adaptation import AdaptedState
from synapses.chronic import Intake, Ran
from synapses.dopamine import Learning
from synapses.fading import faded, kept_after
from synapses.regions import CORE

COUNTED = ("active", "inactive", "rewards")


@dataclass(frozen=True)
class State:
    """What an animal keeps from day to day.

    Attributes
    ----------
    weights : Weights
        Of every plastic contact.
    day : int
        Days since the history began.
    sessions : list of dict
        Presses, rewards (counts) and intake (mg/kg) of each session so far.
    adapted : AdaptedState
        What the days left behind in transporters and receptors.
    cues : dict
        What cues are worth, 0 to 1, by the names of `circuit.apparatus.cue_value.VALUES`.
    kept : dict
        Pathway -> the highest AMPA efficacy that each contact had after a session, to which depression fades; none
        before the first.
    lent : AdaptedState, optional
        What the days left in the twin whose tones the animal borrows at the test.
    """

    weights: Weights
    day: int = 0
    sessions: list[dict[str, float]] = field(default_factory=list)
    adapted: AdaptedState = field(default_factory=AdaptedState)
    cues: dict[str, float] = field(default_factory=lambda: dict.fromkeys(cue_value.VALUES, 0.0))
    kept: dict[str, np.ndarray] = field(default_factory=dict)
    lent: AdaptedState | None = None


@dataclass(frozen=True)
class Individual:
    """One animal and the program that runs its circuit."""

    circuit: PreparedCircuit
    layout: Layout
    own: ModelParameters
    structure_seed: int

    @classmethod
    def of(cls, circuit: PreparedCircuit, own: ModelParameters, structure_seed: int) -> Individual:
        """Draw the animal's wiring."""
        return cls(circuit, lay_out(plan(WHOLE).table, circuit.scale, structure_seed), own, structure_seed)


def run_session(
    animal: Individual,
    state: State,
    group: Group,
    session: Session,
    noise_seed: int,
    silencing: Silencing | None = None,
    light: Light | None = None,
    site: str = CORE,
) -> compiled.Output:
    """One session of an animal of a group, on the day its state says.

    Treatments given by ``at`` refer to the test and act in the last session only, those given by ``day`` on their day.
    What is given at no site of its own, yet not to the whole animal, is given at `site`.
    """
    own, whole = animal.own, plan(WHOLE)
    rest = at_rest(
        group,
        float(state.day),
        own,
        session.lead,
        adapted=state.adapted,
        site=site,
        regions=whole.table.striatal,
        lent=state.lent,
    )
    body = rest.body(own)
    inputs = session_inputs(
        whole,
        animal.layout,
        teaching_by_moments(own) if session.moments else own,
        body,
        state.weights,
        session.schedule,
        session.drug,
        silencing,
        light,
        session.home,
        state.cues,
    )
    length = len(session.schedule) * operant_box.EPOCH + 1e-3
    return animal.circuit.run(WHOLE, inputs, length, noise_seed)


def weights_after(output: compiled.Output, before: Weights, layout: Layout, unlearning: Sequence[str] = ()) -> Weights:
    """The weights that a session left; projections that do not learn keep what they had."""
    after = {name: {v: output.contacts[f"{name}.{v}"].copy() for v in values} for name, values in before.values.items()}
    for site in unlearning:
        for row in layout.wiring.between(site):
            if row.plastic:
                name, places = layout.contacts(row)
                for variable, values in after[name].items():
                    values[places] = before.values[name][variable][places]
    return Weights(after)


def trained(animal: Individual, group: Group, phases: Sequence[Phase], folder: Path, digest: str) -> State:
    """The state of an animal after some phases, from its file or by running them now.

    Parameters
    ----------
    animal : Individual
    group : Group
        For its treatments on days of the history.
    phases : sequence of Phase
    folder : Path
        Where states are kept.
    digest : str
        Hash of code and parameters; states of another one are not used.
    """
    if not phases:
        return State(Weights.naive(animal.layout))
    past = _group_until(group, phases)
    content = [
        digest,
        animal.circuit.scale,
        animal.circuit.provenance(WHOLE),  # what single precision has learnt is not what double has
        [phase.model_dump(mode="json") for phase in phases],
        [treatment.model_dump(mode="json") for treatment in past.treatment],
        {protein: changed.model_dump(mode="json") for protein, changed in past.expression.items()},
        group.unlearning,
        asdict(animal.own),
        animal.structure_seed,
    ]
    text = json.dumps(content, sort_keys=True, default=str)
    file = folder / f"{hashlib.sha256(text.encode()).hexdigest()[:32]}.h5"
    with lock(file.with_suffix(".lock")):  # of several runs that need one animal, one trains it
        if file.exists():
            return read_state(file)
        state = trained(animal, group, phases[:-1], folder, digest)
        for day in range(phases[-1].days):
            state = _after_a_day(animal, state, past, phases[-1], day)
        write_state(file, state)
        return read_state(file)  # what is kept is rounded; every test of the animal starts from the same numbers


def _group_until(group: Group, phases: Sequence[Phase]) -> Group:
    """A group as it is at the end of some phases: what comes later, or belongs to the test, has not been there yet."""
    end = sum(phase.days for phase in phases)
    so_far = group.model_copy(update={"history": tuple(phases)})
    given = (
        t for t in group.treatment if not t.to_the_test and any(d < end for d in days.treatment_days(t, so_far, 0.0))
    )
    changed = {name: e for name, e in group.expression.items() if e.day is not None and e.day < end}
    return so_far.model_copy(
        update={
            "treatment": tuple(given),
            "expression": changed,
            "stimulation": (),
            "inactivation": (),
            "tone_clamp": (),
            "exchange": (),
        }
    )


def _after_a_day(animal: Individual, state: State, group: Group, phase: Phase, day: int) -> State:
    """One day of a phase, counted from 0: its session, if it has one, then the hours that follow from it."""
    session = session_of_phase(phase, day, animal.own.behaviour.injected_share)
    weights, seen, cues, kept = state.weights, state.sessions, state.cues, state.kept
    ran: tuple[Ran, ...] = ()
    intakes = tuple(one for one in days.intakes_of(phase, state.day - day) if one.start >= state.day)
    if session is not None:
        noise = int(np.random.SeedSequence([animal.structure_seed, state.day]).generate_state(1)[0] >> 1)
        output = run_session(animal, state, group, session, noise)
        weights = weights_after(output, weights, animal.layout, group.unlearning)
        kept = {n: kept_after(values["rho"], kept.get(n, values["rho"])) for n, values in weights.values.items()}
        found = output.states["session"]
        counts = {name: 0.0 if session.moments else float(found[name][0][1:].sum()) for name in COUNTED}
        intake = float(found["intake"][0][-1])
        cues = {name: float(found[name][0][-1]) for name in cue_value.VALUES}
        seen = [*seen, counts | {"intake": intake, "day": float(state.day)}]
        length = float(session.schedule[:, STAGE.index("minutes")].sum()) / 1440  # days
        ran = (Ran(state.day, state.day + length, float(output.states["slow"]["mglur23_tone"][0].mean())),)
        if not session.moments:  # what was injected counts in full, as in the home cage
            intakes = (Intake(state.day, state.day + length, intake / length, session.drug),) if intake else ()
    course = replace(days.course(group, animal.own), intakes=intakes, ran=ran)
    adapted = chronic.live(course, state.day, state.day + 1, animal.own, state.adapted)
    weights = weights_later(weights, kept, 1, animal.layout, animal.own.learning)
    return State(weights, state.day + 1, seen, adapted, cues, kept)


def weights_later(
    weights: Weights, kept: Mapping[str, np.ndarray], days: float, layout: Layout, p: Learning
) -> Weights:
    """The weights some days later: what depression took from contacts of D1 cells comes back in part."""
    d1 = layout.is_d1()
    return Weights(
        {
            name: {**values, "rho": faded(values["rho"], kept[name], d1[layout.pathways[name].targets], days, p)}
            if name in kept
            else values
            for name, values in weights.values.items()
        }
    )


def at_home_until(animal: Individual, state: State, day: int, group: Group) -> State:
    """The state on a later day, after days in the home cage."""
    if day == state.day:
        return state
    own, course = animal.own, replace(days.course(group, animal.own), intakes=())
    weights = weights_later(state.weights, state.kept, day - state.day, animal.layout, own.learning)
    adapted = chronic.live(course, state.day, day, own, state.adapted)
    return replace(state, weights=weights, day=day, adapted=adapted)


def write_state(file: Path, state: State) -> None:
    """Keep a state, whole or not at all."""
    with replacing_hdf5(file) as target:
        target.attrs["day"] = state.day
        target.attrs["sessions"] = json.dumps(state.sessions)
        target.attrs["adapted"] = json.dumps(asdict(state.adapted))
        target.attrs["cues"] = json.dumps(state.cues)
        for name, values in state.weights.values.items():
            for variable, array in values.items():
                made = target.create_dataset(f"weights/{name}/{variable}", data=array.astype(np.float32), compression=1)
                made.attrs["unit"] = "1"
        for name, array in state.kept.items():
            made = target.create_dataset(f"kept/{name}", data=array.astype(np.float32), compression=1)
            made.attrs["unit"] = "1"


def read_state(file: Path) -> State:
    """A state that was kept."""
    with h5py.File(file) as source:
        values = {
            name: {variable: np.asarray(data, dtype=float) for variable, data in group.items()}
            for name, group in source["weights"].items()
        }
        adapted = AdaptedState.of_document(json.loads(source.attrs["adapted"]))
        seen, cues = (json.loads(source.attrs[name]) for name in ("sessions", "cues"))
        kept = {name: np.asarray(data, dtype=float) for name, data in source.get("kept", {}).items()}
        return State(Weights(values), int(source.attrs["day"]), seen, adapted, cues, kept)
