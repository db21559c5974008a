"""How strongly what the animal perceives drives the cells that are tuned to it, and how an agonist silences cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from synapses.parameters import ParameterGroup, parameter


@dataclass(frozen=True)
class Perception(ParameterGroup):
    """Drive by percepts."""

    group: ClassVar[str] = "perception"

    lever: float = parameter(0.6, "nS", "g_lever", 0, 100, "drive of sensorimotor cells by the sight of the levers")
    stimulus: float = parameter(60.0, "pA", "I_stim", 0, 1000, "drive of the limbic cells tuned to a percept")
    press: float = parameter(
        25.0, "pA", "I_press", 0, 1000, "drive by a press of the midbrain GABA cells that expect its outcome"
    )
    ampa_quantum: float = parameter(
        0.45,
        "nS",
        "q_AMPA,awake",
        0.01,
        5,
        "AMPA conductance of one release in this circuit, whose cells get more contacts",
    )
    reward: float = parameter(100.0, "pA", "I_rew", 0, 1000, "drive of dopamine cells by a reward")


@dataclass(frozen=True)
class Agonist(ParameterGroup):
    """Silencing by GABA agonists."""

    group: ClassVar[str] = "silencing"

    agonist_conductance: float = parameter(
        100.0, "nS", "g_agonist", 0, 1000, "conductance that baclofen and muscimol open"
    )
