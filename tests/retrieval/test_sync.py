"""Syncs: what is embedded, what is reused, and that the index holds what it should."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from retrieval.embedding import EmbedderSpec
from retrieval.errors import IndexMismatchError
from retrieval.index.home import IndexHome
from retrieval.index.sync import Progress, sync
from retrieval.passages import PassageRule
from tests.support.articles import days_ago, make_article
from tests.support.embedders import FakeEmbedder
from tests.support.indexes import FAKE, RULE, never, options, rows, stored_articles, sync_fake

if TYPE_CHECKING:
    from pathlib import Path

    from retrieval.index.generation import Generation
    from retrieval.types import Article

FERRY = make_article("ferry", "The ferry left at noon.\nNobody was hurt.", title="Ferry")
STORM = make_article("storm", "A storm came from the west and took roofs with it.", title="Storm")
VOTE = make_article("vote", "The council voted.", title="Vote", published=None)


def assert_sound(generation: Generation) -> None:
    """Check that tables, vectors and word index speak of the same passages."""
    for row in range(len(generation)):
        passage, article = generation.passage(row), generation.article_of(row)
        assert passage.article_id == article.id
        assert passage.span.of(article.text) == passage.text
        vector = generation.dense.vectors()[row]
        assert generation.dense.search(vector, limit=1)[1][0] > 0.99
        keys, _ = generation.lexical.search(f"{article.title} {passage.text}", limit=10_000)
        assert row in generation.rows_of_keys(keys)
    first = 0
    for record in generation.article_table:
        assert record["first"] == first
        first += record["count"]
    assert first == len(generation)


def test_a_first_sync(home: IndexHome) -> None:
    result = sync_fake(home, [FERRY, STORM, VOTE])
    assert (result.generation, result.written, result.added) == (1, True, (FERRY, STORM, VOTE))
    assert (result.articles, result.updated, result.unchanged, result.duplicates) == (3, (), 0, 0)
    assert result.embedded == result.passages >= 3
    generation = home.open()
    assert stored_articles(generation) == {a.id: a for a in (FERRY, STORM, VOTE)}
    assert generation.manifest.inputs == ("news",)
    assert_sound(generation)
    assert not home.spool.exists()


def test_articles_are_found_by_id(home: IndexHome) -> None:
    sync_fake(home, [FERRY, STORM])
    generation = home.open()
    for article in (FERRY, STORM):
        row = generation.article_row(article.id)
        assert row is not None
        assert generation.article(row) == article
    assert generation.article_row(VOTE.id) is None


def test_nothing_new_writes_nothing_and_loads_no_model(home: IndexHome) -> None:
    sync_fake(home, [FERRY, STORM])
    result = sync(home, [STORM, FERRY], options(), load_embedder=never)
    assert (result.generation, result.written, result.unchanged) == (1, False, 2)
    assert (result.embedded, result.reused, result.articles) == (0, 0, 2)
    assert home.numbers() == [1]


def test_other_inputs_are_remembered_without_the_model(home: IndexHome) -> None:
    sync_fake(home, [FERRY])
    result = sync(home, [FERRY], options(inputs=("elsewhere",)), load_embedder=never)
    assert result.written
    assert home.open().manifest.inputs == ("elsewhere",)
    assert rows(home.open()) == rows(type(home.open())(home.folder(1)))


def test_only_what_is_new_is_embedded(home: IndexHome) -> None:
    sync_fake(home, [FERRY, STORM])
    embedder = FakeEmbedder()
    result = sync_fake(home, [FERRY, STORM, VOTE], embedder=embedder)
    assert embedder.embedded == ["Vote\nThe council voted."]
    assert (result.added, result.unchanged, result.embedded) == ((VOTE,), 2, 1)


def test_an_edit_embeds_only_the_passages_it_changed(home: IndexHome) -> None:
    lines = [f"Paragraph {n} of the report has eight words." for n in range(10)]
    first = sync_fake(home, [make_article("long", "\n".join(lines), title="Report")])
    assert first.passages == 10
    lines[4] = "This paragraph was written anew last night, apparently."
    embedder = FakeEmbedder()
    result = sync_fake(
        home, [make_article("long", "\n".join(lines), title="Report")], embedder=embedder
    )
    assert embedder.embedded == [f"Report\n{lines[4]}"]
    assert (len(result.updated), result.embedded, result.reused) == (1, 1, 9)
    assert (result.articles, result.passages) == (1, 10)
    assert_sound(home.open())


def test_a_new_title_embeds_every_passage_again(home: IndexHome) -> None:
    sync_fake(home, [FERRY])
    embedder = FakeEmbedder()
    text = FERRY.text
    sync_fake(home, [make_article("ferry", text, title="Ferries")], embedder=embedder)
    assert embedder.embedded
    assert all(text.startswith("Ferries\n") for text in embedder.embedded)


def test_what_did_not_come_again_stays(home: IndexHome) -> None:
    sync_fake(home, [FERRY])
    sync_fake(home, [STORM])
    assert set(stored_articles(home.open())) == {FERRY.id, STORM.id}


def test_a_rebuild_forgets_the_rest_and_embeds_all(home: IndexHome) -> None:
    sync_fake(home, [FERRY, STORM])
    embedder = FakeEmbedder()
    result = sync_fake(home, [STORM], options(rebuild=True), embedder=embedder)
    assert result.generation == 2
    assert set(stored_articles(home.open())) == {STORM.id}
    assert len(embedder.embedded) == result.passages


def test_the_same_text_under_another_name_is_left_out(home: IndexHome) -> None:
    copy = replace(make_article("copy", FERRY.text, title=FERRY.title))
    result = sync_fake(home, [FERRY, copy])
    assert (result.articles, result.duplicates) == (1, 1)


def test_an_empty_sync(home: IndexHome) -> None:
    result = sync_fake(home, [])
    assert (result.articles, result.passages) == (0, 0)
    assert len(home.open()) == 0
    sync_fake(home, [FERRY])
    assert_sound(home.open())


@pytest.mark.parametrize("text", ["", "  ", "\n\n"])
def test_an_article_without_passages(home: IndexHome, text: str) -> None:
    bare = make_article("bare", text, title="Only a title")
    result = sync_fake(home, [bare, FERRY])
    assert result.articles == 2
    generation = home.open()
    assert stored_articles(generation)[bare.id] == bare
    assert_sound(generation)
    sync_fake(home, [STORM])
    assert_sound(home.open())


def test_an_article_of_one_two_megabyte_paragraph(home: IndexHome) -> None:
    text = "The ferry left the pier at noon and nobody was hurt. " * 38_000
    huge = make_article("huge", text.strip())
    result = sync_fake(home, [huge, STORM], options(rule=PassageRule(200, 254)))
    assert result.articles == 2
    generation = home.open()
    row = len(generation) // 2
    assert generation.passage(row).span.of(huge.text) == generation.passage(row).text


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (options(spec=EmbedderSpec("other")), "model other"),
        (options(spec=EmbedderSpec("fake", passage_prefix="p: ")), "p: "),
        (options(rule=PassageRule(9, 17)), "9 to 17"),
    ],
)
def test_another_model_or_rule_is_refused(home: IndexHome, settings: object, expected: str) -> None:
    sync_fake(home, [FERRY])
    with pytest.raises(IndexMismatchError, match=expected) as caught:
        sync_fake(home, [STORM], settings)  # type: ignore[arg-type]
    assert "--rebuild" in caught.value.remedy
    assert home.numbers() == [1]
    result = sync_fake(home, [STORM], replace(settings, rebuild=True))  # type: ignore[type-var]
    assert result.articles == 1


def test_a_model_of_another_dimension_is_refused(home: IndexHome) -> None:
    sync_fake(home, [FERRY])
    with pytest.raises(IndexMismatchError, match="24"):
        sync_fake(home, [STORM], embedder=FakeEmbedder(dimension=24))
    assert home.current() == 1


def test_a_small_window_narrows_the_passages(home: IndexHome) -> None:
    text = " ".join(f"word{n}" for n in range(300))
    sync_fake(
        home,
        [make_article("long", text)],
        options(rule=PassageRule(100, 200)),
        embedder=FakeEmbedder(window=40),
    )
    generation = home.open()
    assert max(len(generation.passage(r).text.split()) for r in range(len(generation))) <= 30


def test_progress_tells_every_stage_and_ends(home: IndexHome) -> None:
    told: list[Progress] = []
    sync(home, [FERRY], options(), load_embedder=FakeEmbedder, on_progress=told.append)
    stages = list(dict.fromkeys(progress.stage for progress in told))
    assert stages == ["read", "load", "split", "embed", "write", "verify", "done"]
    embedding = [p for p in told if p.stage == "embed"]
    assert embedding[-1].done == embedding[-1].total > 0


WORDS = "ferry storm harbour night market budget council vote town coast rain bridge".split()


def random_article(rng: random.Random) -> Article:
    lines = [" ".join(rng.choices(WORDS, k=rng.randrange(1, 30))) for _ in range(rng.randrange(4))]
    name = f"article {rng.randrange(12)}"
    published = rng.choice([None, days_ago(rng.randrange(900))])
    return make_article(name, "\n".join(lines), title=rng.choice(WORDS), published=published)


@pytest.mark.parametrize("seed", range(4))
def test_many_syncs_give_what_one_gives(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311
    step_by_step = IndexHome(tmp_path / "steps")
    latest: dict[str, Article] = {}
    digests: dict[str, str] = {}
    for _ in range(5):
        # Each text under one name only: duplicates are another test's.
        batch = [
            article
            for article in (random_article(rng) for _ in range(rng.randrange(1, 6)))
            if digests.setdefault(article.digest, article.id) == article.id
        ]
        sync_fake(step_by_step, batch)
        for article in batch:
            if article.id not in latest or latest[article.id].digest != article.digest:
                latest[article.id] = article
        assert_sound(step_by_step.open())
    at_once = IndexHome(tmp_path / "once")
    sync_fake(at_once, latest.values())
    one, other = step_by_step.open(), at_once.open()
    assert {a: v.digest for a, v in stored_articles(one).items()} == {
        a: v.digest for a, v in latest.items()
    }
    assert {(r.article.id, r.text, r.span, r.ordinal, r.vector) for r in rows(one)} == {
        (r.article.id, r.text, r.span, r.ordinal, r.vector) for r in rows(other)
    }
    assert one.manifest.embedder == FAKE
    assert one.manifest.rule == RULE
