"""What the verbs print that ask something of the model beyond its experiments: `predict`, `rerun`, `power` ..."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from protocols.cli.display import print_table, terminal
from results.tables import Table, number, with_interval

if TYPE_CHECKING:
    from protocols.runs.rerun import Repeated

NOTEWORTHY = 0.05  # an index whose whole interval lies under it is not listed


def prediction_table(rows: Sequence[Mapping[str, Any]]) -> None:
    """Presses of each group and their ratio to vehicle, with its interval."""
    lines = []
    for row in rows:
        ratio, interval = row.get("ratio"), row.get("ratio_interval")
        presses = "-" if row["presses"] is None else f"{row['presses']:.1f}"
        against = "-" if ratio is None else f"{ratio:.2f}"
        span = "-" if interval is None else f"{interval[0]:.2f} to {interval[1]:.2f}"
        lines.append((row["group"], str(row["n"]), presses, against, span, row.get("basis") or "-"))
    print_table(Table(("group", "n", "active presses", "of vehicle", "95 % interval", "over"), tuple(lines)))


def rerun_tables(repeated: Repeated) -> None:
    """Whether a run came out the same; if not, where it differs; and what was not the same about how it was done."""
    from results.statistics.difference import differences_table, provenance_table
    from results.store import content_hash

    console, who = terminal(), repeated.stored.identity
    run = f"{who.experiment}: {who.group}, {who.test}, animal {who.animal}"
    digest = content_hash(repeated.stored)
    if repeated.identical:
        console.print(f"identical: {run}, content {digest[:16]}", soft_wrap=True)
    else:
        again = content_hash(repeated.repeated)
        console.print(
            f"different: {run}, content {digest[:16]} stored, {again[:16]} repeated", "", sep="\n", soft_wrap=True
        )
        print_table(differences_table(repeated.differences))
    if repeated.provenance:
        console.print()
        print_table(provenance_table(repeated.provenance))
    elif not repeated.identical:
        console.print("", "code, parameters, packages, compiler and processor are the same", sep="\n")


def power_table(document: Mapping[str, Any]) -> None:
    """How many animals are needed, a line per set of parameters."""

    def animals(row: Mapping[str, Any], target: str) -> str:
        needed, largest = row["needed"][target], row["n"][-1]
        low, high = (f"> {largest}" if bound is None else str(bound) for bound in needed["interval"])
        n = f"> {largest}" if needed["n"] is None else str(needed["n"])
        return f"{n} [{low}, {high}]" if low != high or low != n else n

    def cells(row: Mapping[str, Any]) -> tuple[str, ...]:
        effect = with_interval(row["effect_size"], row["effect_interval"])
        pool = "-" if row["pool"] is None else " + ".join(map(str, row["pool"]))
        means = ["-", "-"]
        if row["mean"] is not None:
            means = [f"{number(m)} ± {number(s)}" for m, s in zip(row["mean"], row["sd"], strict=True)]
        return (row["set"], pool, *means, effect, animals(row, "0.8"), animals(row, "0.9"), row["remark"])

    a, b = document["groups"]
    unit = "" if document["unit"] == "1" else f", {document['unit']}"
    console = terminal()
    console.print(f"{document['experiment']}: {a} against {b}, {document['test']}, {document['measure']}{unit}")
    console.print(
        f"{document['statistic']} ({document['statistic_because']}), two-sided p < {document['alpha']:g}", "", sep="\n"
    )
    heads = ("set", "pool", f"{a}\nmean ± SD", f"{b}\nmean ± SD", "effect [95 %]", "n for 80 %", "n for 90 %", "remark")
    print_table(Table(heads, tuple(map(cells, document["sets"]))))


def exchange_table(rows: Sequence[Mapping[str, Any]]) -> None:
    """What each group gives, and which share of the donors' effect comes with what is borrowed."""

    def cells(row: Mapping[str, Any]) -> tuple[str, ...]:
        found = (row["group"], str(row["n"]), number(row["mean"]))
        if "difference" not in row:
            return (*found, "-", "-", "-")
        change = with_interval(row["difference"], row["difference_interval"])
        share = with_interval(row["share"], row["share_interval"]) if "share" in row else "1"
        return (*found, row["against"], change, share)

    heads = ("group", "n", "mean", "against", "difference [95 %]", "share of the effect [95 %]")
    print_table(Table(heads, tuple(map(cells, rows))))


