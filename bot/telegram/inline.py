"""`@bot question` in any chat: offers cited answers and passages to send there."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from datetime import timedelta
from typing import TYPE_CHECKING

from telegram import InlineQueryResultArticle, InputTextMessageContent, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest
from telegram.ext import InlineQueryHandler

from bot.chat.conversation import Question, check_question
from bot.chat.inline import cards
from bot.chat.limits import render_wait_briefly
from bot.telegram.language import translator_for
from bot.telegram.limits import Quota, answer_with_hint

if TYPE_CHECKING:
    from telegram import InlineQuery, Update
    from telegram.ext import ContextTypes

    from bot.chat.inline import Card
    from bot.store.engine import Store
    from bot.telegram.ports import App, Desk

logger = logging.getLogger(__name__)

TYPING_SECONDS = 0.3  # without another letter, before a question is taken for finished
SHORTEST = 3
CACHE_SECONDS = 300
_TYPISTS = 1000


class Inline:
    """Answers inline queries. Who types on gets the answer to what they typed last."""

    def __init__(self, desk: Desk, store: Store | None = None, quota: Quota | None = None) -> None:
        self._desk = desk
        self._store = store
        self._quota = quota or Quota()
        self._latest: OrderedDict[int, str] = OrderedDict()

    def register(self, application: App) -> None:
        """Add the handler; it must not hold up anything else."""
        application.add_handler(InlineQueryHandler(self.offer, block=False))

    async def offer(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Offer up to five cards for a question."""
        query = update.inline_query
        if query is None or not await self._is_finished(query):
            return
        found: list[Card] = []
        question = check_question(query.query)
        if isinstance(question, Question) and len(question.text) >= SHORTEST and not query.offset:
            tr = await translator_for(self._store, query.from_user.id, query.from_user)
            wait = await self._quota.wait(query.from_user.id, "inline")
            if wait > timedelta():
                await answer_with_hint(query, render_wait_briefly(tr, wait))
                return
            async with self._quota.noting(query.from_user.id, "inline") as asking:
                timed = await self._desk.ask(question.text)
                asking.reply = timed.reply
            found = cards(timed.reply, timed.hits, question.text, tr)
        try:
            await query.answer(
                [_result(card) for card in found], cache_time=CACHE_SECONDS, is_personal=True
            )
        except BadRequest as refusal:  # too old by now
            logger.info("An inline query was not answered: %s", type(refusal).__name__)

    async def _is_finished(self, query: InlineQuery) -> bool:
        """Wait a moment; tell whether the person has typed on meanwhile."""
        self._latest[query.from_user.id] = query.id
        self._latest.move_to_end(query.from_user.id)
        if len(self._latest) > _TYPISTS:
            self._latest.popitem(last=False)
        await asyncio.sleep(TYPING_SECONDS)
        return self._latest.get(query.from_user.id) == query.id


def _result(card: Card) -> InlineQueryResultArticle:
    content = InputTextMessageContent(
        card.html,
        parse_mode=ParseMode.HTML,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )
    return InlineQueryResultArticle(
        card.key, card.title, content, description=card.description or None
    )
