"""The report: one page, whole, that loads nothing, with a table behind every figure; and in a real browser."""

import json
import re
import shutil
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from called import call, refused
from study_help import FAKE, RUNS, Quiet, small

from docs_build import chromium
from results import store
from results.recording import Series, Spikes, Trace

pytest.importorskip("plotly")
GROUPS = {"control", "cocaine", "cocaine+NAC", "cocaine+NAC+LY341495", "cocaine+NAC+MPEP"}


class Page(HTMLParser):
    """What stands in a page: elements with their attributes, text of scripts by id."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.scripts, self.ids, self._script = [], {}, [], None
        self.depth = dict.fromkeys(("figure", "section", "table", "details", "div", "ul"), 0)
        self.feed(text)
        assert not any(self.depth.values()), self.depth

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.elements.append((tag, found))
        self.ids += [found["id"]] if "id" in found else []
        self._script = found.get("id") if tag == "script" else None
        if tag in self.depth:
            self.depth[tag] += 1

    def handle_endtag(self, tag):
        self._script = None
        if tag in self.depth:
            self.depth[tag] -= 1

    def handle_data(self, data):
        if self._script:
            self.scripts[self._script] = self.scripts.get(self._script, "") + data

    def all(self, tag):
        return [found for name, found in self.elements if name == tag]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Results of an engine that answers at once, with what else the network gives added to some, and their page."""
    place = tmp_path_factory.mktemp("made") / "here"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CORTICOSTRIATAL_PREPARE", "fake_engine:prepare")
        patch.setenv("CORTICOSTRIATAL_CONDUCT", "fake_engine:simulate")
        settings = "--animals", "2", "--jobs", "1", "--set", "circuit.scale=0.5"
        done = call("run", "moussawi2009", *settings, "--out", place)
    assert done.exit_code == 0, done.output
    for file in sorted(place.glob("runs/*_HFS_000.h5")):
        recording = store.read(file)
        rng = np.random.default_rng(1)
        sweeps = recording.series["fepsp"].time
        field = Trace(rng.normal(size=(len(sweeps), 60)), -0.01, 0.001, "pA", sweeps)
        slow = Series(np.linspace(-600, 1200, 900), rng.random(900), "1", "tone on mGluR2/3")
        spikes = Spikes(np.sort(rng.random(80) * 9), rng.integers(0, 20, 80), 20)
        more = {"traces": {"field": field}, "spikes": {"PL_pyramidal": spikes}}
        store.write(replace(recording, series={**recording.series, "mglur23_tone": slow}, **more), file)
    done = call("report", place)
    assert done.exit_code == 0, done.output
    assert re.fullmatch(r"wrote \S+report\.html \(\d\.\d MB, \d+ figures\)\n", done.stdout)
    return place


@pytest.fixture
def folder(made, tmp_path, monkeypatch):
    """A copy, to be changed."""
    monkeypatch.chdir(tmp_path)
    return Path(shutil.copytree(made, "here"))


@pytest.fixture
def page(folder):
    return (folder / "report.html").read_text(encoding="utf-8")


def test_the_page_is_one_file_that_loads_nothing_and_shows_every_part(page, folder):
    found = Page(page)
    for tag, attributes in found.elements:
        loading = [attributes.get(key) for key in ("src", "srcset", "data", "poster", "action") if attributes.get(key)]
        assert not loading, (tag, loading)
        if tag == "link":
            assert attributes["href"].startswith("data:")
    assert "@import" not in page and "url(" not in page
    assert "default-src 'none'" in page  # the browser refuses what we might have overlooked
    sections = [one["id"] for one in found.all("section")]
    assert sections == ["design", "outcome", "courses", "statistics", "tone", "cells", "provenance"]
    assert len(found.ids) == len(set(found.ids))
    assert [file.name for file in folder.iterdir() if file.name.startswith(".")] == []


def test_every_plot_has_data_alternative_text_and_numbers(page):
    found = Page(page)
    plots = json.loads(found.scripts["plots"])
    drawn = [one for one in found.all("div") if one.get("class") == "plot"]
    assert {one["id"] for one in drawn} == set(plots) and len(plots) > 10
    for one in drawn:
        assert len(one["aria-label"]) > 30 and one["role"] == "img"
    for name, plot in plots.items():
        assert plot["data"], name
        labelled = [plot["layout"][axis].get("title", {}).get("text") for axis in ("xaxis", "yaxis")]
        named = plot["layout"]["xaxis"].get("ticktext")  # bars stand over the names of their groups
        assert labelled[0] or set(named) <= GROUPS, name
        assert labelled[1] or name.startswith(("design", "cells")), name
    for figure in re.findall(r"<figure.*?</figure>", page, re.DOTALL):
        assert re.search(r'<(details|div) class="numbers">.*<td', figure, re.DOTALL), figure[:200]


