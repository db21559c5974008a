"""One animal, one session of seeking: its life up to the day, what is silenced, the session, what is counted."""

from __future__ import annotations

import numpy as np

from circuit.apparatus import operant_box
from circuit.engine import compiled
from circuit.parameters import ModelParameters
from circuit.wiring.layout import Layout
from protocols.animals.attendance import attended
from protocols.animals.days import WEIGHT
from protocols.animals.history import Group
from protocols.animals.life import State
from protocols.animals.sessions import of_test
from protocols.assays.session_assays import Seeking
from protocols.experiments.experiment import Experiment
from results.recording import Identity, Measure, Recording, Series, Spikes

RASTER = 40  # cells of each population whose spikes are kept
ADAPTED = {"xct": "xct", "glt1_uptake": "glt1", "ags3": "ags3", "trace": "trace"}
"""What days left behind, by the names of other tests."""
SETTLED = (0.1, 0.35)  # s of an epoch in which rates and dopamine are read: before the animal decides


def seek(
    identity: Identity,
    experiment: Experiment,
    group: Group,
    test: Seeking,
    own: ModelParameters,
    build: compiled.Build | None,
) -> Recording:
    """Simulate one animal in one session.

    Parameters
    ----------
    identity : Identity
    experiment : Experiment
    group : Group
    test : Seeking
    own : ModelParameters
        The animal's own.
    build : Build

    Returns
    -------
    Recording
        With empty provenance but for the parameters.
    """
    phases = (*group.history, *test.preceded_by)
    lived = group.model_copy(update={"history": phases})
    done = attended(identity, experiment, lived, test, own, build, of_test(test, phases, own.behaviour))
    animal, state, session, output = done.animal, done.state, done.session, done.output
    sampled = sampled_levels(output, len(session.stage), animal.layout.wiring.fields)
    clock = (np.arange(len(session.stage)) + 1 - session.home) * test.hours * 3600 / test.epochs
    return Recording(
        identity,
        {},
        _series(output, clock, state, sampled),
        _rasters(output, animal.layout),
        {},
        _measures(output, session.home, test.hours, sampled)
        | {f"rate_{name}": Measure(rate, "Hz") for name, rate in _rates(output, animal.layout, session.home).items()}
        | _weights(animal.layout, state)
        | {name: Measure(getattr(state.adapted, field), "1") for name, field in ADAPTED.items()},
        {
            "parameters": {f"{r.group}.{r.name}": r.value for r in own.records()},
            "state": {"day": state.day, "sessions": len(state.sessions)},
            "network_seconds": output.duration,
            **done.animal.build.provenance,
        },
    )


def _by_epoch(times: np.ndarray, values: np.ndarray, epochs: int) -> np.ndarray:
    """Mean over each epoch."""
    place = np.minimum((times / operant_box.EPOCH).astype(int), epochs - 1)
    return np.bincount(place, values, epochs) / np.bincount(place, minlength=epochs)


def sampled_levels(output: compiled.Output, epochs: int, fields: list[str]) -> dict[str, np.ndarray]:
    """Core glutamate, uM, releases per contact there, Hz, and dopamine of core and prefrontal cortex, % of a naive
    animal at rest, epoch by epoch."""
    slow, dopamine = output.states["slow"], output.states["dopamine"]

    within = dopamine["t"] % operant_box.EPOCH  # the rest of an epoch stands for the moments of presses only
    settled = (within >= SETTLED[0]) & (within < SETTLED[1])

    def level(field: str) -> np.ndarray:
        both = [fields.index(field), fields.index(field) + len(fields)]  # left and right
        return _by_epoch(dopamine["t"][settled], 100 * dopamine["level"][both][:, settled].mean(axis=0), epochs)

    return {
        "glutamate": _by_epoch(slow["t"], slow["extrasynaptic"][0] * 1e3, epochs),
        "release": _by_epoch(slow["t"], slow["release_rate"][0], epochs),
        "dopamine": level("core"),
        "prefrontal": level("prefrontal"),
    }


def _series(
    output: compiled.Output, clock: np.ndarray, state: State, sampled: dict[str, np.ndarray]
) -> dict[str, Series]:
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


def _rates(output: compiled.Output, layout: Layout, home: int) -> dict[str, float]:
    """Mean rate of each population before decisions, Hz, epochs at home left out."""
    rates = {}
    epochs = round(output.duration / operant_box.EPOCH) - home
    for name, place in layout.ranges.items():
        times, cells = output.spikes[place.kind]
        within = times % operant_box.EPOCH
        counted = (
            place.holds(cells) & (within >= SETTLED[0]) & (within < SETTLED[1]) & (times >= home * operant_box.EPOCH)
        )
        rates[name] = float(counted.sum() / place.number / (epochs * (SETTLED[1] - SETTLED[0])))
    return rates


def _measures(output: compiled.Output, home: int, hours: float, sampled: dict[str, np.ndarray]) -> dict[str, Measure]:
    found = output.states["session"]
    counts = {name: float(found[name][0][1:].sum()) for name in ("active", "inactive", "rewards")}

    def rise(sample: str) -> Measure:
        return Measure(float(100 * sampled[sample][home:].mean() / sampled[sample][1:home].mean()), "% of baseline")

    return {
        "active_presses": Measure(counts["active"], "1"),
        "inactive_presses": Measure(counts["inactive"], "1"),
        "lever_ratio": Measure((counts["active"] + 0.5) / (counts["inactive"] + 0.5), "1"),
        "infusions": Measure(counts["rewards"], "1"),
        "intake": Measure(float(found["intake"][0][-1]), "mg/kg"),
        "presses_per_20_min": Measure(counts["active"] / (hours * 3), "1"),
        "intake_of_a_rat": Measure(float(found["intake"][0][-1]) * WEIGHT, "mg"),
        "core_glutamate_basal": Measure(float(sampled["glutamate"][1:home].mean()), "uM"),
        "core_glutamate_percent": rise("glutamate"),
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


def _rasters(output: compiled.Output, layout: Layout) -> dict[str, Spikes]:
    """Spikes of every n-th cell of each population, so that about `RASTER` cells are kept."""
    kept = {}
    for name, place in layout.ranges.items():
        times, cells = output.spikes[place.kind]
        every = max(1, place.number // RASTER)
        own = place.holds(cells) & ((cells - place.first) % every == 0)
        kept[name] = Spikes(times[own], cells[own] - place.first, place.number, f"network time; every {every}. cell")
    return kept
