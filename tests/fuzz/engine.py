"""An engine that does all of a run but simulate: what it cannot do, the reading of the file should have refused."""

from __future__ import annotations

from circuit.network.electrode_inputs import electrode_inputs
from circuit.states import states
from circuit.wiring.layout import lay_out
from circuit.wiring.plan import plan
from protocols.animals.rest import at_rest
from protocols.assays.network import NetworkAssay
from protocols.assays.reward import RewardTest, answer
from protocols.experiments.model import parameters

problems: list[str] = []
"""What kept runs from beginning."""


class LaidOut(Exception):
    """The run could begin, and is not simulated."""


def prepare(experiment, say):
    """Nothing is compiled."""
    parameters(experiment)


def simulate(identity, experiment, prepared):
    """Work out and check the inputs of a run; then raise `LaidOut`."""
    try:
        _lay_out(identity, experiment)
    except Exception as problem:
        problems.append(f"{identity.group}, {identity.test}: {type(problem).__name__}: {problem}")
        raise
    raise LaidOut


def _lay_out(identity, experiment):
    group, test = experiment.group_named(identity.group), experiment.test_named(identity.test)
    own = parameters(experiment).of_animal(identity.structure_seed)
    day = experiment.test_day(group, test)
    if isinstance(test, RewardTest):
        answer(test, group, day, own)
    elif isinstance(test, NetworkAssay):
        pathway, state = plan(test.site), states()[experiment.circuit.state]
        (region,) = pathway.table.striatal
        layout = lay_out(pathway.table, experiment.circuit.scale, identity.structure_seed)
        for work in test.passes(own):
            rest = at_rest(group, day, own, work.lead, work.bath, work.channels, site=region, regions=(region,))
            timeline = work.laid_out(experiment.acceleration).timeline
            electrode_inputs(pathway, layout, own, rest.body(own), timeline, state, holding=work.holding)
