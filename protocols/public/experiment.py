"""An experiment, and its circuit, as a script or a notebook has them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from circuit.wiring.plan import Preset
from circuit.wiring.table import Wiring
from protocols.experiments import experiment as checked
from protocols.experiments.circuit import with_own_circuit
from protocols.experiments.experiment import experiment_from
from protocols.experiments.named_circuit import circuit_of
from protocols.experiments.overrides import with_overrides
from protocols.public.shown import showing, table

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Experiment(checked.Experiment):
    """Groups of animals, each with its history and treatments, and the tests all of them undergo."""

    @classmethod
    def load(cls, name: str | os.PathLike[str], set: str | Iterable[str] = ()) -> Experiment:
        """A shipped experiment, or a file of one's own, with some values changed.

        Parameters
        ----------
        name : str or path
        set : iterable of str
            Changes such as ``'test.HFS.induction.frequency="30 Hz"'``.

        Raises
        ------
        protocols.errors.InputError
            In one line: file, field, value, what is allowed.
        """
        found = with_overrides(checked.load(os.fspath(name)), [set] if isinstance(set, str) else set)
        return cls.of(found)

    @classmethod
    def of(cls, content: checked.Experiment | dict[str, Any]) -> Experiment:
        """An experiment given as nested dictionaries, as a file has them, or checked already.

        Raises
        ------
        protocols.errors.InputError
            In one line: field, value, what is allowed.
        """
        if not isinstance(content, checked.Experiment):
            content = experiment_from(with_own_circuit(content, Path()))
        return cls.model_construct(content.model_fields_set, **dict(content))

    def run(self, **options: Any) -> pd.DataFrame:
        """Run it; options as for `corticostriatal.run`."""
        from protocols.public.running import run

        return run(self, **options)

    def plot(self, width: Literal["single", "double"] = "double") -> Figure:
        """Its design: histories, drugs and tests on time lines."""
        from results.figures import experiment_figure

        return showing(experiment_figure(self.model_dump(mode="json"), width))

    def _repr_html_(self) -> str:
        groups = [
            (
                group.name,
                ", ".join(f"{phase.days} d {phase.phase}" for phase in group.history) or "naive",
                ", ".join(_given(treatment) for treatment in group.treatment) or "-",
                ", ".join(one.nucleus or one.projection or "" for one in group.inactivation) or "-",
            )
            for group in self.group
        ]
        tests = [(test.name, test.kind, test.site) for test in self.test]
        title = f"<p><b>{escape(repr(self))}</b><br>{escape(self.experiment.title)}</p>"
        return title + table(("group", "history", "drugs", "silenced"), groups) + table(("test", "kind", "site"), tests)


def _given(treatment: Any) -> str:
    amount = treatment.dose or treatment.concentration
    return f"{treatment.drug} {amount}" if amount is not None else str(treatment.drug)


class Circuit:
    """Cells and projections: a shipped circuit, one's own file, or that of an experiment.

    Parameters
    ----------
    source : str, path or Experiment
        ``"corticoaccumbens"``, ``"corticostriatal"``, a FILE.toml of one's own rows, or an experiment.

    Attributes
    ----------
    table : circuit.wiring.table.Wiring
        The rows themselves.

    Raises
    ------
    protocols.errors.InputError
        In one line: if there is no such circuit, or the file gives none.
    """

    def __init__(self, source: str | os.PathLike[str] | checked.Experiment = "corticostriatal") -> None:
        self._preset, self.name = _preset(source)

    @property
    def table(self) -> Wiring:
        """The rows themselves."""
        return self._preset.table

    @property
    def nuclei(self) -> list[str]:
        """Nuclei in the order of the table."""
        return self.table.nuclei

    @property
    def populations(self) -> pd.DataFrame:
        """A line per population: ``name, nucleus, cell, number`` and the rest of its row."""
        return pd.DataFrame([row.model_dump() for row in self.table.population])

    @property
    def projections(self) -> pd.DataFrame:
        """A line per projection: ``source, target, in_degree, conductance`` (nS), ``delay`` (ms) and the rest."""
        return pd.DataFrame([row.model_dump() for row in self.table.projection])

    def plot(self, width: Literal["single", "double"] = "double") -> Figure:
        """Nuclei and what joins them, as in figure 1 of Kalivas 2009 (doi:10.1038/nrn2515).

        Nuclei of one's own have a dashed frame.
        """
        from protocols.reporting.circuit_page import drawn
        from results.figures import circuit_figure

        return showing(circuit_figure(drawn(self.table), width=width))

    def __repr__(self) -> str:
        cells = sum(row.number for row in self.table.population)
        return (
            f"Circuit({self.name}: {len(self.nuclei)} nuclei, {cells} cells, {len(self.table.projection)} projections)"
        )

    def _repr_html_(self) -> str:
        rows = [
            (
                nucleus,
                ", ".join(f"{row.name} ({row.number} {row.cell})" for row in self.table.of_nucleus(nucleus)),
                ", ".join(dict.fromkeys(self.table.named(row.target).nucleus for row in self.table.leaving(nucleus))),
            )
            for nucleus in self.nuclei
        ]
        return table(("nucleus", "populations", "projects to"), rows, repr(self))


def _preset(source: str | os.PathLike[str] | checked.Experiment) -> tuple[Preset, str]:
    if isinstance(source, checked.Experiment):
        return source.circuit.chosen, source.circuit.preset
    return circuit_of(os.fspath(source))