def test_numbers_of_the_page_are_those_of_the_folder(page, folder):
    summary = json.loads((folder / "summary.json").read_text())
    rows = [row for row in summary["rows"] if row["measure"] == "fepsp"]
    for row in rows:
        cells = f"<td>{row['test']}</td><td>{row['group']}</td><td>2</td><td>{row['mean']:.3g}</td><td>{row['sem']:.3g}"
        assert cells in page
    bars = json.loads(Page(page).scripts["plots"])["outcome-0-0"]["data"]
    tops = {one["legendgroup"]: one["base"] + one["y"][0] for one in bars if one["type"] == "bar"}
    assert tops == {row["group"]: pytest.approx(row["mean"]) for row in rows if row["test"] == "HFS"}
    assert "circuit.scale</td><td>0.5</td><td>1.0" in page  # differs from the default
    assert 'href="https://doi.org/10.1038/nn.2250"' in page
    assert "cocaine+NAC+MPEP" in page and "MPEP 10 mg/kg, -0.5 h from the start of the test" in page


def test_what_a_user_wrote_cannot_become_part_of_the_page(at_once):
    evil = '</script><img src=x onerror="alert(1)">'
    text = Path(__file__).parents[3] / "protocols" / "experiments" / "tone.toml"
    mine = re.sub(r'title = ".*"', f"title = '{evil}'", text.read_text(encoding="utf-8"), count=1)
    Path("mine.toml").write_text(mine, encoding="utf-8")
    assert call("run", "mine.toml", "--animals", "1", "--jobs", "1", "--out", "here").exit_code == 0
    assert call("report", "here").exit_code == 0
    page = Path("here/report.html").read_text(encoding="utf-8")
    assert "<img" not in page and "&lt;img" in page
    assert {one["id"] for one in Page(page).all("section")} == {"design", "outcome", "tone", "provenance"}


def test_a_study_shows_its_conditions(tmp_path, at_once):
    from protocols.studies.local_workers import local
    from protocols.studies.study_folder import StudyFolder
    from protocols.studies.sweep import sweep

    sweep(StudyFolder.start(small(tmp_path), Path("there")), local(1), Quiet(), FAKE)
    assert call("report", "there").exit_code == 0
    page = Path("there/report.html").read_text(encoding="utf-8")
    plots = json.loads(Page(page).scripts["plots"])
    (panel,) = (plot for name, plot in plots.items() if name.startswith("outcome"))
    assert panel["layout"]["xaxis"]["ticktext"] == ["0.55", "0.6", "0.65"]
    dots = [trace for trace in panel["data"] if trace["mode"] == "markers"]
    assert {trace["name"] for trace in dots} == {"control", "cocaine"}
    assert sum(len(trace["customdata"]) for trace in dots) == RUNS
    Path("there/report.html").unlink()
    next(Path("there").glob("runs/*/*.h5")).unlink()
    assert call("report", "there").exit_code == 0
    assert f"{RUNS - 1} of {RUNS} runs are there" in Path("there/report.html").read_text(encoding="utf-8")


def test_damaged_runs_are_named_and_the_rest_is_shown(folder):
    broken = folder / "runs" / "control_HFS_001.h5"
    broken.write_bytes(broken.read_bytes()[:2000])
    done = call("report", folder)
    assert done.exit_code == 1 and "control_HFS_001.h5: not a whole recording" in done.stderr
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "1 runs could not be read" in page and "19 of 20 runs are there" in page
    assert call("report", folder / "runs" / "control_HFS_000.h5").exit_code == 0  # a page of one run lies beside it
    assert "Field response before and after" in (folder / "runs" / "control_HFS_000.html").read_text(encoding="utf-8")


def test_bad_input_is_refused_in_one_line_and_nothing_foreign_is_replaced(folder):
    assert "nowhere: is not there" in refused("report", "nowhere")
    Path("empty").mkdir()
    assert "holds no runs/*.h5 and no study" in refused("report", "empty")
    assert "does not end in .html" in refused("report", folder, "--out", "page.pdf")
    assert "is a folder" in refused("report", folder, "--out", "empty")
    Path("mine.html").write_text("<p>mine</p>")
    assert "was not made by report" in refused("report", folder, "--out", "mine.html")
    assert Path("mine.html").read_text() == "<p>mine</p>"


def test_series_of_animals_sampled_at_different_times_meet_on_common_bins():
    from results.report.courses import shared

    fine, coarse = np.linspace(0, 100, 1001), np.linspace(-5, 95, 701)
    time, values = shared([Series(fine, 2 * fine, "1"), Series(coarse, 2 * coarse, "1")], points=50)
    assert values.shape == (2, len(time)) and time.min() >= 0 and time.max() <= 95
    np.testing.assert_allclose(values, np.tile(2 * time, (2, 1)), atol=1.0)


