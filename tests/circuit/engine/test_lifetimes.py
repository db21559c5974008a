"""Arrays over contacts come with the first step that touches them and go with the last."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from benchmarks import limit_loop
from circuit.engine import compiled
from circuit.engine.lifetimes import ARGUMENTS, with_lifetimes

ALLOWED = 90  # bytes of a plastic contact, and of the 0.7 fixed ones that come with it


def array(name: str) -> SimpleNamespace:
    return type("Array", (SimpleNamespace,), {"__hash__": object.__hash__})(name=name)


def code(template: str, owner: object = None, **variables: object) -> SimpleNamespace:
    return SimpleNamespace(template_name=template, variables=variables, owner=owner)


def test_an_array_is_there_from_the_first_step_that_touches_it_to_the_last():
    source, latency, delay, weight, state = map(array, ("_synaptic_pre", "latency", "delay", "weight", "state"))
    pathway = SimpleNamespace(synapse_sources=source)
    queue = code("synapses_push_spikes", pathway, delay=delay)
    effect = code("synapses", pathway, weight=weight, state=state)
    network = SimpleNamespace(sorted_objects=[SimpleNamespace(active=True, _code_objects=[queue, effect])])
    steps = [
        ("run_code_object", (code("synapses_create_generator", _synaptic_pre=source, state=state),)),
        ("insert_code", f"{ARGUMENTS};"),
        ("run_code_object", (code("group_variable_set", delay=delay, latency=latency),)),
        ("before_run_code_object", (queue,)),
        ("run_network", (network, [])),
    ]
    names = {each: each.name for each in (source, latency, delay, weight, state)}
    done = with_lifetimes(steps, names, dict.fromkeys(names, "N"), given=[latency, weight], written=[weight])

    def gone(name: str) -> tuple[str, str]:
        return ("insert_code", f"decltype({name})().swap({name});")

    assert done == [
        steps[0],  # makes the sources itself, and could make more
        ("insert_code", "latency.resize(N);"),
        ("insert_code", "weight.resize(N);"),
        steps[1],
        ("insert_code", "delay.resize(N);"),
        steps[2],
        gone("latency"),
        steps[3],
        gone("_synaptic_pre"),  # the queue was ordered by them
        gone("delay"),
        ("insert_code", "state.resize(N);"),
        steps[4],
        gone("state"),  # and the weight is written afterwards
    ]


@pytest.mark.slow
@pytest.mark.compiled
@pytest.mark.skipif(compiled.compiler() is None, reason="no C++ compiler")
def test_a_plastic_contact_takes_at_most_ninety_bytes():
    small, large = (limit_loop.engine(scale, 0.5, 1) for scale in (0.25, 8.0))
    held = 1e6 * (large["memory"] - small["memory"]) / (large["contacts"] - small["contacts"])
    assert 40 < held <= ALLOWED
