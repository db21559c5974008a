"""The session of the operant box alone, without the network."""

from __future__ import annotations

import numpy as np
from brian2 import Hz, Network, NeuronGroup, TimedArray, mmolar, second, uM

from circuit.apparatus import operant_box
from circuit.apparatus.cue_value import CueLearning
from circuit.network.extracellular import timed_inputs
from synapses.parameters import declarations


def session(
    motor_active: float,
    motor_inactive: float,
    brain: float = 0.0,
    drive: float = 0.0,
    cue_value: float = 0.0,
    until: float = operant_box.EPOCH - 1e-3,
    **entries: float,
) -> NeuronGroup:
    """The state of a session at a moment of its first epoch, s from its start; at its end when left out."""
    stage = np.zeros((operant_box.EPOCHS, len(operant_box.STAGE)))
    for name, value in {"minutes": 10, "lever": 1, "context_a": 1, **entries}.items():
        stage[:, operant_box.STAGE.index(name)] = value
    group = NeuronGroup(
        1,
        operant_box.EQUATIONS
        + declarations(operant_box.Behaviour, CueLearning)
        + "    motor_0 : Hz\n    motor_1 : Hz\n",
        dt=operant_box.STEP * second,
        namespace=timed_inputs(1) | {"stage": TimedArray(stage, dt=operant_box.EPOCH * second)},
    )
    group.run_regularly(operant_box.UPDATE, dt=operant_box.STEP * second, when="start")
    for name, quantity in (operant_box.Behaviour().quantities() | CueLearning().quantities()).items():
        setattr(group, name, quantity)
    group.motor_0, group.motor_1 = motor_active * Hz, motor_inactive * Hz
    group.in_brain = brain * uM
    group.previous = group.active = 1  # there was a press before
    group.cue_value = group.food_cue_value = cue_value
    group.absorption = group.elimination = 0 * Hz
    group.brain_level = 1e-3 * mmolar
    group.uptake_potency = group.drive_potency = 1 * uM
    group.drive_maximum = drive
    Network(group).run(until * second)
    return group
