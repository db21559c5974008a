"""Drugs on board: doses become concentrations over time, concentrations become effects on named targets.

`drugs.toml` holds each drug's targets, potencies and kinetics; a drug has no code of its own. A dose in mg/kg is
absorbed and eliminated with one rate each (Bateman's function); a concentration in uM (probe or bath) is held while
it lasts.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Exposure:
    """What the drugs on board do to each target; arrays over time or numbers. Without drugs, as the defaults.

    Inhibitors and antagonists are given as concentration over potency: a competitive one multiplies the EC50 or Km by
    one plus it, a non-competitive one divides the effect by one plus it. A microdialysis probe exchanges glutamate
    with the tissue at the rate `probe_exchange`, 1/s; its perfusate holds `perfused_glutamate`, uM. Dopamine cells that
    are driven fire at 1 + `dopamine_cell_drive` times their rate; `expression_inducer` is concentration over potency.
    """

    cystine_factor: Any = 1.0
    cystine_donated: Any = 0.0
    xc_inhibitor: Any = 0.0
    uptake_inhibitor: Any = 0.0
    mglur23_antagonist: Any = 0.0
    mglur23_agonist: Any = 0.0
    mglur5_antagonist: Any = 0.0
    mglur5_modulator: Any = 0.0
    ampa_available: Any = 1.0
    nmda_available: Any = 1.0
    sodium_available: Any = 1.0
    dopamine_uptake_inhibitor: Any = 0.0
    dopamine_cell_drive: Any = 0.0
    expression_inducer: Any = 0.0
    actin_available: Any = 1.0
    probe_exchange: Any = 0.0
    perfused_glutamate: Any = 0.0


CHANNELS = tuple(f.name for f in fields(Exposure))
WITHOUT = {name: getattr(Exposure(), name) for name in CHANNELS}  # drugs


def dopamine_effect(on_board: Exposure) -> Any:
    """Rise of dopamine, relative to rest, that drugs on board have in a naive animal: slower uptake, driven cells."""
    return (1 + on_board.dopamine_cell_drive) * (1 + on_board.dopamine_uptake_inhibitor) - 1


def at_start(on_board: Exposure) -> Exposure:
    """The first of the times at which drugs on board are given."""
    return Exposure(**{name: float(getattr(on_board, name)[0]) for name in CHANNELS})


@dataclass(frozen=True)
class Action:
    """One effect of a drug: which entry of `Exposure` it changes, how, and at which concentration (uM).

    An effect with a `maximum` saturates there, half of it at `potency`; one without is concentration over potency.
    """

    target: str
    action: str
    potency: float
    source: str
    maximum: float = 0.0


@dataclass(frozen=True)
class Drug:
    """A drug as the data file gives it.

    `half_life` and `absorption` are in s; `level` is the brain concentration in uM that 1 mg/kg would give at once;
    `adaptation` is the power to build the enduring trace per mg/kg taken, relative to cocaine. Animals that take
    infusions of `intake_dose`, mg/kg, take `intake`, mg/kg per hour; with the dose intake goes as its power
    `intake_exponent`.
    `prime` is the usual dose of a prime, mg/kg i.p.
    """

    name: str
    description: str
    half_life: float
    absorption: float
    level: float
    source: str
    adaptation: float = 0.0
    intake: float = 0.0
    intake_dose: float = 1.0
    intake_exponent: float = 0.0
    prime: float = 0.0
    actions: tuple[Action, ...] = field(default=())


@dataclass(frozen=True)
class Dosing:
    """A drug given once: `dose` in mg/kg, or `concentration` in uM held for `duration`; `start` in s from the test.

    A dose with a `duration` is infused, or taken, at an even rate while it lasts.
    """

    drug: str
    start: float
    dose: float = 0.0
    concentration: float = 0.0
    duration: float = np.inf


# Which entry of `Exposure` a (target, action) pair changes.
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


DRUG_FILES = "CORTICOSTRIATAL_DRUGS"
"""Environment variable with the path of a file of drugs of one's own, or several, separated as in ``PATH``."""


def drug_files() -> tuple[Path, ...]:
    """Files of drugs of one's own, which the environment variable `DRUG_FILES` names."""
    return tuple(Path(name) for name in os.environ.get(DRUG_FILES, "").split(os.pathsep) if name)


