"""What an animal borrows at a test from its twin, the same animal after another history: a thought experiment.

It shows which link of the chain carries an effect. If seeking follows the weights that a twin learnt under another
treatment, the treatment acted on learning; if it follows the tones, the treatment acts at the test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from circuit.network.inputs import Weights
from circuit.wiring.layout import Layout
from protocols.animals.history import Group
from protocols.animals.training import State


def with_exchanges(state: State, group: Group, layout: Layout, twin_on: Callable[[Group, int], State]) -> State:
    """The state of an animal with all that its group borrows.

    Parameters
    ----------
    state : State
        The animal's own, on the day of the test.
    group : Group
    layout : Layout
        The wiring of the animal and of its twins.
    twin_on : callable
        The state of a twin, whose group is given, on a day of its own history. The twin comes to the test as long after
        its history as the animal does after its own.

    Returns
    -------
    State
        Its day and its sessions stay the animal's own.
    """
    late = state.day - group.days
    for exchange in group.exchange:
        lender = twin_on(exchange.twin(group.name), exchange.days + late)
        if "weights" in exchange.take:
            state = replace(state, weights=_with_those_of(state.weights, lender.weights, layout, exchange.sites))
        if "cues" in exchange.take:
            state = replace(state, cues=lender.cues)
        if "adaptation" in exchange.take:
            state = replace(state, adapted=lender.adapted)
        if "tones" in exchange.take:
            state = replace(state, lent=lender.adapted)
    return state


def _with_those_of(weights: Weights, lender: Weights, layout: Layout, sites: Iterable[str]) -> Weights:
    """Weights of some projections (all when none is named) replaced by a twin's."""
    if not (named := tuple(sites)):
        return lender
    mixed = {name: {v: array.copy() for v, array in values.items()} for name, values in weights.values.items()}
    for row in (row for site in named for row in layout.wiring.between(site) if row.plastic):
        pathway, places = layout.contacts(row)
        for variable, array in mixed[pathway].items():
            array[places] = lender.values[pathway][variable][places]
    return Weights(mixed)
