"""Draws docs/pictures/: the playground over the sample articles, as headless Chromium shows it.

Run by `make pictures`, which indexes the samples first: `python -m docs.make_pictures DATA`.
"""

from __future__ import annotations

import sys
import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tests.browser.playing import ChatPage
from tests.support.chromium import chromium
from tests.support.playground_program import running

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDER = Path(__file__).parent / "pictures"
QUESTION = "Which country banned wheat exports?"
ARTICLE = b"""---
title: Refugees from Ukraine begin to return to Kyiv
source: Newsdesk samples
---
More refugees from Ukraine crossed back into their country last week than left it,
the border guard said.

Most of those who return from Poland go on to Kyiv, where trains arrive full every morning.
"""
DESK, PHONE = (1180, 860), (430, 860)
DAY = 86_400


class Camera:
    """Takes pictures of a page, light or dark, in the size of a desk or of a phone."""

    def __init__(self, page: ChatPage) -> None:
        self._page = page

    def look(self, theme: str, size: tuple[int, int] = DESK) -> None:
        """Show the page in a theme and a size, as a browser that asks for these would."""
        driver = self._page.driver
        wanted = {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": False}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", wanted)
        feature = {"name": "prefers-color-scheme", "value": theme}
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})

    def take(self, name: str) -> None:
        """Save what the page shows once it has come to rest."""
        self._page.run(
            "return Promise.all(document.getAnimations().map(one => one.finished.catch(() => 0)))"
        )
        self._page.driver.save_screenshot(str(FOLDER / f"{name}.png"))
        click.echo(FOLDER / f"{name}.png")


def answer(page: ChatPage, camera: Camera) -> None:
    """Ask; show the cited answer in light and dark and on a phone, and a citation's paragraph."""
    page.meet("Ann")
    page.ask("/start")
    reply = page.ask(QUESTION)
    for theme in ("light", "dark"):
        camera.look(theme)
        camera.take(f"answer-{theme}")
    camera.look("light", PHONE)
    camera.take("answer-phone")
    camera.look("light")
    page.pressed(reply, "1")
    camera.take("citation")


def subscription(page: ChatPage, camera: Camera, folder: Path) -> None:
    """Subscribe to a topic by meaning, add an article that matches, and show its alert."""
    page.meet("Ravi")
    page.choose("#language", "en")
    page.ask("/subscribe refugees who flee from Ukraine")
    camera.take("subscribe")
    article = folder / "refugees.md"
    article.write_bytes(ARTICLE)
    page.meet("Olga")
    page.send_file(article)
    page.until(lambda one: "1 article is in." in one.text, "the article taken in", within=120)
    camera.take("upload")
    page.meet("Ravi")
    began = "Refugees from Ukraine begin"
    page.until(lambda one: one.text.startswith(began), "the alert", within=120)
    camera.look("dark")
    camera.take("alert")
    camera.look("light")


def admin(page: ChatPage, camera: Camera) -> None:
    """Show what an admin sees: figures, and the raw calls beside the chat."""
    page.meet("Olga")
    page.ask("/stats")
    page.click("#calls-toggle")
    camera.take("calls")
    page.click("#calls-toggle")


def main(data: str) -> None:
    """Take all pictures of a playground over the index in `data`."""
    FOLDER.mkdir(exist_ok=True)
    scenes: list[Callable[[ChatPage, Camera], None]] = [answer, admin]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        program = stack.enter_context(running(Path(data), folder, now=datetime.now(UTC)))
        driver = stack.enter_context(chromium(folder))
        page = ChatPage(driver, program.url)
        camera = Camera(page)
        camera.look("light")
        page.open()
        for scene in scenes:
            scene(page, camera)
        subscription(page, camera, folder)


if __name__ == "__main__":
    main(sys.argv[1])
