"""How sure a reply is: features of a question as a whole, none of which knows a date."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from retrieval.extraction.question import Question
    from retrieval.extraction.reading import Reading

CONFIDENCE_FEATURES = (
    "cosine", "cosine_third", "cosine_mean", "cosine_gap", "coverage", "coverage_mean",
    "article_coverage", "names", "names_article", "rarest", "rarest_article", "missing",
    "sentence", "context", "pairs", "pairs_article", "agreeing", "support", "support_fourth",
    "support_sum", "support_articles", "mention", "mention_gap", "words", "has_names", "title",
    "both", "lexical", "lexical_mean", "joint", "joint_mean",
)  # fmt: skip
_MOST = 12  # hits looked at


def confidence_features(
    question: Question,
    reading: Reading,
    mentions: NDArray[np.float64],
    supports: NDArray[np.float64],
    sources: Sequence[str],
) -> NDArray[np.float64]:
    """Return one row of features. `mentions`: their probabilities.

    `supports`: the probability that a piece answers; `sources`: the article each piece is of.
    """
    if not reading.hits:
        return np.zeros(len(CONFIDENCE_FEATURES))
    weights = question.stems
    cosines = sorted((h.cosine for h in reading.hits), reverse=True)
    passages = [reading.stems[n] | reading.titles[n] for n in range(min(_MOST, len(reading.hits)))]
    articles: dict[str, set[str]] = {}
    for n, hit in enumerate(reading.hits):
        articles.setdefault(hit.article.id, set()).update(reading.stems[n] | reading.titles[n])
    coverages = sorted((_share(weights, p) for p in passages), reverse=True)
    names = {s: w for s, w in weights.items() if s in question.names}
    rarest = dict(sorted(weights.items(), key=lambda item: (-item[1], item[0]))[:3])
    everything: set[str] = set().union(*passages)
    by_article = [_share(weights, a) for a in articles.values()]
    asked = _pairs(question)
    texts = _pairs_of(reading, len(passages), asked)
    by_pair: dict[str, set[tuple[str, str]]] = {}
    for n, pairs in enumerate(texts):
        by_pair.setdefault(reading.hits[n].article.id, set()).update(pairs)
    best = max(by_article)
    lexical = sorted(reading.lexical, reverse=True)
    joint = sorted(
        (x * h.cosine for x, h in zip(reading.lexical, reading.hits, strict=True)), reverse=True
    )
    ranked = np.sort(mentions)[::-1]
    likely = np.sort(supports)[::-1]
    most: dict[str, float] = {}
    for source, support in zip(sources, supports, strict=True):
        most[source] = max(float(support), most.get(source, 0.0))
    by_source = sorted(most.values(), reverse=True)
    return np.array(
        [
            cosines[0],
            cosines[min(2, len(cosines) - 1)],
            float(np.mean(cosines[:8])),
            cosines[0] - cosines[min(9, len(cosines) - 1)],
            coverages[0],
            float(np.mean(coverages[:3])),
            best,
            max(_share(names, p) for p in passages),
            max(_share(names, a) for a in articles.values()),
            max(_share(rarest, p) for p in passages),
            max(_share(rarest, a) for a in articles.values()),
            sum(w for s, w in weights.items() if s not in everything) / question.weight,
            max((s.overlap for s in reading.sentences), default=0.0),
            max((s.context for s in reading.sentences), default=0.0),
            max((_pair_share(asked, t) for t in texts), default=0.0),
            max((_pair_share(asked, t) for t in by_pair.values()), default=0.0),
            math.log1p(sum(1 for share in by_article if share > 0.75 * best)),
            _logit(likely, 0),
            _logit(likely, 3),
            math.log(0.01 + float(likely[:10].sum())),
            math.log(0.01 + sum(by_source[:5])),
            _logit(ranked, 0),
            _logit(ranked, 0) - _logit(ranked, 3),
            math.log1p(len(weights)),
            float(bool(names)),
            max(_share(weights, t) for t in reading.titles),
            sum(1 for h in reading.hits[:10] if h.dense_rank and h.lexical_rank) / 10,
            lexical[0],
            float(np.mean(lexical[:3])),
            joint[0],
            float(np.mean(joint[:3])),
        ]
    )


def _share(weights: dict[str, float], words: set[str] | frozenset[str]) -> float:
    """Return the share of the weights whose words are among `words`; 1 of nothing."""
    total = sum(weights.values())
    return sum(w for s, w in weights.items() if s in words) / total if total else 1.0


def _pairs(question: Question) -> dict[tuple[str, str], float]:
    """Return the question's neighbouring content words with their weights."""
    found = {}
    for one, other in sorted(question.pairs):  # in hash order, the sum's last digit would vary
        found[one, other] = question.stems.get(one, 0.0) + question.stems.get(other, 0.0)
    return found


def _pair_share(asked: dict[tuple[str, str], float], said: set[tuple[str, str]]) -> float:
    total = sum(asked.values())
    return sum(w for p, w in asked.items() if p in said) / total if total else 0.5


def _pairs_of(
    reading: Reading, hits: int, asked: dict[tuple[str, str], float]
) -> list[set[tuple[str, str]]]:
    """Return the `asked` pairs that each of the first `hits` says."""
    found: list[set[tuple[str, str]]] = [set() for _ in range(hits)]
    if asked:
        for sentence in reading.sentences:
            if sentence.hit < hits:
                said = pairwise([w.stem for w in sentence.words])
                found[sentence.hit].update(asked.keys() & said)
    return found


def _logit(sorted_chances: Sequence[float] | NDArray[np.float64], n: int) -> float:
    chance = float(sorted_chances[n]) if n < len(sorted_chances) else 0.0
    chance = min(max(chance, 0.002), 0.998)
    return math.log(chance / (1 - chance))
