"""A window with the page: looking, clicking, typing, and what the browser wrote down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from selenium.common.exceptions import (
    ElementClickInterceptedException,
    ElementNotInteractableException,
    NoSuchElementException,
    StaleElementReferenceException,
    TimeoutException,
)
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select, WebDriverWait

from tests.support.chromium import requested

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from selenium.webdriver.chrome.webdriver import WebDriver
    from selenium.webdriver.remote.webelement import WebElement

T = TypeVar("T")
PATIENCE = 20.0
LABELLED = """
const [selector, label] = arguments;
const there = [...document.querySelectorAll(selector)];
const named = one => (one.innerText ?? '').trim();
const lines = one => named(one).split('\\n').map(line => line.trim());
const found = there.find(one => label === null || named(one) === label)
  ?? there.find(one => lines(one).includes(label))
  ?? there.find(one => named(one).startsWith(label)) ?? null;
return found"""
"""Gives the element of a selector by its text, one of its lines or its beginning."""

_PASSING = (
    ElementClickInterceptedException,
    ElementNotInteractableException,
    NoSuchElementException,
    StaleElementReferenceException,
)


class Window:
    """One window. What does not come within `PATIENCE` seconds fails."""

    def __init__(self, driver: WebDriver, url: str, beside: Window | None = None) -> None:
        self.driver = driver
        self.url = url.rstrip("/")
        self.handle = driver.current_window_handle
        # Shared by all windows of a browser: the one that commands go to.
        self._in_front: list[str] = [] if beside is None else beside._in_front
        self._in_front[:] = [self.handle]
        self._console: list[dict[str, Any]] = []
        self._performance: list[dict[str, Any]] = []

    def seen(self) -> str:
        """Return what is to be told of the window when something does not come."""
        return f"the page shows {self.text_of('body')[:500]!r}"

    def front(self) -> None:
        """Turn to this window."""
        if self._in_front != [self.handle]:
            self.driver.switch_to.window(self.handle)
            self._in_front[:] = [self.handle]

    def wait(self, condition: Callable[[], T], what: str, *, within: float = PATIENCE) -> T:
        """Return what `condition` returns once that is true; `what` says what is waited for."""

        def tried(_driver: WebDriver) -> T:
            return condition()

        waiting = WebDriverWait(
            self.driver, within, poll_frequency=0.05, ignored_exceptions=_PASSING
        )
        try:
            return waiting.until(tried)
        except TimeoutException:
            raise AssertionError(f"{what}: not seen; {self.seen()}") from None

    def run(self, script: str, *arguments: Any) -> Any:
        """Return what a script returns in the page."""
        self.front()
        return self.driver.execute_script(script, *arguments)

    def find(self, selector: str) -> WebElement:
        """Return an element once it is shown."""

        def shown() -> WebElement | None:
            found = self.driver.find_element(By.CSS_SELECTOR, selector)
            return found if found.is_displayed() else None

        self.front()
        found = self.wait(shown, selector)
        assert found is not None
        return found

    def sees(self, selector: str) -> bool:
        """Whether an element is there and shown."""
        self.front()
        return any(
            one.is_displayed() for one in self.driver.find_elements(By.CSS_SELECTOR, selector)
        )

    def text_of(self, selector: str) -> str:
        """Return an element's text, "" if there is none."""
        return str(
            self.run("return document.querySelector(arguments[0])?.innerText ?? ''", selector)
        ).strip()

    def click(self, selector: str, label: str | None = None) -> None:
        """Click the element; of several, the one whose text is or begins with `label`."""

        def clicked() -> bool:
            found = self.run(f"{LABELLED};", selector, label)
            if found is None:
                return False
            found.click()
            return True

        self.wait(clicked, f"{selector} {label or ''}")

    def hand(self) -> ActionChains:
        """Return mouse and keyboard."""
        return ActionChains(self.driver, duration=20)

    def touch(self, selector: str) -> None:
        """Click where an element is, whatever may lie above it."""
        box = self.run(
            "const box = document.querySelector(arguments[0]).getBoundingClientRect();"
            "return [box.x + box.width / 2, box.y + box.height / 2].map(Math.round)",
            selector,
        )
        hand = self.hand()
        hand.w3c_actions.pointer_action.move_to_location(*box)  # type: ignore[no-untyped-call]
        hand.click().perform()

    def keys(self, *keys: str) -> None:
        """Type where the focus is."""
        self.front()
        for key in keys:
            self.hand().send_keys(key).perform()

    def choose(self, selector: str, value: str) -> None:
        """Choose a select's option by its value."""
        Select(self.find(selector)).select_by_value(value)

    def console(self) -> list[str]:
        """Return all that the pages' console has said since the browser was started."""
        self._console += self.driver.get_log("browser")  # type: ignore[no-untyped-call]
        return [f"{entry['level']} {entry['message']}" for entry in self._console]

    def asked_for(self) -> list[str]:
        """Return all addresses that were requested since the browser was started."""
        self._performance += self.driver.get_log("performance")  # type: ignore[no-untyped-call]
        return requested(self._performance)

    def addresses(self) -> list[str]:
        """Return where the history's links lead."""
        return list(
            self.run("return [...document.querySelectorAll('#history a[href]')].map(a => a.href)")
        )

    def keep(self, folder: Path) -> list[Path]:
        """Save how the window looks and what its console says; return the files."""
        picture, console = folder / "page.png", folder / "console.log"
        self.driver.save_screenshot(str(picture))
        console.write_text("\n".join(self.console()), encoding="utf-8")
        return [picture, console]
