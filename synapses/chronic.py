"""The slow equations of an animal's days, integrated over its intake, its treatments and its sessions.

One system of ordinary differential equations has the trace of drug intake and the proteins it drives
(`synapses.adaptation`), actin and spines (`synapses.spines`), and dopamine's slow consequences (`synapses.reward`).
Glutamate and mGluR tone follow within minutes and are in their steady state at every moment (`synapses.homeostasis`);
during a session that the network ran, the network's values replace them. What of glutamate and drugs acts on the trace
is that of the accumbens core; other regions follow the trace, so their proteins take no part in choosing the solver's
steps. The solver stops at every start and end of an intake, a dose or a session.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Protocol

import numpy as np
import scipy  # its parts take long to import and are imported when they are first used

from synapses import adaptation, reward, spines
from synapses.adaptation import OF_THE_ANIMAL, Adaptation, AdaptedState, Factors, Tissue
from synapses.drug_files import drugs
from synapses.homeostasis import Homeostasis, SteadyState, steady_state
from synapses.pharmacology import Dosing, Exposure, dopamine_effect, exposure, reaching
from synapses.regions import CORE, QUANTITIES, regions
from synapses.release import Release, release_probability
from synapses.reward import Reward
from synapses.spines import Spines
from synapses.tone import Tone, camp_drive
from synapses.variability import Variability

DAY = 86400.0  # s
TOLERANCE = 1e-6  # relative, of the solver; the error after 14 days is below 1e-4 (a test holds it)
ANY_ERROR = 1e6  # relative: a tolerance that no error exceeds
FIRST = 1e-3  # days, the first step after a border: a dose given there is not seen before it is absorbed
ABSORBED = 1 / 24  # days after a dose at which the solver stops, so that no dose is stepped over


class Slow(Protocol):
    """The parameters that the days need; `circuit.parameters.ModelParameters` has them."""

    @property
    def adaptation(self) -> Adaptation: ...
    @property
    def spines(self) -> Spines: ...
    @property
    def reward(self) -> Reward: ...
    @property
    def homeostasis(self) -> Homeostasis: ...
    @property
    def tone(self) -> Tone: ...
    @property
    def release(self) -> Release: ...
    @property
    def variability(self) -> Variability: ...


@dataclass(frozen=True)
class Intake:
    """Drug taken at an even rate, mg/kg/day, from `start` to `end`, days from the history's beginning."""

    start: float
    end: float
    rate: float
    drug: str = "cocaine"


@dataclass(frozen=True)
class Ran:
    """What a session of the network had in place of rest, `start` to `end` in days: mean mGluR2/3 tone in the core."""

    start: float
    end: float
    mglur23_tone: float


@dataclass(frozen=True)
class Expressed:
    """A protein (field of `Tissue`) that a virus or antisense changes by a factor from a day on, everywhere or at one
    site."""

    day: float
    protein: str
    factor: float
    site: str | None = None


@dataclass(frozen=True)
class Course:
    """All events of an animal in a stretch of its history; times in days from the beginning of the history.

    Attributes
    ----------
    intakes : tuple of Intake
    treatments : tuple of Dosing
        Drugs given; `start` in s from the history's beginning.
    expression : tuple of Expressed
    ran : tuple of Ran
        Sessions that the network ran.
    """

    intakes: tuple[Intake, ...] = ()
    treatments: tuple[Dosing, ...] = ()
    expression: tuple[Expressed, ...] = ()
    ran: tuple[Ran, ...] = field(default=())

    def factors(self, day: float) -> Factors:
        """Factors on proteins on a day, by region."""
        return factors_of(one for one in self.expression if day >= one.day)

    def borders(self, start: float, end: float) -> list[float]:
        """Days between which nothing begins or ends."""
        times = {start, end}
        for intake in self.intakes:
            times |= {intake.start, intake.end}
        for dosing in self.treatments:
            begin = dosing.start / DAY
            times |= {begin, begin + ABSORBED}
            if np.isfinite(dosing.duration):
                times.add(begin + dosing.duration / DAY)
        times |= {one.day for one in self.expression}
        times |= {time for session in self.ran for time in (session.start, session.end)}
        return sorted(time for time in times if start <= time <= end)


def factors_of(expression: Iterable[Expressed]) -> Factors:
    """Factors on proteins by region; regions in which nothing is changed are left out."""
    found: dict[str, dict[str, float]] = {}
    for one in expression:
        for region in regions() if one.site is None else (one.site,):
            own = found.setdefault(region, {})
            own[one.protein] = own.get(one.protein, 1.0) * one.factor
    return found


@lru_cache(maxsize=256)
def naive_rest(homeostasis: Homeostasis, tone: Tone, release: Release) -> SteadyState:
    """A naive animal at rest, in every region."""
    return steady_state(Tissue(), Exposure(), homeostasis, tone, release)


