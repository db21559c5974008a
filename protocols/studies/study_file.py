"""A study as one TOML file: an experiment, and the values that are varied in it.

``[axes]`` spans a grid, ``[[point]]`` lists values that go together, ``[[sample]]`` draws points from ranges; where a
study has several of them, each value of one meets each of the others.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, model_validator

from protocols.errors import InputError, cut, dotted, explain, named, read_text, shortened, toml
from protocols.experiments.overrides import keys
from protocols.experiments.shipped import locate
from protocols.quantities import Duration, quantity
from protocols.record import Record

LARGEST = 1_000_000


def rounded(number: float) -> float:
    """Twelve digits, so that what two machines compute is the same number."""
    return float(f"{number:.12g}")


class Header(Record):
    """What is studied, and how animals are shared."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,59}$")]
    """Name of the study."""
    experiment: Annotated[str, Field(min_length=1)]
    """A shipped experiment, or a file; a relative path is looked for beside the study."""
    title: str = ""
    """One line saying what is asked."""
    pairing: Literal["paired", "independent"] = "paired"
    """The n-th animal is the same under all conditions, or every condition has its own animals."""
    groups: tuple[str, ...] = ()
    """Groups of the experiment that take part; all of them when left out."""
    tests: tuple[str, ...] = ()
    """Tests that take part; all of them when left out."""
    retries: Annotated[int, Field(ge=0, le=20)] = 1
    """How often a run that failed is tried again before it is reported and skipped."""


class Range(Record):
    """An interval of numbers, or of quantities of one dimension."""

    low: float | str
    high: float | str
    scale: Literal["linear", "log"] = "linear"
    """Equal steps, or equal ratios."""
    whole: bool = False
    """Whether values are rounded to whole numbers."""

    @model_validator(mode="after")
    def _ordered(self) -> Range:
        low, high, _ = self._ends()
        if not low < high:
            raise InputError(f"{cut(str(self.low))} is not below high = {cut(str(self.high))}", "low")
        if self.scale == "log" and low <= 0:
            raise InputError(f"{cut(str(self.low))} is not above 0, which a logarithmic range needs", "low")
        return self

    def _ends(self) -> tuple[float, float, str]:
        """Both ends as numbers in one unit, and the unit, empty for pure numbers."""
        if isinstance(self.low, str) != isinstance(self.high, str):
            ends = f"low = {shortened(self.low)} and high = {shortened(self.high)}"
            raise InputError(f"{ends}: give both with a unit, or none", "high")
        if isinstance(self.low, str):
            low, high = quantity(self.low), quantity(self.high)
            if low.dimension != high.dimension:
                raise InputError(f"'{self.high}' does not measure the same as low = '{self.low}'", "high")
            number, unit = low.text.split(" ", 1)
            return float(number), high.to(unit), unit
        assert not isinstance(self.high, str)
        return float(self.low), float(self.high), ""

    def at(self, share: float) -> float | str:
        """The value at a share, 0 to 1, of the way from `low` to `high`."""
        low, high, unit = self._ends()
        number = low * (high / low) ** share if self.scale == "log" else low + share * (high - low)
        number = round(number) if self.whole else rounded(number)
        return f"{number!r} {unit}" if unit else number


class Axis(Range):
    """A dimension of the grid as a row of steps; for doses, ``zero = true`` puts vehicle in front."""

    number: Annotated[int, Field(ge=2, le=LARGEST)]
    """How many values, ends included, a zero in front not counted."""
    scale: Literal["linear", "log"] = "log"
    zero: bool = False
    """Whether 0 comes first; a drug given at 0 is left out."""

    def values(self) -> tuple[Any, ...]:
        """The values, from `low` to `high`."""
        steps = [self.at(place / (self.number - 1)) for place in range(self.number)]
        _, _, unit = self._ends()
        return (*([f"0 {unit}" if unit else 0] if self.zero else []), *dict.fromkeys(steps))


def _axis(given: Any) -> Any:
    if isinstance(given, dict):
        return given
    if not isinstance(given, (list, tuple)) or not given:
        raise InputError("give a list of values, or {low = ..., high = ..., number = ...}")
    seen: set[Any] = set()
    for value in given:
        key = value if isinstance(value, (str, int, float)) else (type(value), repr(value))
        if key in seen:
            raise InputError(f"names a value twice: {shortened(value)}")
        seen.add(key)
    return given


