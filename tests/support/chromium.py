"""Headless Chromium through Selenium, without a network beyond this machine."""

from __future__ import annotations

import json
import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from selenium.webdriver.chrome.webdriver import WebDriver

MISSING = "no Chromium with its driver is installed here (apt-get install chromium chromium-driver)"
NEEDED = "NEWSDESK_NEED_CHROMIUM"
"""Set to 1 where the tests must not be left out."""

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_OPTIONS = (
    "--headless=new",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-sync",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--lang=en-US",
    "--window-size=1280,900",
)


def find_chromium() -> tuple[str, str] | None:
    """Return the paths of the browser and of its driver, or None."""
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    driver = shutil.which("chromedriver")
    return (browser, driver) if browser and driver else None


@contextmanager
def chromium(folder: Path) -> Iterator[WebDriver]:
    """Run a browser until the end of the block; its driver's log is in `folder`.

    Raises FileNotFoundError if there is none.
    """
    found = find_chromium()
    if found is None:
        raise FileNotFoundError(MISSING)
    options = webdriver.ChromeOptions()
    options.binary_location = found[0]
    for option in _OPTIONS:
        options.add_argument(option)
    if os.geteuid() == 0:  # Chromium's sandbox refuses to run as root
        options.add_argument("--no-sandbox")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    os.environ["SE_OFFLINE"] = "true"
    os.environ["NO_PROXY"] = "127.0.0.1,localhost"
    service = Service(
        executable_path=found[1],
        log_output=str(folder / "chromedriver.log"),
        env={**os.environ, "TZ": "UTC"},  # what people type as times is meant so
    )
    driver = webdriver.Chrome(options=options, service=service)
    try:
        yield driver
    finally:
        driver.quit()


def requested(entries: list[dict[str, Any]]) -> list[str]:
    """Return the addresses that pages asked for, of the performance log's entries."""
    messages = [json.loads(entry["message"])["message"] for entry in entries]
    return [
        message["params"]["request"]["url"]
        for message in messages
        if message["method"] == "Network.requestWillBeSent"
    ] + [
        message["params"]["url"]
        for message in messages
        if message["method"] == "Network.webSocketCreated"
    ]
