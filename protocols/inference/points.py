"""Simulated animals at points of a prior: in closed form where a test has one, else by the network as a study.

What is done is kept, so that a stopped inference goes on where it was.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from circuit.clock import EXPOSURE_BIN
from circuit.parameters import ModelParameters
from protocols.analysis.sensitivity_at_rest import measures_of
from protocols.animals.history import Group
from protocols.animals.rest import at_rest
from protocols.assays.base import Assay
from protocols.assays.microdialysis import MicrodialysisTest
from protocols.assays.tone import ToneTest
from protocols.errors import InputError
from protocols.experiments.experiment import Experiment, experiment_from
from protocols.experiments.model import parameters
from protocols.runs.lines import Lines
from protocols.studies.points import COLUMNS, simulate, study_of, table_of
from protocols.studies.study import Study
from results.recording import Identity, Measure, Recording
from results.store.files import write_json
from synapses.homeostasis import steady_state
from synapses.pharmacology import CHANNELS, Exposure
from synapses.regions import region_of

Values = Mapping[str, Any]
"""Values by path of the experiment's file at one point."""


def closed(test: Assay) -> bool:
    """Whether a test has a closed form: tone at rest, and microdialysis."""
    return isinstance(test, ToneTest | MicrodialysisTest)


def typical(experiment: Experiment) -> list[Recording]:
    """A typical animal of each group in each test, in closed form, with the measures that data may have.

    Raises
    ------
    InputError
        If a test has no closed form.
    """
    own = parameters(experiment)
    found = []
    for group in experiment.group:
        for test in experiment.test:
            who = Identity(experiment.name, group.name, test.name, 0, 0, 0)
            found.append(Recording(who, measures=measured(experiment, group, test, own)))
    return found


def measured(experiment: Experiment, group: Group, test: Any, own: ModelParameters) -> dict[str, Measure]:
    """What a test measures in one animal, in closed form; `own` are its parameters.

    In microdialysis the tissue is at rest with the probe and the drugs on board in the middle of every sample:
    glutamate follows within seconds and tone within a minute, and a sample lasts many.
    """
    day, site = experiment.test_day(group, test), region_of(test.site)
    if isinstance(test, ToneTest):
        return measures_of(at_rest(group, day, own, site=site, regions=(site,)), site)
    if not isinstance(test, MicrodialysisTest):
        raise InputError(f"--at-rest: test '{test.name}' needs the network; only tone and microdialysis do not")
    (work,) = test.passes(own)
    rest = at_rest(group, day, own, work.lead, channels=work.channels, site=site, regions=(site,))
    on_board, tissue = rest.at[site].exposure, rest.state.at(site)
    edges, perfusate = test.samples()
    level, near = [], None
    for middle in (edges[1:] + edges[:-1]) / 2 + work.lead:
        here = Exposure(**{name: float(getattr(on_board, name)[int(middle / EXPOSURE_BIN)]) for name in CHANNELS})
        steady = steady_state(tissue, here, own.homeostasis, own.tone, own.release, rest.clamp, near)
        near = steady.extrasynaptic
        level.append(near)
    collected = perfusate + own.probe.extraction * (np.array(level) - perfusate)
    return measures_of(rest, site) | dict(test.found_in(collected).measures)


def simulated_at_rest(
    experiment: Experiment, points: Sequence[Values], animals: int, folder: Path, lines: Lines
) -> pd.DataFrame:
    """Animals at each point in closed form, each with parameters of its own; a file for each point that is done.

    Returns
    -------
    DataFrame
        As `protocols.studies.points.table_of` gives it.
    """
    shared, seed = parameters(experiment), experiment.animals.seed
    rows: list[list[Any]] = []
    lines.begin(len(points), 0)
    for place, values in enumerate(points):
        file = folder / f"{place:05d}.json"
        if not file.is_file():
            at = shared.with_values({path.removeprefix("parameters."): value for path, value in values.items()})
            found = []
            for number in range(animals):
                for kind, group in enumerate(experiment.group):  # every animal is another one
                    own = at.of_animal(((seed * 100_003 + place) * 1009 + number) * 101 + kind)
                    for test in experiment.test:
                        for name, one in measured(experiment, group, test, own).items():
                            found.append([place, group.name, test.name, number, name, one.value, one.unit])
            write_json(file, found)
        rows += json.loads(file.read_text(encoding="utf-8"))
        lines.step("points")
    lines.end()
    return pd.DataFrame(rows, columns=COLUMNS)


def simulated_by_network(
    experiment: Experiment, points: Sequence[Values], animals: int, folder: Path, jobs: int | None, **engine: Any
) -> pd.DataFrame:
    """Animals at each point by the network, as a study in `folder`; every point has animals of its own.

    Raises
    ------
    RuntimeError
        If a run failed.
    """
    end = simulate(study_at(experiment, points, animals), folder, jobs, **engine)
    if end.failed or end.missing:
        raise RuntimeError(f"{end.failed} runs failed and {end.missing} are missing in {folder}; every point is needed")
    return table_of(folder)


def study_at(experiment: Experiment, points: Sequence[Values], animals: int) -> Study:
    """The study whose conditions are the points."""
    content = experiment.model_dump(mode="json", exclude_unset=True)
    content["animals"] = content.get("animals", {}) | {"per_group": animals}
    first = experiment.animals.seed * 100_003
    own = [{"animals.seed": first + place, **values} for place, values in enumerate(points)]
    return study_of(experiment_from(content), own, "infer")
