"""Drugs as data: `drugs.toml`, and files of one's own in the same grammar.

A drug is a table of kinetics and actions. Every number has a range, so that a typing error is refused when the file is
read. `EFFECTS` maps a pair of target and action to the quantity that it changes; `synapses.pharmacology` computes the
change.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from synapses.documents import Unreadable, dotted, line, nearest, printable, problems, read_text, toml

DRUG_FILES = "CORTICOSTRIATAL_DRUGS"
"""Environment variable with the path of a file of drugs of one's own, or several, separated as in ``PATH``."""

EFFECTS = {
    ("cystine", "donor"): "cystine_donated",
    ("cystine", "substrate"): "cystine_factor",
    ("xc-", "inhibitor"): "xc_inhibitor",
    ("glutamate uptake", "inhibitor"): "uptake_inhibitor",
    ("mGluR2/3", "antagonist"): "mglur23_antagonist",
    ("mGluR2/3", "agonist"): "mglur23_agonist",
    ("mGluR5", "antagonist"): "mglur5_antagonist",
    ("mGluR5", "positive modulator"): "mglur5_modulator",
    ("dopamine transporter", "inhibitor"): "dopamine_uptake_inhibitor",
    ("dopamine cell", "drive"): "dopamine_cell_drive",
    ("xCT and GLT-1", "inducer"): "expression_inducer",
    ("actin", "blocker"): "actin_available",
    ("AMPA receptor", "antagonist"): "ampa_available",
    ("NMDA receptor", "antagonist"): "nmda_available",
    ("sodium channel", "blocker"): "sodium_available",
}
"""Which entry of `synapses.pharmacology.Exposure` a pair of target and action changes."""
SATURATING = {("cystine", "donor"), ("dopamine cell", "drive")}
"""Effects whose size is `maximum`, which they therefore need."""

Text = Annotated[str, Field(min_length=1, max_length=2000)]


class DrugFileError(Exception):
    """A file of drugs that cannot be used; the message is one line that names the file.

    It is not a ValueError, so that pydantic does not report it as an error of the experiment that names a drug.
    """

    def __init__(self, message: str) -> None:
        super().__init__(line(message))


class _Table(BaseModel):
    # strict: a word or a truth value is no number
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Action(_Table):
    """One effect of a drug: which entry of `Exposure` it changes, how, and at which concentration (uM).

    An effect with a `maximum` saturates there, half of it at `potency`; one without is concentration over potency.
    """

    target: str
    action: str
    potency: float = Field(ge=1e-9, le=1e6)
    source: Text
    maximum: float = Field(default=0.0, ge=0, le=1e3)

    @model_validator(mode="after")
    def _known(self) -> Action:
        pair = self.target, self.action
        if pair not in EFFECTS:
            known = [" ".join(words) for words in EFFECTS]
            raise ValueError(f"nothing in the model has this target and action{nearest(' '.join(pair), known)}")
        if pair in SATURATING and not self.maximum:
            raise ValueError(f"{' '.join(pair)} needs a maximum, its largest effect, above 0")
        share = EFFECTS[pair].endswith("_available")
        if self.maximum and (share or pair == ("cystine", "substrate")):
            raise ValueError(f"{' '.join(pair)} has no maximum; leave it out")
        return self


class Drug(_Table):
    """A drug as the data file gives it.

    `half_life` and `absorption` are in s; `level` is the brain concentration in uM that 1 mg/kg would give at once;
    `adaptation` is the power to build the enduring trace per mg/kg taken, relative to cocaine. Animals that take
    infusions of `intake_dose`, mg/kg, take `intake`, mg/kg per hour; intake grows with the dose to the power of
    `intake_exponent`. `prime` is the usual dose of a prime, mg/kg i.p.
    """

    name: str
    description: Text
    half_life: float = Field(ge=1, le=1e8)  # up to three years
    absorption: float = Field(ge=1, le=1e8)
    level: float = Field(ge=0, le=1e4)
    source: Text
    adaptation: float = Field(default=0.0, ge=0, le=1e4)
    intake: float = Field(default=0.0, ge=0, le=1e3)
    intake_dose: float = Field(default=1.0, ge=1e-6, le=1e3)
    intake_exponent: float = Field(default=0.0, ge=-2, le=2)
    prime: float = Field(default=0.0, ge=0, le=1e4)
    actions: tuple[Action, ...] = Field(strict=False)

    def dopamine_rise(self, dose: float) -> float:
        """An upper bound on the rise of dopamine relative to rest that a dose, mg/kg, gives to a naive animal."""
        reached = [
            dose * self.level / action.potency * (action.maximum or 1.0)
            for action in self.actions
            if action.target in ("dopamine transporter", "dopamine cell")
        ]
        return max(reached, default=0.0)


def drug_files() -> tuple[Path, ...]:
    """Files of drugs of one's own, which the environment variable `DRUG_FILES` names."""
    return tuple(Path(name) for name in os.environ.get(DRUG_FILES, "").split(os.pathsep) if name)


@cache
def drugs() -> dict[str, Drug]:
    """All drugs of the data file and of `drug_files`, by name.

    Raises
    ------
    DrugFileError
        In one line, with file, drug, field, value and what is allowed: if a file cannot be read or is no table of
        drugs, a name is taken, a key is missing or unknown, a number is outside its range, or nothing in the model has
        the target and action.
    """
    shipped = Path(str(resources.files("synapses").joinpath("drugs.toml")))
    found: dict[str, Drug] = {}
    for file in (shipped, *drug_files()):
        for drug in _read(file):
            if drug.name in found:
                raise DrugFileError(f"{file}: {dotted([drug.name])}: there is a drug of that name already")
            found[drug.name] = drug
    return found


def _read(file: Path) -> Iterator[Drug]:
    try:
        tables = toml(read_text(file))
    except Unreadable as problem:
        raise DrugFileError(f"{file}: {problem}") from None
    for name, table in tables.items():
        where = f"{file}: {dotted([name])}"
        if not isinstance(table, dict):
            raise DrugFileError(f'{where}: is no table; write ["{name[:60]}"] above the keys of the drug')
        if "name" in table:
            raise DrugFileError(f"{where}.name: unknown key; the head of the table, [{name[:60]}], is the name")
        try:
            yield Drug.model_validate({"name": printable(name), **table})
        except ValidationError as problem:
            raise DrugFileError(f"{where}.{problems(problem, Drug, table)}") from None
        except ValueError as problem:
            raise DrugFileError(f"{where}: {problem}") from None


def drug_names() -> list[str]:
    """Names that a treatment may use."""
    return sorted(drugs())
