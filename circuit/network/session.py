"""The operant box around the whole circuit: what the animal perceives, dopamine, and what its presses bring.

The session is that of `circuit.apparatus.operant_box`.
"""

from __future__ import annotations

import numpy as np
from brian2 import NeuronGroup, StateMonitor, Synapses, TimedArray, ms, second

from circuit.apparatus import cue_value, operant_box
from circuit.apparatus.operant_box import DECISION, EPOCH
from circuit.cells.kinds import LESSON, PER_CELL, PERCEIVING, PROJECTING
from circuit.network.extracellular import SLOW_STEP, extracellular_space, slow_trace
from circuit.network.objects import STEP, Circuit, among, each_in_its_region
from circuit.wiring.table import Population
from synapses import dopamine, spines, tone
from synapses.parameters import declarations

OF_A_FIELD = ("releasing", "blockable", "d1_available", "d2_available")
"""What dopamine's terminal fields differ in: cells, reach of uptake's block, receptors relative to a naive animal."""
LEVELS = ("in_blood", "in_brain", "previous", *cue_value.VALUES)
"""Variables of the session that a run starts from a value of its own."""
FELT = {
    "medium_spiny": "\n".join(f"{name}_post = {name}_pre" for name in ("phi1", "phi2", "phi1_usual", "phi2_usual")),
    "pyramidal": "nmda_available_post = 1 + cortical_gain_pre*phi1_pre",
    "dopamine": "phi_auto_post = phi_auto_pre",
}
"""What dopamine's level does to the cells of each kind that feel it."""
TONES = (
    "camp_post = camp_pre\ndepression_gate_post = depression_gate_pre\n"
    "potentiation_room_post = potentiation_room_pre\n"
    "g_extrasynaptic_post = g_extrasynaptic_pre\n"
    "ampa_available_post = ampa_available_pre*clip(ampa_swing_pre, 0, 10)\n"
    "nmda_available_post = nmda_available_pre*clip(1 + mglur5_nmda_pre*(mglur5_tone_pre/naive_tone_pre - 1), 0, 10)"
)
"""What a region's extracellular space hands to its medium spiny cells."""
# Minutes pass between epochs: at the start of one the burst of the last press is long cleared, and dopamine stands
# where it stood before that press. What a press brings lasts for moments only, and is not what the cells get used to.
UPTAKE = f"""
    uptake_blocked_post = blockable_post*uptake_blocked_pre
    settled_post = settled_post + deciding_pre*(level_post - settled_post)
    level_post = level_post + first_pre*(settled_post - level_post)
    pace_post = pace_pre*approaching_pre*{EPOCH / DECISION}
"""


def timed_inputs() -> dict[str, TimedArray]:
    """What happens in each epoch of the session."""
    stage = np.zeros((operant_box.EPOCHS, len(operant_box.STAGE)))
    return {"stage": TimedArray(stage, dt=EPOCH * second, name="stage")}


def stand_around(circuit: Circuit) -> None:
    """The session, dopamine's terminal fields, and the extracellular spaces."""
    fields = 2 * len(circuit.plan.table.fields)
    session = NeuronGroup(
        1,
        operant_box.EQUATIONS
        + declarations(operant_box.Behaviour, cue_value.CueLearning)
        + "    dmotor_0/dt = -motor_0/motor_window : Hz\n    dmotor_1/dt = -motor_1/motor_window : Hz\n",
        method="exact",
        dt=operant_box.STEP * second,
        namespace=circuit.timed,
        name="session",
        events={"refresh": "True"},
    )
    session.run_regularly(operant_box.UPDATE, dt=operant_box.STEP * second, when="start", name="behaviour")
    field = NeuronGroup(
        fields,
        dopamine.FIELD
        + declarations(dopamine.Dopamine)
        + "".join(f"    {name} : 1 (constant)\n" for name in OF_A_FIELD),
        method="euler",
        dt=SLOW_STEP,
        name="dopamine_level",
        events={"refresh": "True"},
    )
    swinging = spines.EQUATIONS + declarations(spines.Spines) + dopamine.ROOM
    circuit.groups.update(session=session, dopamine_level=field)
    more = "    naive_tone : 1 (shared, constant)\n" + swinging
    extracellular_space(circuit, tone.READ_OUT, more, ("actin_cycling",))
    circuit.arrays |= {f"dopamine_level.{name}": fields for name in OF_A_FIELD}
    circuit.arrays |= {f"session.{name}": 1 for name in LEVELS}


