"""The kinds of test that an experiment may ask for: the registry, one class a kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Union, get_args

from pydantic import Field

from protocols.assays.ampa_nmda import AmpaNmdaTest
from protocols.assays.base import Assay
from protocols.assays.input_output import InputOutputTest
from protocols.assays.microdialysis import MicrodialysisTest
from protocols.assays.miniature import MiniatureTest
from protocols.assays.paired_pulse import PairedPulseTest
from protocols.assays.passes import LEVELS_AT_REST
from protocols.assays.place_preference import PlacePreferenceTest
from protocols.assays.plasticity import PlasticityTest
from protocols.assays.pulse_train import PulseTrainTest
from protocols.assays.reward import RewardTest
from protocols.assays.seeking import SeekingTest
from protocols.assays.spines import SpinesTest
from protocols.assays.tone import ToneTest

CLASSES: tuple[type[Assay], ...] = (
    PlasticityTest,
    InputOutputTest,
    PairedPulseTest,
    PulseTrainTest,
    AmpaNmdaTest,
    MiniatureTest,
    MicrodialysisTest,
    ToneTest,
    SeekingTest,
    RewardTest,
    SpinesTest,
    PlacePreferenceTest,
)

if TYPE_CHECKING:
    Test = Assay
else:
    Test = Annotated[Union[CLASSES], Field(discriminator="kind")]  # noqa: UP007

KINDS: dict[str, type[Assay]] = {get_args(one.model_fields["kind"].annotation)[0]: one for one in CLASSES}
"""By the word that an experiment file uses."""
MAIN_MEASURES = tuple(dict.fromkeys([*(name for one in CLASSES for name in one.main_measures), *LEVELS_AT_REST]))
"""The measures that tables show where there is no room for all of them, in their order."""
DRAWN = tuple(dict.fromkeys(series for one in CLASSES for series in one.drawn))
"""Series that figures and the summary need."""
