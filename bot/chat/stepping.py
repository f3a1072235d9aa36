"""From a pressed number or title to the paragraph it stands for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.chat.keyboards import paragraph_keyboard
from bot.chat.paragraphs import render_paragraph, view_article
from bot.chat.presses import Action
from bot.chat.reply_records import further_of_record, reply_of_record
from retrieval.types import Answer

if TYPE_CHECKING:
    from bot.chat.paging import Keyboard
    from bot.chat.presses import Press
    from bot.chat.translations import Translator
    from bot.store.articles import ArticleStore
    from bot.store.records import StoredAnswer
    from retrieval.types import Span


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
    meant = _meant(answer, press)
    if meant is None:
        return tr("That answer has changed since. Please use the buttons under it.")
    article = await articles.get(meant.article_id)
    if article is None:
        return tr("That article is no longer in the collection.")
    view = view_article(article, meant.quote, meant.span)
    last = max(0, len(view.paragraphs) - 1)
    at = min(press.second - 1 if press.second else view.start, last)
    changed = bool(meant.quote) and view.quoted is None
    return Shown(
        render_paragraph(view, at, tr, changed=changed),
        paragraph_keyboard(press, at, len(view.paragraphs), tr),
    )


@dataclass(frozen=True, slots=True)
class _Meant:
    """An article, and the quotation in it to begin at, if there is one."""

    article_id: str
    quote: str = ""
    span: Span | None = None


def _meant(answer: StoredAnswer, press: Press) -> _Meant | None:
    """Return what the button stood for, None if the answer has no such thing."""
    reply = reply_of_record(answer.reply)
    match press.action:
        case Action.CLOSEST:
            found = [_Meant(one.article_id) for one in reply.closest]
        case Action.FURTHER:
            further = further_of_record(answer.reply)
            found = [_Meant(one.article.article_id, one.text, one.span) for one in further]
        case _:
            citations = reply.citations if isinstance(reply, Answer) else ()
            cited = (one for one in citations if one.number == press.first)
            return next((_Meant(one.article_id, one.quote, one.span) for one in cited), None)
    return found[press.first] if press.first < len(found) else None