def sensitivity_tables(analysis: Mapping[str, Any]) -> None:
    """The parameters that carry each outcome, the largest total index first; what carries nothing is left out."""
    console = terminal()
    sobol = analysis["method"] == "sobol"
    how = "closed form, a typical animal" if analysis["closed_form"] else f"mean of {analysis['animals']} animals"
    console.print(f"{analysis['experiment']}: {analysis['method']}, {analysis['points']} points, {how}", "", sep="\n")
    spans = tuple(
        (one["name"], number(_plain(one["low"])), number(_plain(one["high"])), one["unit"], one["scale"], one["range"])
        for one in analysis["parameters"]
    )
    print_table(Table(("parameter", "low", "high", "unit", "scale", "range"), spans))
    lines = []
    for row in analysis["outcomes"]:
        about = (f"{row['measure']}, {row['label']}", ", ".join(row["evidence"]) or "-", _outcome(row))
        if row["indices"] is None:
            lines.append((*about, "-", "does not vary", "-"))
            continue
        for one in sorted(row["indices"], key=lambda one: -one["total"]):
            if one["total_interval"][1] >= NOTEWORTHY:
                lines.append((*about, one["parameter"], _index(one, "total"), _index(one, "first")))
                about = ("", "", "")
    heads = ("outcome", "evidence", "mean ± SD over points", "parameter")
    kinds = ("total index [95 %]", "first order [95 %]") if sobol else ("mu* / SD [95 %]", "mu / SD")
    console.print()
    print_table(Table((*heads, *kinds), tuple(lines)))


def inference_tables(document: Mapping[str, Any]) -> None:
    """Prior and posterior of each parameter, what is foretold beside the data, and how the check came out."""
    console = terminal()
    how = "closed form" if document["closed_form"] else "network"
    console.print(
        f"{document['experiment']}: {document['data']}; {how}, {document['points']} points of the prior, "
        f"{document['animals']} animals each; {document['effective_draws']:.0f} effective draws", "", sep="\n",
    )  # fmt: skip
    lines = tuple(
        (
            row["parameter"], row["unit"], "{:.3g} to {:.3g} ({})".format(*row["prior"], row["range"]),
            with_interval(row["median"], row["interval"]), f"{100 * row['width']:.0f} %", row["data"],
        )
        for row in document["parameters"]
    )  # fmt: skip
    heads = ("parameter", "unit", "prior", "posterior median [90 %]", "width of the prior's", "the data")
    print_table(Table(heads, lines))
    console.print()
    beside = tuple(
        (
            f"{row['measure']}, {row['group']}, {row['test']}", str(row["n"]), number(row["mean"]),
            with_interval(row["foretold"], row["foretold_interval"]), f"{row['p']:.2g}",
        )
        for row in document["measures"]
    )  # fmt: skip
    print_table(Table(("measure", "n", "mean", "foretold mean [95 %]", "p"), beside))
    if "check" not in document:
        return
    checked = document["check"]
    console.print("", f"checked on {checked['data_sets']} data sets of known parameters", "", sep="\n")
    ranks = tuple(
        (row["parameter"], f"{row['p']:.2g}", *(f"{100 * held:.0f} %" for held in row["coverage"].values()))
        for row in checked["parameters"]
    )
    print_table(Table(("parameter", "p that ranks are uniform", "50 % interval holds", "90 % interval holds"), ranks))


def _outcome(row: Mapping[str, Any]) -> str:
    unit = "" if row["unit"] == "1" else f" {row['unit']}"
    noise = "" if row["noise_share"] is None else f", noise {100 * row['noise_share']:.0f} %"
    return f"{number(row['mean'])} ± {number(row['sd'])}{unit}{noise}"


def _index(one: Mapping[str, Any], kind: str) -> str:
    span = one[f"{kind}_interval"]
    return f"{one[kind]:.2f}" + (f" [{span[0]:.2f}, {span[1]:.2f}]" if span else "")


def _plain(value: float | str) -> float | None:
    return value if isinstance(value, float) else None