def test_rows_of_one_course_share_a_line():
    from results.report.timeline import Line, Mark, Span, merged

    spans = tuple(Span(row, 0, 10, "extinction", f"what {row} did") for row in ("test: cue", "test: prime", "other"))
    marks = (Mark("other", 3, "drug", "NAC", "NAC"),)
    found = merged(Line("", "", ("test: cue", "other", "test: prime"), spans, marks))
    assert found.rows == ("test: cue, prime", "other")
    assert [one.text for one in found.spans] == ["what test: cue did<br>what test: prime did", "what other did"]
    assert found.marks == marks


def test_a_group_or_test_that_is_left_out_is_one_line():
    from protocols.experiments.experiment import load
    from protocols.reporting.report_settings import away_from_shipped

    whole = load("moussawi2009")
    assert away_from_shipped(whole) == []
    some = whole.model_copy(update={"group": whole.group[:4], "test": whole.test[:1]})
    assert away_from_shipped(some) == [
        ('group."cocaine+NAC+MPEP"', "left out", "there"),
        ("test.LFS", "left out", "there"),
    ]


def test_drugs_given_together_share_a_label():
    from protocols.experiments.experiment import load
    from protocols.reporting.report_timelines import test_day as line_of_the_day

    marks = line_of_the_day(load("release_and_ratio")).marks
    both = [mark.label for mark in marks if mark.row.endswith("LY341495+cystine")]
    assert both == ["", "cystine 0.2 uM, LY341495 1 uM"] or both == ["", "LY341495 1 uM, cystine 0.2 uM"]
    moussawi = [mark.label for mark in line_of_the_day(load("moussawi2009")).marks]
    assert moussawi.count("NAC 100 mg/kg") == 3 and "MPEP 10 mg/kg" in moussawi


def boxes(panel):
    """Labels of a time line as boxes on the narrowest screen: left, right, height of the middle; by row and text."""
    from results.report.timeline import LETTER, PHONE

    plot = json.loads(panel.figure)["layout"]
    low, high = plot["xaxis"]["range"]
    found = []
    for one in plot["annotations"]:
        if one.get("xref") == "paper":
            continue
        long, at = LETTER * len(one["text"]), (one["x"] - low) / (high - low) * PHONE
        left = {"left": at, "right": at - long, "center": at - long / 2}[one["xanchor"]]
        found.append((left, left + long, one["y"]))
    return found


def crowded():
    from results.report.timeline import Line, Mark, Span

    spans = (Span("g", 0, 20, "extinction", "said", "20 d", "extinction"),)
    marks = [Mark("g", day, "drug", "said", f"a drug of a long name {day}") for day in (0, 1, 1.5, 12, 19.9)]
    return Line("History", "Day", ("g",), spans, (*marks, Mark("g", 20, "test", "said")))


def test_no_label_of_a_time_line_covers_another_or_leaves_a_phone():
    from results.report.timeline import LANE, PHONE, timelines
    from results.tables import Table

    (panel,) = timelines([crowded()], Table(("",), ())).panels
    found = boxes(panel)
    assert len(found) == 5
    for number, (left, right, middle) in enumerate(found):
        assert left >= -1 and right <= PHONE + 1
        for other_left, other_right, other in found[:number]:
            assert abs(middle - other) >= LANE or right <= other_left or other_right <= left


def test_treatments_stand_above_the_bar_of_their_group_and_below_their_labels():
    from results.report.timeline import BAR, timelines
    from results.tables import Table

    (panel,) = timelines([crowded()], Table(("",), ())).panels
    data = json.loads(panel.figure)["data"]
    (bar,) = (trace["y"][0] for trace in data if trace["type"] == "bar")
    (drugs,) = (trace["y"] for trace in data if trace["name"] == "drug")
    (test,) = (trace["y"] for trace in data if trace["name"] == "test")
    assert test == [bar] and all(one > bar + BAR / 2 for one in drugs)
    assert all(height > max(drugs) for _, _, height in boxes(panel))


def test_report_and_figures_give_a_phase_one_colour():
    from protocols.experiments.experiment import load
    from protocols.reporting.report_timelines import days
    from results.figures.timeline import COLOURS
    from results.report.timeline import timelines
    from results.tables import Table

    (panel,) = timelines([days(load("moussawi2009"))], Table(("",), ())).panels
    shown = {key.name: key.colour for key in panel.key}
    assert shown["yoked saline"] == COLOURS["yoked_saline"] and shown["extinction"] == COLOURS["extinction"]
    assert shown["self-administration of cocaine"] == COLOURS["self_administration"]


