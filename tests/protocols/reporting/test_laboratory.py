"""A laboratory's animals, figures and findings, beside the model's."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from protocols.cli.main import app
from protocols.errors import InputError
from protocols.reporting.laboratory_data import read
from results import figures
from results.figures.overlay import overlay_figure
from results.loaded import Results
from results.recording import Identity, Measure, Recording, Series
from results.statistics import inference
from results.statistics.overlay import beside
from results.store import write
from results.store.stored_runs import stored_runs
from results.units import factor

GROUPS = ("control", "cocaine+NAC")
TIMES = np.array([-120.0, -60.0, 60.0, 960.0, 1140.0])
COURSE = np.array([100.0, 100, 130, 120, 110])
EXPERIMENT = {
    "circuit": {"preset": "corticoaccumbens"},
    "group": [{"name": g, "history": [], "treatment": [], "inactivation": []} for g in GROUPS],
    "test": [
        {"name": "HFS", "kind": "plasticity", "window": ["15 min", "20 min"], "baseline": "2 min", "after": "20 min",
         "pulse_every": "60 s", "site": "PL->NAc core", "further": [],
         "induction": {"frequency": "50 Hz", "pulses": 100, "trains": 3, "interval": "20 s"}},
    ],
}  # fmt: skip
HEAD = "group,test,measure,value,unit,animal,time,time_unit\n"


def simulated(animals: int = 4) -> list[Recording]:
    return [
        Recording(
            Identity("m", group, "HFS", animal, animal, place),
            series={"fepsp": Series(TIMES, COURSE + animal + 5 * place + np.cos(animal * TIMES), "% of baseline")},
            measures={
                "fepsp": Measure(115.0 + animal + 5 * place, "% of baseline"),
                "extrasynaptic_glutamate": Measure(3.0 + 0.1 * animal, "uM"),
                "release_probability": Measure(0.5 + 0.01 * animal, "1"),
            },
            provenance={"experiment": json.dumps(EXPERIMENT)},
        )
        for place, group in enumerate(GROUPS)
        for animal in range(animals)
    ]


def stored(folder: Path) -> Path:
    for one in simulated():
        who = one.identity
        write(one, folder / "runs" / f"{GROUPS.index(who.group)}_{who.animal}.h5")
    return folder


def lines(*rows: str) -> str:
    return HEAD + "".join(f"{row}\n" for row in rows)


def call(*arguments: object):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def own(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "lab.csv"
    file.write_text(text, encoding="utf-8")
    return file


@settings(max_examples=25)
@given(st.lists(st.floats(0.5, 20), min_size=2, max_size=6), st.sampled_from(["uM", "µM", "nM", "mM", "mol/l"]))
def test_values_come_in_the_model_s_unit_whatever_unit_they_were_written_in(tmp_path_factory, values, unit):
    scale = 1 / factor(unit, "uM")
    text = lines(*(f"control,HFS,extrasynaptic_glutamate,{v * scale!r},{unit},a{n},," for n, v in enumerate(values)))
    found = read(own(tmp_path_factory.mktemp("data"), text), simulated()).recordings
    got = [one.measures["extrasynaptic_glutamate"] for one in found]
    assert [one.value for one in got] == pytest.approx(values) and {one.unit for one in got} == {"uM"}


REFUSED = {
    "group": ("kontrol,HFS,fepsp,1,% of baseline,a,,", "line 2, column group: no group 'kontrol'"),
    "test": ("control,HFX,fepsp,1,% of baseline,a,,", "line 2, column test: no test 'HFX'"),
    "measure": ("control,HFS,fpsp,1,% of baseline,a,,", "line 2, column measure: no measure 'fpsp'"),
    "course": ("control,HFS,field,1,% of baseline,a,1,min", "line 2, column measure: no time course 'field'"),
    "unit": ("control,HFS,extrasynaptic_glutamate,1,mV,a,,", "line 2, column unit: 'mV' is no unit of"),
    "share": ("control,HFS,fepsp,1,%,a,,", "allowed: '% of baseline'"),
    "value": ("control,HFS,fepsp,12;5,% of baseline,a,,", "line 2, column value: '12;5' is no number"),
    "empty": ("control,HFS,fepsp,,% of baseline,a,,", "line 2, column value: is empty"),
    "time unit": ("control,HFS,fepsp,1,% of baseline,a,3,mM", "line 2, column time_unit: 'mM' is no unit of a time"),
    "no time unit": ("control,HFS,fepsp,1,% of baseline,a,3,", "line 2, column time_unit: '' is no unit of a time"),
    "lines": ('"con\ntrol",HFS,fepsp,1,% of baseline,a,,', "line 2, column group: no group 'con trol'"),
    "later": (
        '"control\n",HFS,fepsp,1,% of baseline,a,,\ncontrol,HFS,release_probability,x,1,b,,',
        "line 4, column value: 'x'",
    ),
    "cells": ("control,HFS,fepsp,1,% of baseline,a,,,,,9", "line 2: 11 cells, but line 1 names 8 columns"),
    "decimal comma": ("control,HFS,fepsp,1,5,% of baseline,a,,", "line 2: 9 cells, but line 1 names 8 columns; w"),
    "quotes": ('control,HFS,"fepsp,1,% of baseline,a,,', "is no CSV table: unexpected end of data"),
    "unit and size": ("control,HFS,extrasynaptic_glutamate,1e99,mol/l,a,,", "column value: '1e99' is no measurement"),
    "nothing": ("", "holds no measurement"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_bad_lines_are_refused_in_one_line_with_place_and_nearest_name(what, tmp_path):
    row, said = REFUSED[what]
    with pytest.raises(InputError) as refused:
        read(own(tmp_path, lines(row)), simulated())
    assert said in str(refused.value) and "\n" not in str(refused.value)
    if "column" in said and row.startswith(("kontrol", "control,HFX", "control,HFS,fpsp")):
        assert "did you mean" in str(refused.value)


NO_NUMBERS = (
    "1_215", "12;5", "1,215", "1,5", "1.215,5", "1 215", "1'215", "1e1_0", "1e", "e5", ".", "+-1", "--1", "0x10",
    "0b1", "1e5.0", "inf", "-inf", "Infinity", "nan", "NaN", "-", "n.a.", "١٢", "１２", "1²", "½", "\u22125",
    "1.5f", "1j", "true", "12 %", "<5", "=1+1",
)  # fmt: skip
TOO_FAR = ("1e400", "-1e400", "1e101", "1e-103", "1e-400", "0." + 120 * "0" + "1", 400 * "9")
NUMBERS = {"12": 12, "+12": 12, "-12": -12, "12.": 12, ".5": 0.5, "012": 12, "1e2": 100, "1.5E+2": 150, "25e-1": 2.5,
           "0": 0, "-0.0": 0, "0e400": 0, "\u00a07\t": 7}  # fmt: skip


@pytest.mark.parametrize("timed", [False, True])
@pytest.mark.parametrize("cell", [*NO_NUMBERS, *TOO_FAR])
def test_a_cell_that_is_no_plain_number_is_refused(cell, timed, tmp_path):
    numbers = f'1,% of baseline,a,"{cell}",min' if timed else f'"{cell}",% of baseline,a,,'
    with pytest.raises(InputError) as refused:
        read(own(tmp_path, lines(f"control,HFS,fepsp,{numbers}")), simulated())
    what = "is no number" if cell in NO_NUMBERS else "is no measurement"
    assert str(refused.value).startswith(
        f"{tmp_path / 'lab.csv'}: line 2, column {'time' if timed else 'value'}: '{cell}' {what}; write "
    )


@pytest.mark.parametrize("cell", NUMBERS)
def test_numbers_are_read_as_they_are_written(cell, tmp_path):
    (found,) = read(own(tmp_path, lines(f"control,HFS,fepsp,{cell},% of baseline,a,,")), simulated()).recordings
    assert found.measures["fepsp"].value == NUMBERS[cell]


@pytest.mark.parametrize("size", ["1e99", "1e-100"])
def test_the_largest_and_smallest_numbers_can_be_computed_with(size, tmp_path):
    text = lines(*(f"control,HFS,fepsp,{n}{size[1:]},% of baseline,a{n},," for n in range(1, 5)))
    found = beside(simulated(), read(own(tmp_path, text), simulated()).recordings)
    json.dumps(found, allow_nan=False)


def test_an_animal_that_occurs_twice_is_refused_with_both_lines(tmp_path):
    row = "control,HFS,fepsp,1,% of baseline,a,,"
    with pytest.raises(InputError, match="line 4, column animal: 'a' has this value in line 2 already"):
        read(own(tmp_path, lines(row, "", row)), simulated())


def test_a_missing_column_is_named(tmp_path):
    with pytest.raises(InputError, match="line 1: no column 'value'; did you mean 'valu'"):
        read(own(tmp_path, HEAD.replace("value", "valu")), simulated())
    with pytest.raises(InputError, match="no column 'time_unit'"):
        read(own(tmp_path, HEAD.replace(",time_unit", "")), simulated())
    with pytest.raises(InputError, match="line 1: column 'value' is there 2 times"):
        read(own(tmp_path, HEAD.replace("time,", "value,")), simulated())
    for nothing in ("", "\n\n", ",,,\n"):
        with pytest.raises(InputError, match="line 1 is empty; it has to name the columns: group, test"):
            read(own(tmp_path, nothing), simulated())


ELSEWHERE = {
    "semicolons": "group;test;measure;value;unit;animal\ncontrol;HFS;fepsp;131.5;% of baseline;rat 12\n",
    "decimal commas": "group;test;measure;value;unit;animal\ncontrol;HFS;fepsp;131,5;% of baseline;rat 12\n",
    "only some": "group;test;measure;value;unit;animal\na;b;c;1;d;e\ncontrol;HFS;fepsp;131,5;% of baseline;rat 12\n",
    "tabs": "group\ttest\tmeasure\tvalue\tunit\tanimal\ncontrol\tHFS\tfepsp\t131,5\t% of baseline\trat, 12\n",
    "bars": "group|test|measure|value|unit|animal\ncontrol|HFS|fepsp|131,5|% of baseline|rat 12\n",
    "a spreadsheet's first line": "sep=;\ngroup;test;measure;value;unit;animal\n",
    "spikes of bmtk": "timestamps population node_ids\n1.5 PL, deep 0\n",
}


@pytest.mark.parametrize("what", ELSEWHERE)
def test_other_separators_are_recognised(what, tmp_path):
    with pytest.raises(InputError) as refused:
        read(own(tmp_path, ELSEWHERE[what]), simulated())
    assert str(refused.value) == (
        f"{tmp_path / 'lab.csv'}: line 1: no column 'group'; separate columns by commas; "
        "needed are group, test, measure, value, unit, animal"
    )


def courses(animals: int = 3) -> str:
    return lines(
        *(
            f"{group},HFS,fepsp,{100 + (20 + n + n * t % 5) * (t > 0) * (place + 1)},% of baseline,{group}{n},{t},min"
            for place, group in enumerate(GROUPS)
            for n in range(animals)
            for t in (-2, -1, 1, 16, 19)
        )
    )


def test_a_time_course_gives_the_measure_of_the_test_s_window(tmp_path):
    found = read(own(tmp_path, courses()), simulated()).recordings
    first = found[0]
    assert first.series["fepsp"].time.tolist() == [-120, -60, 60, 960, 1140]
    assert first.measures["fepsp"].value == 120.0


def test_model_and_data_meet_in_the_same_statistics(tmp_path):
    model, data = simulated(), read(own(tmp_path, courses()), simulated()).recordings
    found = beside(model, data)
    row = next(row for row in found["rows"] if (row["group"], row["measure"]) == ("control", "fepsp"))
    a, b = [115.0, 116, 117, 118], [120.0, 123.5, 124.5]
    effect, test = inference.effect_size(a, b), inference.welch_t(a, b)
    assert (row["model"]["n"], row["data"]["n"], row["data"]["values"]) == (4, 3, b)
    assert row["effect_size"] == pytest.approx(effect.d) and row["p"] == pytest.approx(test.p)
    over_time = next(c for c in found["comparisons"] if c["measure"] == "fepsp_time_course")
    assert over_time["model"]["statistic"].startswith("F(1, 6)")
    assert over_time["data"]["statistic"].startswith("F(1, 4)")


def test_overlay_leaves_figure_table_and_numbers(tmp_path):
    folder, file = stored(tmp_path / "runs_here"), own(tmp_path, courses())
    done = call("overlay", folder, file, "--json", tmp_path / "o.json")
    assert done.exit_code == 0, done.output
    assert "fepsp_time_course" in done.stdout and "d, model - data" in done.stdout
    assert (folder / "overlay" / "figure.png").read_bytes().startswith(b"\x89PNG")
    assert len(json.loads((tmp_path / "o.json").read_text())["rows"]) == 4
    figure = overlay_figure(Results(stored_runs(folder)), read(file, simulated()).recordings)
    model, data, bars, *_ = figure.axes
    assert model.get_ylim() == data.get_ylim() and model.get_xlim() == data.get_xlim()
    assert "model, n = 4" in model.get_title(loc="left") and "data, n = 3" in data.get_title(loc="left")
    assert len(bars.patches) == 2 * len(GROUPS)


def test_overlay_refuses_what_it_cannot_use(tmp_path):
    folder = stored(tmp_path / "here")
    other = courses().replace("control0,19,min", "control0,18,min")
    for arguments, said in (
        ((tmp_path / "nowhere", own(tmp_path, courses())), "nowhere: is not there"),
        ((folder, tmp_path / "no.csv"), "no.csv"),
        ((folder, own(tmp_path, other)), "needs the same times in every animal"),
    ):
        done = call("overlay", *arguments)
        assert done.exit_code == 2 and said in done.stderr and done.stderr.count("\n") == 1
    assert not (folder / "overlay").exists()


EVIDENCE = """
[[evidence]]
id = "X1"
statement = "NAC raises the field response."
claim = "sign"
value = "up"
unit = "% of baseline"
experiment = "moussawi2009"
test = "HFS"
groups = ["cocaine+NAC", "cocaine"]
measure = "fepsp"
source = "our laboratory"
provenance = "seen"
use = "prediction"
"""


def test_own_findings_are_judged_beside_the_published(at_once, tmp_path):
    Path("mine.toml").write_text(EVIDENCE)
    done = call("validate", "X1", "P1a", "--evidence", "mine.toml", "--animals", 3, "--jobs", 1, "--json", "v.json")
    assert done.exit_code == 0, done.output
    rows = json.loads(Path("v.json").read_text())["rows"]
    assert [row["id"] for row in rows] == ["P1a", "X1"]
    assert rows[1]["model"] is not None and rows[1]["status"] in ("right", "wrong", "inconclusive")


CHANGES = {
    "id taken": ('"X1"', '"P1a"', "mine.toml: the id P1a is taken already"),
    "group": ('"cocaine"]', '"cocain"]', "mine.toml: evidence.X1.groups: no group 'cocain'; did you mean 'cocaine'"),
    "test": ('"HFS"', '"HSF"', "mine.toml: evidence.X1.test: no test 'HSF'; did you mean 'HFS'"),
    "experiment": ("moussawi2009", "mousawi", "no shipped experiment 'mousawi'; did you mean 'moussawi2009'"),
    "file": ("moussawi2009", "own.toml", "own.toml is not there"),
    "key": ("measure", "mesure", "mine.toml: evidence.X1.mesure: unknown key; did you mean 'measure'"),
    "claim": ('"sign"', '"sgn"', "mine.toml: evidence.X1.claim: 'sgn' is not known; did you mean 'sign'"),
    "syntax": ("[[evidence]]", "[[evidence]", "mine.toml: is not TOML"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_own_findings_that_cannot_be_are_refused(what, at_once):
    old, new, said = CHANGES[what]
    Path("mine.toml").write_text(EVIDENCE.replace(old, new))
    done = call("validate", "--evidence", "mine.toml")
    assert done.exit_code == 2 and said in done.stderr and done.stderr.count("\n") == 1


def test_findings_on_an_experiment_of_one_s_own(at_once):
    Path("own.toml").write_text(call("show", "moussawi2009").stdout.replace('"moussawi2009"', '"own"', 1))
    Path("mine.toml").write_text(EVIDENCE.replace("moussawi2009", "own.toml"))
    done = call("validate", "X1", "--evidence", "mine.toml", "--animals", 2, "--jobs", 1, "--out", "held")
    assert done.exit_code == 0 and "X1" in done.stdout and Path("held/own/runs").is_dir()


def test_figures_are_drawn_again_at_the_size_of_a_journal(tmp_path):
    folder = stored(tmp_path / "here")
    for width, millimetres in figures.MILLIMETRES.items():
        done = call("figure", folder, "--kind", "bars", "--width", width, "--format", "pdf", "--out", tmp_path / width)
        assert done.exit_code == 0, done.output
        page = (tmp_path / width / "bars.pdf").read_bytes()
        wide = float(page.split(b"/MediaBox [ 0 0 ")[1].split()[0])
        assert wide / 72 * 25.4 == pytest.approx(millimetres, abs=0.1)


def test_the_list_of_figures_has_what_these_runs_hold_and_why_the_others_cannot_be_drawn(tmp_path):
    from protocols.reporting.figure import available

    folder = stored(tmp_path / "here")
    done = call("figure", folder, "--list")
    assert done.exit_code == 0 and not (folder / "figures").exists()
    found = available(folder)
    assert set(found.drawn) | set(found.others) == set(figures.DRAWINGS) and not set(found.drawn) & set(found.others)
    for kind in figures.DRAWINGS:
        drawn = call("figure", folder, "--kind", kind, "--format", "png", "--out", tmp_path / "out")
        assert (drawn.exit_code == 0) == (kind in found.drawn), kind
    there, _, others = done.stdout.partition("not from these runs")
    assert "bars" in there and "raster" not in there and "no recording holds spikes" in others


KINDS = ("time_course", "bars", "plasticity", "convergence", "timeline")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("width", figures.MILLIMETRES)
def test_a_result_gives_a_figure(kind, width, tmp_path):
    drawn = figures.DRAWINGS[kind].draw(Results(stored_runs(stored(tmp_path))), width=width)
    assert drawn.get_figwidth() == pytest.approx(figures.MILLIMETRES[width] / 25.4)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--kind", "rastr"), "--kind: no figure 'rastr'; did you mean 'raster'"),
        (("--kind", "raster"), "no recording holds spikes"),
        (("--kind", "dose_response"), "no study"),
        (("--kind", "bars", "--name", "fpsp"), "--name: no measure 'fpsp'; did you mean 'fepsp'"),
        (("--kind", "bars", "--group", "contrl"), "--group: no group 'contrl'; did you mean 'control'"),
        (("--kind", "bars", "--width", "doubl"), "--width: 'doubl' is not known; did you mean 'double'"),
        (("--kind", "bars", "--format", "gif"), "--format: 'gif' is not known"),
        (("--kind", "bars", "--point", "3"), "--point"),
        (("--kind", "tone", "--name", "fepsp"), "--name: this figure has nothing that could be named"),
        (("--kind", "bars", "--span", "0", "1"), "--span: only a raster has one"),
        (("--name", "fepsp"), "--name: say which figure with --kind"),
        (("--span", "2", "1"), "--span: say which figure with --kind"),
        (("--kind", "circuit", "--name", "fepsp"), "--name: this figure has nothing that could be named"),
        (("--kind", "dose_response", "--group", "control"), "--group: this figure shows all of a study"),
        (("--animal", "7"), "--animal: no animal 7; there are 0 to 3"),
    ],
)
def test_figures_that_cannot_be_are_refused(arguments, said, tmp_path):
    folder = stored(tmp_path / "here")
    done = call("figure", folder, *arguments)
    assert done.exit_code == 2 and said in done.stderr and done.stderr.count("\n") == 1
    assert not (folder / "figures").exists()
