"""A circuit of one's own: rows that a user adds to the wiring table, changes in it, or takes out of it.

A program names its circuit, and other processes find the circuit by that name. The name of an own circuit therefore
ends in a digest of its rows, and the rows travel to processes that are started in an environment variable of that name.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from circuit.wiring.own_cells import OwnCell
from circuit.wiring.own_rules import CALCIUM, OwnRule
from circuit.wiring.table import KINDS, Connection, Population, Wiring
from synapses.documents import nearest
from synapses.regions import regions

MARK = "@"
"""Between the name of a site or preset and the digest of an own circuit."""
VARIABLE = "CORTICOSTRIATAL_OWN_CIRCUIT_"
SOURCES = ("pyramidal", "relay")
"""Kinds of cells whose contacts can learn."""
ASSUMED = "assumed"
"""The reference of a row that gives none."""
_current: ContextVar[str] = ContextVar("own circuit", default="")


class OwnCircuitError(ValueError):
    """Rows that give no circuit; one line, which begins with the row."""


def extended(
    base: Wiring,
    population: Sequence[Mapping[str, Any]],
    projection: Sequence[Mapping[str, Any]],
    without: Sequence[str],
    cell: Sequence[Mapping[str, Any]] = (),
    rule: Sequence[Mapping[str, Any]] = (),
) -> Wiring:
    """A wiring table with rows added, changed or taken out.

    Parameters
    ----------
    base : Wiring
    population, projection : sequence of mapping
        Rows. One that is there already, by its name or by its source and target, is changed in the keys that are given;
        any other is added. A new population's nucleus has its name unless it says otherwise, and a row without a
        reference is assumed.
    without : sequence of str
        Populations, with all their projections, and projections, as ``"PL_pyramidal_to_core_medium_spiny"``, to leave
        out.
    cell : sequence of mapping
        Kinds of cells of one's own, as `circuit.wiring.own_cells.OwnCell` has them.
    rule : sequence of mapping
        Plastic rules of one's own, as `circuit.wiring.own_rules.OwnRule` has them.

    Raises
    ------
    OwnCircuitError
        If a name is unknown, a row is incomplete, or the circuit cannot be built.
    """
    cells = {row.name: row.model_dump() for row in base.population}
    joins = {row.name: row.model_dump() for row in base.projection}
    for name in without:
        if name not in cells and name not in joins:
            raise OwnCircuitError(f"without: no population or projection '{name}'{nearest(name, [*cells, *joins])}")
        cells.pop(name, None)
        joins = {key: row for key, row in joins.items() if name not in (key, row["source"], row["target"])}
    for number, given in enumerate(population):
        name = _text(given, "name", f"population.{number}")
        cells[name] = cells.get(name, {"nucleus": name, "reference": ASSUMED}) | dict(given)
    for number, given in enumerate(projection):
        ends = [_text(given, key, f"projection.{number}") for key in ("source", "target")]
        for key, end in zip(("source", "target"), ends, strict=True):
            if end not in cells:
                raise OwnCircuitError(
                    f"projection.{'_to_'.join(ends)}.{key}: no cells '{end}'{nearest(end, list(cells))}"
                )
        name = "_to_".join(ends)
        joins[name] = joins.get(name, {"reference": ASSUMED}) | dict(given)
    return _checked(base.title, cells, joins, cell, rule)


def _text(row: Mapping[str, Any], key: str, where: str) -> str:
    value = row.get(key)
    if not isinstance(value, str) or not value:
        raise OwnCircuitError(f"{where}.{key}: missing; every row names it")
    return value


def _checked(
    title: str,
    cells: Mapping[str, Any],
    joins: Mapping[str, Any],
    own: Sequence[Mapping[str, Any]],
    own_rules: Sequence[Mapping[str, Any]],
) -> Wiring:
    from pydantic import ValidationError

    from synapses.documents import problems

    def row(
        model: type[Population] | type[Connection] | type[OwnCell] | type[OwnRule], where: str, given: Mapping[str, Any]
    ) -> Any:
        for key, value in given.items():
            if isinstance(value, float) and not math.isfinite(value):
                raise OwnCircuitError(f"{where}.{key}: {value} is not allowed: a number must be finite")
        try:
            return model.model_validate(given)
        except ValidationError as problem:
            raise OwnCircuitError(f"{where}.{problems(problem, model, given)}") from None

    more = [row(OwnCell, f"cell.{given.get('name', place)}", given) for place, given in enumerate(own)]
    like = {one.name: one.like for one in more}
    if taken := next((name for name in like if name in KINDS or [one.name for one in more].count(name) > 1), None):
        raise OwnCircuitError(f"cell.{taken}.name: there is a kind of that name already")
    rules = [row(OwnRule, f"rule.{given.get('name', place)}", given) for place, given in enumerate(own_rules)]
    names = [CALCIUM, *(one.name for one in rules)]
    if taken := next((name for name in names[1:] if names.count(name) > 1), None):
        raise OwnCircuitError(f"rule.{taken}.name: there is a rule of that name already")
    populations = [row(Population, f"population.{name}", given) for name, given in cells.items()]
    projections = [row(Connection, f"projection.{name}", given) for name, given in joins.items()]
    for one in populations:
        if one.cell not in (*KINDS, *like):
            near = nearest(one.cell, [*KINDS, *like])
            raise OwnCircuitError(f"population.{one.name}.cell: '{one.cell}' is not known{near}")
    kinds = {one.name: like.get(one.cell, one.cell) for one in populations}
    for one in projections:
        _learns_where_it_can(one, kinds)
        if one.plasticity not in names:
            near = nearest(one.plasticity, names)
            raise OwnCircuitError(f"projection.{one.name}.plasticity: no rule '{one.plasticity}'{near}")
    for one in populations:
        if one.cell == "medium_spiny" and one.nucleus not in regions():
            known = nearest(one.nucleus, list(regions()))
            raise OwnCircuitError(
                f"population.{one.name}.nucleus: '{one.nucleus}' is no region of the striatum, and medium spiny cells "
                f"need the glutamate of one{known}"
            )
    if not any(one.plastic for one in projections):
        raise OwnCircuitError("without: no projection is left that learns; a circuit needs one")
    try:
        table = Wiring(title=title, population=populations, projection=projections, cell=more, rule=rules)
    except ValidationError as problem:
        raise OwnCircuitError(str(problem.errors()[0]["ctx"]["error"])) from None
    _one_rule_a_site(table)
    return table


def _one_rule_a_site(table: Wiring) -> None:
    for site in table.plastic_sites:
        first, *others = (row for row in table.between(site) if row.plastic)
        for other in others:
            if other.plasticity != first.plasticity:
                raise OwnCircuitError(
                    f"projection.{other.name}.plasticity: '{other.plasticity}', but {first.name}, of the same site "
                    f"{site}, has '{first.plasticity}'; an electrode reaches both"
                )


def _learns_where_it_can(row: Connection, kinds: Mapping[str, str]) -> None:
    if not row.plastic:
        if row.plasticity != CALCIUM:
            raise OwnCircuitError(
                f"projection.{row.name}.plasticity: contacts learn where plastic = true, and it is not"
            )
        if not row.conductance:
            raise OwnCircuitError(
                f"projection.{row.name}.conductance: missing; contacts that do not learn need it, in nS"
            )
        return
    if kinds[row.source] not in SOURCES or kinds[row.target] != "medium_spiny" or row.transmitter != "glutamate":
        raise OwnCircuitError(
            f"projection.{row.name}.plastic: contacts learn that release glutamate from {' or '.join(SOURCES)} cells "
            "onto medium_spiny cells, no others"
        )


def registered(rows: Mapping[str, Any]) -> str:
    """Make an own circuit known to this process and to those that it starts; its digest.

    Parameters
    ----------
    rows : mapping
        ``extends``, ``cell``, ``rule``, ``population``, ``projection`` and ``without``, as plain data.
    """
    text = json.dumps(rows, sort_keys=True, ensure_ascii=True)
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    os.environ[VARIABLE + digest] = text
    return digest


def rows_of(digest: str) -> dict[str, Any]:
    """The rows of an own circuit that is known here.

    Raises
    ------
    ValueError
        If it is not.
    """
    try:
        found: dict[str, Any] = json.loads(os.environ[VARIABLE + digest])
    except KeyError:
        raise ValueError(f"the own circuit {digest} is not known to this process") from None
    return found


def current() -> str:
    """The digest of the own circuit in use; empty where there is none."""
    return _current.get()


@contextmanager
def in_use(digest: str) -> Iterator[None]:
    """Within, names of sites and presets are those of an own circuit; of the shipped table where `digest` is empty."""
    before = _current.set(digest)
    try:
        yield
    finally:
        _current.reset(before)
