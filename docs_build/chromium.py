"""Chromium without a window, in which pages are looked at."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)
DRIVER = shutil.which("chromedriver") or "/usr/bin/chromedriver"


def there() -> bool:
    """Whether this machine has it, and its driver."""
    return bool(CHROMIUM) and Path(DRIVER).exists()


@contextmanager
def chromium(patience: float) -> Iterator[Any]:
    """A browser that logs what pages complain of and load, and waits so many seconds for one."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in ("headless", "no-sandbox", "disable-gpu", "disable-background-networking", "no-first-run"):
        options.add_argument(f"--{flag}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService(DRIVER))
    try:
        driver.set_page_load_timeout(patience)
        driver.set_script_timeout(patience)
        yield driver
    finally:
        driver.quit()
