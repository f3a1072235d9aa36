"""Articles to passages: exact slices on paragraph boundaries, sized for the embedder's window."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

from retrieval.sentences import sentence_spans
from retrieval.types import Passage, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.types import Article

_TITLE_ROOM = 54  # tokens of the window left to the title in front
_WORD_CUT = 64  # how far back from a hard cut white space is looked for, in code points


class TokenCounter(Protocol):
    """Counts the model's tokens in each text, without special tokens and without a limit."""

    def __call__(self, texts: Sequence[str], /) -> list[int]:
        """Return one count a text, in input order."""
        ...


@dataclass(frozen=True, slots=True)
class PassageRule:
    """How passages are made. A change of rule asks for a rebuild of the index.

    `target` tokens: neighbouring paragraphs are joined while they stay within it.
    `limit` tokens: no passage is above it; a single paragraph that is gets cut, at sentences if
    it can be.
    """

    target: int = 128
    limit: int = 200

    def __post_init__(self) -> None:
        """Refuse sizes that can't be met."""
        if not 8 <= self.target <= self.limit:
            raise ValueError(f"passage sizes must be 8 <= target <= limit: {self}")

    def __str__(self) -> str:
        """Return the rule as a person names it."""
        return f"passages of {self.target} to {self.limit} tokens"

    def within(self, window: int) -> PassageRule:
        """Return the rule narrowed so that a passage and its title fit the model's window."""
        limit = min(self.limit, max(8, window - min(_TITLE_ROOM, window // 4)))
        return PassageRule(min(self.target, limit), limit)


@dataclass(frozen=True, slots=True)
class _Size:
    """Tokens of joined pieces, and how often white space between two of them was taken in.

    Some tokenizers count that white space; it must not carry a passage over the limit.
    """

    tokens: int
    gaps: int = 0

    def plus(self, tokens: int) -> _Size:
        return _Size(self.tokens + tokens, self.gaps + 1)

    def fits(self, room: int, rule: PassageRule) -> bool:
        return self.tokens <= room and self.tokens + self.gaps <= rule.limit


def split_article(article: Article, *, rule: PassageRule, count: TokenCounter) -> list[Passage]:
    """Cut an article into passages, in reading order.

    Every passage is an exact slice; together they cover all but white space; none is above
    `rule.limit` tokens unless a single code point is. An empty text gives no passages.
    """
    pieces = _pieces(article.text, rule, count)
    spans = _join(article.text, pieces, rule)
    return [
        Passage(f"{article.id}.{n}", article.id, n, span, span.of(article.text))
        for n, span in enumerate(spans)
    ]


def embedding_text(title: str, passage_text: str) -> str:
    """Return what is embedded and searched by word: the title in front of the passage's text."""
    return f"{title}\n{passage_text}" if title else passage_text


def _pieces(text: str, rule: PassageRule, count: TokenCounter) -> list[tuple[Span, int, bool]]:
    """Return (span, tokens, joinable) for each paragraph, over-long ones cut."""
    paragraphs = _paragraphs(text)
    counts = count([span.of(text) for span in paragraphs])
    pieces: list[tuple[Span, int, bool]] = []
    for span, tokens in zip(paragraphs, counts, strict=True):
        if tokens <= rule.limit:
            pieces.append((span, tokens, True))
        else:
            pieces.extend((cut, n, False) for cut, n in _cut(text, span, rule, count))
    return pieces


def _paragraphs(text: str) -> list[Span]:
    spans, start = [], 0
    for line in text.split("\n"):
        if stripped := line.strip():
            at = start + line.index(stripped[0])
            spans.append(Span(at, at + len(stripped)))
        start += len(line) + 1
    return spans


def _cut(
    text: str, span: Span, rule: PassageRule, count: TokenCounter
) -> Iterator[tuple[Span, int]]:
    """Cut one over-long paragraph at sentences, filling each piece up to the target."""
    sentences = [
        Span(span.start + s.start, span.start + s.end) for s in sentence_spans(span.of(text))
    ]
    parts = [
        part
        for sentence, tokens in zip(sentences, count([s.of(text) for s in sentences]), strict=True)
        for part in _halve(text, sentence, tokens, rule, count)
    ]
    start = 0
    while start < len(parts):
        end, size = start + 1, _Size(parts[start][1])
        while end < len(parts) and (grown := size.plus(parts[end][1])).fits(rule.target, rule):
            size = grown
            end += 1
        yield Span(parts[start][0].start, parts[end - 1][0].end), size.tokens
        start = end


def _halve(
    text: str, span: Span, tokens: int, rule: PassageRule, count: TokenCounter
) -> list[tuple[Span, int]]:
    """Cut a sentence that is too long by itself into even parts, between words if it can be."""
    if tokens <= rule.limit or span.end - span.start == 1:
        return [(span, tokens)]
    parts = min(span.end - span.start, -(-tokens // rule.target))
    step = (span.end - span.start) / parts
    cuts = [_word_start(text, span, round(span.start + n * step)) for n in range(1, parts)]
    edges = sorted({span.start, *cuts, span.end})
    halves = [Span(a, b) for a, b in pairwise(edges)]
    if len(halves) == 1:  # no cut fell inside: one unbroken word
        middle = (span.start + span.end) // 2
        halves = [Span(span.start, middle), Span(middle, span.end)]
    trimmed = [t for half in halves if (t := _trim(text, half)) is not None]
    counts = count([half.of(text) for half in trimmed])
    return [
        part
        for half, n in zip(trimmed, counts, strict=True)
        for part in _halve(text, half, n, rule, count)
    ]


def _word_start(text: str, span: Span, at: int) -> int:
    for back in range(min(_WORD_CUT, at - span.start)):
        if text[at - back - 1].isspace():
            return at - back
    return at


def _trim(text: str, span: Span) -> Span | None:
    piece = span.of(text)
    start = span.start + len(piece) - len(piece.lstrip())
    end = span.start + len(piece.rstrip())
    return Span(start, end) if end > start else None


def _join(text: str, pieces: list[tuple[Span, int, bool]], rule: PassageRule) -> list[Span]:
    """Join neighbours while they stay within the target.

    A scrap (a subheading, a lone name) may stretch its neighbour up to the limit: alone it would
    be found by nobody and explain nothing.
    """
    spans: list[Span] = []
    size = _Size(0)
    for span, tokens, joinable in pieces:
        room = rule.limit if min(size.tokens, tokens) < rule.target // 3 else rule.target
        grown = size.plus(tokens)
        if spans and joinable and grown.fits(room, rule):
            spans[-1] = Span(spans[-1].start, span.end)
            size = grown
        else:
            spans.append(span)
            size = _Size(tokens)
    return [t for span in spans if (t := _trim(text, span)) is not None]
