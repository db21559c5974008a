"""What a cue is worth to the animal: it is learnt where the cue comes with a reward, and scales the percept.

A cue that was never paired drives nothing: core cells do not answer such a stimulus (Hollander & Carelli 2007,
doi:10.1523/JNEUROSCI.3667-06.2007), cells of the basolateral amygdala come to answer a reward's cue within one session,
by their thalamic synapses (Tye et al. 2008, doi:10.1038/nature06963), and dopamine at a cocaine cue is there from the
eleventh pairing on (Aragona et al. 2009, doi:10.1111/j.1460-9568.2009.07027.x). In extinction of the cue, cells there
answer the omitted reward (Tye et al. 2010, doi:10.1523/JNEUROSCI.4240-09.2010). Of all this one number is modelled, the
value V of the drug's cue, between 0 and 1, and one of the food's:

    cue with reward:     V <- 1 - (1 - V) exp(-growth)
    cue without reward:  V <- V exp(-fall)

once for each press that brings the cue. A session starts from the values that the one before left. The percept of a cue
is its value where it is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from synapses.parameters import ParameterGroup, parameter

VALUES = ("cue_value", "food_cue_value")
"""Variables of the session that hold the values: of the drug's cue, and of the food's."""


@dataclass(frozen=True)
class CueLearning(ParameterGroup):
    """How fast a cue's value is learnt."""

    group: ClassVar[str] = "cue"

    growth: float = parameter(
        0.05, "1", "alpha_cue", 0, 10, "share of what is missing that one pairing with a reward adds to a cue's value",
        "within a session: Tye et al. 2008 doi:10.1038/nature06963; size assumed",
    )  # fmt: skip
    fall: float = parameter(
        0.005, "1", "beta_cue", 0, 10, "share of a cue's value that one cue without reward takes away"
    )


EQUATIONS = """
    cue_value                    : 1            # what the drug's cue is worth, 0 to 1
    food_cue_value               : 1            # what the food's cue is worth
"""
# At the decision of an epoch, for all its presses.
UPDATE = """
    drug_cues = deciding*contingent_cue
    food_cues = deciding*clip(food + food_cue_shown, 0, 1)
    cue_value = 1 - (1 - cue_value)*exp(-growth*drug_cues*rewards)
    cue_value = cue_value*exp(-fall*drug_cues*active*(1 - rewarding))
    food_cue_value = 1 - (1 - food_cue_value)*exp(-growth*food_cues*rewards)
    food_cue_value = food_cue_value*exp(-fall*food_cues*active*(1 - rewarding))
"""
