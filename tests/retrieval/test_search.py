"""Search, against the formula worked out over every passage of the collection."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.fusion import FusionWeights
from retrieval.index.home import IndexHome
from retrieval.search import gather, rank_words, rerank_window, search
from retrieval.types import Query
from tests.support.articles import NOW, days_ago, make_article
from tests.support.embedders import hash_vector
from tests.support.indexes import sync_fake

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from retrieval.evidence import Pool
    from retrieval.index.generation import Generation
    from retrieval.types import Hit

WORDS = "ferry storm harbour night market budget council vote town coast rain bridge".split()
SOURCES = ["Harbour Times", "", 'The "Coast", "source": Köln']
DAYS = [None, -3, 0, 1, 2, 10, 40, 400]  # ago; None: undated, -3: not published yet


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    rng = random.Random(7)  # noqa: S311
    articles = []
    for n in range(60):
        ago = DAYS[n % len(DAYS)]
        articles.append(
            make_article(
                f"article {n}",
                " ".join([*rng.choices(WORDS, k=rng.randrange(2, 8)), f"n{n}"]),
                published=None if ago is None else days_ago(ago),
                source=SOURCES[n % 7 % 3],
            )
        )
    # The same words twice, under two addresses: one score, in the order of indexing.
    twins = [make_article(f"twin {n}", f"council vote {'!' * n}", published=None) for n in (1, 2)]
    home = IndexHome(tmp_path_factory.mktemp("data") / "index")
    sync_fake(home, [*articles, *twins])
    opened = home.open()
    assert len(opened) == 62
    return opened


def ask(
    generation: Generation,
    text: str,
    *,
    as_of: datetime = NOW,
    start: datetime | None = None,
    end: datetime | None = None,
    limit: int = 1000,
    source: str = "",
) -> list[Hit]:
    query = Query(text, as_of, published_from=start, published_to=end, source=source)
    return search(generation, query, question_vector(text), limit=limit)


def pooled(
    generation: Generation, text: str, weights: FusionWeights, as_of: datetime = NOW
) -> Pool:
    query = Query(text, as_of)
    return gather(generation, query, question_vector(text), depth=1000, weights=weights)


def question_vector(text: str) -> NDArray[np.float32]:
    return hash_vector(text, 16)


@dataclass(frozen=True)
class Expected:
    row: int
    score: float
    cosine: float


def brute_force(
    generation: Generation, text: str, as_of: datetime, weights: FusionWeights
) -> list[Expected]:
    """Score every passage that may be found by the formula; BM25 is the word index's own."""
    keys, scores = generation.lexical.search(text, limit=1000)
    words = dict(zip(generation.rows_of_keys(keys).tolist(), scores.tolist(), strict=True))
    allowed = []
    for row in range(len(generation)):
        published = generation.article_of(row).published
        if published is None or published.date() <= as_of.date():
            allowed.append((row, published))
    best = max((words.get(row, 0.0) for row, _ in allowed), default=0.0)
    vectors = generation.dense.vectors().astype(np.float64)
    found = []
    for row, published in allowed:
        cosine = float(vectors[row] @ question_vector(text))
        share = words.get(row, 0.0) / best if best else 0.0
        age = (as_of.date() - published.date()).days if published else None
        recency = 0.0 if age is None else 2 ** (-age / weights.half_life)
        score = weights.dense * cosine + weights.lexical * share + weights.recency * recency
        found.append(Expected(row, score, cosine))
    return sorted(found, key=lambda e: -e.score)


questions = st.lists(st.sampled_from([*WORDS, "unheard"]), min_size=1, max_size=4).map(" ".join)
part = st.floats(0.0625, 1)
weightings = st.builds(FusionWeights, part, part, part, st.floats(1, 100))


@given(questions, st.sampled_from([0, 2, 39, -3, 5000]), weightings)
def test_the_fused_score_is_the_formula_s(
    generation: Generation, text: str, ago: int, weights: FusionWeights
) -> None:
    pool = pooled(generation, text, weights, days_ago(ago))
    expected = {e.row: e for e in brute_force(generation, text, days_ago(ago), weights)}
    assert pool.rows.tolist() == sorted(expected)
    for row, fused, cosine in zip(pool.rows, pool.fused, pool.cosines, strict=True):
        assert fused == pytest.approx(expected[row].score, abs=1e-5)
        assert cosine == pytest.approx(expected[row].cosine, abs=1e-5)


