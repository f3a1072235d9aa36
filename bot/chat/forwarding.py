"""A forwarded message as an article: what it is called, and its JSON line. Pure."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.chat.browsing import one_message
from bot.chat.captions import clean, one_line
from bot.chat.conversation import QUESTION_CHARACTERS
from bot.chat.html import LINE, Block, Run
from bot.chat.paging import Button, Page, shorten
from retrieval.readers.wording import shorten as shorten_characters
from retrieval.sentences import sentence_spans

if TYPE_CHECKING:
    from datetime import datetime

    from bot.chat.translations import Translator

ENOUGH_CHARACTERS = 200
TITLE_CHARACTERS = 150
ADD, ASK, CANCEL = "c:fa", "c:fq", "c:fc"


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A message's words and where they are from; `published` is aware."""

    text: str
    source: str
    url: str | None
    published: datetime


def is_enough(text: str) -> bool:
    """Return whether a text is long enough to be an article."""
    return len(one_line(text)) >= ENOUGH_CHARACTERS


def title_and_text(text: str) -> tuple[str, str]:
    """Return a title and what stands below it.

    The first line is the title if it is short and more follows it; else the first sentence is,
    and the text is all of it.
    """
    lines = [line for line in clean(text).splitlines() if line.strip()]
    first = one_line(lines[0]) if lines else ""
    if len(lines) > 1 and len(first) <= TITLE_CHARACTERS:
        return first, "\n".join(lines[1:])
    spans = sentence_spans(first)
    sentence = first[spans[0].start : spans[0].end] if spans else first
    return shorten_characters(sentence, TITLE_CHARACTERS), "\n".join(lines)


def json_line(forwarded: Forwarded) -> bytes:
    """Return the article as a line of a JSON lines file."""
    title, text = title_and_text(forwarded.text)
    record = {
        "title": title,
        "text": text,
        "source": one_line(forwarded.source),
        "published": forwarded.published.isoformat(),
    }
    if forwarded.url:
        record["url"] = forwarded.url
    return json.dumps(record, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def file_name(line: bytes) -> str:
    """Return the name of the file for a record: the same for the same."""
    return f"forwarded-{hashlib.sha256(line).hexdigest()[:16]}.jsonl"


def question_in(text: str) -> str:
    """Return what to ask about a text: all of it, or its title where that is too long."""
    line = one_line(text)
    return line if len(line) <= QUESTION_CHARACTERS else title_and_text(text)[0]


def render_offer(tr: Translator, forwarded: Forwarded) -> Page:
    """Return the choice of what to do with a message."""
    title, _ = title_and_text(forwarded.text)
    day = tr.date(forwarded.published.date())
    blocks = [
        Block((Run(tr("What shall I do with this text?"), bold=True),)),
        Block((Run(shorten(title, TITLE_CHARACTERS)),)),
        Block((Run(f"{shorten(forwarded.source, TITLE_CHARACTERS)}, {day}"),), gap=LINE),
    ]
    rows = (
        (Button(tr("Add as an article"), ADD),),
        (Button(tr("Ask about it"), ASK), Button(tr("Cancel"), CANCEL)),
    )
    return Page(one_message([blocks]), rows)
