"""The bench in the browser: its numbers are the model's, it loads nothing, and a phone and a keyboard are enough."""

import json

import numpy as np
import pytest

from circuit.parameters import ModelParameters
from docs_build import chromium
from docs_build.bench import training
from docs_build.bench.agreement import SEED, browser, differences
from docs_build.bench.page import STARTS, data, page
from docs_build.bench.settings import Given, Setting, at_random
from protocols.calibration.emulator import emulate
from protocols.experiments.experiment import load

IN_BROWSER = pytest.mark.skipif(not chromium.there(), reason="no Chromium with chromedriver on this machine")


def test_settings_to_begin_with_are_groups_of_the_main_experiment():
    def plain(group):
        return [one.model_dump() for one in group.history], [one.model_dump() for one in group.treatment]

    groups = {group.name: group for group in load("moussawi2009").group}
    for start, name in zip(
        ("After cocaine", "Cocaine, NAC before the test", "... and MPEP", "... and LY341495"),
        ("cocaine", "cocaine+NAC", "cocaine+NAC+MPEP", "cocaine+NAC+LY341495"),
        strict=True,
    ):
        own, theirs = plain(STARTS[start].group()), plain(groups[name])
        assert json.dumps(own, default=str) == json.dumps(theirs, default=str)


def test_the_last_of_daily_doses_is_given_as_long_before_the_test_as_a_single_one():
    setting = Setting(given=(Given("NAC", 100.0, 6.0, 3),))
    (treatment,) = setting.group().treatment
    assert treatment.day + treatment.times - 1 == pytest.approx(setting.test_day - 6 / 24)


def test_random_settings_are_experiments():
    for setting in at_random(40, 5):
        setting.group()
        json.dumps(setting.document())


def test_what_is_written_of_the_emulator_gives_its_means_and_deviations(monkeypatch):
    rng = np.random.default_rng(1)
    points = rng.random((40, 4))
    responses = np.stack([100 + 20 * points[:, 0] ** 2, 80 + 10 * np.sin(3 * points[:, 1])], axis=1)
    emulator = emulate(points, responses + rng.normal(0, 1, responses.shape))
    content = training.written(emulator, points, emulator.error, np.zeros(2)) | {"low": [0.0] * 4, "high": [2.0] * 4}
    at = rng.random((20, 4))
    mean, deviation = training.emulated(json.loads(json.dumps(content)), 2 * at)
    own = emulator(at)
    assert np.allclose(mean, own[0], atol=1e-6) and np.allclose(deviation, own[1], atol=1e-2)
    assert np.sqrt(np.mean((mean[:, 0] - 100 - 20 * at[:, 0] ** 2) ** 2)) < 2


def test_the_emulator_knows_ltp_and_ltd_of_the_main_experiment():
    own, content = ModelParameters.shipped(), json.loads(training.FILE.read_text(encoding="utf-8"))
    groups = ("Naive", "After cocaine", "Cocaine, NAC before the test", "... and MPEP", "... and LY341495")
    at = np.array([training.features(STARTS[name], own) for name in groups])
    mean, _ = training.emulated(content, at)
    ltp, ltd = dict(zip(groups, mean[:, 0], strict=True)), dict(zip(groups, mean[:, 1], strict=True))
    assert ltp["Naive"] > ltp["After cocaine"] + 5 and ltp[groups[2]] > ltp["After cocaine"] + 5
    assert ltd["Naive"] < ltd["After cocaine"] - 3 and ltd["... and MPEP"] > ltd[groups[2]] + 10
    assert all(one["checked"] < 6 for one in content["responses"]) and content["checked"] >= 200


@pytest.mark.slow
def test_the_emulator_is_as_near_to_new_runs_as_the_page_says(tmp_path):
    settings = list(at_random(8, 99))
    found = training.simulated(settings, tmp_path, 9)
    content = json.loads(training.FILE.read_text(encoding="utf-8"))
    own = ModelParameters.shipped()
    mean, _ = training.emulated(content, np.array([training.features(one, own) for one in settings]))
    error = np.sqrt(np.mean((mean - found) ** 2, axis=0))
    assert (error < 2 * np.array([one["checked"] for one in content["responses"]])).all()


def test_the_page_names_the_parameters_of_the_code():
    text, held = page(), data()
    assert held["parameter_hash"] in text and "http://" not in text.replace("http://www.w3.org/2000/svg", "")
    assert held["parameters"]["tone"]["mglur23_half"] == ModelParameters.shipped().tone.mglur23_half


@IN_BROWSER
def test_in_a_browser_the_page_gives_the_models_numbers_and_its_controls_work(tmp_path, monkeypatch):
    pytest.importorskip("selenium.webdriver")
    from selenium.webdriver.common.keys import Keys

    monkeypatch.setenv("SE_OFFLINE", "true")  # selenium looks for no driver on the net
    file = tmp_path / "bench.html"
    file.write_text(page(), encoding="utf-8")
    with browser(file, 390) as driver:
        worst = differences(driver, list(at_random(8, SEED)))
        assert set(worst) >= {"extrasynaptic", "mglur23_tone", "mglur5_tone", "xct", "HFS", "LFS"}
        assert {name: far for name, far in worst.items() if far > (1e-2 if "deviation" in name else 2e-3)} == {}
        assert driver.execute_script("return document.documentElement.scrollWidth") <= 390
        said = "return document.getElementById('said').textContent"
        before = driver.execute_script(said)
        slider = driver.execute_script("return document.querySelector('#history input[type=range]')")
        slider.send_keys(Keys.ARROW_LEFT * 60)
        assert driver.execute_script(said) != before
        assert "days = 12," not in driver.execute_script("return document.getElementById('toml').textContent")
        driver.execute_script("document.querySelectorAll('#starts button')[3].click()")
        assert 'drug = "MPEP"' in driver.execute_script("return document.getElementById('toml').textContent")
        number = driver.execute_script("return document.querySelector('#history input[type=number]')")
        driver.execute_script("arguments[0].value = '5000'; arguments[0].dispatchEvent(new Event('change'))", number)
        assert number.get_attribute("value") == "28"
        assert [entry for entry in driver.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")] == []
        asked = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
        asked = [one["params"]["request"]["url"] for one in asked if one["method"] == "Network.requestWillBeSent"]
        assert [one for one in asked if not one.startswith(("data:", "file:", "chrome:"))] == []


@IN_BROWSER
def test_the_file_that_the_page_writes_is_the_experiment_that_was_set(tmp_path, monkeypatch):
    pytest.importorskip("selenium.webdriver")
    monkeypatch.setenv("SE_OFFLINE", "true")
    file = tmp_path / "bench.html"
    file.write_text(page(), encoding="utf-8")
    with browser(file) as driver:
        for place, name in enumerate(STARTS):
            driver.execute_script("document.querySelectorAll('#starts button')[arguments[0]].click()", place)
            written = tmp_path / "mine.toml"
            text = driver.execute_script("return document.getElementById('toml').textContent")
            written.write_text(text, encoding="utf-8")
            (group,) = load(written).group
            assert group == STARTS[name].group(), name
