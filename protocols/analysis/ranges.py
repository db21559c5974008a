"""The values that a sensitivity analysis varies, and their ranges: ``PATH=LOW..HIGH``, or the calibration's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from circuit.parameters import ModelParameters
from protocols.calibration.plasticity import FREE
from protocols.errors import InputError, explain, nearest
from protocols.experiments.experiment import Experiment
from protocols.studies.study_file import Range
from synapses.calibrated import calibrated

WIDE = 10.0  # ratio of positive ends from which a range is logarithmic by default
SYNTAX = "write PATH=LOW..HIGH, e.g. release.half=0.4..0.6, with :log or :linear behind it if need be, or PATH alone"


@dataclass(frozen=True)
class Moved:
    """A value that is varied, and its range.

    Attributes
    ----------
    name : str
        As written: a parameter's dotted path, or any path of an experiment's file.
    path : str
        In the experiment's file.
    range : Range
    unit : str
    source : str
        The origin of the range.
    """

    name: str
    path: str
    range: Range
    unit: str
    source: str

    @property
    def parameter(self) -> bool:
        """Whether it is a parameter of the model."""
        return self.path.startswith("parameters.")


def moved(wanted: Sequence[str]) -> tuple[Moved, ...]:
    """The values to vary, from the command line.

    Parameters
    ----------
    wanted : sequence of str
        ``PATH``, ``PATH=LOW..HIGH`` or ``PATH=LOW..HIGH:log``. None takes every calibrated parameter, over the range
        that holds 90 % of what fits.

    Raises
    ------
    InputError
        In one line that names the faulty one.
    """
    found = [_moved(text) for text in wanted or calibrated().ranges]
    names = [one.path for one in found]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"--parameters {name}: is named twice")
    return tuple(found)


def _moved(text: str) -> Moved:
    text = " ".join(text.split())
    name, sign, span = (part.strip() for part in text.partition("="))
    name = name.removeprefix("parameters.")
    known = {f"{record.group}.{record.name}": record for record in ModelParameters.shipped().records()}
    record = known.get(name)
    if not name or (sign and not span):
        raise InputError(f"--parameters {text}: {SYNTAX}")
    if record is None and (not sign or name.partition(".")[0] in _groups(known)):
        other = "" if sign else "; or give it a range"
        raise InputError(f"--parameters {name}: no such parameter{_near(name, list(known))}{other}")
    path, unit = (f"parameters.{name}", record.unit) if record is not None else (name, "")
    if not sign:
        low, high, source = _default(name, record.low, record.high) if record is not None else (0.0, 0.0, "")
        return Moved(name, path, _range(text, low, high, None), unit, source)
    span, _, scale = span.partition(":")
    low_text, dots, high_text = span.partition("..")
    if not dots or scale not in ("", "log", "linear"):
        raise InputError(f"--parameters {text}: {SYNTAX}")
    found = _range(text, _value(low_text), _value(high_text), scale or None)
    if record is not None and isinstance(found.low, float) and isinstance(found.high, float):
        for end in (found.low, found.high):
            if not record.low <= end <= record.high:
                allowed = f"{record.low:g} to {record.high:g} {record.unit}"
                raise InputError(f"--parameters {text}: {end:g} is outside the allowed range {allowed}")
    return Moved(name, path, found, unit, "given")


def _groups(known: Iterable[str]) -> set[str]:
    """Groups of the model's parameters that are not tables of an experiment's file."""
    return {name.partition(".")[0] for name in known} - Experiment.model_fields.keys()


def _near(word: str, allowed: Sequence[str]) -> str:
    """As `protocols.errors.nearest`, without the list of all allowed names, which is long."""
    guess = nearest(word, allowed).partition(" allowed:")[0]  # "; did you mean 'x'?", or ";"
    return f"{guess} corticostriatal parameters lists them"


def _value(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text.strip()


def _range(text: str, low: float | str, high: float | str, scale: str | None) -> Range:
    numbers = isinstance(low, float) and isinstance(high, float)
    wide = numbers and float(low) > 0 and float(high) / float(low) >= WIDE
    content = {"low": low, "high": high, "scale": scale or ("log" if wide else "linear")}
    try:
        return Range.model_validate(content)
    except ValidationError as problem:
        raise InputError(f"--parameters {text}: {explain(problem, Range, content)}") from None
    except InputError as problem:
        raise InputError(f"--parameters {text}: {problem}") from None


def _default(name: str, low: float, high: float) -> tuple[float, float, str]:
    """The default range of a parameter of the model."""
    if name in calibrated().ranges:
        return *calibrated().ranges[name], "holds 90 % of what fits the calibration"
    if name in FREE:
        return float(FREE[name].low), float(FREE[name].high), "searched by the calibration"
    return low, high, "allowed for the parameter"
