"""What is offered while somebody types `@bot question` in any chat: an answer, passages. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.chat.browsing import one_message, snippet
from bot.chat.captions import clean, link_of, one_line, title_of
from bot.chat.fragments import with_fragment
from bot.chat.html import LINE, Block, Run
from bot.chat.rendering import origin, render_reply
from retrieval.readers.wording import shorten
from retrieval.types import Answer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.chat.translations import Translator
    from retrieval.types import Hit, Reply

CARDS = 5
_TITLE = 80  # characters that Telegram's clients show of a card's title, about
_PASSAGE = 1500


@dataclass(frozen=True, slots=True)
class Card:
    """One offer: `key` is unique among a question's, `html` what is sent once it is chosen."""

    key: str
    title: str
    description: str
    html: str


def cards(reply: Reply, hits: Iterable[Hit], words: str, tr: Translator) -> list[Card]:
    """Return up to five offers: the answer if there is one, then passages, one an article."""
    found: list[Card] = []
    if isinstance(reply, Answer):
        first = one_line(clean(reply.sentences[0].text))
        sources = dict.fromkeys(origin(citation, tr) for citation in reply.citations)
        described = shorten("; ".join(filter(None, sources)), 120)
        found.append(Card("answer", shorten(first, _TITLE), described, render_reply(reply, tr)[0]))
    seen: set[str] = set()
    for hit in hits:
        if len(found) == CARDS:
            break
        if hit.article.id in seen:
            continue
        seen.add(hit.article.id)
        found.append(_passage(hit, words, tr))
    return found


def _passage(hit: Hit, words: str, tr: Translator) -> Card:
    passage = shorten(clean(hit.passage.text).strip(), _PASSAGE)
    link = link_of(hit.article)
    title = Run(title_of(hit.article), url=with_fragment(link, hit.passage.text) if link else None)
    told = origin(hit.article, tr)
    head = Block((title, Run(f" — {told}")) if told else (title,))
    quoted = Block((Run(passage),), quote=True, gap=LINE)
    return Card(
        hit.passage.id,
        shorten(one_line(title_of(hit.article)), _TITLE),
        snippet(hit.passage.text, words),
        one_message([[head, quoted]]),
    )
