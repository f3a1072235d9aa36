"""A person's question to a query: completed from earlier turns, dates read, markup left out."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from retrieval.dates import describe, publication_window, read_dates
from retrieval.followup import Turn, complete
from retrieval.types import Abstention, Query

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from retrieval.dates.anchoring import Anchors
    from retrieval.types import Reply

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


def make_query(
    question: str,
    *,
    as_of: datetime,
    turns: Sequence[Turn] = (),
    anchors: Anchors | None = None,
    source: str = "",
) -> Query:
    """Return the query for a question asked at `as_of` after `turns` (oldest first).

    A question that leans on the turns is completed from them; one that doesn't stays as it is.
    Days that the question makes a condition ("in March", "yesterday") narrow the search and are
    taken out of its words; times that are only context ("this week") stay words. `anchors` dates
    events by the collection, for "since the invasion"; without it they stay words. `source` is the
    only source to be searched, "" for all. Raises only what `anchors` raises.
    """
    whole = complete(plain_text(question), turns)
    text = whole.text
    completed = text if whole.leaned else ""
    reading = read_dates(text, as_of=as_of, anchors=anchors)
    if reading is None or not (reading.strict or reading.latest):
        return Query(text, as_of, asked=question, source=source, completed=completed)
    first, last = publication_window(reading, as_of=as_of)
    return Query(
        reading.remaining,
        as_of,
        published_from=first,
        published_to=last,
        latest=reading.latest,
        dates=describe(reading),
        asked=question,
        source=source,
        completed=completed,
    )


def turn_of(query: Query, reply: Reply) -> Turn:
    """Return what a later question may lean on."""
    if isinstance(reply, Abstention):
        return Turn(query.text, "")
    titles = dict.fromkeys(citation.title for citation in reply.citations)
    return Turn(query.text, " ".join(s.text for s in reply.sentences), tuple(titles))


def plain_text(question: str) -> str:
    """Return the question without HTML tags and references, as pasted from a web page."""
    if "<" not in question and "&" not in question:
        return question
    text = " ".join(html.unescape(_TAG.sub(" ", question)).split())
    return text or question
