"""The hits as they are read for an answer: sentences with their words, mentions and overlap."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from retrieval.extraction.mentions import find_mentions
from retrieval.extraction.words import split_words
from retrieval.prose import is_prose
from retrieval.sentences import sentence_spans
from retrieval.types import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from retrieval.extraction.mentions import Mention
    from retrieval.extraction.question import Question
    from retrieval.extraction.words import Form, Lexicon, Word
    from retrieval.types import Hit


# A photograph's credit or caption that a page ran into its text.
_CAPTION = re.compile(r"\bHide Caption\b|\bPhotos: |\d+ of \d+$")
_CREDIT = re.compile(r"(?:[\w.'’-]+\s){0,3}\S*(?:AP|AFP|EPA|Getty|Reuters)(?:/|\sImages\b|\s[A-Z])")


USUAL_HITS = 30  # hits that are read; a small collection may have fewer
SENTENCES = 64  # sentences whose words are looked at one by one


@dataclass(slots=True)
class Sentence:
    """A sentence of a hit's passage. `span`: in the article; `position`: in the passage.

    `overlap`: the share of the question's words, by weight, that it has; `context`: the same with
    part credit for words of its neighbours, its title and its passage.
    """

    hit: int
    span: Span
    text: str
    position: int
    stems: frozenset[str]
    overlap: float = 0.0
    context: float = 0.0
    words: list[Word] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)


@dataclass(slots=True)
class Reading:
    """All that is read of the hits.

    `weights`: one a hit, by rank, their sum 1 if there are as many hits as usual; `titles` and
    `stems`: the words of each hit's title and passage; `lexical`: BM25 of each hit over the most
    that the question could get;
    `sentences`: those that share most with the question.
    """

    hits: Sequence[Hit]
    weights: list[float]
    sentences: list[Sentence]
    titles: list[frozenset[str]]
    stems: list[frozenset[str]]
    lexical: list[float]


def read(
    hits: Sequence[Hit], question: Question, lexicon: Lexicon, form: Callable[[str], Form]
) -> Reading:
    """Read the hits' passages; lines that are no prose are left out."""
    raw = [1 / math.sqrt(n) for n in range(1, len(hits) + 1)]
    # Over the usual number of hits, not those there are: in a small collection a hit that says a
    # name is no stronger support for it than in a large one.
    total = sum(1 / math.sqrt(n) for n in range(1, max(USUAL_HITS, len(hits)) + 1))
    everything, bags = _sentences(hits, lexicon)
    title_stems = [lexicon.stems(h.article.title) for h in hits]
    titles = [frozenset(stems) for stems in title_stems]
    stems = _by_hit(everything, len(hits))
    _weigh(everything, question, titles, stems)
    promise = [s.context + _BY_RANK * (1 + s.hit) ** -0.5 for s in everything]
    order = sorted(range(len(everything)), key=lambda n: (-promise[n], n))[:SENTENCES]
    chosen = [everything[n] for n in sorted(order)]
    for sentence in chosen:
        sentence.words = split_words(sentence.text, form)
    common = {w.text for s in chosen for w in s.words if not w.capital}
    for sentence in chosen:
        sentence.mentions = find_mentions(sentence.text, sentence.words, common)
    lexical = _bm25(question, [t + b for t, b in zip(title_stems, bags, strict=True)])
    return Reading(hits, [w / total for w in raw], chosen, titles, stems, lexical)


def _sentences(hits: Sequence[Hit], lexicon: Lexicon) -> tuple[list[Sentence], list[list[str]]]:
    """Return all sentences that are prose, and the words of each hit's passage."""
    found = []
    bags: list[list[str]] = []
    for n, hit in enumerate(hits):
        passage = hit.passage.text
        offset = hit.passage.span.start
        # Between sentences there is white space alone, so their words are the passage's.
        bag: list[str] = []
        for position, span in enumerate(sentence_spans(passage, language=hit.article.language)):
            text = span.of(passage)
            stems = lexicon.stems(text)
            bag += stems
            if is_prose(text) and not _is_caption(text):
                whole = Span(offset + span.start, offset + span.end)
                found.append(Sentence(n, whole, text, position, frozenset(stems)))
        bags.append(bag)
    return found, bags


def _is_caption(text: str) -> bool:
    # What is in all that the patterns find is looked for first, which is much faster.
    credited = (
        "AP" in text or "AFP" in text or "EPA" in text or "Getty" in text or "Reuters" in text
    )
    if credited and _CREDIT.match(text) is not None:
        return True
    may_be = text[-1:].isdigit() or "Hide Caption" in text or "Photos: " in text
    return may_be and _CAPTION.search(text) is not None


def _bm25(question: Question, bags: Sequence[Sequence[str]]) -> list[float]:
    """Return BM25 of the question and each bag of words, over the sum of the words' weights.

    (Robertson, Zaragoza: The Probabilistic Relevance Framework, 2009.)
    """
    scores = []
    for bag in bags:
        length = _B * len(bag) / _USUAL_LENGTH + 1 - _B
        score = 0.0
        for word, weight in question.stems.items():
            if times := bag.count(word):
                score += weight * times * (_K + 1) / (times + _K * length)
        scores.append(score / question.weight)
    return scores


def _by_hit(sentences: Sequence[Sentence], hits: int) -> list[frozenset[str]]:
    found: list[set[str]] = [set() for _ in range(hits)]
    for sentence in sentences:
        found[sentence.hit] |= sentence.stems
    return [frozenset(f) for f in found]


_K, _B = 1.2, 0.75  # BM25's usual parameters
_USUAL_LENGTH = 110  # words of a passage and its title
_BY_RANK = 0.15
_NEIGHBOUR, _TITLE, _PASSAGE = 0.6, 0.6, 0.4


def _weigh(
    sentences: Sequence[Sentence],
    question: Question,
    titles: Sequence[frozenset[str]],
    stems: Sequence[frozenset[str]],
) -> None:
    """Set the overlaps of all sentences."""
    asked = list(question.stems.items())
    nobody: frozenset[str] = frozenset()
    for n, sentence in enumerate(sentences):
        hit, said = sentence.hit, sentence.stems
        title, passage = titles[hit], stems[hit]
        before = sentences[n - 1].stems if n and sentences[n - 1].hit == hit else nobody
        last = n + 1 == len(sentences) or sentences[n + 1].hit != hit
        after = nobody if last else sentences[n + 1].stems
        own = context = 0.0
        for word, weight in asked:
            if word in said:
                own += weight
                context += weight
            elif word in before or word in after:
                context += _NEIGHBOUR * weight
            elif word in title:
                context += _TITLE * weight
            elif word in passage:
                context += _PASSAGE * weight
        sentence.overlap = own / question.weight
        sentence.context = context / question.weight
