"""What every kind of test has.

A kind of test is one class in one module of this folder: the keys that an experiment file may give, what it does to the
animal, what it reads, what it costs, and which figure shows it. `protocols.assays.kinds` lists the classes. Kinds that
run the network pulse by pulse are `protocols.assays.network.NetworkAssay`, those of the awake animal in its operant box
or home cage are `protocols.assays.in_session.SessionAssay`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

from circuit.engine.prepared import PreparedCircuit
from circuit.wiring.plan import WHOLE
from protocols.animals.animal import Animal
from protocols.animals.history import Group, Name, Phase
from protocols.animals.treatments import Day
from protocols.errors import InputError
from protocols.record import Record
from protocols.stimulation.acceleration import Acceleration
from results.recording import Recording


class Assay(Record):
    """What every test has; `evoked` ones stimulate a projection, the others record in a nucleus."""

    evoked: ClassVar[bool] = False
    """Whether the site is a projection that is stimulated; else it is a nucleus."""
    in_session: ClassVar[bool] = False
    """Whether it is done in the operant box or the home cage, which takes the whole circuit of an awake animal."""
    runs_network: ClassVar[bool] = True
    """Whether it runs the network; else the days' equations alone give its answer."""
    borrowing: ClassVar[bool] = True
    """Whether what an animal borrows from a twin reaches it."""
    main_measures: ClassVar[tuple[str, ...]] = ()
    """The measures that tables show where there is no room for all of them."""
    drawn: ClassVar[tuple[str, ...]] = ()
    """Series, besides measures and curves, that its figure and the summary need."""

    name: Name
    day: Day | None = None
    """Day of the test; the end of the history when left out."""

    if TYPE_CHECKING:  # keys of every kind, each with values of its own
        kind: str
        site: str

    @property
    def circuits(self) -> tuple[str, ...]:
        """Names of the circuits that it runs, of `circuit.wiring.plan`; none where the days' equations are enough."""
        if not self.runs_network:
            return ()
        return (WHOLE,) if self.in_session else (self.site,)

    @property
    def length(self) -> float:
        """From start to end, in biological time (s)."""
        raise NotImplementedError

    def simulate(self, animal: Animal, circuit: PreparedCircuit) -> Recording:
        """Do the test with one animal; the recording's provenance holds what the run itself knows."""
        raise NotImplementedError

    def network_seconds(self, acceleration: Acceleration) -> float:
        """Roughly how much network time it takes, s: its background accelerated, its long trains thinned."""
        raise NotImplementedError

    def refuse_misfit(self, acceleration: Acceleration) -> None:
        """Raise `InputError` if it does not fit into a run."""

    def phases_before(self) -> tuple[Phase, ...]:
        """Phases between the group's history and the test."""
        return ()

    def on_day(self, group: Group) -> float:
        """Days from the start of a group's history to the test."""
        if self.day is not None:
            return self.day
        return float(group.days + sum(phase.days for phase in self.phases_before()))

    def stretches(self) -> Iterator[tuple[float, float, str]]:
        """Begin, end (s) and name of what follows each other in the test; later ones lie over earlier ones."""
        yield 0.0, self.length, self.kind.replace("_", " ")

    def figure_options(self) -> Mapping[str, Any]:
        """Arguments of its figure that the test decides."""
        return {}

    @classmethod
    def holding_keys(cls, stored: Mapping[str, Any]) -> Mapping[str, str]:
        """Trace -> the key of a stored test that holds its holding potential; ``"*"`` stands for every trace."""
        return {}


@lru_cache(maxsize=4096)
def misfit(test: Assay, acceleration: Acceleration) -> str:
    """Why a test does not fit into a run; empty where it does.

    An experiment is checked by this when it is read, so that nothing is refused only after other runs are done.
    """
    try:
        test.refuse_misfit(acceleration)
    except InputError as refused:
        return str(refused)
    return ""


def whole(number: float) -> bool:
    """Whether a number is a whole one, and at least one."""
    return number > 0.5 and abs(number - round(number)) < 1e-6
