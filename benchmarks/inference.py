"""Whether `infer` can be trusted: posteriors of simulated animals whose parameters are known.

    python -m benchmarks.inference FOLDER [tone|dialysis|LTP]...

For each question animals are simulated at points of the prior, and 400 data sets at parameters drawn from it, with
several animals a group that differ as the model has it. Ranks of the true values have to be uniform, and intervals to
hold them as often as they say. Writes the table of `docs/how-to/infer.md`, and the figure of the ranks. What is
simulated already is not simulated again.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.figure import Figure

from protocols.analysis.ranges import moved
from protocols.experiments.experiment import Experiment, experiment_from
from protocols.experiments.overrides import chosen
from protocols.inference.check import as_measured, check, truths
from protocols.inference.points import simulated_at_rest, simulated_by_network
from protocols.inference.posterior import Data, Fitted, design, fit, sample, values_at
from protocols.runs.progress import study_progress
from protocols.studies.conditions import keep_only
from results.figures.drawing import STYLE, save
from results.figures.looks import inches
from results.store.files import replacing, write_json

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "how-to" / "infer.md"
MARKS = "<!-- ranks: python -m benchmarks.inference -->", "<!-- end of ranks -->"
DATA_SETS = 400


@dataclass(frozen=True)
class Case:
    """A question: what is measured in which groups, and which parameters are inferred from it."""

    experiment: str
    groups: tuple[str, ...]
    test: str
    measure: str
    parameters: tuple[str, ...]
    at_rest: bool
    points: int
    simulated: int = 4
    """Animals simulated at each point."""
    animals: int = 8
    """Animals in each group of a data set."""

    def restricted(self) -> Experiment:
        """The experiment with these groups and this test."""
        settings = () if self.at_rest else ("circuit.scale=0.25",)
        content = chosen(self.experiment, settings).model_dump(mode="json", exclude_unset=True)
        keep_only(content, "group", self.groups, "groups")
        keep_only(content, "test", (self.test,), "test")
        return experiment_from(content)


CASES = {
    "tone": Case(
        "tone", ("control", "cocaine", "control+(S)-4-CPG", "control+TTX"), "rest", "extrasynaptic_glutamate",
        ("homeostasis.xc_maximum", "homeostasis.other_afferents", "adaptation.xct_change", "adaptation.glt1_change"),
        True, 128,
    ),
    "dialysis": Case(
        "basal_glutamate", ("control", "cocaine"), "no net flux", "extracellular_glutamate",
        ("homeostasis.xc_maximum", "adaptation.xct_change"), True, 48, animals=4,
    ),
    "LTP": Case(
        "moussawi2009", ("control",), "HFS", "fepsp",
        ("release.half=0.5..0.8", "release.potentiation_gain=0.1..0.6"), False, 48, animals=4,
    ),
}  # fmt: skip


def measured(name: str, folder: Path) -> dict[str, Any]:
    """The check of one case."""
    case = CASES[name]
    experiment, asked = case.restricted(), moved(case.parameters)
    true = truths(DATA_SETS, asked)
    at = [values_at(asked, shares) for shares in (design(case.points, asked), true)]
    tables = []
    for part, points, animals in zip(("points", "check"), at, (case.simulated, case.animals), strict=True):
        place = folder / name / part
        if case.at_rest:
            tables.append(simulated_at_rest(experiment, points, animals, place, study_progress()))
        else:
            tables.append(simulated_by_network(experiment, points, animals, place, 1))
    shape = {g: Data(((case.test, case.measure),), ("",), np.ones((case.animals, 1))) for g in case.groups}
    fitted = fit(tables[0], shape, asked)
    found = check(tables[1], shape, fitted, true).document()
    widths = _widths(tables[1], shape, fitted, len(true))
    for row, width in zip(found["parameters"], widths, strict=True):
        row["width"] = width
    return found | {"parameter_hash": experiment.parameter_hash}


def _widths(table: Any, shape: dict[str, Data], fitted: Fitted, number: int) -> list[float]:
    """Median width of the posteriors beside the prior's, for each parameter."""
    widths = []
    for place in range(0, number, 5):
        posterior = sample(as_measured(table[table["point"] == place], shape), fitted)
        low, high = np.quantile(posterior.shares, [0.05, 0.95], axis=0)
        widths.append((high - low) / 0.9)
    return [float(width) for width in np.median(widths, axis=0)]


def table_of(found: dict[str, dict[str, Any]]) -> str:
    """The table of the page."""
    lines = [
        "| data | parameter | KS p | 50 % interval holds | 90 % interval holds | width of the prior's |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name, one in found.items():
        case = CASES[name]
        about = f"`{case.measure}` of {', '.join(case.groups)} ({case.experiment}), {case.animals} animals each"
        for row in one["parameters"]:
            held = [f"{100 * row['coverage'][level]:.0f} %" for level in ("0.5", "0.9")]
            lines.append(
                f"| {about} | `{row['parameter']}` | {row['p']:.2f} | {' | '.join(held)} | {100 * row['width']:.0f} % |"
            )
            about = ""
    return "\n".join(lines)


def figure(found: dict[str, dict[str, Any]]) -> Figure:
    """Ranks of the true values, sorted, against what uniform ones would be; grey: 95 % of uniform ones."""
    rows = [(name, row) for name, one in found.items() for row in one["parameters"]]
    with matplotlib.rc_context(fname=STYLE):
        across = min(4, len(rows))
        down = -(-len(rows) // across)
        drawn = Figure(figsize=(inches("double"), 0.3 + 1.75 * down), layout="constrained")
        axes = drawn.subplots(down, across, squeeze=False, sharex=True, sharey=True).ravel()
        rng = np.random.default_rng(1)
        for one, (name, row) in zip(axes, rows, strict=False):
            ranks = np.sort(row["ranks"])
            even = (np.arange(len(ranks)) + 0.5) / len(ranks)
            low, high = np.quantile(np.sort(rng.random((4000, len(ranks))), axis=1), [0.025, 0.975], axis=0)
            one.fill_between(even, low, high, color="0.85", linewidth=0)
            one.plot(even, ranks, color="#0072B2", linewidth=1.1)
            one.set_title(f"{name}: {row['parameter'].partition('.')[2]}", fontsize=6.5)
        for one in axes[len(rows) :]:
            one.set_axis_off()
        drawn.supxlabel("Uniform rank", fontsize=7)
        drawn.supylabel("Rank of the true value", fontsize=7)
    return drawn


def main(folder: Path, names: list[str]) -> None:
    """Measure the named cases, all by default, and write the page's table and figure."""
    kept = folder / "inference.json"
    found = json.loads(kept.read_text(encoding="utf-8")) if kept.is_file() else {}
    for name in names or list(CASES):
        found[name] = measured(name, folder)
        write_json(kept, found)
        print(table_of({name: found[name]}))
    found = {name: found[name] for name in CASES if name in found}
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(MARKS[0])
    after = rest.partition(MARKS[1])[2]
    with replacing(PAGE) as temporary:
        temporary.write_text(f"{before}{MARKS[0]}\n{table_of(found)}\n{MARKS[1]}{after}", encoding="utf-8")
    save(figure(found), ROOT / "docs" / "figures", "infer_ranks", ("png",))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
