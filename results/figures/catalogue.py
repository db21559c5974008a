"""Every figure that is drawn from stored runs, by name: what it shows, and the function that draws it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from matplotlib.figure import Figure

from results.figures.assays.dialysis import microdialysis_figure
from results.figures.assays.evoked import ampa_nmda_figure, input_output_figure, miniature_figure, paired_pulse_figure
from results.figures.assays.plasticity import plasticity_figure
from results.figures.assays.potentials import potential_figure
from results.figures.assays.reward import reward_figure
from results.figures.assays.seeking import seeking_figure
from results.figures.assays.spines import spines_figure
from results.figures.assays.tone import tone_figure
from results.figures.courses import glutamate_pools_figure, time_course_figure
from results.figures.dose_response import dose_response_figure
from results.figures.drawing import FORMATS, MILLIMETRES, STYLE, NothingToDraw, Width, save
from results.figures.groups import bars_figure, convergence_figure
from results.figures.inactivation import inactivation_figure
from results.figures.raster import raster_figure
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
    "spines_figure",
    "time_course_figure",
    "timeline_figure",
    "tone_figure",
]

FIGURES: dict[str, Callable[..., Figure]] = {
    "plasticity": plasticity_figure,
    "input_output": input_output_figure,
    "paired_pulse": paired_pulse_figure,
    "ampa_nmda": ampa_nmda_figure,
    "miniature": miniature_figure,
    "microdialysis": microdialysis_figure,
    "seeking": seeking_figure,
    "spines": spines_figure,
    "tone": tone_figure,
    "reward": reward_figure,
}
"""By kind of test; each takes the recordings of all tests of that kind."""


@dataclass(frozen=True)
class Drawing:
    """A figure that is drawn from stored runs.

    Attributes
    ----------
    shows : str
        What it shows, in a line.
    draw : callable
        ``draw(recordings, width=..., **options)``. ``dose_response`` takes a study's results, ``circuit`` projections.
    options : tuple of str
        Names of further arguments that it takes.
    """

    shows: str
    draw: Callable[..., Figure]
    options: tuple[str, ...] = ()


DRAWINGS: dict[str, Drawing] = {
    "time_course": Drawing("time courses of every test, group by group", time_course_figure, ("series",)),
    "bars": Drawing("group means with every animal as a dot", bars_figure, ("measures",)),
    "plasticity": Drawing("field responses over time, and what an induction left of them", plasticity_figure),
    "input_output": Drawing("responses to stimuli of increasing strength", input_output_figure),
    "paired_pulse": Drawing("pairs of responses, and their ratio over intervals", paired_pulse_figure),
    "ampa_nmda": Drawing("AMPA and NMDA currents, and their ratio", ampa_nmda_figure),
    "miniature": Drawing("miniature currents, their frequency and amplitude", miniature_figure),
    "dose_response": Drawing("responses against dose, of a study", dose_response_figure),
    "raster": Drawing("spikes of one run, population by population", raster_figure, ("populations", "span")),
    "potential": Drawing("membrane potentials of sampled cells of one run", potential_figure),
    "glutamate_pools": Drawing("glutamate outside synapses and the tones that it sets", glutamate_pools_figure),
    "tone": Drawing("glutamate, tone, release and transport at rest", tone_figure),
    "microdialysis": Drawing("samples of a microdialysis probe, or no net flux", microdialysis_figure),
    "seeking": Drawing("presses and core glutamate of every session", seeking_figure),
    "inactivation": Drawing("seeking with each site silenced, model beside paper", inactivation_figure),
    "convergence": Drawing("how means settle as animals are added", convergence_figure, ("measures",)),
    "reward": Drawing("dopamine, reward and locomotion after a challenge", reward_figure),
    "spines": Drawing("spine heads and surface AMPA after an injection", spines_figure),
    "circuit": Drawing("nuclei and projections, and what was silenced", circuit_figure),
    "timeline": Drawing("the design: histories, drugs and tests on time lines", timeline_figure),
}
"""By name, as ``corticostriatal figure --kind`` takes it."""
