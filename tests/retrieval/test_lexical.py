"""The lexical ranking, against BM25 written out here."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval import lexical
from retrieval.errors import DamagedIndexError
from retrieval.lexical import UNDATED, LexicalDocument, LexicalIndex, write_lexical
from tests.support.articles import any_text, prose

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

TEXTS = [
    "ferry harbour storm",
    "ferry ferry ferry harbour market night",
    "market prices fell in the night market near the old harbour",
    "storm storm storm storm storm storm storm storm",
    "council voted on the budget",
    "the who and the what of it",
    "a ferry sank off the coast after a long storm in the bay of the isle near town hall",
    "voting votes voter election",
]


def documents(texts: Sequence[str], *, day: int = 100) -> list[LexicalDocument]:
    return [LexicalDocument(n + 1, n + 1, day, text) for n, text in enumerate(texts)]


def build(path: Path, docs: Sequence[LexicalDocument]) -> LexicalIndex:
    write_lexical(path, previous=None, dropped_articles=[], added=docs)
    return LexicalIndex.open(path)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> LexicalIndex:
    return build(tmp_path_factory.mktemp("lexical") / "index", documents(TEXTS))


def found(index: LexicalIndex, text: str, **kwargs: object) -> dict[int, float]:
    keys, scores = index.search(text, limit=100, **kwargs)  # type: ignore[arg-type]
    assert list(scores) == sorted(scores, reverse=True)
    return dict(zip(keys.tolist(), scores.tolist(), strict=True))


def bm25(texts: Sequence[str], words: Sequence[str]) -> dict[int, float]:
    """Return key → Okapi BM25 with k1 = 1.2 and b = 0.75, of the texts with any of the words.

    Lengths below 41 are kept exactly, so no rounding of theirs is modelled.
    """
    bags = [Counter(text.split()) for text in texts]
    mean = sum(bag.total() for bag in bags) / len(bags)
    scores: dict[int, float] = {}
    for key, bag in enumerate(bags, start=1):
        for word in set(words) & set(bag):
            holding = sum(word in other for other in bags)
            idf = math.log(1 + (len(bags) - holding + 0.5) / (holding + 0.5))
            part = bag[word] / (bag[word] + 1.2 * (1 - 0.75 + 0.75 * bag.total() / mean))
            scores[key] = scores.get(key, 0.0) + idf * (1 + 1.2) * part
    return scores


@pytest.mark.parametrize(
    "question", ["ferry", "storm", "ferry storm", "night market harbour", "budget ferry town"]
)
def test_scores_are_bm25(index: LexicalIndex, question: str) -> None:
    # The words of these questions are their own stems, in the question as in the texts.
    assert found(index, question) == pytest.approx(bm25(TEXTS, question.split()), rel=1e-5)


@given(
    st.sets(st.integers(1, len(TEXTS) + 3)),
    st.lists(st.sampled_from("ferry storm harbour market the who budget".split()), min_size=1),
)
def test_only_some_articles_are_searched(
    index: LexicalIndex, articles: set[int], words: list[str]
) -> None:
    every = found(index, " ".join(words))
    expected = {key: score for key, score in every.items() if key in articles}
    assert found(index, " ".join(words), articles=sorted(articles)) == pytest.approx(expected)


def test_articles_with_the_largest_keys_are_told_apart(tmp_path: Path) -> None:
    keys = [0, 2**63 - 1, 2**63, 2**64 - 1]
    docs = [LexicalDocument(n, key, 100, "ferry") for n, key in enumerate(keys)]
    index = build(tmp_path / "i", docs)
    for n, key in enumerate(keys):
        assert set(found(index, "ferry", articles=[key])) == {n}
        assert set(found(index, "ferry", articles=[key], days=(100, 100))) == {n}
        assert found(index, "ferry", articles=[key], days=(101, 200)) == {}


def test_a_word_said_twice_counts_once(index: LexicalIndex) -> None:
    assert found(index, "ferry Ferry FERRY!") == found(index, "ferry")


def test_words_match_by_their_stem(index: LexicalIndex) -> None:
    assert {5, 8} <= set(found(index, "Who is voting?"))
    assert set(found(index, "elections")) == {8}
    assert index.stems("Voting VOTES, voted!") == ["vote", "vote", "vote"]


def test_accents_and_case_do_not_matter(tmp_path: Path) -> None:
    index = build(tmp_path / "i", documents(["Müller in São Tomé", "muller"]))
    assert set(found(index, "MULLER")) == {1, 2}
    assert set(found(index, "sao tome")) == {1}


def test_function_words_weigh_nothing_beside_others(index: LexicalIndex) -> None:
    assert found(index, "What is the budget of it?") == found(index, "budget")


def test_a_question_of_function_words_is_still_searched(index: LexicalIndex) -> None:
    assert 6 in found(index, "Who and what?")


@pytest.mark.parametrize("text", ["", "   ", "?!...", "— “”", "🚢🌊", "\x00", "\ud800"[:0]])
def test_no_words_find_nothing(index: LexicalIndex, text: str) -> None:
    assert found(index, text) == {}


@pytest.mark.parametrize(
    "question",
    [
        "+ferry -storm",
        '"ferry storm"',
        "text:ferry (storm)",
        "ferry AND storm",
        "ferry* storm~2",
        "ferry^9 OR storm",
        "[ferry TO storm]",
        "ferry\\ storm /",
        "NOT ferry && !storm",
        '"ferry (storm',
    ],
)
def test_query_syntax_has_no_meaning(index: LexicalIndex, question: str) -> None:
    keys = set(found(index, question))
    assert set(found(index, "ferry storm")) <= keys


@given(any_text)
def test_any_question_can_be_asked(index: LexicalIndex, text: str) -> None:
    assert set(found(index, text)) <= set(range(1, len(TEXTS) + 1))


def test_limits(index: LexicalIndex) -> None:
    keys, _ = index.search("ferry storm", limit=2)
    assert keys.tolist() == list(found(index, "ferry storm"))[:2]
    assert len(index.search("ferry", limit=0)[0]) == 0


DAYS = [UNDATED, -40, 0, 99, 100, 101, 20000]
day_bound = st.none() | st.sampled_from([*DAYS[1:], 98, 102, -1, 30000])


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory) -> LexicalIndex:
    docs = [LexicalDocument(n, n, day, "ferry") for n, day in enumerate(DAYS)]
    return build(tmp_path_factory.mktemp("dated") / "index", docs)


@given(day_bound, day_bound)
def test_day_bounds_are_inclusive(
    dated: LexicalIndex, lower: int | None, upper: int | None
) -> None:
    expected = {
        n
        for n, day in enumerate(DAYS)
        if (lower is None or day >= lower) and (upper is None or day <= upper)
    }
    hits = found(dated, "ferry", days=(lower, upper))
    assert set(hits) == expected
    everything = found(dated, "ferry")
    assert hits == pytest.approx({key: everything[key] for key in expected})


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> LexicalIndex:
    """Return an index of passages that grow worse as they grow newer, ten a day."""
    docs = [LexicalDocument(n, n, n // 10, "ferry " + "storm " * (n % 7)) for n in range(600)]
    return build(tmp_path_factory.mktemp("many") / "index", docs)


@pytest.mark.parametrize("limit", [1, 5, 40, 1000])
@pytest.mark.parametrize("days", [(0, 59), (30, None), (None, 3), (58, 59), (20, 20), (9, 8)])
def test_bounds_leave_out_and_keep_the_order_and_scores(
    many: LexicalIndex, limit: int, days: tuple[int | None, int | None]
) -> None:
    keys, scores = many.search("ferry", limit=1000)
    lower, upper = days
    day = keys.astype(np.int64) // 10
    inside = (day >= (-1 if lower is None else lower)) & (day <= (99 if upper is None else upper))
    expected = dict(zip(keys[inside].tolist(), scores[inside].tolist(), strict=True))
    held, values = many.search("ferry", limit=limit, days=days)
    assert len(held) == min(limit, len(expected))
    assert values.tolist() == pytest.approx(scores[inside].tolist()[:limit])
    assert all(
        expected[key] == pytest.approx(v) for key, v in zip(held.tolist(), values, strict=True)
    )


def test_an_undated_passage_is_before_every_bound(dated: LexicalIndex) -> None:
    assert set(found(dated, "ferry", days=(UNDATED, -100_000))) == {0}
    assert 0 not in found(dated, "ferry", days=(UNDATED + 1, None))


def test_inverse_frequency_is_bm25_s(index: LexicalIndex) -> None:
    for stem, holding in [("ferri", 3), ("storm", 3), ("budget", 1), ("zeppelin", 0)]:
        expected = math.log(1 + (len(TEXTS) - holding + 0.5) / (holding + 0.5))
        assert index.inverse_frequency(stem) == pytest.approx(expected)


@given(text=any_text | prose)
def test_stems_are_the_analyzer_s_own(index: LexicalIndex, text: str) -> None:
    # Words are looked up piece by piece; the analyzer here reads the text as a whole, as it does
    # when documents are added.
    own = lexical._analyzer().analyze(text)
    assert index.stems(text) == own
    assert index.stems(text) == own  # and once more, now remembered


def test_an_empty_index_finds_nothing(tmp_path: Path) -> None:
    empty = build(tmp_path / "empty", [])
    assert len(empty) == 0
    assert found(empty, "ferry") == {}


def test_a_folder_that_is_no_index_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "meta.json").write_text("{", encoding="utf-8")
    for name in ("other", "missing"):
        with pytest.raises(DamagedIndexError, match=name):
            LexicalIndex.open(tmp_path / name)
