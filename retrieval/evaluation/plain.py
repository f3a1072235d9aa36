"""The baseline that extraction is measured against: sentences by the words they share."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.lexical import FUNCTION_WORDS
from retrieval.sentences import sentence_spans

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.evidence import Words
    from retrieval.types import Hit

PASSAGES = 5  # of the best hits
_WORD = re.compile(r"\w+")


def plain_quotation(
    question: str, hits: Sequence[Hit], words: Words, *, length: int = 300
) -> list[str]:
    """Return sentences of the best passages, those first that share most with the question.

    A sentence counts the inverse document frequencies of the question's stems that it holds, each
    once, function words left aside: the weighted word count of Yang, Yih and Meek (WikiQA, EMNLP
    2015). Equal ones stay in the order of the hits. Sentences are taken from the top as long as
    they fit into `length` code points, joined by spaces; the first one is always taken.
    """
    content = " ".join(w for w in _WORD.findall(question) if w.lower() not in FUNCTION_WORDS)
    weights = {s: words.inverse_frequency(s) for s in words.stems(content or question)}
    sentences = [
        span.of(hit.passage.text)
        for hit in hits[:PASSAGES]
        for span in sentence_spans(hit.passage.text, language=hit.article.language)
    ]
    shared = {s: sum(weights.get(stem, 0.0) for stem in set(words.stems(s))) for s in sentences}
    ranked = sorted(shared, key=lambda s: -shared[s])
    taken, room = ranked[:1], length - len(ranked[0]) if ranked else 0
    for sentence in ranked[1:]:
        if len(sentence) + 1 <= room:
            taken.append(sentence)
            room -= len(sentence) + 1
    return taken
