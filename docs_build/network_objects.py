"""The circuits as Brian2 holds them: cells, contacts and the code they run, for the description of the model.

The circuits are constructed at their smallest size; nothing is compiled or run. So the lists show what a simulation
would run, whichever module defines it.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import circuit as circuit_package
import synapses as synapses_package
from circuit.cells.kinds import CELLS
from circuit.network import build
from circuit.network.objects import Circuit
from circuit.parameters import ModelParameters
from circuit.wiring.plan import plan
from synapses.dopamine import OF_THE_CELL, Learning
from synapses.parameters import ParameterGroup


@dataclass(frozen=True)
class Equation:
    """One line of a model: kind ("differential equation", "subexpression", "parameter"), unit and gloss."""

    name: str
    kind: str
    expression: str
    unit: str
    gloss: str
    shared: bool


@dataclass(frozen=True)
class Code:
    """Code that runs on an occasion, as Brian2 holds it."""

    occasion: str
    text: str


@dataclass(frozen=True)
class Part:
    """A group of cells, a set of contacts, or another object of the network."""

    name: str
    contacts: bool
    equations: tuple[Equation, ...]
    codes: tuple[Code, ...]
    symbols: dict[str, str]
    groups: tuple[str, ...]
    """Parameter groups whose values it is given."""
    step: str

    @property
    def content(self) -> tuple[Any, ...]:
        """The computations. Parts with equal content differ only in their cells and numbers."""
        return tuple(row for row in self.equations if row.kind != "parameter"), self.codes


@dataclass(frozen=True)
class Recorded:
    """What a run records of one object: variables, how often, of which elements."""

    name: str
    source: str
    variables: tuple[str, ...]
    step: str
    elements: str


@cache
def _built(name: str) -> Circuit:
    """A circuit's network at its smallest size.

    Raises
    ------
    ValueError
        If there is no such preset or site.
    """
    from brian2 import prefs

    targets = prefs.codegen.target, prefs.codegen.string_expression_target
    prefs.codegen.target = prefs.codegen.string_expression_target = "numpy"  # nothing is compiled for a page
    try:
        built = build.construct(plan(name), 0.01)
        for pathway in built.layout.pathways.values():  # some animal's, so that there are contacts
            built.timed[f"first_{pathway.name}"].values[...] = pathway.first
            built.timed[f"targets_{pathway.name}"].values[...] = pathway.targets
        build.connect(built)
        build.monitor(built)
        build.collect(built)  # so that Brian2 does not warn of objects without a network
    finally:
        prefs.codegen.target, prefs.codegen.string_expression_target = targets
    return built


@cache
def parts(name: str) -> tuple[Part, ...]:
    """The objects of a preset's network, in the order in which it is put together."""
    return tuple(_part(key, group) for key, group in _built(name).groups.items())


def recorded(name: str) -> tuple[Recorded, ...]:
    """What a run of a preset records: spikes of every group of cells, and variables over time."""
    built = _built(name)
    spikes = [Recorded(key, key, ("spike times",), "each spike", "all") for key in built.spikes]
    states = []
    for key, one in built.states.items():
        number = len(one.record) if not isinstance(one.record, bool) else one.source.N
        of = "all" if number == one.source.N else "a sample"
        states.append(Recorded(key, one.source.name, tuple(one.record_variables), _step(one), of))
    return (*spikes, *states)


def _part(name: str, group: Any) -> Part:
    from brian2 import Synapses

    contacts = isinstance(group, Synapses)
    given = _groups(group)
    symbols = _symbols(group)
    # Contacts read parameters of the cells that they join, under the endings _pre and _post.
    for ending, cells in (("_pre", group.source), ("_post", group.target)) if contacts else ():
        symbols |= {f"{parameter}{ending}": sign for parameter, sign in _symbols(cells).items()}
    return Part(
        name,
        contacts,
        _equations(group),
        tuple(_codes(group)),
        symbols,
        tuple(one.group for one in given),
        _step(group),
    )


def _equations(group: Any) -> tuple[Equation, ...]:
    glosses, rows = _glosses(), []
    for name, equation in group.equations.items():
        expression = "" if equation.expr is None else " ".join(equation.expr.code.split())
        rows.append(
            Equation(
                name, equation.type, expression, _unit(equation.unit), glosses.get(name, ""), "shared" in equation.flags
            )
        )
    kinds = {"differential equation": 0, "subexpression": 1, "parameter": 2}
    return tuple(sorted(rows, key=lambda row: kinds[row.kind]))