@given(questions)
def test_hits_belong_to_their_articles(generation: Generation, text: str) -> None:
    hits = ask(generation, text)
    assert len({h.passage.id for h in hits}) == len(hits) > 0
    assert all(h.article.id == h.passage.article_id for h in hits)
    scores = [h.score for h in hits]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] == 1


@given(questions, st.integers(1, 30))
def test_a_limit_takes_the_head(generation: Generation, text: str, limit: int) -> None:
    assert ask(generation, text, limit=limit) == ask(generation, text, limit=30)[:limit]


def test_the_latest_comes_first_when_it_is_asked_for(generation: Generation) -> None:
    query = Query("ferry storm", NOW, latest=True)
    newest = search(generation, query, question_vector("ferry storm"), limit=20)
    usual = ask(generation, "ferry storm", limit=20)

    def ages(hits: list[Hit]) -> float:
        return sum((NOW - h.article.published).days if h.article.published else 1000 for h in hits)

    assert ages(newest) < ages(usual)


@given(questions)
def test_ranks(generation: Generation, text: str) -> None:
    hits = ask(generation, text)
    assert [h.rank for h in hits] == list(range(1, len(hits) + 1))
    by_cosine = sorted(hits, key=lambda h: h.dense_rank or 0)
    assert [h.dense_rank for h in by_cosine] == list(range(1, len(hits) + 1))
    cosines = [h.cosine for h in by_cosine]
    assert cosines == pytest.approx(sorted(cosines, reverse=True), abs=1e-5)
    matched = {h.passage.id for h in hits if h.lexical_rank is not None}
    asked = set(text.split())
    assert matched == {h.passage.id for h in hits if asked & set(h.passage.text.split())}


def published_days(hits: list[Hit]) -> set[int | None]:
    return {(NOW - h.article.published).days if h.article.published else None for h in hits}


def test_the_future_is_hidden_and_the_undated_is_not(generation: Generation) -> None:
    assert published_days(ask(generation, "ferry")) == {None, 0, 1, 2, 10, 40, 400}
    assert published_days(ask(generation, "ferry", as_of=days_ago(2))) == {None, 2, 10, 40, 400}
    assert published_days(ask(generation, "ferry", as_of=days_ago(1000))) == {None}


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (days_ago(10), None, {10, 2, 1, 0}),
        (None, days_ago(10), {10, 40, 400}),
        (days_ago(10), days_ago(1), {10, 2, 1}),
        (days_ago(2), days_ago(2), {2}),
        (days_ago(9), days_ago(3), set()),
        (days_ago(1), days_ago(2), set()),
        (days_ago(0), days_ago(-30), {0}),
    ],
)
def test_ranges_are_inclusive_and_leave_the_undated_out(
    generation: Generation, start: datetime, end: datetime, expected: set[int]
) -> None:
    assert published_days(ask(generation, "ferry storm", start=start, end=end)) == expected


def test_days_are_whole_days_of_utc(generation: Generation) -> None:
    east = timezone(timedelta(hours=9))
    late = datetime(2026, 3, 13, 8, 0, tzinfo=east)  # still the 12th in UTC
    assert published_days(ask(generation, "ferry", start=late, end=late)) == {2}
    early = datetime(2026, 3, 12, 0, 0, tzinfo=UTC)
    assert published_days(ask(generation, "ferry", start=early, end=early)) == {2}


@given(questions, st.sampled_from([None, 1, 10, 40]), st.sampled_from([None, 0, 10, 400]))
def test_a_range_takes_out_and_keeps_the_rest(
    generation: Generation, text: str, start: int | None, end: int | None
) -> None:
    hits = ask(
        generation,
        text,
        start=None if start is None else days_ago(start),
        end=None if end is None else days_ago(end),
    )
    everything = {h.passage.id: h for h in ask(generation, text)}
    for hit in hits:
        assert hit.cosine == pytest.approx(everything[hit.passage.id].cosine, abs=1e-5)


NAMED = [source for source in SOURCES if source]


