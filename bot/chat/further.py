"""What there is to read on beside an answer, as one message of HTML. Pure."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from bot.chat import paging
from bot.chat.captions import link_of, one_line, title_of
from bot.chat.fragments import with_fragment
from bot.chat.html import LINE, Block, Run
from bot.chat.rendering import origin
from bot.chat.splitting import split_messages
from retrieval.readers.wording import shorten

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.chat.translations import Translator
    from retrieval.types import Excerpt

# Of five, so that one message holds them whatever they are.
_TITLE_UNITS, _ORIGIN_UNITS, _TEXT_UNITS, _LINK_BYTES = 150, 110, 450, 1500
_TEXT = 350  # characters


def render_excerpts(excerpts: Sequence[Excerpt], tr: Translator) -> str:
    """Return up to five numbered passages, each under its article's title, source and day."""
    sections = [[Block((Run(tr("Further passages on this"), bold=True),))]]
    for number, excerpt in enumerate(excerpts, start=1):
        text = paging.shorten(shorten(one_line(excerpt.text), _TEXT), _TEXT_UNITS)
        told = paging.shorten(origin(excerpt.article, tr), _ORIGIN_UNITS)
        title = Run(
            paging.shorten(title_of(excerpt.article), _TITLE_UNITS), url=_link(excerpt, text)
        )
        head = (Run(f"{number}. "), title, *((Run(f" — {told}"),) if told else ()))
        sections.append([Block(head), Block((Run(text),), quote=True, gap=LINE)])
    return split_messages(sections)[0]


def _link(excerpt: Excerpt, shown: str) -> str | None:
    """Return the address that opens the page at the text if it was shown whole, or None."""
    link = link_of(excerpt.article)
    whole = shown == one_line(excerpt.text)
    for one in (with_fragment(link, excerpt.text) if whole else link, link) if link else ():
        if len(escape(one).encode()) <= _LINK_BYTES:
            return one
    return None
