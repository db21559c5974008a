"""Every figure that is drawn from stored runs, by name: what it shows, and the function that draws it.

Each function takes recordings, as `results.load` gives them, and returns a matplotlib figure of journal width:

>>> import results
>>> from results import figures
>>> figure = figures.raster_figure(results.load("runs/first"), width="single")  # doctest: +SKIP
>>> figures.save(figure, "runs/first", "raster", ["pdf"])  # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from matplotlib.figure import Figure

from results.circuit_figure import circuit_figure
from results.course_figures import glutamate_pools_figure, time_course_figure
from results.dialysis_figure import microdialysis_figure
from results.dose_response import dose_response_figure
from results.drawing import FORMATS, MILLIMETRES, STYLE, NothingToDraw, Width, save
from results.evoked_figures import ampa_nmda_figure, input_output_figure, miniature_figure, paired_pulse_figure
from results.group_figures import bars_figure, convergence_figure
from results.inactivation_figure import inactivation_figure
from results.plasticity_figure import plasticity_figure
from results.potential_figure import potential_figure
from results.raster_figure import raster_figure
from results.reward_figure import reward_figure
from results.seeking_figure import seeking_figure
from results.spines_figure import spines_figure
from results.timeline_figure import experiment_figure, timeline_figure
from results.tone_figure import tone_figure

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
