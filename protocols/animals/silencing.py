"""Interventions as data: which cells get a GABA agonist, lose their spikes or fire in their axons, which contacts fall
silent or carry evoked spikes, and in which epochs of a session.

A GABA agonist opens a conductance, and so do light-driven pumps and inhibitory designer receptors, each in its
measure; tetrodotoxin and lesions stop spikes; opto-inhibition of a projection silences its contacts. Which cells are
hit is drawn with the animal's structure seed, so that a site is the same in every test of one animal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from circuit.apparatus.operant_box import STAGE
from circuit.network.session_inputs import Light, Silencing
from circuit.wiring.layout import Layout
from circuit.wiring.table import Connection
from protocols.animals.history import Group
from protocols.animals.interventions import Inactivation, Intervention, Stimulation, epochs_on
from protocols.animals.sessions import Session

# Conductance that an agent opens, relative to that of GABA agonists; the others stop spikes.
OPENED = {"baclofen": 1.0, "muscimol": 1.0, "opto-inhibition": 1.0, "chemogenetic": 0.5}


def silencing_of(inactivations: Sequence[Inactivation], layout: Layout, seed: int) -> Silencing:
    """What some inactivations take out of one animal's circuit."""
    agonist: dict[str, np.ndarray] = {}
    blocked: dict[str, np.ndarray] = {}
    cut: dict[str, np.ndarray] = {}
    rng = np.random.default_rng([seed, 0x51])
    for given in inactivations:
        if given.nucleus is not None:
            into = agonist if given.agent in OPENED else blocked
            for row in layout.wiring.of_nucleus(given.nucleus):
                number = layout.ranges[row.name].number
                hit = _side(layout.ranges[row.name].right, given) & (rng.random(number) < given.fraction)
                strength = OPENED.get(given.agent, 1.0) * hit
                into[row.name] = np.maximum(into.get(row.name, np.zeros(number)), strength)
        else:
            for connection in layout.wiring.between(given.projection or ""):
                hit = _hit(layout, connection, given, rng)
                cut[connection.name] = np.maximum(cut.get(connection.name, np.zeros(len(hit))), hit)
    return Silencing(agonist, blocked, cut)


def light_of(given: Sequence[Stimulation | Inactivation], layout: Layout, seed: int) -> Light:
    """Which axons fire, how often and when, and which contacts carry the evoked spikes.

    Light drives all its axons at once; the axons of a silenced nucleus, where their drive is replaced, each at times of
    their own.
    """
    frequency: dict[str, np.ndarray] = {}
    phase: dict[str, np.ndarray] = {}
    contacts: dict[str, np.ndarray] = {}
    rng = np.random.default_rng([seed, 0x11])
    table = layout.wiring
    for each in given:
        if isinstance(each, Stimulation):
            rate, apart = each.frequency.si, False
        else:
            rate, apart = each.replaced.si if each.replaced else 0.0, True
        rows = table.between(each.projection) if each.projection else table.leaving(each.nucleus or "")
        sources = {row.source for row in rows} | {p.name for p in table.of_nucleus(each.nucleus or "") if p.releases}
        for name in sorted(sources):
            number = layout.ranges[name].number
            reached = rate * _side(layout.ranges[name].right, each)
            frequency[name] = np.maximum(frequency.get(name, np.zeros(number)), reached)
            phase[name] = rng.random(number) if apart else np.zeros(number)
        for row in rows:
            hit = _hit(layout, row, each, rng)
            contacts[row.name] = np.maximum(contacts.get(row.name, np.zeros(len(hit))), hit)
    return Light(frequency, phase, contacts)


def with_interventions(session: Session, group: Group, hours: float) -> Session:
    """The session with the epochs marked in which the group's inactivation and stimulation are on."""
    schedule = session.schedule.copy()
    for column, given in (("silencing", group.inactivation), ("stimulating", group.stimulating)):
        for each in given[:1]:  # all of them share one while
            on = epochs_on(each.while_, hours, len(schedule) - session.home, session.home)
            schedule[:, STAGE.index(column)] = on
    return replace(session, schedule=schedule)


def _side(right: np.ndarray, given: Intervention) -> np.ndarray:
    return {"both": np.ones(len(right), dtype=bool), "right": right, "left": ~right}[given.hemisphere]


def _hit(layout: Layout, row: Connection, given: Intervention, rng: np.random.Generator) -> np.ndarray:
    """Contacts of a projection that are hit: of its side, and drawn."""
    name, places = layout.contacts(row)
    right = layout.pathways[name].sources[places] >= layout.ranges[row.source].middle
    return np.asarray(_side(right, given) & (rng.random(len(right)) < given.fraction))