@cache
def drugs() -> dict[str, Drug]:
    """All drugs of the data file and of `drug_files`, by name.

    Raises
    ------
    ValueError
        In one line: if a file is no table of drugs, a name is taken, a key is missing or unknown, or an action names a
        target that nothing in the model has.
    OSError
        If a file cannot be read.
    """
    shipped = Path(str(resources.files("synapses").joinpath("drugs.toml")))
    found: dict[str, Drug] = {}
    for file in (shipped, *drug_files()):
        try:
            table = tomllib.loads(file.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
            raise ValueError(f"{file}: is not TOML: {problem}") from None
        for name, entry in table.items():
            if name in found:
                raise ValueError(f"{file}: {name}: there is a drug of that name already")
            found[name] = _drug(name, entry, file)
    return found


def _drug(name: str, entry: Any, file: Path) -> Drug:
    """A drug from its table in a file."""
    if not isinstance(entry, dict) or not isinstance(entry.get("actions"), list):
        raise ValueError(f"{file}: {name}: a drug is a table with actions = [ {{target = ..., action = ...}} ]")
    try:
        actions = tuple(Action(**action) for action in entry["actions"])
        drug = Drug(name=name, actions=actions, **{key: value for key, value in entry.items() if key != "actions"})
    except TypeError as problem:
        said = str(problem).replace("Action.__init__() ", "actions: ").replace("Drug.__init__() ", "")
        said = said.replace("required positional ", "").replace("keyword ", "").replace("argument", "key")
        raise ValueError(f"{file}: {name}: {said}") from None
    for action in actions:
        if (action.target, action.action) not in EFFECTS:
            known = ", ".join(f"{target} {kind}" for target, kind in EFFECTS)
            pair = f"no target {action.target!r} with action {action.action!r}"
            raise ValueError(f"{file}: {name}: {pair}; allowed: {known}")
    numbers = {key: getattr(drug, key) for key in ("half_life", "absorption", "level", "adaptation")}
    numbers |= {f"potency for {action.target}": action.potency for action in actions}
    for key, value in numbers.items():
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or value < 0 or (value == 0 and key not in ("level", "adaptation")):
            raise ValueError(f"{file}: {name}: {key}: {value!r} is not allowed; give a number above 0")
    return drug


def drug_names() -> list[str]:
    """Names that a treatment may use."""
    return sorted(drugs())


LN2 = float(np.log(2))


def concentration(dosing: Dosing, times: Any) -> Any:
    """Brain concentration of one dosing, uM.

    Parameters
    ----------
    dosing : Dosing
    times : float or ndarray, shape (n,)
        Times in s, on the clock of `dosing.start`.

    Returns
    -------
    float or ndarray, shape (n,)
    """
    drug = drugs()[dosing.drug]
    since = times - dosing.start
    if dosing.concentration > 0:
        return dosing.concentration * ((since >= 0) & (since < dosing.duration))
    k_out, k_in = LN2 / drug.half_life, LN2 / drug.absorption
    if abs(k_in - k_out) < 1e-6 * k_out:
        k_in *= 1 + 1e-6  # the two exponentials' limit, without a formula of its own
    scale = dosing.dose * drug.level * k_in / (k_in - k_out)
    since = np.maximum(since, 0)
    if np.isinf(dosing.duration):
        return scale * (np.exp(-k_out * since) - np.exp(-k_in * since))
    past = np.maximum(since - dosing.duration, 0)  # an infusion is the dose spread evenly

    def spread(rate: float) -> Any:
        return (np.exp(-rate * past) - np.exp(-rate * since)) / (rate * dosing.duration)

    return scale * (spread(k_out) - spread(k_in))


def exposure(dosings: Sequence[Dosing], times: Any, cystine: float = 0.2) -> Exposure:
    """Effects of all drugs on board at the given times.

    Parameters
    ----------
    dosings : sequence of Dosing
    times : float or sequence of float, shape (n,)
        Times in s.
    cystine : float
        Cystine outside cells without drugs (`homeostasis.cystine`), uM; what a substrate adds is relative to it.

    Returns
    -------
    Exposure
        Each entry a number, or an array of shape (n,).
    """
    many = not np.isscalar(times)
    times = np.asarray(times, dtype=float) if many else times
    effects: dict[str, Any] = dict(WITHOUT)
    for dosing in dosings:
        level = concentration(dosing, times)
        for action in drugs()[dosing.drug].actions:
            entry = EFFECTS[action.target, action.action]
            ratio = level / action.potency
            if action.maximum:
                effects[entry] = effects[entry] + action.maximum * ratio / (1 + ratio)
            elif action.action == "substrate":
                effects[entry] = effects[entry] + ratio / cystine
            elif entry.endswith("_available"):
                effects[entry] = effects[entry] / (1 + ratio)
            else:
                effects[entry] = effects[entry] + ratio
    if many:
        effects = {name: np.broadcast_to(value, times.shape).astype(float) for name, value in effects.items()}
    return Exposure(**effects)