@given(questions, st.sampled_from(NAMED), st.sampled_from([0, 2, 39]), st.integers(1, 70))
def test_a_source_s_rankings_are_those_of_all_without_the_rest(
    generation: Generation, text: str, source: str, ago: int, depth: int
) -> None:
    """By brute force: the whole rankings of the collection, the other sources taken out."""
    of_source = [generation.article_of(n).source == source for n in range(len(generation))]
    assert 10 < sum(of_source) < 40
    weights, vector, as_of = FusionWeights(), question_vector(text), days_ago(ago)
    every = gather(generation, Query(text, as_of), vector, depth=1000, weights=weights)
    only = Query(text, as_of, source=source)
    pool = gather(generation, only, vector, depth=depth, weights=weights)
    for name in ("dense_ranks", "lexical_ranks"):
        ranks = zip(getattr(every, name).tolist(), every.rows.tolist(), strict=True)
        expected = [row for rank, row in sorted(ranks) if rank and of_source[row]][:depth]
        found = zip(getattr(pool, name).tolist(), pool.rows.tolist(), strict=True)
        assert [row for rank, row in sorted(found) if rank] == expected
    bm25 = dict(zip(every.rows.tolist(), every.bm25.tolist(), strict=True))
    for row, rank, score in zip(pool.rows, pool.lexical_ranks, pool.bm25, strict=True):
        assert score == pytest.approx(bm25[row] if rank else 0.0, rel=1e-5)


bounds = st.builds(
    lambda text, source, ago, until, as_of: Query(
        text,
        days_ago(as_of),
        published_from=None if ago is None else days_ago(ago),
        published_to=None if until is None else days_ago(until),
        source=source,
    ),
    questions,
    st.sampled_from(["", *NAMED]),
    st.sampled_from([None, 2, 39]),
    st.sampled_from([None, 1]),
    st.sampled_from([0, 2]),
)


@given(bounds, bounds, st.sampled_from([1, 30, 70, 1000]))
def test_words_ranked_beforehand_change_nothing(
    generation: Generation, query: Query, other: Query, limit: int
) -> None:
    """Whether they were ranked for the query or, as before a follow-up, for another."""
    vector = question_vector(query.text)
    hits = search(generation, query, vector, limit=limit)
    for one in (query, other):
        words = rank_words(generation, one)
        assert search(generation, query, vector, limit=limit, words=words) == hits


def test_words_ranked_beforehand_are_not_ranked_again(generation: Generation) -> None:
    query = Query("council vote", NOW)
    given, other = rank_words(generation, query), rank_words(generation, Query("harbour", NOW))
    planted = replace(given, keys=other.keys, scores=other.scores)
    pool = rerank_window(generation, query, question_vector(query.text), words=planted).pool
    ranked = zip(pool.lexical_ranks.tolist(), pool.rows.tolist(), strict=True)
    found = [row for rank, row in sorted(ranked) if rank]
    assert found == generation.rows_of_keys(other.keys).tolist()
    assert not replace(planted, generation=None).fits(generation, query, planted.depth)


@pytest.mark.parametrize("source", NAMED)
def test_hits_of_a_source_are_its_own_within_the_days(generation: Generation, source: str) -> None:
    hits = ask(generation, "ferry storm", source=source, start=days_ago(10), end=days_ago(1))
    assert {h.article.source for h in hits} == {source}
    assert published_days(hits) <= {10, 2, 1}


@pytest.mark.parametrize("source", ["Nobody", "harbour times", "Harbour Times "])
def test_a_source_that_no_article_names_finds_nothing(generation: Generation, source: str) -> None:
    assert ask(generation, "ferry storm", source=source) == []


def test_ties_go_to_what_was_indexed_first(generation: Generation) -> None:
    hits = ask(generation, "council vote")
    assert ask(generation, "council vote") == hits
    pool = pooled(generation, "council vote", FusionWeights(dense=0, lexical=1, recency=0))
    twins = [generation.article_row(make_article(f"twin {n}", "").id) for n in (1, 2)]
    first, second = (pool.fused[pool.articles.tolist().index(row)] for row in twins)
    assert first == second


@pytest.mark.parametrize("text", ["", "?!", "zeppelin", "🌊"])
def test_without_words_the_vectors_alone_decide(generation: Generation, text: str) -> None:
    pool = pooled(generation, text, FusionWeights(dense=1, lexical=1, recency=0))
    assert pool.fused == pytest.approx(pool.cosines, abs=1e-6)
    assert not pool.lexical_ranks.any()
    assert all(h.lexical_rank is None for h in ask(generation, text))


def test_an_empty_collection_has_no_hits(home: IndexHome) -> None:
    sync_fake(home, [])
    assert ask(home.open(), "ferry") == []
