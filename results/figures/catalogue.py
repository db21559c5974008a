"""Every figure that is drawn from stored runs, by name: what it shows, and the function that draws it."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules

from matplotlib.figure import Figure

from results.figures import assays
from results.figures.assays.dialysis import microdialysis_figure
from results.figures.assays.evoked import ampa_nmda_figure, input_output_figure, miniature_figure, paired_pulse_figure
from results.figures.assays.plasticity import plasticity_figure
from results.figures.assays.potentials import potential_figure
from results.figures.assays.reward import reward_figure
from results.figures.assays.seeking import seeking_figure
from results.figures.assays.spines import spines_figure
from results.figures.assays.tone import tone_figure
from results.figures.courses import glutamate_pools_figure, time_course_figure
from results.figures.drawing import FORMATS, STYLE, Drawing, NothingToDraw, save
from results.figures.groups import bars_figure, convergence_figure
from results.figures.inactivation import inactivation_figure
from results.figures.looks import MILLIMETRES, Width
from results.figures.questions.dose_response import dose_response_figure
from results.figures.raster import raster_figure
from results.figures.sites import sites_figure
from results.figures.timeline import experiment_figure, timeline_figure
from results.figures.wiring import circuit_figure

__all__ = [
    "DRAWINGS",
    "FIGURES",
    "FORMATS",
    "MILLIMETRES",
    "STYLE",
    "Drawing",
    "NothingToDraw",
    "Width",
    "ampa_nmda_figure",
    "bars_figure",
    "circuit_figure",
    "convergence_figure",
    "dose_response_figure",
    "experiment_figure",
    "glutamate_pools_figure",
    "inactivation_figure",
    "input_output_figure",
    "microdialysis_figure",
    "miniature_figure",
    "paired_pulse_figure",
    "plasticity_figure",
    "potential_figure",
    "raster_figure",
    "reward_figure",
    "save",
    "seeking_figure",
    "sites_figure",
    "spines_figure",
    "time_course_figure",
    "timeline_figure",
    "tone_figure",
]


def _of_assays() -> dict[str, Drawing]:
    """Every figure of a kind of test: the `DRAWINGS` of the modules of `results.figures.assays`."""
    found: dict[str, Drawing] = {}
    for module in iter_modules(assays.__path__):
        found |= getattr(import_module(f"{assays.__name__}.{module.name}"), "DRAWINGS", {})
    return found


OF_ASSAYS = _of_assays()
FIGURES: dict[str, Callable[..., Figure]] = {kind: drawing.draw for kind, drawing in OF_ASSAYS.items()}
"""By kind of test; each takes the recordings of all tests of that kind."""

DRAWINGS: dict[str, Drawing] = {
    **OF_ASSAYS,
    "time_course": Drawing("time courses of every test, group by group", time_course_figure, ("series",)),
    "bars": Drawing("group means with every animal as a dot", bars_figure, ("measures",)),
    "dose_response": Drawing("responses against dose, of a study", dose_response_figure),
    "raster": Drawing("spikes of one run, population by population", raster_figure, ("populations", "span")),
    "potential": Drawing("membrane potentials of sampled cells of one run", potential_figure),
    "glutamate_pools": Drawing("glutamate outside synapses and the tones that it sets", glutamate_pools_figure),
    "inactivation": Drawing("seeking with each site silenced, model beside paper", inactivation_figure),
    "sites": Drawing("LTP and LTD at every site over the days since the drug", sites_figure),
    "convergence": Drawing("how means settle as animals are added", convergence_figure, ("measures",)),
    "circuit": Drawing("nuclei and projections, and what was silenced", circuit_figure),
    "timeline": Drawing("the design: histories, drugs and tests on time lines", timeline_figure),
}
"""By name, as ``corticostriatal figure --kind`` takes it."""
