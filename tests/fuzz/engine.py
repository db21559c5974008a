"""An engine that does all of a run but simulate: what it cannot do, the reading of the file should have refused."""

from __future__ import annotations

from circuit.network.inputs import run_inputs
from circuit.wiring.preset import preset
from protocols.animals.rest import at_rest
from protocols.assays.limits import compiled
from protocols.assays.network_kinds import KINDS
from protocols.experiments.model import parameters
from protocols.simulation.conduct import CLOSED_FORM
from synapses.variability import draw

problems: list[str] = []
"""What kept runs from beginning."""


class LaidOut(Exception):
    """The run could begin, and is not simulated."""


def prepare(experiment, say):
    """Nothing is compiled."""
    parameters(experiment)


def conduct(identity, experiment, prepared):
    """Work out and check the inputs of a run; then raise `LaidOut`."""
    try:
        _lay_out(identity, experiment)
    except Exception as problem:
        problems.append(f"{identity.group}, {identity.test}: {type(problem).__name__}: {problem}")
        raise
    raise LaidOut


def _lay_out(identity, experiment):
    group, test = experiment.group_named(identity.group), experiment.test_named(identity.test)
    shared = parameters(experiment)
    own = shared.varied(draw(identity.structure_seed, shared.variability.scale))
    day = experiment.test_day(group, test)
    if test.kind in CLOSED_FORM:
        CLOSED_FORM[test.kind](test, group, day, own)
    elif test.kind in KINDS:
        for work in KINDS[test.kind].passes(test, own):
            rest = at_rest(group, day, own, work.lead, work.bath, work.channels)
            plan = compiled(work, experiment.acceleration)
            given = rest.state, rest.steady, rest.on_board, plan.timeline, rest.clamp, work.holding
            run_inputs(preset(experiment.circuit.preset), own, *given)
