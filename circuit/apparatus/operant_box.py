"""A session in the operant box: what the animal perceives, when it presses, and what a press brings.

A session of hours is shown to the network as epochs of `EPOCH` network time, each standing for minutes of biology. In
the first part of an epoch the animal is before its levers; the network settles, and its motor output at `DECISION`
gives the rate at which it presses. Presses of the epoch's minutes are then drawn, and what a press brings (cue, drug or
food) reaches the network once, standing for all of them: which lever's press is shown is drawn by their numbers, and
`lesson` counts how often. Slow quantities (drug in blood and brain, glutamate,
mGluR tone) are counted in biological time.

The decision stage is the one place where neurons become behaviour. Each lever has its part of the ventrolateral
thalamus; the rate r at which that fires, beside the rate o of the other lever's part, gives presses per minute

    exploration + vigour*r**n/(r**n + o**n + motor_half**n),

since an animal presses one lever at a time, less what the level of the drug on board satiates (satiety threshold:
Tsibulsky & Norman 1999, doi:10.1016/S0006-8993(99)01717-5).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from circuit.apparatus import cue_value
from synapses.parameters import ParameterGroup, parameter
from synapses.pharmacology import CHANNELS

EPOCH = 0.6  # s of network time
DECISION = 0.35  # s from an epoch's start
OUTCOME_ENDS = 0.5  # s from an epoch's start
EPOCHS = 128  # epochs of the longest session
STEP = 0.01  # s between two updates of the box

STAGE = (
    "minutes",  # biological minutes the epoch stands for
    "lever",  # levers are out
    "context_a",
    "context_b",
    "contingent_cue",  # the drug's cue, with presses
    "food_cue_shown",  # the food's cue, whatever the animal does
    "stress",
    "unit_dose",  # mg/kg of the drug a press brings
    "injected",  # mg/kg given by the experimenter in the epoch
    "food",  # a press brings food
    "silencing",  # inactivation is on
    "stimulating",  # stimulation of axons is on
)


@dataclass(frozen=True)
class Behaviour(ParameterGroup):
    """The decision stage."""

    group: ClassVar[str] = "behaviour"

    exploration: float = parameter(0.07, "1/min", "lambda_0", 0, 10, "presses of a lever out of curiosity")
    vigour: float = parameter(2.0, "1/min", "lambda_max", 0, 100, "presses at the strongest motor output")
    motor_half: float = parameter(7.5, "Hz", "r_half", 0.1, 200, "thalamic rate of half the strongest output")
    motor_exponent: float = parameter(5.0, "1", "n_motor", 1, 20, "how sharply pressing follows the motor output")
    satiety: float = parameter(
        4.7, "1", "e_sat", 0.01, 1000, "rise of dopamine by the drug in brain, in a naive animal, that halves pressing"
    )
    satiety_exponent: float = parameter(4.0, "1", "n_sat", 1, 20, "how sharply it does")
    food_satiety: float = parameter(60.0, "1", "F_sat", 1, 10000, "pellets that halve pressing for food")
    timeout: float = parameter(20.0, "s", "T_out", 0, 600, "after a reward, presses bring nothing")
    injected_share: float = parameter(0.8, "1", "f_ip", 0.01, 1, "share of an i.p. dose that acts as an i.v. one would")
    motor_window: float = parameter(150.0, "ms", "tau_m", 5, 1000, "over which the motor output is read")


EQUATIONS = (
    cue_value.EQUATIONS
    + """
    place                        : second       # in the epoch
    approaching                  : 1
    deciding                     : 1
    outcome                      : 1
    lesson                       : 1            # presses that what happens now stands for
    lesson_active                : 1            # the same, for cells that stand for a press of the active lever
    lesson_inactive              : 1
    shown                        : 1            # 1 if the press shown to the network is of the active lever
    active                       : 1            # presses of the epoch
    inactive                     : 1
    expected                     : 1            # active presses of the epoch that the motor output calls for
    rewards                      : 1
    previous                     : 1            # active presses of the epoch before
    total_rewards                : 1
    pressing_active              : Hz           # presses the motor output calls for
    pressing_inactive            : Hz
    lever_active                 : 1            # perceived, or being pressed
    lever_inactive               : 1
    context_a                    : 1
    context_b                    : 1
    cue                          : 1
    food_cue                     : 1
    food_cue_shown               : 1
    stress                       : 1
    reward                       : 1
    press                        : 1
    silencing                    : 1
    stimulating                  : 1
    in_blood                     : mmolar       # the drug that the session gives, on its way to the brain
    in_brain                     : mmolar       # the same
    uptake_blocked               : 1            # of drugs on board over what halves dopamine's clearance
    driven                       : 1            # rise of dopamine cells' rate that drugs on board call for
    intake                       : 1            # mg/kg
    pace                         : 1            # biological over network time
    first                        : 1
    absorption                   : Hz (shared, constant)       # of the drug that the session gives, as all below
    elimination                  : Hz (shared, constant)
    brain_level                  : mmolar (shared, constant)   # that 1 mg/kg would give at once
    uptake_potency               : mmolar (shared, constant)
    drive_potency                : mmolar (shared, constant)
    drive_maximum                : 1 (shared, constant)
