"""The page against the model in Python, in headless Chromium.

    python -m docs_build.bench.agreement bench.html 200

prints the largest difference of every number over random settings, and how long an answer takes of the processor.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from circuit.parameters import ModelParameters
from docs_build.bench import training
from docs_build.bench.settings import Setting, at_random
from docs_build.chromium import chromium
from protocols.animals.rest import at_rest
from synapses.regions import CORE

SEED = 3


@contextmanager
def browser(page: Path, width: int = 1280, scheme: str = "light") -> Iterator[Any]:
    """Chromium without a window, with the page ready in it."""
    from selenium.webdriver.support.wait import WebDriverWait

    with chromium(300) as driver:
        media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        driver.get(page.resolve().as_uri())
        WebDriverWait(driver, 300).until(
            lambda one: one.execute_script("return document.documentElement.dataset.ready") == "yes"
        )
        yield driver


def expected(setting: Setting, own: ModelParameters) -> dict[str, float]:
    """What the model says at the test: levels, tones, tissue, trace, and the emulator's two means and deviations."""
    rest = at_rest(setting.group(), float(setting.test_day), own)
    steady = rest.at[CORE].steady
    levels = ("extrasynaptic", "perisynaptic", "cleft", "mglur23_tone", "mglur5_tone", "release_probability")
    found = {name: float(getattr(steady, name)) for name in levels} | dict(vars(rest.state.at(CORE)))
    content = json.loads(training.FILE.read_text(encoding="utf-8"))
    mean, deviation = training.emulated(content, np.array([training.features(setting, own)]))
    for place, test in enumerate(training.TESTS):
        found |= {test: float(mean[0, place]), f"{test} deviation": float(deviation[0, place])}
    return found


ANSWER = """
const answer = window.benchModel.answer(arguments[0]);
const found = {...answer.at, ...answer.tissue};
for (const one of answer.responses) { found[one.test] = one.mean; found[one.test + " deviation"] = one.deviation; }
return found;
"""


def differences(driver: Any, settings: Sequence[Setting]) -> dict[str, float]:
    """Number -> the largest difference, relative, of the page from Python; of deviations in % of baseline."""
    own, worst = ModelParameters.shipped(), dict[str, float]()
    for setting in settings:
        page = driver.execute_script(ANSWER, setting.document())
        for name, value in expected(setting, own).items():
            far = abs(page[name] - value) / (1 if name.endswith("deviation") else abs(value))
            worst[name] = max(worst.get(name, 0.0), far)
    return worst


def processor_ms(driver: Any) -> list[float]:
    """Time, ms of the processor, that the page takes at each of twenty moves of the first slider, drawing included."""
    took = []
    for place in range(20):
        before = _task_time(driver)
        script = (
            "const one = document.querySelector('input[type=range]'); one.value = arguments[0];"
            "one.dispatchEvent(new Event('input')); return document.body.offsetHeight"
        )
        driver.execute_script(script, 100 + 45 * place)
        took.append(_task_time(driver) - before)
    return took


def _task_time(driver: Any) -> float:
    driver.execute_cdp_cmd("Performance.enable", {})
    metrics = driver.execute_cdp_cmd("Performance.getMetrics", {})["metrics"]
    return 1e3 * float(next(one["value"] for one in metrics if one["name"] == "TaskDuration"))


if __name__ == "__main__":
    with browser(Path(sys.argv[1])) as opened:
        for name, far in differences(opened, list(at_random(int(sys.argv[2]), SEED))).items():
            print(f"{name:22} {far:.1e}")
        times = processor_ms(opened)
        print(f"a change: median {np.median(times):.0f} ms, longest {max(times):.0f} ms of the processor")
