"""From a pressed number or title to the paragraph it stands for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.chat.keyboards import paragraph_keyboard
from bot.chat.paragraphs import render_paragraph, view_article
from bot.chat.presses import Action
from bot.chat.reply_records import reply_of_record
from retrieval.types import Answer, ArticleRef, Citation

if TYPE_CHECKING:
    from bot.chat.keyboards import Keyboard
    from bot.chat.presses import Press
    from bot.chat.translations import Translator
    from bot.store.articles import ArticleStore
    from bot.store.records import StoredAnswer
    from retrieval.types import Reply


@dataclass(frozen=True, slots=True)
class Shown:
    """What a message becomes: its HTML and its buttons."""

    text: str
    keyboard: Keyboard


async def show_paragraph(
    articles: ArticleStore, answer: StoredAnswer, press: Press, tr: Translator
) -> Shown | str:
    """Return the paragraph that a button asks for, or a line that says why there is none.

    Raises StoreError.
    """
    meant = _meant(reply_of_record(answer.reply), press)
    if meant is None:
        return tr("That answer has changed since. Please use the buttons under it.")
    article = await articles.get(meant.article_id)
    if article is None:
        return tr("That article is no longer in the collection.")
    quote, span = (meant.quote, meant.span) if isinstance(meant, Citation) else ("", None)
    view = view_article(article, quote, span)
    last = max(0, len(view.paragraphs) - 1)
    at = min(press.second - 1 if press.second else view.start, last)
    changed = bool(quote) and view.quoted is None
    return Shown(
        render_paragraph(view, at, tr, changed=changed),
        paragraph_keyboard(press, at, len(view.paragraphs), tr),
    )


def _meant(reply: Reply, press: Press) -> Citation | ArticleRef | None:
    if press.action is Action.CLOSEST:
        return next(iter(reply.closest[press.first : press.first + 1]), None)
    citations = reply.citations if isinstance(reply, Answer) else ()
    return next((one for one in citations if one.number == press.first), None)
