"""The page in a browser. Without Chromium these tests are left out, and the summary says so."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from newsroom_stories import STORIES
from playing import ChatPage
from selenium.common.exceptions import WebDriverException
from stage import Stage, stage

from tests.support.chromium import MISSING, NEEDED, chromium, find_chromium
from tests.support.playground_program import Playground, Story, playground

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from selenium.webdriver.chrome.webdriver import WebDriver

    from retrieval.embedding import Embedder


@pytest.fixture(scope="module")
def stories(request: pytest.FixtureRequest) -> list[Story]:
    """Return what the collection holds: a module's own STORIES, else the newsroom's."""
    return list(getattr(request.module, "STORIES", STORIES))


@pytest.fixture(scope="session")
def browser_there() -> None:
    """Leave the tests out where there is no browser, or fail where there must be one."""
    if find_chromium() is None:
        if os.environ.get(NEEDED) == "1":
            pytest.fail(f"{MISSING}, and {NEEDED} is 1")
        pytest.skip(MISSING)


@pytest.fixture(scope="module")
def program(
    browser_there: None,
    tmp_path_factory: pytest.TempPathFactory,
    embedder: Embedder,
    stories: list[Story],
) -> Iterator[Playground]:
    """Run `newsdesk playground` for the module's tests."""
    place, now = tmp_path_factory.mktemp("playground"), datetime.now(UTC)
    with playground(place, stories, now=now, embedder=embedder) as running:
        yield running


@pytest.fixture(scope="module")
def play(browser_there: None) -> Iterator[Stage]:
    """Serve the page without a bot; a module that wants it makes its `window` of it."""
    with stage() as served:
        yield served


@pytest.fixture(scope="module")
def browser(browser_there: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebDriver]:
    """Run one browser for the module's tests."""
    with chromium(tmp_path_factory.mktemp("browser")) as driver:
        yield driver


@pytest.fixture(scope="module")
def window(browser: WebDriver, program: Playground) -> ChatPage:
    """Return the window that the module's tests share."""
    return ChatPage(browser, program.url)


@pytest.fixture
def page(window: ChatPage, tmp_path: Path) -> Iterator[ChatPage]:
    """Give the page, loaded anew. Afterwards nothing may be amiss in the browser."""
    seen, known = len(window.console()), len(window.asked_for())
    window.open()
    yield window
    amiss = [line for line in window.console()[seen:] if not line.startswith(("INFO", "DEBUG"))]
    strangers = [one for one in window.asked_for()[known:] if not _is_own(one, window.url)]
    if amiss or strangers:
        window.keep(tmp_path)
    assert amiss == []
    assert strangers == [], "addresses elsewhere were asked for"


def _is_own(address: str, root: str) -> bool:
    return address.startswith((f"{root}/", "data:", f"blob:{root}/"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep what a failure left on the screen, and say where."""
    report = yield
    used = getattr(item, "funcargs", {})
    window, program = used.get("page"), used.get("program")
    if report.failed and call.when == "call" and isinstance(window, ChatPage):
        kept = []
        with suppress(WebDriverException):
            kept = window.keep(used["tmp_path"])
        if isinstance(program, Playground):
            kept.append(program.log)
        report.sections.append(("Kept of the browser", "\n".join(map(str, kept))))
    return report
