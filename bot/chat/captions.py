"""How an article is named wherever it is shown: cleaned title, source, day and safe link."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, TypeAlias
from unicodedata import category, normalize
from urllib.parse import urlsplit

from retrieval.dates.reading import MONTHS
from retrieval.types import Answer, Article, ArticleRef, Citation

if TYPE_CHECKING:
    from datetime import datetime

    from bot.chat.translations import Translator
    from retrieval.types import Reply

Named: TypeAlias = Article | ArticleRef | Citation

URL_BYTES = 2048
UNTITLED = "Untitled article"

_SPACES = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)], " ")
_LINES = {ord("\n"): "\n", 0x2028: "\n", 0x2029: "\n"}
# Left open, an override or isolate would turn around the text that follows the article's own.
_DIRECTIONS: dict[int, None] = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_SURROGATES = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
# Letters, symbols and marks that show nothing or that Telegram takes away.
_BLANK = frozenset("\u2800\u3164\u115f\u1160\uffa0\ufe0f\ufffc\u030a\u0333\u033f")
_CLEANING = {**_SPACES, **_LINES, **_DIRECTIONS, **_SURROGATES}


def clean(text: str) -> str:
    """Return `text` without what a message can't hold: controls, overrides, lone surrogates.

    Letters and their marks are composed: Telegram drops some marks that stand alone, such as the
    ring of a decomposed å.
    """
    return normalize("NFC", text.replace("\r\n", "\n").translate(_CLEANING))


def one_line(text: str) -> str:
    """Return `text` cleaned and on one line, each run of white space as one space."""
    return " ".join(clean(text).split())


def is_visible(text: str) -> bool:
    """Return whether anything of `text` would be seen in a message."""
    return any(
        not character.isspace()
        and character not in _BLANK
        and category(character) not in {"Cc", "Cf"}
        for character in text
    )


def day(moment: datetime) -> str:
    """Return an aware datetime's day in UTC, such as "31 March 2022", in any locale."""
    moment = moment.astimezone(UTC)
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}"


def title_of(article: Named) -> str:
    """Return the article's title on one line, or a stand-in for a blank one."""
    title = one_line(article.title)
    return title if is_visible(title) else UNTITLED


def origin_of(article: Named, tr: Translator | None = None) -> str:
    """Return "Source, 31 March 2022"; either half may be missing, "" when both are."""
    published = ""
    if article.published:
        published = (
            tr.date(article.published.astimezone(UTC).date()) if tr else day(article.published)
        )
    return ", ".join(part for part in (one_line(article.source), published) if is_visible(part))


def link_of(article: Named) -> str | None:
    """Return the article's address if a message may link it: http or https, a host, not huge."""
    url = (article.url or "").strip()
    if not url.isprintable() or " " in url or len(url.encode("utf-8", "replace")) > URL_BYTES:
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and host else None


def footing(reply: Reply) -> str:
    """Return how fresh a reply is and how dates in its question were read, "" if there is none."""
    parts = []
    if isinstance(reply, Answer) and reply.as_of:
        parts.append(f"As of {day(reply.as_of)}")
    if reply.dates:
        parts.append(f"Dates: {reply.dates}")
    return ". ".join(parts)
