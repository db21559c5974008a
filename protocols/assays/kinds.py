"""The kinds of test that an experiment may ask for: the registry, one class a kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Union, get_args

from pydantic import Field

from protocols.assays.ampa_nmda import AmpaNmda
from protocols.assays.base import Assay
from protocols.assays.input_output import InputOutput
from protocols.assays.microdialysis import Microdialysis
from protocols.assays.miniature import Miniature
from protocols.assays.paired_pulse import PairedPulse
from protocols.assays.plasticity import Plasticity
from protocols.assays.pulse_train import PulseTrain
from protocols.assays.reward import Reward
from protocols.assays.seeking import Seeking
from protocols.assays.spines import Spines
from protocols.assays.tone import Tone

CLASSES: tuple[type[Assay], ...] = (
    Plasticity,
    InputOutput,
    PairedPulse,
    PulseTrain,
    AmpaNmda,
    Miniature,
    Microdialysis,
    Tone,
    Seeking,
    Reward,
    Spines,
)

if TYPE_CHECKING:
    Test = Assay
else:
    Test = Annotated[Union[CLASSES], Field(discriminator="kind")]  # noqa: UP007

KINDS: dict[str, type[Assay]] = {get_args(one.model_fields["kind"].annotation)[0]: one for one in CLASSES}
"""By the word that an experiment file uses."""
DRAWN = tuple(dict.fromkeys(series for one in CLASSES for series in one.drawn))
"""Series that figures and the summary need."""
