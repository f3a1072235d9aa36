"""What the readers of HTML, PDF and Word documents share: extraction → article."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.readers.building import build_article
from retrieval.readers.confined import Task, Unreadable, extract
from retrieval.readers.fields import read_fields
from retrieval.readers.items import Noted, Skipped
from retrieval.readers.textfile import nothing_in
from retrieval.readers.wording import clean_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from retrieval.readers.confined.extracted import Kind
    from retrieval.readers.items import Origin, ReadItem


def read_document(
    kind: Kind,
    data: bytes,
    origin: Origin,
    *,
    url: str | None = None,
    address: Callable[[object], str | None] | None = None,
) -> Iterator[ReadItem]:
    """Read a document as one article.

    `url` is where it was found, if on the web; `address` makes the article's address of what the
    document gives as its own. What a document says about itself and can't be used is left out
    without a note: nobody here wrote it. Yields the article and notes, or one `Skipped`.
    """
    if not data:
        yield nothing_in(origin)
        return
    outcome = extract(Task(kind, url, origin.fetched.date().isoformat()), data)
    if isinstance(outcome, Unreadable):
        yield Skipped(origin.path, outcome.problem, outcome.remedy)
        return
    paragraphs = [line for raw in outcome.paragraphs if (line := clean_line(raw))]
    if not paragraphs:
        yield nothing_in(origin)
        return
    about = dict(outcome.about)
    about["url"] = address(about.get("url")) if address is not None else None
    fields = read_fields(about, location=origin.path, fetched=origin.fetched)
    yield build_article(replace(fields, notes=()), paragraphs, origin, own_file=True)
    for problem, remedy in outcome.notes:
        yield Noted(origin.path, problem, remedy)
