"""The value types that flow through Newsdesk, in the order in which data meets them.

articles → passages → hits → reply. All are frozen and slotted; datetimes are aware and in UTC;
offsets count Unicode code points. Standard library only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range `[start, end)` of code points in an article's text."""

    start: int
    end: int

    def __post_init__(self) -> None:
        """Refuse ranges that no text can hold."""
        if not 0 <= self.start <= self.end:
            raise ValueError(f"not a span: [{self.start}, {self.end})")

    def of(self, text: str) -> str:
        """Return the part of `text` that the span covers."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Article:
    """One news article as Newsdesk keeps it.

    `text` holds one paragraph a line and no blank ends; `digest` identifies title and text;
    `id` stays the same when an edited version of the article comes again.
    """

    id: str
    url: str | None
    title: str
    text: str
    source: str
    authors: tuple[str, ...]
    published: datetime | None
    fetched: datetime
    language: str
    digest: str


@dataclass(frozen=True, slots=True)
class Passage:
    """An exact slice of an article: `article.text[span.start:span.end] == text`."""

    id: str
    article_id: str
    ordinal: int
    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Query:
    """A question as the search sees it.

    `text` is what is searched for, `asked` the person's own words where they differ. `as_of` is
    the question's today: nothing published on a later day is found and recency counts back from
    it. `published_from` and `published_to` (inclusive) narrow the search; with either set, undated
    articles are left out. `source` narrows it to the articles of that name, "" to none. `latest`
    puts the newest first. `dates` says to the reader how the dates in the question were
    understood, "" if it has none, `completed` what a follow-up was completed to, "" for a question
    that stands alone.
    """

    text: str
    as_of: datetime
    published_from: datetime | None = None
    published_to: datetime | None = None
    latest: bool = False
    dates: str = ""
    asked: str = ""
    source: str = ""
    completed: str = ""

    @property
    def question(self) -> str:
        """The person's own words."""
        return self.asked or self.text

    @property
    def dated(self) -> bool:
        """Whether only some days of publication are asked for."""
        return self.published_from is not None or self.published_to is not None


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that search found. Ranks count from 1; None = not in that ranking.

    `score` is the fused score, `cosine` that of the passage to the question.
    """

    passage: Passage
    article: Article
    score: float
    cosine: float
    rank: int
    dense_rank: int | None
    lexical_rank: int | None


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a quoted sentence stands: `quote` is `span` of the article's text, to the letter."""

    number: int
    article_id: str
    passage_id: str
    title: str
    url: str | None
    source: str
    published: datetime | None
    quote: str
    span: Span
    passage: str


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """A verbatim sentence of an answer and the numbers of the citations that bear it."""

    text: str
    citation_numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DifferingValue:
    """What some articles say: `text`, verbatim in the quotes of the citations numbered."""

    text: str
    citation_numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """Two or more values that cannot all be right, from different articles, oldest first."""

    values: tuple[DifferingValue, ...]


@dataclass(frozen=True, slots=True)
class ArticleRef:
    """An article named without its text, as lists of further reading name it."""

    article_id: str
    title: str
    url: str | None
    source: str
    published: datetime | None


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A paragraph's beginning, offered to be read on: `text` is `span` of the article's text."""

    article: ArticleRef
    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply in the articles' own sentences.

    `as_of` is the newest publication it rests on; `dates` how dates in the question were
    understood, for the reader; `differences` where the articles cited contradict each other in
    what the question asks for; `source` the only source that was searched, "" for all.
    """

    question: str
    sentences: tuple[AnswerSentence, ...]
    citations: tuple[Citation, ...]
    confidence: float
    as_of: datetime | None
    generation: int
    closest: tuple[ArticleRef, ...] = ()
    dates: str = ""
    differences: tuple[Difference, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Abstention:
    """A reply that gives no answer: why, and the articles that came closest.

    `source` is the only source that was searched, "" for all.
    """

    question: str
    reason: str
    closest: tuple[ArticleRef, ...]
    confidence: float
    as_of: datetime | None
    generation: int
    dates: str = ""
    source: str = ""


Reply: TypeAlias = Answer | Abstention
