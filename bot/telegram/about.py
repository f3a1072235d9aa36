"""Which article a reply is about: that of an alert, or of the bot's invitation to ask."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

from bot.chat.alert_presses import decode
from bot.errors import BotError
from bot.store.alert_messages import articles_told_in
from retrieval.followup import Turn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from telegram import Message

    from bot.store.engine import Store
    from retrieval.types import Article

logger = logging.getLogger(__name__)

LEANED_ON = 600
"""Characters of an article, from its beginning, that a question may lean on."""
_INVITATION = re.compile(r"https://t\.me/\w+/?\?start=a_([0-9a-z]{1,16})", re.ASCII)


def with_article(html: str, article_id: str, username: str) -> str:
    """Return an invitation to ask about an article, so that replies to it are about that."""
    return f'{html} <a href="https://t.me/{username}?start=a_{article_id}">↩</a>'


async def article_replied_to(store: Store, message: Message) -> Article | None:
    """Return the article that a message replies to an alert of, None if it doesn't."""
    asked = message.reply_to_message
    if asked is None or asked.from_user is None or asked.from_user.id != message.get_bot().id:
        return None
    try:
        told = await articles_told_in(store.database, message.chat_id, asked.message_id)
        for article_id in (*told[:1], *_named_in(asked)):
            found = await store.articles.get(article_id)
            if found is not None:
                return found
    except BotError as error:
        logger.warning("An alert could not be looked up: %s", type(error).__name__)
    return None


def turn_about_article(article: Article) -> Turn:
    """Return what a question about an article leans on."""
    return Turn(article.title, article.text[:LEANED_ON], (article.title,))


def _named_in(asked: Message) -> Iterator[str]:
    """Yield the articles that an alert's buttons or an invitation's link name."""
    for entity in asked.entities:
        if found := _INVITATION.fullmatch(entity.url or ""):
            yield found[1]
    rows = asked.reply_markup.inline_keyboard if asked.reply_markup else ()
    for button in (button for row in rows for button in row):
        press = decode(button.callback_data) if isinstance(button.callback_data, str) else None
        if press is not None and press.article:
            yield press.article
