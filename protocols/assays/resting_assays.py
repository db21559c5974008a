"""Kinds of test of an animal at rest: tone, miniature currents, microdialysis, and the reward of a drug or of food."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from protocols.assays.base import Assay, at_least, at_most, whole
from protocols.errors import InputError, cut, nearest
from protocols.quantities import Concentration, Delay, Dose, Duration, Level, Voltage, quantity

NATURAL = "natural reward"
SHORTEST_RECORDING = quantity("1 s", "duration")
SMALLEST_RISE = 1e-6  # of dopamine, relative to rest: what is measured is held against it
LONGEST_CHALLENGE = quantity("2 d", "duration")  # long after any drug has left
LONGEST_ABSTINENCE = quantity("3650 d", "duration")  # as a phase of a history


class Tone(Assay):
    """Glutamate and receptor tone at rest, without stimulation."""

    kind: Literal["tone"]
    duration: Duration = quantity("2 min", "duration")
    """How long it is recorded."""
    site: str = "NAc core"
    """The nucleus it is recorded in."""

    @property
    def length(self) -> float:
        """From start to end (s)."""
        return self.duration.si

    @model_validator(mode="after")
    def _recorded(self) -> Tone:
        at_least(self.duration, SHORTEST_RECORDING, "duration")
        return self


class Miniature(Assay):
    """Miniature currents of voltage-clamped cells while tetrodotoxin blocks all spikes."""

    kind: Literal["miniature"]
    site: str = "NAc core"
    """The nucleus it is recorded in."""
    duration: Duration = quantity("1 min", "duration")
    """How long it is recorded; never accelerated."""
    holding: Voltage = quantity("-70 mV", "voltage")
    """Holding potential."""
    ttx: Concentration = quantity("1 uM", "concentration")
    """Tetrodotoxin at the recording site."""

    @property
    def length(self) -> float:
        """From start to end (s)."""
        return self.duration.si

    @model_validator(mode="after")
    def _inward(self) -> Miniature:
        at_least(self.duration, SHORTEST_RECORDING, "duration")
        if self.holding.si >= 0:
            raise InputError(f"{self.holding} must be negative: the currents are sought inward", "holding")
        return self


class Microdialysis(Assay):
    """Samples from a microdialysis probe: before and during a drug, or at several glutamate levels in the perfusate."""

    kind: Literal["microdialysis"]
    site: str = "NAc core"
    """The nucleus that holds the probe."""
    sample: Duration = quantity("20 min", "duration")
    """How long one sample is collected."""
    baseline: Duration
    """Samples perfused without glutamate; drugs with ``at`` of this length start when it ends."""
    after: Duration | None = None
    """Samples after the baseline, still without glutamate in the perfusate."""
    window: tuple[Delay, Duration] | None = None
    """When, after the baseline, the change is measured; all of `after` when left out."""
    no_net_flux: tuple[Level, ...] = ()
    """Instead of `after`: glutamate in the perfusate, one level after the other."""
    samples_each: Annotated[int, Field(ge=2, le=100)] = 3
    """Samples at each of these levels; the first one, in which the tissue settles, is not used."""

    @property
    def length(self) -> float:
        """From start to end (s)."""
        if self.after is not None:
            return self.baseline.si + self.after.si
        return self.baseline.si + len(self.no_net_flux) * self.samples_each * self.sample.si

    @model_validator(mode="after")
    def _whole_samples(self) -> Microdialysis:
        if (self.after is None) == (not self.no_net_flux):
            raise InputError('give either after = "2 h" or no_net_flux = ["0 uM", "2.5 uM", "5 uM"]', "after")
        for key, stretch in (("baseline", self.baseline), ("after", self.after)):
            if stretch is not None and not whole(stretch.si / self.sample.si):
                raise InputError(f"{stretch} is no whole number of samples of {self.sample}", key)
        if self.no_net_flux and len({level.si for level in self.no_net_flux}) < 3:
            raise InputError("needs three different levels at least, for a line through them", "no_net_flux")
        if not whole(self.sample.si / 30):
            raise InputError(f"{self.sample} must be a whole number of half minutes", "sample")
        if self.window is None:
            return self
        start, end = self.window
        if self.after is None:
            raise InputError("goes with `after`", "window")
        if not start.si + self.sample.si <= end.si <= self.after.si:
            raise InputError(
                f"{start} to {end} must hold a sample of {self.sample} and lie within after = {self.after}", "window"
            )
        return self


class Reward(Assay):
    """What a dose of a drug, or a natural reward, does to dopamine, reward and locomotion, as the days left the animal.

    Told by the days' equations in closed form: the network is not run.
    """

    kind: Literal["reward"]
    challenge: str
    """The drug given, or ``"natural reward"``."""
    dose: Dose | None = None
    """Dose of the drug (mg/kg); that of a usual prime when left out."""
    route: Literal["i.p.", "i.v."] | None = None
    """How it is given, i.p. when left out; of an i.p. dose a share (``behaviour.injected_share``) acts as an i.v. one
    would."""
    abstinence: Delay = quantity("0 d", "duration")
    """Time in the home cage between the end of the history and the challenge."""
    duration: Duration = quantity("3 h", "duration")
    """How long dopamine is followed."""
    site: Literal["NAc core"] = "NAc core"
    """The nucleus whose dopamine is told."""

    @property
    def length(self) -> float:
        """From the challenge to the end (s)."""
        return self.duration.si

    @property
    def drug(self) -> str | None:
        """The drug given; None for a natural reward."""
        return None if self.challenge == NATURAL else self.challenge

    @model_validator(mode="after")
    def _given(self) -> Reward:
        at_most(self.duration, LONGEST_CHALLENGE, "duration")
        at_most(self.abstinence, LONGEST_ABSTINENCE, "abstinence")
        from synapses.drug_files import drugs

        taken = [each.name for each in drugs().values() if each.prime]
        if self.drug is not None and self.drug not in taken:
            near = nearest(self.drug, [*taken, NATURAL])
            raise InputError(f"'{cut(self.drug)}' raises no dopamine{near}", "challenge")
        if self.drug is not None:
            dose = self.dose.si if self.dose else drugs()[self.drug].prime
            if drugs()[self.drug].dopamine_rise(dose) < SMALLEST_RISE:
                where = "dose" if self.dose else "challenge"
                raise InputError(f"{dose:g} mg/kg of {self.drug} leaves dopamine as it is", where)
        named = [key for key in ("dose", "route") if getattr(self, key) is not None]
        if self.drug is None and named:
            raise InputError("a natural reward has neither dose nor route; leave it out", named[0])
        if self.day is not None and self.abstinence.si:
            raise InputError("give day or abstinence, not both", "abstinence")
        return self