def live(course: Course, start: float, end: float, model: Slow, initial: AdaptedState | None = None) -> AdaptedState:
    """State of an animal after some days.

    Parameters
    ----------
    course : Course
    start, end : float
        Days from the history's beginning.
    model : Slow
        The animal's own parameters.
    initial : AdaptedState, optional
        State at `start`; a naive animal by default. Splitting a history and passing the state on gives the same result.

    Returns
    -------
    AdaptedState

    Raises
    ------
    ValueError
        If the days run backwards.
    RuntimeError
        If the solver fails.
    """
    if end < start:
        raise ValueError(f"day {end:g} lies before day {start:g}")
    at_start = initial or AdaptedState()
    state = _as_array(at_start)
    tolerance = _tolerance()
    for begin, finish in pairwise(course.borders(start, end)):
        if finish - begin < 1e-9:
            continue
        slope = _Slope(course, begin, finish, model)
        first = min(FIRST, finish - begin)
        solution = scipy.integrate.solve_ivp(
            slope, (begin, finish), state, method="RK45", rtol=tolerance, atol=tolerance / 10, first_step=first
        )
        if not solution.success:
            raise RuntimeError(f"from day {begin:g} to {finish:g}: {solution.message}")
        state = solution.y[:, -1]
    return _as_state(state)


def _as_array(state: AdaptedState) -> np.ndarray:
    """A state as the solver sees it: what belongs to the animal, then region after region."""
    values = [getattr(state, name) for name in OF_THE_ANIMAL]
    for region in regions():
        values += [getattr(state.at(region), name) for name in QUANTITIES]
    return np.array(values)


def _as_state(values: np.ndarray) -> AdaptedState:
    plain = values.tolist()
    edges = range(len(OF_THE_ANIMAL), len(plain), len(QUANTITIES))
    tissue = {
        region: Tissue(*plain[edge : edge + len(QUANTITIES)]) for region, edge in zip(regions(), edges, strict=True)
    }
    return AdaptedState(**dict(zip(OF_THE_ANIMAL, plain, strict=False)), tissue=tissue)


def _tolerance() -> np.ndarray:
    """Relative tolerance of each quantity. What follows the trace and does not act on it is as smooth as the trace, and
    is left out; the solver's mean over all quantities is made that over the others."""
    steering = np.array([*([True] * len(OF_THE_ANIMAL)), *(region == CORE for region in regions() for _ in QUANTITIES)])
    return np.where(steering, TOLERANCE * np.sqrt(steering.mean()), ANY_ERROR)


class _Slope:
    """The equations of one stretch between borders."""

    def __init__(self, course: Course, begin: float, finish: float, model: Slow) -> None:
        middle = (begin + finish) / 2
        known = drugs()
        taken = [intake for intake in course.intakes if intake.start <= middle < intake.end]
        self.model = model
        self.intake = sum(intake.rate * known[intake.drug].adaptation for intake in taken)
        self.factors = course.factors(middle)
        self.ran = next((ran for ran in course.ran if ran.start <= middle < ran.end), None)
        self.near: float | None = None  # where the extrasynaptic level was a moment ago
        self.naive = naive_rest(model.homeostasis, model.tone, model.release)
        level = model.variability.level
        intakes = [as_dosing(intake, level(intake.drug)) for intake in course.intakes]
        given = reaching((*course.treatments, *intakes), CORE)
        self.dosings = [dosing for dosing in given if _on_board(dosing, begin, finish)]

    def __call__(self, day: float, y: np.ndarray) -> np.ndarray:
        p = self.model
        state = _as_state(y)
        on_board = Exposure()
        if self.dosings:
            on_board = exposure(self.dosings, day * DAY, p.homeostasis.cystine)
        if self.ran is None:
            effective = state.at(CORE).expressing(self.factors.get(CORE, {}))
            rest = steady_state(effective, on_board, p.homeostasis, p.tone, p.release, near=self.near)
            self.near = rest.extrasynaptic
            tone, probability = rest.mglur23_tone, rest.release_probability
        else:
            tone = self.ran.mglur23_tone
            probability = float(release_probability(camp_drive(tone, p.tone), 0.0, p.release))
        released = probability / self.naive.release_probability
        built = adaptation.building(self.intake, released, p.adaptation) if self.intake else 0.0
        recovered = adaptation.recovering(tone / self.naive.mglur23_tone, p.adaptation)
        induced = on_board.expression_inducer / (1 + on_board.expression_inducer)
        effect = dopamine_effect(on_board)
        slopes = adaptation.slopes(state, built, recovered, induced, p.adaptation)
        slopes |= reward.slopes(state, effect, p.reward)
        slopes |= spines.slopes(state, state.tolerance, p.spines)
        found = [slopes[name] for name in OF_THE_ANIMAL]
        for name, region in regions().items():
            local = adaptation.tissue_slopes(state, region, self.factors.get(name, {}), p.adaptation)
            found += [getattr(local, quantity) for quantity in QUANTITIES]
        return np.array(found)


def as_dosing(intake: Intake, level: float) -> Dosing:
    """An intake as a dose given evenly while it lasts; `level` is the animal's (`synapses.variability`)."""
    lasting = intake.end - intake.start
    return Dosing(intake.drug, intake.start * DAY, dose=intake.rate * lasting * level, duration=lasting * DAY)


def _on_board(dosing: Dosing, begin: float, finish: float) -> bool:
    """Whether a dose acts at some time between two days; after 24 half-lives a ten-millionth is left."""
    drug = drugs()[dosing.drug]
    lasting = dosing.duration if np.isfinite(dosing.duration) else 0.0
    gone = 24 * max(drug.half_life, drug.absorption) if dosing.dose else 0.0
    if not dosing.dose and not np.isfinite(dosing.duration):
        return dosing.start < finish * DAY
    return dosing.start < finish * DAY and dosing.start + lasting + gone > begin * DAY
