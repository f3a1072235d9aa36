"""A person's question to a query: its dates read, web markup left out."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from retrieval.dates import describe, publication_window, read_dates
from retrieval.types import Query

if TYPE_CHECKING:
    from datetime import datetime

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


def make_query(question: str, *, as_of: datetime) -> Query:
    """Return the query for a question asked at `as_of`.

    Days that the question makes a condition ("in March", "yesterday") narrow the search and are
    taken out of its words; times that are only context ("this week") stay words. Never raises.
    """
    text = plain_text(question)
    reading = read_dates(text, as_of=as_of)
    if reading is None or not (reading.strict or reading.latest):
        return Query(text, as_of, asked=question)
    first, last = publication_window(reading, as_of=as_of)
    return Query(
        reading.remaining,
        as_of,
        published_from=first,
        published_to=last,
        latest=reading.latest,
        dates=describe(reading),
        asked=question,
    )


def plain_text(question: str) -> str:
    """Return the question without HTML tags and references, as pasted from a web page."""
    if "<" not in question and "&" not in question:
        return question
    text = " ".join(html.unescape(_TAG.sub(" ", question)).split())
    return text or question
