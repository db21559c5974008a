"""The evidence compared with every set of parameters that fits the calibration rows as well."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from protocols.errors import InputError
from protocols.experiments.overrides import parameter_settings
from protocols.runs.batch import Progress
from protocols.validation.validate import Effort, Validation, validate
from results.evidence.comparison import NAMED
from synapses.calibrated import calibrated


def over_ensemble(
    ids: Sequence[str],
    progress: Progress,
    effort: Effort | None = None,
    out: Path | None = None,
    evidence: Sequence[Path] = (),
) -> list[Validation]:
    """The shipped set and each set of the ensemble, compared with the same evidence.

    Parameters
    ----------
    ids, progress, effort, evidence
        As for `protocols.validation.validate.validate`.
    out : Path, optional
        Each set gets a folder below it.

    Returns
    -------
    list of Validation
        The shipped set first.

    Raises
    ------
    InputError
        If the package ships no ensemble, and as `validate` does.
    """
    members = calibrated().ensemble
    if not members:
        raise InputError("the package ships no ensemble; `corticostriatal calibrate` makes one")
    held = []
    for number, member in enumerate([{}, *members]):
        progress.say(f"set {number} of {len(members)}: {'shipped' if number == 0 else 'fits as well'}")
        folder = out / f"set-{number:02d}" if out else None
        held.append(validate(ids, progress, effort, folder, parameter_settings(member), evidence))
    return held


def document(held: Sequence[Validation], quick: bool) -> dict[str, Any]:
    """What ``validate --ensemble --json`` writes: each row with the answer of every set, the shipped one first."""
    rows = []
    for place, row in enumerate(held[0].rows):
        answers = [{key: v.rows[place][key] for key in ("status", "model", "interval")} for v in held]
        numbers = [answer["model"] for answer in answers[1:] if answer["model"] is not None]
        rows.append(
            {
                **{key: row[key] for key in NAMED},
                "answers": answers,
                "low": min(numbers, default=None),
                "high": max(numbers, default=None),
                "right": sum(answer["status"] == "right" for answer in answers[1:]),
                "sets": len(held) - 1,
            }
        )
    return {"quick": quick, "rows": rows}