class Sample(Record):
    """Points drawn from a box of ranges."""

    method: Literal["sobol", "latin_hypercube"]
    """A scrambled Sobol sequence, or a Latin hypercube (`scipy.stats.qmc`)."""
    number: Annotated[int, Field(ge=1, le=LARGEST)]
    """How many points; for a Sobol sequence a power of two."""
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 1
    """Of the scrambling, or of the hypercube."""
    ranges: Annotated[dict[str, Range], Field(min_length=1)]
    """Path -> range."""

    @model_validator(mode="after")
    def _balanced(self) -> Sample:
        if self.method == "sobol" and self.number & (self.number - 1):
            below = 1 << (self.number.bit_length() - 1)
            raise InputError(
                f"{self.number} is not a power of two, which keeps a Sobol sequence balanced; "
                f"nearest: {below} or {2 * below}",
                "number",
            )
        return self


def _memory(text: str) -> str:
    import re

    if not re.fullmatch(r"[1-9]\d*[KMGT]?", text):
        raise InputError(f"{shortened(text)} is not a memory as Slurm writes it; write e.g. '2G'")
    return text


def _line(text: str) -> str:
    if not text.isprintable():
        raise InputError(f"{shortened(text)} is more than one line")
    return text


Line = Annotated[str, AfterValidator(_line)]


class Slurm(Record):
    """How workers are asked for on a cluster that Slurm manages; sizes are those of one worker."""

    partition: Line = ""
    account: Line = ""
    time: Duration = Field(default="1 h", validate_default=True)
    """Wall time of a worker's job; workers are asked for again while runs are left."""
    memory: Annotated[str, AfterValidator(_memory)] = "2G"
    workers: Annotated[int, Field(ge=1, le=100_000)] = 16
    """Workers at one time: tasks of the job array."""
    options: tuple[Line, ...] = ()
    """Further ``#SBATCH`` lines, e.g. ``"--constraint=zen4"``."""
    setup: tuple[str, ...] = ()
    """Lines of shell before the worker starts, e.g. ``"module load gcc"``."""
    python: Line = ""
    """The interpreter on the nodes; the one that submits when left out."""
    scratch: Line = "${SLURM_TMPDIR:-${TMPDIR:-/tmp}}"
    """Node-local folder for what a run writes before it is whole."""
    interface: Line = ""
    """Network interface of this machine that the nodes reach, e.g. ``"ib0"``."""


class StudyFile(Record):
    """An experiment and what is varied in it."""

    study: Header
    set: dict[str, Any] = Field(default_factory=dict)
    """Values changed under all conditions, by path."""
    axes: dict[str, Annotated[Axis | tuple[Any, ...], BeforeValidator(_axis)]] = Field(default_factory=dict)
    """Path -> values, or a row of steps; every combination is a condition."""
    point: tuple[dict[str, Any], ...] = ()
    """Values that go together, by path."""
    sample: tuple[Sample, ...] = ()
    slurm: Slurm = Slurm()

    @model_validator(mode="after")
    def _once(self) -> StudyFile:
        listed = [tuple(sorted(point)) for point in self.point]
        if len(set(listed)) > 1:
            raise InputError("every [[point]] must name the same paths", "point")
        blocks = {
            "set": list(self.set),
            "axes": list(self.axes),
            "point": list(self.point[0]) if self.point else [],
            **{f"sample.{place}": list(sample.ranges) for place, sample in enumerate(self.sample)},
        }
        seen: dict[str, str] = {}
        for block, paths in blocks.items():
            for path in paths:
                name = dotted(keys(path))
                if not name or "" in keys(path):
                    raise InputError("is not a dotted path; write e.g. 'test.HFS.induction.frequency'", block, path)
                if name in seen:
                    raise InputError(f"is set in [{seen[name]}] already", block, path)
                if name == "animals.pairing":
                    raise InputError("is said by study.pairing", block, path)
                seen[name] = block
        return self


def read(name: str | Path) -> StudyFile:
    """Read and check a study's file, its experiment left aside.

    Raises
    ------
    InputError
        In one line: file, field, value, what is allowed.
    """
    path = locate(name)
    text = read_text(path)
    with named(path):
        return study_file(toml(text))


def study_file(document: dict[str, Any]) -> StudyFile:
    """Check a study given as nested dictionaries; raises `InputError`."""
    try:
        return StudyFile.model_validate(document)
    except ValidationError as problem:
        raise explain(problem, StudyFile, document) from None