def connect(circuit: Circuit) -> None:
    """The paths by which session, dopamine and glutamate reach the cells, and the motor output."""
    _session(circuit)
    _dopamine(circuit)
    _motor_output(circuit)
    step = dopamine.LEARNING_STEP * ms  # contacts learn from it thereafter, in the same step
    circuit.groups["medium_spiny"].run_regularly(dopamine.TAUGHT, dt=step, when="end", order=-1, name="taught")
    condition = each_in_its_region(circuit, "i", "j")
    circuit.hand_on("extracellular", "medium_spiny", "bath_of_medium_spiny", TONES, condition)


def _session(circuit: Circuit) -> None:
    """What the animal perceives, what is silenced, what a press stands for."""
    for kind in circuit.layout.kinds:
        code = ["silencing_post = silencing_pre"]
        like = circuit.plan.table.like(kind)
        if like in PROJECTING:
            code.append("stimulating_post = stimulating_pre")
        if "tuned" in PER_CELL["operant box"].get(like, ()):
            code.append(PERCEIVING)
        if kind == "medium_spiny":
            code.append(LESSON)
        if kind == "dopamine":
            code.append("driven_post = driven_pre")
        circuit.hand_on("session", kind, f"session_to_{kind}", "\n".join(code))
    circuit.hand_on("session", "dopamine_level", "uptake", UPTAKE)


def _dopamine(circuit: Circuit) -> None:
    """Release by dopamine cells into their fields, and what the fields' levels do."""
    groups, places, table = circuit.groups, circuit.layout.ranges, circuit.plan.table

    def within(row: Population, field: str, cell: str, level: str) -> str:
        """Condition that joins a field's level with the cells of a population, hemisphere by hemisphere."""
        place, index = places[row.name], table.fields.index(field)
        right = f"{len(table.fields)}*int({cell} >= {place.middle})"
        return f"({among(place, cell)} and {level} == {index} + {right})"

    for kind, code in FELT.items():
        felt = [within(row, row.feels, "j", "i") for row in table.population if row.feels and row.cell == kind]
        circuit.hand_on("dopamine_level", kind, f"dopamine_to_{kind}", code, " or ".join(felt))
    release = "level_post += 1/(releasing_post*resting_rate_post*uptake_time_post)"
    made = Synapses(
        groups["dopamine"],
        groups["dopamine_level"],
        dt=STEP,
        name="dopamine_release",
        on_pre={"pre": release, "light": release},
        on_event={"pre": "spike", "light": "axon"},
    )
    reached = [within(row, field, "i", "j") for row in table.population for field in row.releases]
    made.connect(condition=" or ".join(reached))
    groups[made.name] = made


def _motor_output(circuit: Circuit) -> None:
    """The rate that the decision stage reads, lever by lever."""
    groups = circuit.groups
    place = next(circuit.layout.ranges[row.name] for row in circuit.plan.table.population if row.motor_output)
    for lever in (0, 1):
        made = Synapses(
            groups[place.kind],
            groups["session"],
            dt=STEP,
            name=f"motor_output_{lever}",
            on_pre=f"motor_{lever}_post += 1/({place.number // 2}*motor_window_post)",
        )
        made.connect(condition=f"{among(place, 'i')} and i % 2 == {lever}")
        groups[made.name] = made


def initialise(circuit: Circuit) -> None:
    """Dopamine starts at its level at rest, with receptors used to it."""
    circuit.groups["dopamine"].phi_auto = "phi_auto_rest"
    field = circuit.groups["dopamine_level"]
    field.level = field.settled = 1
    field.phi1_usual = "phi1"
    field.phi2_usual = "phi2"


def monitors(circuit: Circuit) -> dict[str, StateMonitor]:
    """The session at the end of each epoch, dopamine, and the slow states of every region."""
    groups = circuit.groups
    return {
        "session": StateMonitor(
            groups["session"],
            ["active", "inactive", "expected", "rewards", "in_brain", "intake", *cue_value.VALUES],
            record=[0],
            dt=EPOCH * second,
            when="start",
            order=-1,
            name="session_trace",
        ),
        "dopamine": StateMonitor(
            groups["dopamine_level"], "level", record=True, dt=10 * ms, when="end", name="dopamine_trace"
        ),
        "slow": slow_trace(groups["extracellular"], 7 * ms),  # out of step with regular stimulation
    }
