"""Splitting articles into passages: what holds for any text, rule and token counter."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from retrieval.passages import PassageRule, embedding_text, split_article
from tests.support.articles import make_article, prose
from tests.support.embedders import count_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.embedding import SentenceTransformerEmbedder
    from retrieval.passages import TokenCounter
    from retrieval.types import Passage


def count_letters(texts: Sequence[str], /) -> list[int]:
    """Count as a model that reads letters does: white space costs nothing."""
    return [len(re.sub(r"\s+", "", text)) for text in texts]


def count_characters(texts: Sequence[str], /) -> list[int]:
    """Count as a byte-level model does: a line break between paragraphs is a token too."""
    return [len(text) for text in texts]


counters = st.sampled_from([count_words, count_letters, count_characters])
rules = st.integers(8, 40).flatmap(
    lambda target: st.integers(target, 60).map(lambda limit: PassageRule(target, limit))
)


def split(text: str, rule: PassageRule, count: TokenCounter) -> list[Passage]:
    return split_article(make_article("a", text), rule=rule, count=count)


def paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


@given(prose, rules, counters)
def test_passages_are_exact_slices_in_order(
    text: str, rule: PassageRule, count: TokenCounter
) -> None:
    end = 0
    for passage in split(text, rule, count):
        assert passage.text == passage.span.of(text)
        assert passage.text
        assert passage.text == passage.text.strip()
        assert passage.span.start >= end
        assert not text[end : passage.span.start].strip()
        end = passage.span.end
    assert not text[end:].strip()


@given(prose, rules, st.sampled_from([count_words, count_letters]))
def test_no_passage_is_above_the_limit(text: str, rule: PassageRule, count: TokenCounter) -> None:
    for passage in split(text, rule, count):
        assert count([passage.text])[0] <= rule.limit or len(passage.text) == 1


@given(prose, rules)
@example("seven\nparagraphs\nof a\nfew\nletters\neach", PassageRule(target=12, limit=12))
@example("pier. " * 12, PassageRule(target=23, limit=23))
def test_the_limit_holds_where_line_breaks_are_tokens(text: str, rule: PassageRule) -> None:
    for passage in split(text, rule, count_characters):
        assert len(passage.text) <= rule.limit


@given(prose, rules, counters)
def test_a_paragraph_that_fits_is_never_cut(
    text: str, rule: PassageRule, count: TokenCounter
) -> None:
    found = split(text, rule, count)
    for paragraph in paragraphs(text):
        if count([paragraph])[0] <= rule.limit:
            assert any(paragraph in passage.text for passage in found)


@given(prose, rules, st.sampled_from([count_words, count_letters]))
def test_neighbours_that_fit_together_are_joined(
    text: str, rule: PassageRule, count: TokenCounter
) -> None:
    if any(tokens > rule.limit for tokens in count(paragraphs(text))):
        return
    found = split(text, rule, count)
    for one, other in pairwise(found):
        first = paragraphs(other.text)[0]
        assert count([one.text])[0] + count([first])[0] > rule.target


@given(prose, rules)
def test_passages_are_numbered(text: str, rule: PassageRule) -> None:
    article = make_article("numbered", text)
    found = split_article(article, rule=rule, count=count_words)
    assert [p.ordinal for p in found] == list(range(len(found)))
    assert [p.id for p in found] == [f"{article.id}.{n}" for n in range(len(found))]
    assert {p.article_id for p in found} <= {article.id}


@pytest.mark.parametrize("text", ["", " ", "\n \n\t\n", "\u2028"])
def test_an_empty_text_gives_no_passages(text: str) -> None:
    assert split(text, PassageRule(), count_words) == []


def test_paragraphs_are_joined_up_to_the_target() -> None:
    paragraph = "one two three four five"
    text = "\n".join([paragraph] * 5)
    found = split(text, PassageRule(target=10, limit=12), count_words)
    assert [count_words([p.text])[0] for p in found] == [10, 10, 5]


def test_a_scrap_stretches_its_neighbour_up_to_the_limit() -> None:
    words = " ".join(["word"] * 15)
    found = split(f"Scrap\n{words}\n{words}", PassageRule(target=15, limit=20), count_words)
    assert [p.text for p in found] == [f"Scrap\n{words}", words]


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    sentence = "The harbour of the old town stayed shut on Friday."
    text = " ".join([sentence] * 9)
    found = split(text, PassageRule(target=25, limit=40), count_words)
    assert len(found) == 5
    assert all(p.text.startswith("The harbour") and p.text.endswith("Friday.") for p in found)


def test_a_long_sentence_is_cut_between_words() -> None:
    words = [f"word{n}" for n in range(200)]
    found = split(" ".join(words), PassageRule(target=20, limit=30), count_words)
    assert [w for p in found for w in p.text.split()] == words


@pytest.mark.parametrize(
    "text",
    [
        "x" * 2_000_000,
        "The ferry left the pier at noon and nobody was hurt. " * 38_000,
        "and on " * 290_000,
    ],
    ids=["no spaces", "sentences", "one sentence"],
)
def test_the_work_for_two_megabytes_in_one_paragraph_is_bounded(text: str) -> None:
    asked = letters = 0

    def count(texts: Sequence[str], /) -> list[int]:
        nonlocal asked, letters
        asked += len(texts)
        letters += sum(map(len, texts))
        return [-(-len(text) // 4) for text in texts]

    rule = PassageRule()
    found = split(text.strip(), rule, count)
    assert "".join(p.text for p in found).replace(" ", "") == text.replace(" ", "")
    assert len(found) <= len(text) / rule.target
    assert asked <= len(text) / 40  # a sentence has more, and so has a part of one
    assert letters <= 4 * len(text)


def test_the_model_s_own_count_keeps_the_limit(embedder: SentenceTransformerEmbedder) -> None:
    lines = [
        "PARIS — Unglaublich: 東京 and नई दिल्ली, 1,234.5 km apart; antidisestablishmentarianism!",
        "Короткий абзац о погоде.",
        "supercalifragilisticexpialidocious " * 40,
        "a" * 99 + " " + "https://news.example/a/b?c=d&e=f " * 30,
        "☔" * 500,
    ]
    rule = PassageRule(target=32, limit=32)
    found = split("\n".join(lines * 3), rule, embedder.count_tokens)
    assert max(embedder.count_tokens([p.text for p in found])) <= rule.limit


@given(st.integers(16, 1024), rules)
def test_a_rule_within_a_window_leaves_room_for_the_title(window: int, rule: PassageRule) -> None:
    narrowed = rule.within(window)
    assert narrowed.limit <= rule.limit
    assert narrowed.target <= rule.target
    assert narrowed.limit + min(54, window // 4) <= window


def test_the_usual_rule_fits_the_bundled_model_s_window() -> None:
    assert PassageRule().within(254) == PassageRule()
    assert PassageRule().within(126) == PassageRule(target=95, limit=95)


@pytest.mark.parametrize(("target", "limit"), [(7, 100), (50, 49), (0, 0), (-8, 8)])
def test_impossible_rules_are_refused(target: int, limit: int) -> None:
    with pytest.raises(ValueError, match="passage sizes"):
        PassageRule(target=target, limit=limit)


def test_the_title_stands_before_the_passage() -> None:
    assert embedding_text("Ferry late", "It left at noon.") == "Ferry late\nIt left at noon."
    assert embedding_text("", "It left at noon.") == "It left at noon."