def _step(clocked: Any) -> str:
    """The time step of an object, in ms."""
    return f"{float(clocked.clock.dt) * 1e3:g} ms"


def _unit(unit: Any) -> str:
    """The unit in which Brian2 holds a quantity."""
    from brian2 import amp, farad, get_dimensions, hertz, mmolar, second, siemens, volt

    known = {
        "mM": mmolar, "mM/s": mmolar / second, "V": volt, "A": amp, "S": siemens, "s": second, "Hz": hertz, "F": farad,
        "S/V": siemens / volt, "A/V": amp / volt,
    }  # fmt: skip
    wanted = get_dimensions(unit)
    if wanted.is_dimensionless:
        return "1"
    return next((name for name, one in known.items() if get_dimensions(one) == wanted), str(unit))


def _codes(group: Any) -> list[Code]:
    from brian2 import Synapses
    from brian2.groups.group import CodeRunner
    from brian2.groups.neurongroup import Resetter, StateUpdater, Thresholder
    from brian2.synapses.synapses import SummedVariableUpdater, SynapticPathway

    found = []
    cells = not isinstance(group, Synapses)
    for event, condition in group.events.items() if cells else ():
        occasion = "a spike is fired when" if event == "spike" else f"event “{event}” when"
        found.append(Code(occasion, condition))
    for event, code in group.event_codes.items() if cells else ():
        found.append(Code("after a spike" if event == "spike" else f"after event “{event}”", code))
    for one in group.contained_objects:
        if isinstance(one, SynapticPathway):
            side = "source" if one.prepost == "pre" else "target"
            what = f"an {one.event}" if one.event[0] in "aeiou" else f"a {one.event}"
            found.append(Code(f"at {what} of the {side} ({one.name.removeprefix(group.name + '_')})", one.code))
        elif isinstance(one, SummedVariableUpdater):
            found.append(Code(f"every {_step(one)}, summed over contacts", f"{one.target_varname} = {one.expression}"))
        elif isinstance(one, CodeRunner) and not isinstance(one, Resetter | StateUpdater | Thresholder):
            text = one.abstract_code or ""
            if text.strip() and not (isinstance(group, Synapses) and one.name.endswith("stateupdater")):
                found.append(Code(f"every {_step(one)}", text))
    return found


def _groups(group: Any) -> list[ParameterGroup]:
    """Groups whose parameters an object declares; a cell's membrane is the one its kind has."""
    from brian2 import Synapses

    models: dict[str, type] = {name: kind.parameters for name, kind in CELLS.items()}
    membranes, contacts = set(models.values()), isinstance(group, Synapses)
    # A parameter that contacts read in the axon or in the target cell is declared there; of the three-factor rule the
    # space and the run's arrays have two as well.
    own_names = set(group.equations)
    declared = own_names.union(*(set(end.equations) for end in (group.source, group.target)) if contacts else ())
    found = []
    for one in ModelParameters.shipped().groups().values():
        names = {record.name for record in one.records()}
        own = type(one) is models.get(group.name)
        needed = names - set(OF_THE_CELL) if type(one) is Learning else names
        if own or (type(one) not in membranes and needed & own_names and needed <= declared):
            found.append(one)
    return found


def _symbols(group: Any) -> dict[str, str]:
    """Symbols of the parameters that an object declares as constants of a run."""
    records = [record for one in _groups(group) for record in one.records()]
    return {
        r.name: r.symbol for r in records if r.name in group.equations and "shared" in group.equations[r.name].flags
    }


@cache
def _glosses() -> dict[str, str]:
    """The comment behind the # of a variable's declaration, by the variable's name."""
    found: dict[str, str] = {}
    for package in (synapses_package, circuit_package):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            content = vars(importlib.import_module(module.name))
            for text in content.values():
                for line in text.splitlines() if isinstance(text, str) else ():
                    declared = re.match(
                        r"\s*d?(\w+?)(?:/dt)?\s*(?:=[^:]*)?:\s*[\w/]+\s*(?:\([^)]*\))?\s*#\s*(.+)", line
                    )
                    if declared:
                        found.setdefault(declared.group(1), declared.group(2).strip())
    return found