def test_two_drugs_that_were_taken_in_one_way_have_two_colours():
    from protocols.experiments.experiment import load
    from protocols.reporting.report_timelines import days
    from results.report.timeline import timelines
    from results.tables import Table

    (panel,) = timelines([days(load("drug_classes"))], Table(("",), ())).panels
    taken = [key.colour for key in panel.key if key.name.startswith("self-administration")]
    assert len(set(taken)) == len(taken) > 1


def test_the_top_of_the_page_counts_animals_by_group(page):
    assert "<dt>animals</dt><dd>2 a group</dd>" in page


def test_a_section_without_findings_of_a_paper_is_not_called_after_them(page, at_once):
    assert "<h2>Model beside paper</h2>" in page
    text = (Path(__file__).parents[3] / "protocols" / "experiments" / "moussawi2009.toml").read_text(encoding="utf-8")
    Path("mine.toml").write_text(text.replace('name = "moussawi2009"', 'name = "mine"', 1), encoding="utf-8")
    assert call("run", "mine.toml", "--animals", "2", "--jobs", "1", "--out", "there").exit_code == 0
    assert call("report", "there").exit_code == 0
    mine = Path("there/report.html").read_text(encoding="utf-8")
    assert "Model beside paper" not in mine and "<h2>Groups compared</h2>" in mine


def test_a_level_that_is_the_same_in_all_animals_is_said_once_and_not_drawn():
    import pandas as pd

    from results.report.outcomes import tone_at_rest

    rows = [
        {
            "group": group,
            "test": "t",
            "animal": animal,
            "measure": measure,
            "unit": unit,
            "value": value + vary * animal,
        }
        for group in ("a", "b")
        for animal in range(2)
        for measure, unit, value, vary in (("cleft_glutamate_peak", "mM", 3.3, 0.0), ("mglur5_tone", "1", 0.1, 0.05))
    ]
    shown = tone_at_rest(pd.DataFrame(rows), ["a", "b"])
    assert [panel.title for panel in shown.panels] == ["mGluR5 tone"]
    assert "The same in all animals: Cleft glutamate, peak 3.3 mM." in shown.note


@pytest.mark.skipif(not chromium.there(), reason="no Chromium with chromedriver on this machine")
def test_in_a_browser_the_page_loads_without_complaint_and_its_controls_work(page, folder, monkeypatch):
    pytest.importorskip("selenium.webdriver")
    monkeypatch.setenv("SE_OFFLINE", "true")  # selenium looks for no driver on the net
    with chromium.chromium(600) as driver:
        _use(driver, (folder / "report.html").resolve().as_uri())


def _use(driver, address):
    from selenium.webdriver.support.wait import WebDriverWait

    def ready():
        WebDriverWait(driver, 600).until(
            lambda one: one.execute_script("return document.documentElement.dataset.ready") == "yes"
        )

    def run(script):
        return driver.execute_script(f"return {script}")

    media = {"features": [{"name": "prefers-color-scheme", "value": "light"}]}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    driver.get(address)
    ready()
    plots = "[...document.querySelectorAll('.panel:not([hidden]) .plot')]"
    assert run(f"{plots}.length") > 8
    assert run(f"{plots}.every(one => one.querySelector('.main-svg') && one.data.length)")

    shown = (
        f"{plots}.flatMap(one => one.data).filter(one => one.legendgroup === 'cocaine' && one.visible !== false).length"
    )
    before = run(shown)
    assert before > 4
    run("document.querySelector('#outcome button[data-group=cocaine]').click()")
    assert run(shown) == 0
    run("document.getElementById('show-all').click()")
    assert run(shown) == before

    ground = "getComputedStyle(document.body).backgroundColor"
    ink = "getComputedStyle(document.querySelector('#outcome .xtick text')).fill"
    light = run(ground), run(ink)
    run("document.getElementById('theme').click()")
    assert run(ground) != light[0] and run(ink) != light[1]

    choice = "document.querySelector('#cells select')"
    run(f"({choice}.selectedIndex = 1, {choice}.dispatchEvent(new Event('change')))")
    assert run("document.querySelectorAll('#cells .panel[data-choice]:not([hidden]) .main-svg').length") > 0

    size = {"width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": True}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    driver.get(address)
    ready()
    assert run("document.documentElement.scrollWidth") <= 360
    wider = "[...document.querySelectorAll('.plot')].filter(one => one.getBoundingClientRect().right > 361).length"
    assert run(wider) == 0

    assert [entry for entry in driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")] == []
    asked = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    asked = [one["params"]["request"]["url"] for one in asked if one["method"] == "Network.requestWillBeSent"]
    outside = [one for one in asked if not one.startswith(("data:", "blob:", "chrome:")) and one != address]
    assert address in asked and outside == []
