"""What there is to choose from: drugs, nuclei, projections, sessions, agents, experiments, studies, kinds of test."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, get_args

Rows = list[dict[str, Any]]

AGENTS = {
    "baclofen": "an agonist of GABA-B receptors: cells are inhibited, fibres that pass go on",
    "muscimol": "an agonist of GABA-A receptors: cells are inhibited, fibres that pass go on",
    "TTX": "blocks sodium channels: no spikes",
    "lesion": "the cells are lost, in all of the test",
    "opto-inhibition": "light silences cells, or the axons of one projection",
    "chemogenetic": "cells carry an inhibitory designer receptor",
}
SESSIONS = {
    "extinction": "the levers, and nothing else",
    "cue": "a press brings the cue of the drug",
    "prime": "an injection of cocaine before the session",
    "stress": "foot shock before the session",
    "context": "the box of training, after extinction in another one",
    "abstinence": "the box of training, without extinction before",
    "second_order": "box and cue together",
    "food_cue": "a press brings the cue of food",
    "self_administration": "a press brings the drug and its cue",
}


def drugs() -> Rows:
    """Every drug, those of one's own files included."""
    from synapses.drug_files import drugs as known

    return [
        {
            "name": drug.name,
            "acts on": ", ".join(f"{action.target} ({action.action})" for action in drug.actions) or "-",
            "animals take it": bool(drug.adaptation),
            "half-life, min": round(drug.half_life / 60, 1),
            "what it is": drug.description,
        }
        for drug in known().values()
    ]


def nuclei() -> Rows:
    """Every nucleus of the wiring table."""
    from circuit.wiring.table import wiring

    table = wiring()
    return [
        {
            "name": nucleus,
            "cells": sum(row.number for row in table.of_nucleus(nucleus)),
            "populations": ", ".join(f"{row.name} ({row.cell})" for row in table.of_nucleus(nucleus)),
            "projects to": ", ".join(dict.fromkeys(table.named(row.target).nucleus for row in table.leaving(nucleus))),
        }
        for nucleus in table.nuclei
    ]


def projections() -> Rows:
    """Every projection between nuclei, and within one."""
    from circuit.wiring.table import wiring

    table, rows = wiring(), []
    for site in table.sites:
        own = table.between(site)
        rows.append(
            {
                "name": site,
                "transmitter": ", ".join(dict.fromkeys(row.transmitter for row in own)),
                "learns": any(row.plastic for row in own),
                "contacts on a cell": ", ".join(f"{row.in_degree} on {row.target}" for row in own),
                "source": "; ".join(dict.fromkeys(row.reference for row in own)),
            }
        )
    return rows


def sessions() -> Rows:
    """Every session of seeking; those of the shipped experiment `inactivation` may be predicted."""
    from protocols.assays.seeking import SeekingTest
    from protocols.experiments.experiment import load

    names = get_args(SeekingTest.model_fields["session"].annotation)
    before = {
        test.session: ", ".join(f"{phase.days} days of {phase.phase}" for phase in test.phases_before())
        for test in load("inactivation").test
        if isinstance(test, SeekingTest)
    }
    return [
        {"name": name, "what happens": SESSIONS[name], "predict": name in before, "after": before.get(name, "-")}
        for name in names
    ]


def agents() -> Rows:
    """Every way to silence a part of the circuit."""
    from protocols.animals.interventions import Inactivation

    return [{"name": name, "how": AGENTS[name]} for name in get_args(Inactivation.model_fields["agent"].annotation)]


def experiments() -> Rows:
    """Every shipped experiment, with an estimate of its cost."""
    from circuit.engine.compilation import cores
    from protocols.runs.catalogue import catalogue
    from protocols.runs.lines import lasting

    return [
        {
            "name": one.name,
            "title": one.title,
            "reference": one.reference,
            "groups x tests": f"{one.groups} x {one.tests}",
            "runs": one.runs,
            f"cost on {cores()} cores": f"about {lasting(one.processor_seconds / cores())}",
        }
        for one in catalogue()
    ]


def studies() -> Rows:
    """Every shipped study."""
    import tomllib
    from importlib import resources

    from protocols.experiments.shipped import STUDIES, shipped

    heads = []
    for name in shipped(STUDIES):
        head = tomllib.loads(resources.files(STUDIES).joinpath(f"{name}.toml").read_text(encoding="utf-8"))["study"]
        heads.append({"name": name, "experiment": head["experiment"], "title": head.get("title", "")})
    return heads


def kinds() -> Rows:
    """Every kind of test that an experiment may have."""
    from protocols.assays.kinds import KINDS

    return [
        {
            "name": name,
            "what is done": (inspect.getdoc(kind) or "").partition("\n")[0],
            "measures": ", ".join(kind.main_measures) or "-",
        }
        for name, kind in KINDS.items()
    ]


LISTS: Mapping[str, Callable[[], Rows]] = {
    one.__name__: one for one in (drugs, nuclei, projections, sessions, agents, experiments, studies, kinds)
}
