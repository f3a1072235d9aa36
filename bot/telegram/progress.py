"""One message that shows how a reload goes, edited now and then, and ends with what came of it."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from telegram.error import TelegramError

from bot.chat.reloading import render_event
from bot.chat.translations import marked
from bot.collection.events import Failed, Finished
from bot.telegram.messenger import edit_text, send_live
from bot.telegram.pages import send_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from telegram import Message

    from bot.chat.paging import Page
    from bot.chat.translations import Translator
    from bot.collection.naming import Named
    from bot.collection.reloading import Reload, Reloader
    from bot.store.records import Watched

logger = logging.getLogger(__name__)

EDIT_SECONDS = 2.0  # between two edits of one progress message; a chat takes one message a second
WAITING = marked("A reload is under way; this follows it.")


class Live:
    """A message of the bot's that is edited; `question` is what it replies to."""

    def __init__(self, question: Message, message: Message, shown: str) -> None:
        self._question = question
        self._message = message
        self._shown = shown
        self._when = time.monotonic()

    @classmethod
    async def begin(cls, question: Message, text: str) -> Live:
        """Send the message, of HTML. Raises TelegramError."""
        return cls(question, await send_live(question, text), text)

    async def show(self, text: str) -> None:
        """Show how it goes, unless the last edit was just now; to fail at that is no error."""
        if text == self._shown or time.monotonic() - self._when < EDIT_SECONDS:
            return
        try:
            await edit_text(self._message, text)
        except TelegramError as error:  # deleted, or too many edits: the work goes on
            logger.info("Progress could not be shown: %s", type(error).__name__)
        self._shown, self._when = text, time.monotonic()

    async def end(self, page: Page) -> None:
        """Show what came of it; in a new message if this one can't be edited any more."""
        try:
            await edit_text(self._message, page.html, page.rows)
        except TelegramError as error:
            logger.info("An end could not be shown in place: %s", type(error).__name__)
            await send_page(self._question, page)


async def follow(tr: Translator, live: Live, reload: Reload) -> Finished | Failed:
    """Show a reload's progress until it has ended; returns how it did."""
    async for event in reload.watch():
        if isinstance(event, Finished | Failed):
            return event
        await live.show(render_event(tr, event))
    raise AssertionError  # a reload ends with one of the two


async def run_sync(
    tr: Translator,
    live: Live,
    reloader: Reloader,
    *,
    sources: Sequence[Watched],
    named: Named | None = None,
) -> Finished | Failed:
    """Run a sync of one's own, after the reload that may be under way, and show how it goes."""
    while True:
        reload, own = reloader.start("chat", sources=sources, named=named)
        if not own:
            await live.show(tr(WAITING))
        ended = await follow(tr, live, reload)
        if own:
            return ended
