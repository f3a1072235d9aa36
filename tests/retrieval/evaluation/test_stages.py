"""Stages of the search, against orders worked out over the whole collection."""

import random

import numpy as np
import pytest

from retrieval.evaluation.metrics.evidence_at import evidence_rank
from retrieval.evaluation.stages import LABELS, StageRanks, stage_ranks, stage_shares
from retrieval.fusion import FusionWeights
from retrieval.index.home import IndexHome
from retrieval.index.layout import day_of
from retrieval.search import search
from retrieval.types import Query
from tests.support.articles import NOW, days_ago, make_article
from tests.support.embedders import hash_vector
from tests.support.indexes import sync_fake

WORDS = "ferry storm harbour night market budget council vote town coast rain bridge".split()


@pytest.fixture(scope="module")
def generation(tmp_path_factory):
    rng = random.Random(11)  # noqa: S311
    articles = [
        make_article(
            f"article {n}",
            " ".join([*rng.choices(WORDS, k=rng.randrange(2, 7)), f"n{n}"]),
            published=days_ago(n % 40),
        )
        for n in range(60)
    ]
    home = IndexHome(tmp_path_factory.mktemp("data") / "index")
    sync_fake(home, articles)
    return home.open()


def rank_of(generation, scores, answer):
    """Return evidence_rank over the five passages of the highest scores above minus infinity."""
    rows = [n for n in np.argsort(-scores, kind="stable")[:5] if np.isfinite(scores[n])]
    return evidence_rank([generation.passage(int(n)).text for n in rows], [answer])


@pytest.mark.parametrize("text", ["storm harbour", "council vote", "budget", "zeppelin"])
def test_ranks_are_those_of_each_order(generation, text):
    query, vector = Query(text, NOW), hash_vector(text, 16)
    hits = search(generation, query, vector, limit=30)
    cosines = generation.dense.vectors() @ vector
    bm25 = np.zeros(len(generation))
    keys, scores = generation.lexical.search(text, limit=100)
    bm25[generation.rows_of_keys(keys)] = scores
    weights = FusionWeights()
    fused = weights.dense * cosines + weights.lexical * bm25 / (bm25.max() or 1.0)
    ages = day_of(NOW) - generation.days.astype(np.float64)
    orders = {
        "dense": cosines,
        "lexical": np.where(bm25 > 0, bm25, -np.inf),
        "fused": fused,
        "recency": fused + weights.recency * np.exp2(-ages / weights.half_life),
    }
    seen = set()
    for n in range(60):  # each passage ends on its own number
        answer = f"n{n}"
        ranks = stage_ranks(generation, query, vector, hits, [answer]).evidence
        for name, values in orders.items():
            assert ranks[name] == rank_of(generation, values, answer), (name, answer)
        texts = [h.passage.text for h in hits[:5]]
        assert ranks["reranked"] == evidence_rank(texts, [answer])
        seen |= {ranks["dense"], ranks["recency"]}
    assert seen == {None, 1, 2, 3, 4, 5}


def test_a_question_without_known_words_has_no_lexical_rank(generation):
    query, vector = Query("zeppelin", NOW), hash_vector("zeppelin", 16)
    hits = search(generation, query, vector)
    ranks = stage_ranks(generation, query, vector, hits, WORDS)
    assert ranks.evidence["lexical"] is None
    assert ranks.evidence["dense"] == 1
    assert ranks.plain


def test_shares_by_hand():
    ranks = [
        StageRanks({"dense": 1, "reranked": 3}, plain=True),
        StageRanks({"dense": 4, "reranked": 1}, plain=False),
        StageRanks({"dense": None, "reranked": 2}, plain=False),
        StageRanks({"dense": 5, "reranked": None}, plain=False),
    ]
    stages = {s.stage: s for s in stage_shares(ranks, extracted=0.75, replied=0.5)}
    assert stages["dense"].evidence == {1: 0.25, 3: 0.25, 5: 0.75}
    assert stages["reranked"].evidence == {1: 0.25, 3: 0.75, 5: 0.75}
    assert stages["dense"].answer is None
    assert {name: s.answer for name, s in stages.items() if s.evidence is None} == {
        "plain": 0.25,
        "extracted": 0.75,
        "replied": 0.5,
    }
    assert all(s.label == LABELS[s.stage] for s in stages.values())
