"""A prediction without a measurement: the effect of silencing a nucleus on one session, and the paths behind it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from circuit.wiring.table import wiring
from protocols.errors import InputError, nearest
from protocols.experiments.experiment import Experiment, experiment_from, load
from protocols.runs.batch import Batch, Progress, run_batch
from protocols.runs.summary import summed_up
from results.statistics.agreement import paired_difference, ratio_of_means
from results.statistics.summary import frame

SOURCE = "inactivation"  # the shipped experiment whose history and tests are taken
MEASURE = "active_presses"


def question(site: str, session: str, agent: str, fraction: float, animals: int, seed: int, scale: float) -> Experiment:
    """The experiment that answers: vehicle, the nucleus, and each projection that leaves it.

    Parameters
    ----------
    site : str
        A nucleus of the circuit.
    session : str
        A test of the experiment `SOURCE`.
    agent : str
    fraction : float
        Share of the cells.
    animals, seed : int
    scale : float

    Raises
    ------
    InputError
        For an unknown nucleus, session or agent.
    """
    table = wiring()
    if site not in table.nuclei:
        raise InputError(f"--site: the circuit has no nucleus '{site}'{nearest(site, table.nuclei)}")
    source = load(SOURCE)
    tests = [test.name for test in source.test]
    if session not in tests:
        raise InputError(f"--session: no session '{session}'{nearest(session, tests)}")
    content = source.model_dump(mode="json")
    vehicle = content["group"][0]
    silenced = [{"nucleus": site, "agent": agent, "fraction": fraction}]
    groups = [vehicle, vehicle | {"name": site, "inactivation": silenced}]
    for path in table.sites:
        start, _, end = path.partition("->")
        if start == site and end != site:
            cut = [{"projection": path, "agent": "opto-inhibition", "fraction": fraction}]
            groups.append(vehicle | {"name": f"without {path}", "inactivation": cut})
    content["experiment"] = {"name": f"predict-{session}-{site.replace(' ', '-')}", "title": f"{site} in {session}"}
    content["group"] = groups
    content["test"] = [test for test in content["test"] if test["name"] == session]
    content["animals"] |= {"per_group": animals, "seed": seed}
    content["circuit"]["scale"] = scale
    return experiment_from(content)


def answer(
    experiment: Experiment, progress: Progress, out: Path | None, jobs: int | None
) -> tuple[Batch, list[dict[str, Any]]]:
    """Run the experiment, and compare every group with vehicle, animal by animal.

    Returns
    -------
    Batch
    list of dict
        ``group, presses, ratio, ratio_interval, difference, difference_interval``, vehicle first.
    """
    batch = summed_up(run_batch(experiment, progress, out, jobs))
    table = frame(batch.recordings).query("measure == @MEASURE").sort_values("animal")
    presses = {group: list(part["value"]) for group, part in table.groupby("group")}
    base = presses["vehicle"]
    rows = []
    for group in experiment.group:
        values = presses.get(group.name, [])
        row: dict[str, Any] = {"group": group.name, "presses": float(np.mean(values)), "n": len(values)}
        if group.name != "vehicle" and len(values) == len(base):
            row["ratio"], row["ratio_interval"] = ratio_of_means(values, base)
            row["difference"], row["difference_interval"] = paired_difference(values, base)
        rows.append(row)
    return batch, rows
