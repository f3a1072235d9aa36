"""Which article a message shows, and which one a person names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.browsing import Reading, press_of
from bot.sources.detecting import is_address
from bot.store.shelf import Shelf
from retrieval.readers import canonical_url

if TYPE_CHECKING:
    from telegram import Message

    from bot.store.engine import Store
    from retrieval.types import Article


async def article_in(store: Store, message: Message) -> str:
    """Return the id of the first article that a message's buttons or links lead to, or ""."""
    rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
    for button in (button for row in rows for button in row):
        data = button.callback_data
        press = press_of(data) if isinstance(data, str) else None
        if isinstance(press, Reading):
            return press.article_id
    return await Shelf(store.database).at(e.url for e in message.entities if e.url) or ""


async def article_named(store: Store, wanted: str) -> Article | None:
    """Return the article with this number or address, or None."""
    if is_address(wanted):
        spelt = dict.fromkeys(url for url in (wanted, canonical_url(wanted)) if url)
        wanted = await Shelf(store.database).at(spelt) or ""
    return await store.articles.get(wanted) or await store.articles.get(wanted.lower())


def after_command(message: Message) -> str:
    """Return what stands after a message's command."""
    return "".join((message.text or "").split(maxsplit=1)[1:]).strip()
