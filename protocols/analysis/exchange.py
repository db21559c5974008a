"""Which link of the chain carries an effect: what one animal learnt, adapted to or feels, put into another at the test.

Two groups of an experiment differ in an outcome. The same animals then undergo the test once more with one thing of the
other group: its weights, what its cues are worth, its adaptation, its mGluR tones. Each lender is the same animal after
another history (a twin), so that all comparisons are paired.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from circuit.wiring.plan import WHOLE
from protocols.analysis.measured import refuse_unmeasured
from protocols.animals.history import Group
from protocols.errors import InputError, refuse_unknown
from protocols.experiments.experiment import Experiment, experiment_from
from protocols.runs.batch import Batch, Progress, run_batch
from protocols.runs.summary import summed_up
from results.statistics.agreement import paired_difference, ratio_of_means
from results.statistics.summary import frame

LINKS = ("weights", "cues", "adaptation", "tones")
LEARNT = LINKS[:2]  # in sessions that the network runs
HELD = "own tones held"


def question(
    source: Experiment, donor: str, recipient: str, test: str, links: Sequence[str] = (), sites: Sequence[str] = ()
) -> Experiment:
    """The experiment that answers: both groups, and the recipient with each thing of the donor, and with all of them.

    Parameters
    ----------
    source : Experiment
        Whose groups and tests are taken.
    donor, recipient : str
        Names of two of its groups.
    test : str
    links : sequence of str
        Of `LINKS`; all that the test lets pass when empty.
    sites : sequence of str
        Projections whose weights are borrowed alone, besides those of all.

    Raises
    ------
    InputError
        For an unknown group, test or link, or one that the test does not let pass.
    """
    content = source.model_dump(mode="json")
    groups: dict[str, dict[str, Any]] = {group["name"]: group for group in content["group"]}
    for option, name in (("--from", donor), ("--into", recipient)):
        refuse_unknown(option, "group", name, groups)
    if donor == recipient:
        raise InputError(f"--into: '{recipient}' is the group that it borrows from")
    refuse_unknown("--test", "test", test, [one.name for one in source.test])
    chosen = source.test_named(test)
    usual = LINKS if WHOLE in chosen.circuits else tuple(link for link in LINKS if link not in LEARNT)
    for link in links:
        refuse_unknown("--take", "link", link, LINKS)
    taken = tuple(dict.fromkeys(links)) or usual
    twin = {key: groups[donor].get(key) or [] for key in ("history", "treatment")}
    own = {key: groups[recipient].get(key) or [] for key in ("history", "treatment")}

    def borrowing(name: str, take: Sequence[str], lender: dict[str, Any], **more: Any) -> dict[str, Any]:
        return groups[recipient] | {"name": name, "exchange": [{"take": list(take), **lender, **more}]}

    made = [groups[recipient], groups[donor]]
    made += [borrowing(f"{link} of {donor}", (link,), twin) for link in taken]
    made += [borrowing(f"weights of {site} of {donor}", ("weights",), twin, sites=[site]) for site in sites]
    if len(taken) > 1:
        made.append(borrowing(f"all of {donor}", taken, twin))
    if "tones" in taken:
        made.append(borrowing(HELD, ("tones",), own))
    content["experiment"] = {"name": f"exchange-{content['experiment']['name']}", "title": f"{donor} into {recipient}"}
    content["group"] = made
    content["test"] = [one for one in content["test"] if one["name"] == test]
    return experiment_from(content)


def answer(
    experiment: Experiment,
    progress: Progress,
    out: Path | None,
    jobs: int | None,
    measure: str | None = None,
    **engine: Any,
) -> tuple[Batch, list[dict[str, Any]]]:
    """Run the experiment, and say which share of the donors' effect comes with each thing that is borrowed.

    Parameters
    ----------
    experiment : Experiment
        As `question` makes it.
    progress : Progress
    out : Path or None
    jobs : int or None
    measure : str, optional
        The test's first main one when left out.

    Returns
    -------
    Batch
    list of dict
        ``group, link, n, mean, against, difference, difference_interval, share, share_interval``; the recipient first,
        then the donor. ``link`` is what a group borrows from the donor, if that is one thing alone. A group that
        borrows tones, which no longer move, is compared with animals whose own tones are held.

    Raises
    ------
    InputError
        For a measure that the test does not have.

    Notes
    -----
    A share is the mean difference over the mean difference of donor and recipient, with Fieller's interval. There is
    no interval where the donors' effect is not told from none.
    """
    (test,) = experiment.test
    if measure is not None:
        refuse_unmeasured(measure, experiment, experiment.group[0].name, test.name, progress, out, **engine)
    batch = summed_up(run_batch(experiment, progress, out, jobs, **engine))
    chosen = measure or test.main_measures[0]
    whole = frame(batch.recordings)
    table = whole[whole["measure"] == chosen].pivot(index="animal", columns="group", values="value")
    recipient, donor, *others = [group.name for group in experiment.group if group.name in table]
    effect = table[donor] - table[recipient]
    rows: list[dict[str, Any]] = []
    for name in (recipient, donor, *others):
        group = experiment.group_named(name)
        still = any("tones" in each.take for each in group.exchange) and name != HELD and HELD in table
        against = HELD if still else recipient
        row: dict[str, Any] = {"group": name, "link": _link(group) if name not in (recipient, donor, HELD) else None}
        row |= {"n": int(table[name].count()), "mean": float(table[name].mean())}
        if name != recipient:
            both = table[[name, against]].assign(effect=effect).dropna()
            a, b = both[name], both[against]
            row["against"] = against
            row["difference"], row["difference_interval"] = paired_difference(a, b)
            if name != donor:
                row["share"], row["share_interval"] = ratio_of_means(a - b, both["effect"])
        rows.append(row)
    return batch, rows


def _link(group: Group) -> str | None:
    """What a group borrows, if it is one thing."""
    taken = [link for each in group.exchange for link in each.take]
    return taken[0] if len(taken) == 1 else None


def sentence(rows: Sequence[Mapping[str, Any]]) -> str:
    """The answer in one sentence: the link with which the largest share of the effect comes, and its interval."""
    recipient, donor, *others = rows
    links = [row for row in others if row["link"] is not None]
    difference, interval = donor["difference"], donor["difference_interval"]
    effect = f"{donor['group']} {donor['mean']:.3g}, {recipient['group']} {recipient['mean']:.3g}"
    if interval is None or interval[0] <= 0 <= interval[1]:
        return f"{effect}: the two are not told apart over {donor['n']} animals, so that no share can be given."
    most = max(links, key=lambda row: row["share"])
    low, high = most["share_interval"] or (float("nan"), float("nan"))
    return (
        f"{effect}, a difference of {difference:.3g}: {100 * most['share']:.0f} % [{100 * low:.0f}, {100 * high:.0f}] "
        f"of it comes with {most['group']} (95 % interval over {most['n']} animals)."
    )
