"""Drugs on board: doses become concentrations over time, concentrations become effects on named targets.

`synapses.drug_files` reads each drug's targets, potencies and kinetics; a drug has no code of its own. A dose in
mg/kg is absorbed and eliminated with one rate each (Bateman's function); a concentration in uM (probe or bath) is held
while it lasts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from synapses.drug_files import EFFECTS, drugs


@dataclass(frozen=True)
class Exposure:
    """The effects of all drugs on board on each target, as arrays over time or numbers. The defaults are those without
    drugs.

    Inhibitors and antagonists are given as concentration over potency: a competitive one multiplies the EC50 or Km by
    one plus it, a non-competitive one divides the effect by one plus it. A microdialysis probe exchanges glutamate
    with the tissue at the rate `probe_exchange`, 1/s; its perfusate holds `perfused_glutamate`, uM. Driven dopamine
    cells fire at 1 + `dopamine_cell_drive` times their rate; `expression_inducer` is concentration over potency.
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
class Dosing:
    """A drug given once: `dose` in mg/kg, or `concentration` in uM held for `duration`; `start` in s from the test.

    A dose with a `duration` is infused, or taken, at an even rate while it lasts. `site` is the region of the striatum
    that a concentration reaches; a dose, and a concentration in a bath, reach all.
    """

    drug: str
    start: float
    dose: float = 0.0
    concentration: float = 0.0
    duration: float = np.inf
    site: str | None = None


def reaching(dosings: Iterable[Dosing], region: str) -> list[Dosing]:
    """Those of some dosings that reach a region: what is given everywhere, and what is given there."""
    return [dosing for dosing in dosings if dosing.site in (None, region)]


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
        Cystine outside cells without drugs (`homeostasis.cystine`), uM; the effect of a substrate is relative to it.

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