"""
)

UPTAKE_INHIBITOR, CELL_DRIVE = CHANNELS.index("dopamine_uptake_inhibitor"), CHANNELS.index("dopamine_cell_drive")
READ_STAGE = "\n".join(f"    {column} = stage(t, {place})" for place, column in enumerate(STAGE))
# Every `STEP`.
UPDATE = f"""
{READ_STAGE}
    place = t - {EPOCH}*second*floor(t/({EPOCH}*second) + 1e-6)
    first = int(place < {STEP / 2}*second)
    approaching = int(place < {DECISION - STEP / 2}*second)
    deciding = int(place >= {DECISION - STEP / 2}*second)*int(place < {DECISION + STEP / 2}*second)
    outcome = int(place >= {DECISION - STEP / 2}*second)*int(place < {OUTCOME_ENDS}*second)
    pace = minutes*60/{EPOCH}
    previous = previous + first*(active - previous)
    biological = biological_offset(t) + biological_rate(t)*t
    uptake_blocked = in_brain/uptake_potency + exposures(biological, {UPTAKE_INHIBITOR})
    driven = drive_maximum*in_brain/(in_brain + drive_potency) + exposures(biological, {CELL_DRIVE})
    effect = (1 + driven)*(1 + uptake_blocked) - 1
    satiation = 1/(1 + (effect/satiety)**satiety_exponent)/(1 + (total_rewards/food_satiety)**4*food)
    urge_active = (motor_0/motor_half)**motor_exponent
    urge_inactive = (motor_1/motor_half)**motor_exponent
    pressing_active = lever*(exploration + vigour*urge_active/(1 + urge_active + urge_inactive))*satiation
    pressing_inactive = lever*(exploration + vigour*urge_inactive/(1 + urge_active + urge_inactive))*satiation
    called_for = clip(pressing_active*minutes*60*second, 0, 1000)
    drawn_active = poisson(called_for)
    drawn_inactive = poisson(clip(pressing_inactive*minutes*60*second, 0, 1000))
    active = active + deciding*(drawn_active - active) - first*active
    inactive = inactive + deciding*(drawn_inactive - inactive) - first*inactive
    expected = expected + deciding*(called_for - expected) - first*expected
    rewarding = int(unit_dose + food > 0)
    rewards = rewards - first*rewards + deciding*(clip(active, 0, minutes*60*second/timeout)*rewarding - rewards)
    total_rewards = total_rewards + deciding*rewards
{cue_value.UPDATE.strip(chr(10))}
    presses = active + inactive
    shown = shown + deciding*(int(rand()*presses < active) - shown)
    pressed = outcome*int(presses > 0)
    lesson = int(place >= {DECISION - STEP / 2}*second)*presses
    lesson_active = lesson*shown
    lesson_inactive = lesson*(1 - shown)
    press = pressed
    reward = pressed*shown*int(rewards > 0)
    lever_active = lever*approaching + pressed*shown
    lever_inactive = lever*approaching + pressed*(1 - shown)
    cue = cue_value*contingent_cue*clip(approaching*int(previous > 0) + pressed*shown, 0, 1)
    food_cue = food_cue_value*clip(food_cue_shown*approaching + food*pressed*shown, 0, 1)
    given = first*injected + deciding*unit_dose*rewards
    intake = intake + given
    in_blood = in_blood + given*brain_level
    absorbed = in_blood*(1 - exp(-pace*{STEP}*second*absorption))
    in_blood = in_blood - absorbed
    in_brain = in_brain*exp(-pace*{STEP}*second*elimination) + absorbed
"""
