"""/stats: what the bot did and holds, in words and as a picture; /feedback: what people said."""

from __future__ import annotations

import asyncio
import re
from html import unescape
from typing import TYPE_CHECKING

from telegram import InputFile, ReplyParameters
from telegram.constants import ChatType, MessageLimit, ParseMode
from telegram.ext import CommandHandler, filters

from bot.chat.deliveries import delivery_section
from bot.chat.feedback import evaluation_lines, render_feedback
from bot.chat.html import utf16_units
from bot.chat.personal import render_only_private
from bot.chat.statistics import (
    PERIODS,
    by_day,
    holdings_section,
    question_sections,
    render_statistics,
    uptime_section,
)
from bot.chat.statistics_plot import draw_statistics
from bot.store.figures import count_holdings, verdicts_since
from bot.telegram.messenger import send_reply, topic_of
from bot.telegram.people import send_file

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from typing import TypeAlias

    from telegram import Message

    from bot.chat.statistics import Section
    from bot.chat.translations import Translator
    from bot.store.asks import Ask
    from bot.store.engine import Store
    from bot.telegram.access import Access
    from bot.telegram.ports import App

    MakeSections: TypeAlias = Callable[[Translator], Awaitable[Sequence[Section]]]

FEEDBACK_FILE = "feedback.jsonl"
_NEW = filters.UpdateType.MESSAGE
_MARK = re.compile(r"<[^>]*>")


class Statistics:
    """The commands that tell admins how the bot does.

    `index` returns the generation in use and its passages, None where that isn't known. `further`
    make the sections that stand below the others.
    """

    def __init__(
        self,
        store: Store,
        access: Access,
        *,
        index: Callable[[], tuple[int, int] | None] = lambda: None,
        further: Sequence[MakeSections] = (),
    ) -> None:
        self._store = store
        self._access = access
        self._index = index
        self._further = further
        self._started = store.clock()

    def register(self, application: App) -> None:
        """Add the commands; they must not hold up their chat's other messages."""
        for name, handle in (("stats", self.stats), ("feedback", self.feedback)):
            guarded = self._access.guarded(handle)
            application.add_handler(CommandHandler(name, guarded, filters=_NEW, block=False))

    async def stats(self, tr: Translator, message: Message) -> None:
        """Send the figures, below a picture of them if there is anything to draw."""
        asks = await self._store.asks.since(self._store.clock() - max(PERIODS))
        texts = render_statistics(tr, await self._sections(tr, asks))
        if not asks:
            await send_reply(message, texts)
            return
        days = by_day(asks, self._store.clock().date())
        picture = await asyncio.to_thread(draw_statistics, days, tr)
        fits = len(texts) == 1 and shown_units(texts[0]) <= MessageLimit.CAPTION_LENGTH
        await _send_picture(message, picture, texts[0] if fits else None)
        if not fits:
            await send_reply(message, texts)

    async def feedback(self, tr: Translator, message: Message) -> None:
        """Say what people said of answers, and send it as questions for `newsdesk eval`."""
        if message.chat.type != ChatType.PRIVATE:
            await send_reply(message, [render_only_private(tr)])
            return
        verdicts = await self._store.chats.feedback()
        await send_reply(message, [render_feedback(tr, verdicts)])
        if not verdicts:
            return
        caption = tr("For newsdesk eval. It names nobody, but holds people's words.")
        await send_file(message, evaluation_lines(verdicts), FEEDBACK_FILE, caption)
        user = message.from_user
        await self._access.note(user.id if user else None, "feedback", verdicts=len(verdicts))

    async def _sections(self, tr: Translator, asks: Sequence[Ask]) -> list[Section]:
        now, database = self._store.clock(), self._store.database
        verdicts = await verdicts_since(database, now - max(PERIODS))
        runs = await self._store.runs.last(1)
        held = await count_holdings(database)
        sections = [
            *question_sections(tr, asks, verdicts, now),
            holdings_section(tr, held, runs[0] if runs else None, self._index()),
            delivery_section(tr, await self._store.outbox.load(now)),
        ]
        for make in self._further:
            sections += await make(tr)
        return [*sections, uptime_section(tr, now - self._started)]


async def _send_picture(question: Message, picture: bytes, caption: str | None) -> None:
    """Send a PNG in reply to a message, with HTML below it. Raises TelegramError."""
    await question.get_bot().send_photo(
        question.chat_id,
        InputFile(picture, "statistics.png"),
        caption=caption,
        parse_mode=ParseMode.HTML,
        reply_parameters=ReplyParameters(question.message_id, allow_sending_without_reply=True),
        message_thread_id=topic_of(question),
    )


def shown_units(html: str) -> int:
    """Return the length of HTML as Telegram counts it, without its marks."""
    return utf16_units(unescape(_MARK.sub("", html)))
