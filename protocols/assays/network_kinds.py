"""What each kind of test does in the network and what is read from it, one module per kind.

A kind says which runs of the network it needs (`passes`), where zero lies on its clock (`clock`), and what its
recording holds beyond what every test has (`read`). `protocols.simulation.conduct` does the rest, the same for all
kinds. A kind in `CLOSED_FORM` needs no run: the days' equations tell it.
"""

from __future__ import annotations

from collections.abc import Callable

from protocols.animals.rest import Rest
from protocols.assays import ampa_nmda, input_output, microdialysis, miniature, paired_pulse, plasticity, reward, tone
from protocols.assays.passes import Findings, Kind

KINDS: dict[str, Kind] = {
    "plasticity": plasticity.KIND,
    "input_output": input_output.KIND,
    "paired_pulse": paired_pulse.KIND,
    "ampa_nmda": ampa_nmda.KIND,
    "miniature": miniature.KIND,
    "microdialysis": microdialysis.KIND,
    "tone": tone.KIND,
}
"""By the word that an experiment file uses."""

CLOSED_FORM: dict[str, Callable[..., tuple[Findings, Rest]]] = {"reward": reward.told}
"""Kinds without the network: ``told(test, group, day, parameters)`` gives findings and the animal at rest."""
