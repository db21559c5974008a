"""What is done to an animal on the day of the test, and what is recorded: the kinds of test an experiment may ask for.

What each does in the network stands in `protocols.assays.network_kinds`, one module per kind.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from protocols.assays.evoked_assays import AmpaNmda, InputOutput, PairedPulse, Plasticity
from protocols.assays.resting_assays import Microdialysis, Miniature, Reward, Tone
from protocols.assays.session_assays import Seeking, Spines

Test = Annotated[
    Plasticity | InputOutput | PairedPulse | AmpaNmda | Miniature | Microdialysis | Tone | Seeking | Reward | Spines,
    Field(discriminator="kind"),
]
