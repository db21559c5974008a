"""Rival hypotheses side by side: the default and its rivals, each compared with the same evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from protocols.errors import InputError, explain, nearest
from protocols.experiments.experiment import Model
from protocols.experiments.shipped import shipped
from protocols.file_names import slug
from protocols.runs.batch import Progress
from protocols.validation.validate import Effort, Validation, validate
from results.evidence import table as published
from results.evidence.comparison import NAMED
from results.tables import scores
from synapses.hypotheses import Hypothesis, default, hypotheses

VERDICTS = ("right", "wrong", "inconclusive")


@dataclass(frozen=True)
class Rival:
    """One model and its verdicts.

    Attributes
    ----------
    chosen : dict
        Part -> name of the hypotheses that differ from the default; empty for the default itself.
    validation : protocols.validation.validate.Validation
    """

    chosen: Mapping[str, str]
    validation: Validation

    @property
    def name(self) -> str:
        """As ``--model`` takes it, or ``default``."""
        return name_of(self.chosen)

    @property
    def forms(self) -> list[Hypothesis]:
        """The hypotheses it is made of."""
        return [hypotheses()[part][name] for part, name in self.chosen.items()]

    @property
    def verdicts(self) -> dict[str, dict[str, Any]]:
        """Rows by id of the evidence."""
        return {row["id"]: row for row in self.validation.rows}


def name_of(chosen: Mapping[str, str]) -> str:
    """``tone=perisynaptic,expression=postsynaptic``, or ``default``."""
    return ",".join(f"{part}={name}" for part, name in chosen.items()) or "default"


def read(text: str) -> dict[str, str]:
    """Part -> name of the hypotheses in ``part=name,part=name``, without defaults.

    Raises
    ------
    InputError
        In one line: no such part or name, a part chosen twice, or two that exclude each other.
    """
    chosen: dict[str, str] = {}
    for choice in text.split(","):
        part, equals, name = (piece.strip() for piece in choice.partition("="))
        if not equals:
            raise InputError(f"--model {text}: '{choice}' is not PART=NAME, such as pools=one")
        if part in chosen:
            raise InputError(f"--model {text}: {part} is chosen twice")
        chosen[part] = name
    try:
        Model.model_validate(chosen)
    except ValidationError as problem:
        raise InputError(f"--model {text}: {explain(problem, Model, chosen)}") from None
    return {part: name for part, name in chosen.items() if name != default(part)}


def every() -> list[dict[str, str]]:
    """Every shipped rival, one part changed at a time."""
    return [{part: name} for part, forms in hypotheses().items() for name in forms if name != default(part)]


def hold(
    experiments: Sequence[str],
    models: Sequence[str],
    progress: Progress,
    effort: Effort | None = None,
    out: Path | None = None,
) -> list[Rival]:
    """Compare the default and its rivals with the evidence that some experiments cover.

    Parameters
    ----------
    experiments : sequence of str
        Names of shipped experiments; none takes all that the evidence names.
    models : sequence of str
        Rivals as `read` takes them; none takes `every` one.
    progress : protocols.runs.batch.Progress
    effort : protocols.validation.validate.Effort, optional
    out : Path, optional
        Each rival gets a folder below it, with one for each experiment. Without it, each batch goes to its default
        folder, which differs between rivals.

    Returns
    -------
    list of Rival
        The default first.

    Raises
    ------
    InputError
        For an unknown experiment or hypothesis; before anything runs.
    """
    for name in experiments:
        if name not in shipped():
            raise InputError(f"no experiment '{name}'{nearest(name, shipped())}")
    rivals: list[dict[str, str]] = [{}]
    for chosen in [read(text) for text in models] or every():
        if chosen not in rivals:
            rivals.append(chosen)
    covered = [
        row.id for row in published.load() if row.claim != "input" and row.experiment in (experiments or shipped())
    ]
    if not covered:
        raise InputError(f"no evidence names the experiment {', '.join(experiments)}")
    held = []
    for chosen in rivals:
        progress.say(f"model: {name_of(chosen)}")
        folder = out / slug(name_of(chosen)) if out else None
        settings = [f"model.{part}={name}" for part, name in chosen.items()]
        validation = validate(covered, progress, effort, folder, settings)
        held.append(Rival(chosen, validation))
    return held


def changes(rival: Rival, default: Rival) -> dict[str, list[str]]:
    """Evidence that only the default has right (`loses`), and that only the rival has right (`wins`)."""
    pairs = [(id_, row["status"], rival.verdicts[id_]["status"]) for id_, row in default.verdicts.items()]
    pairs = [pair for pair in pairs if {pair[1], pair[2]} <= set(VERDICTS)]
    return {
        "loses": [id_ for id_, before, after in pairs if before == "right" != after],
        "wins": [id_ for id_, before, after in pairs if after == "right" != before],
    }


def document(rivals: Sequence[Rival], quick: bool) -> dict[str, Any]:
    """What ``compare --json`` writes: the models, and every row of the evidence with each model's answer."""
    first = rivals[0]
    return {
        "quick": quick,
        "models": [
            {
                "name": rival.name,
                "chosen": dict(rival.chosen),
                "claims": [form.claim for form in rival.forms],
                "values": {path: value for form in rival.forms for path, value in form.values.items()},
                "verdicts": counts(rival),
                **changes(rival, first),
                "folders": {name: str(batch.folder) for name, batch in rival.validation.batches.items()},
            }
            for rival in rivals
        ],
        "rows": [
            {
                **{key: row[key] for key in NAMED},
                "answers": {
                    rival.name: {key: rival.verdicts[row["id"]][key] for key in ("status", "model", "interval")}
                    for rival in rivals
                },
            }
            for row in first.validation.rows
        ],
    }


def counts(rival: Rival) -> dict[str, dict[str, int]]:
    """Use -> verdict -> number of rows, of the rows that count (`results.tables.counted`) and get a verdict."""
    judged = [row for row in rival.validation.rows if row["status"] in VERDICTS]
    return {use: {kind: own[kind] for kind in VERDICTS} for use, own in scores(judged).items()}
