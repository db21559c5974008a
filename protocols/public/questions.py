"""The functions of ``import corticostriatal`` that answer a question; each is the verb of its name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from protocols.public.given import Place, Settings, listed, path, plain, raise_failures

if TYPE_CHECKING:
    import pandas as pd

    from protocols.experiments.experiment import Experiment
    from protocols.public.answer import Answer


def compare(
    experiments: Settings = (),
    models: Settings = (),
    quick: bool = False,
    animals: int | None = None,
    seed: int | None = None,
    jobs: int | None = None,
    out: Place | None = None,
) -> pd.DataFrame:
    """Hold rival hypotheses against the same evidence, beside the default.

    Parameters
    ----------
    experiments : iterable of str
        Whose evidence; all when left out.
    models : iterable of str
        Rivals, as ``"pools=one"``; all shipped ones when left out.
    quick, animals, seed, jobs, out
        As for `validate`.

    Returns
    -------
    DataFrame
        A row per finding and model: ``model, id, use, statement, status, value, low, high``.
    """
    import pandas as pd

    from protocols.runs.progress import progress
    from protocols.validation import rivals
    from protocols.validation.validate import Effort

    effort = Effort(quick, animals, seed, jobs)
    held = rivals.hold(listed(experiments), listed(models), progress(), effort, path(out))
    rows = []
    for row in rivals.document(held, quick)["rows"]:
        for model, answer in row["answers"].items():
            low, high = answer["interval"] or (None, None)
            about = {"model": model, "id": row["id"], "use": row["use"], "statement": row["statement"]}
            rows.append(about | {"status": answer["status"], "value": answer["model"], "low": low, "high": high})
    return pd.DataFrame(rows)


def predict(
    session: str,
    site: str | None = None,
    agent: str | None = None,
    fraction: float | None = None,
    drug: str | None = None,
    dose: str | None = None,
    before: str | None = None,
    animals: int = 6,
    seed: int = 1,
    scale: float = 0.5,
    jobs: int | None = None,
    out: Place | None = None,
    set: Settings = (),
    quick: bool = False,
) -> Answer:
    """Predict what silencing a nucleus, or a drug, does to seeking.

    Parameters
    ----------
    session : str
        ``"cue"``, ``"prime"``, ``"stress"``, ``"context"`` and others.
    site : str, optional
        The nucleus to silence.
    agent : str, optional
        What silences it; muscimol when left out.
    fraction : float, optional
        Share of its cells; all when left out.
    drug, dose, before : str, optional
        A drug in place of a site, its dose, as ``"100 mg/kg"``, and how long before the session it is given; half an
        hour when left out.
    animals, seed : int
        Animals in each group; the seed all others come from.
    scale : float
        Factor on cell numbers.
    jobs, out, set
        As for `run`.
    quick : bool
        Two animals in each group of a small circuit: shows that everything runs, decides little.

    Returns
    -------
    protocols.public.answer.Answer
        ``.said`` is the answer in a sentence with its 95 % interval, ``.table`` has a row per group, ``.warnings``
        names what lies outside what was calibrated.
    """
    from dataclasses import asdict

    import pandas as pd

    from protocols.analysis import predict as asking
    from protocols.analysis.covered import by_evidence, outside
    from protocols.public.answer import Answer
    from protocols.public.results import load as read
    from protocols.runs.progress import progress

    asked = asking.Question(session, site, agent, fraction, drug, dose, before)
    experiment = asking.experiment_for(asked, animals, seed, scale, listed(set), quick)
    warnings = outside(experiment, by_evidence())
    batch, rows = asking.answer(experiment, progress(), path(out), jobs)
    raise_failures(batch)
    said, folder = asking.sentence(asked, rows), batch.folder
    table = pd.DataFrame([_ratio(row) for row in rows])
    document = {"question": asdict(asked), "answer": said, "folder": str(folder), "outside": warnings, "rows": rows}
    warnings = [f"outside what was calibrated: {line}" for line in warnings]
    remarks = asking.remarks(asked, rows)
    return Answer(said, table, document, folder, tuple(warnings), tuple(remarks), lambda: read(folder).plot())


def _ratio(row: Mapping[str, Any]) -> dict[str, Any]:
    low, high = row.get("ratio_interval") or (None, None)
    found = {"group": row["group"], "n": row["n"], "presses": row["presses"], "ratio": row.get("ratio")}
    return found | {"low": low, "high": high, "over": row.get("basis"), "difference": row.get("difference")}


def exchange(
    experiment: Place | Experiment,
    donor: str,
    recipient: str,
    test: str,
    take: Settings = (),
    site: Settings = (),
    measure: str | None = None,
    animals: int | None = None,
    seed: int | None = None,
    jobs: int | None = None,
    out: Place | None = None,
    set: Settings = (),
) -> Answer:
    """Which link carries an effect: what one group learnt, adapted to or feels, put into another at the test.

    Parameters
    ----------
    experiment : str, path or Experiment
    donor, recipient : str
        The group that lends and the group that borrows.
    test : str
    take : iterable of str
        Of ``"weights"``, ``"cues"``, ``"adaptation"`` and ``"tones"``; all when left out.
    site : iterable of str
        Projections whose weights are borrowed alone as well.
    measure : str, optional
        The first main one of the test when left out.
    animals, seed, jobs, out, set
        As for `run`.

    Returns
    -------
    protocols.public.answer.Answer
        ``.table`` has a row per group: its mean, its difference and the share of the effect, with 95 % intervals.
    """
    import pandas as pd

    from protocols.analysis import exchange as asking
    from protocols.experiments.overrides import chosen
    from protocols.public.answer import Answer
    from protocols.public.results import load as read
    from protocols.runs.progress import progress

    source = chosen(plain(experiment), listed(set), animals, seed)
    asked = asking.question(source, donor, recipient, test, listed(take), listed(site))
    batch, rows = asking.answer(asked, progress(), path(out), jobs, measure)
    raise_failures(batch)
    said, folder = asking.sentence(rows), batch.folder
    document = {"from": donor, "into": recipient, "test": test, "answer": said, "rows": rows}
    return Answer(said, pd.DataFrame(rows), document, folder, (), (), lambda: read(folder).plot())


def overlay(directory: Place, data: Place) -> Answer:
    """Hold a laboratory's own animals against stored runs.

    Parameters
    ----------
    directory : path
        A folder that `run` wrote.
    data : path
        One line per animal and measure, as ``docs/how-to/own-data.md`` describes it.

    Returns
    -------
    protocols.public.answer.Answer
        ``.table`` has a row per group, test and measure, ``.plot()`` draws both side by side.
    """
    import pandas as pd

    from protocols.public.answer import Answer
    from protocols.reporting.overlay import overlaid

    found, drawn, unused = overlaid(Path(directory), Path(data))
    rows = [_side_by_side(row) for row in found["rows"]]
    notes = (f"columns that are not read: {', '.join(unused)}",) if unused else ()
    said = f"{Path(data).name} beside {directory}: {len(rows)} groups and measures."
    return Answer(said, pd.DataFrame(rows), found, Path(directory), (), notes, lambda: drawn)


def _side_by_side(row: Mapping[str, Any]) -> dict[str, Any]:
    found = {key: row[key] for key in ("group", "test", "measure", "unit")}
    for side in ("model", "data"):
        own = row[side] or {}
        found |= {f"{side}_{key}": own.get(key) for key in ("n", "mean", "sem")}
    return found | {"effect_size": row["effect_size"], "p": row["p"]}
