"""Writing a word index from the one before it, against one built at once."""

from __future__ import annotations

import math
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from retrieval.lexical import LexicalDocument, LexicalIndex, write_lexical
from tests.support.indexes import sums

WORDS = "ferry storm harbour night market budget council vote town coast".split()
QUESTIONS = ["ferry", "storm night", "market budget council", "town vote ferry coast"]

texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join)
# article key → texts of its passages
collections = st.dictionaries(st.integers(1, 6), st.lists(texts, max_size=3), max_size=6)


def documents(collection: dict[int, list[str]], version: int) -> list[LexicalDocument]:
    return [
        LexicalDocument(article * 1000 + version * 100 + n, article, 20_000 + article, text)
        for article, passages in collection.items()
        for n, text in enumerate(passages)
    ]


def results(index: LexicalIndex) -> list[dict[int, float]]:
    found = []
    for question in QUESTIONS:
        keys, scores = index.search(question, limit=1000)
        found.append(dict(zip(keys.tolist(), scores.tolist(), strict=True)))
    return found


@settings(max_examples=10, phases=[Phase.explicit, Phase.generate])  # a write waits for the disk
@given(collections, st.lists(collections, min_size=1, max_size=3))
def test_changes_give_what_building_at_once_gives(
    first: dict[int, list[str]], changes: list[dict[int, list[str]]]
) -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        held = {article: documents({article: first[article]}, 0) for article in first}
        last = folder / "0"
        write_lexical(last, previous=None, dropped_articles=[], added=documents(first, 0))
        for version, change in enumerate(changes, start=1):
            before = sums(last)
            target = folder / str(version)
            added = documents(change, version)
            for article in change:
                held.pop(article, None)
            kept = [document for staying in held.values() for document in staying]
            write_lexical(
                target,
                previous=last,
                dropped_articles=list(change),
                kept=lambda kept=kept: kept,
                added=added,
            )
            held.update({a: documents({a: change[a]}, version) for a in change})
            assert sums(last) == before
            last = target
        at_once = [document for kept in held.values() for document in kept]
        write_lexical(folder / "once", previous=None, dropped_articles=[], added=at_once)
        changed, once = LexicalIndex.open(last), LexicalIndex.open(folder / "once")
        assert len(changed) == len(once) == len(at_once)
        for ours, theirs in zip(results(changed), results(once), strict=True):
            assert ours == pytest.approx(theirs, rel=1e-4)
        for stem in WORDS:
            assert changed.inverse_frequency(stem) == pytest.approx(once.inverse_frequency(stem))
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def edited(tmp_path: Path) -> LexicalIndex:
    """Return an index of one article that was edited again and again, and one that wasn't."""
    docs = [LexicalDocument(1, 1, 0, "ferry storm"), LexicalDocument(2, 2, 0, "harbour night")]
    write_lexical(tmp_path / "0", previous=None, dropped_articles=[], added=docs)
    for n in range(1, 6):
        write_lexical(
            tmp_path / str(n),
            previous=tmp_path / str(n - 1),
            dropped_articles=[1],
            kept=lambda: docs[1:],
            added=[LexicalDocument(10 + n, 1, 0, f"ferry version{n}")],
        )
    return LexicalIndex.open(tmp_path / "5")


def test_an_edited_article_is_found_as_it_is_now(edited: LexicalIndex) -> None:
    assert len(edited) == 2
    assert edited.search("storm", limit=10)[0].tolist() == []
    assert edited.search("version4", limit=10)[0].tolist() == []
    assert edited.search("ferry", limit=10)[0].tolist() == [15]


def test_versions_that_are_gone_do_not_weigh_on_a_word(edited: LexicalIndex) -> None:
    assert edited.inverse_frequency("ferri") == pytest.approx(math.log(2))
    assert edited.inverse_frequency("harbour") == pytest.approx(math.log(2))


def test_versions_that_are_gone_do_not_weigh_on_a_score(edited: LexicalIndex) -> None:
    _, ferry = edited.search("ferry", limit=1)
    _, harbour = edited.search("harbour", limit=1)
    assert ferry[0] == pytest.approx(harbour[0])


def test_keys_survive(tmp_path: Path) -> None:
    keys = [1, 2**63, 2**64 - 1]
    docs = [LexicalDocument(key, key, 0, "ferry") for key in keys]
    write_lexical(tmp_path / "a", previous=None, dropped_articles=[], added=docs)
    write_lexical(
        tmp_path / "b",
        previous=tmp_path / "a",
        dropped_articles=[2**63],
        kept=lambda: [docs[0], docs[2]],
        added=[],
    )
    found, _ = LexicalIndex.open(tmp_path / "b").search("ferry", limit=10)
    assert sorted(found.tolist()) == [1, 2**64 - 1]


def test_a_folder_that_is_there_already_is_refused(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    with pytest.raises(FileExistsError):
        write_lexical(tmp_path / "there", previous=None, dropped_articles=[], added=[])


def test_few_deletions_do_not_write_the_index_anew(tmp_path: Path) -> None:
    docs = [LexicalDocument(n, n, 0, f"ferry word{n}") for n in range(1, 201)]
    write_lexical(tmp_path / "a", previous=None, dropped_articles=[], added=docs)

    def never() -> list[LexicalDocument]:
        raise AssertionError("one deleted document of two hundred made it read everything")

    write_lexical(
        tmp_path / "b", previous=tmp_path / "a", dropped_articles=[7], kept=never, added=[]
    )
    found, _ = LexicalIndex.open(tmp_path / "b").search("word7", limit=10)
    assert found.tolist() == []
