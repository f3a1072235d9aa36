"""Syncs of a collection large enough for sketches; the number from which it is, lowered."""

from __future__ import annotations

import hashlib
import json
import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest

from retrieval.dense import EXHAUSTIVE, kinds
from retrieval.errors import DamagedIndexError
from retrieval.index.generation import Generation
from retrieval.index.home import IndexHome
from retrieval.index.plan import Delta
from retrieval.index.sync import sync_changes
from tests.support.articles import make_article
from tests.support.embedders import FakeEmbedder, hash_vector
from tests.support.indexes import options, rows, sync_fake
from tests.support.vectors import unit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from retrieval.types import Article

RULE = kinds.ChoiceRule(exhaustive_at_most=600, fewest=100, largest_share=1 / 2)
DIMENSION = 64


class Topical(FakeEmbedder):
    """Hash vectors that lie about the topic a text names."""

    def __init__(self) -> None:
        super().__init__(dimension=DIMENSION)

    def _vectors(self, prefix: str, texts: Sequence[str]) -> NDArray[np.float32]:
        own = super()._vectors(prefix, texts)
        topics = [hash_vector(text.split("topic ")[1][:2], DIMENSION) for text in texts]
        return unit(np.stack(topics) + 0.6 * own)


def stories(first: int, count: int) -> list[Article]:
    return [
        make_article(f"story {n}", f"On topic {n % 4:02} there is story number {n}.")
        for n in range(first, first + count)
    ]


@pytest.fixture(scope="module", autouse=True)
def small_rule() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kinds, "RULE", RULE)
        yield


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> IndexHome:
    """Return a home with a generation below the number and one above."""
    home = IndexHome(tmp_path_factory.mktemp("data") / "index")
    sync_fake(home, stories(0, 500), embedder=Topical())
    sync_fake(home, stories(500, 700), embedder=Topical())
    return home


@pytest.fixture
def large(pristine: IndexHome, tmp_path: Path) -> IndexHome:
    shutil.copytree(pristine.path, tmp_path / "index")
    return IndexHome(tmp_path / "index")


def finds_its_own(generation: Generation) -> None:
    """Check that every passage is found by its vector, among those most like it."""
    for row in range(0, len(generation), 7):
        vector = generation.dense.vectors(np.array([row]))[0]
        found, cosines = generation.dense.search(vector, limit=3)
        assert row in found
        assert cosines[0] == pytest.approx(1.0, abs=2e-3)
        assert (
            f"number {generation.article_of(row).text.split()[-1]}" in generation.passage(row).text
        )


def test_the_manifest_records_the_kind(large: IndexHome) -> None:
    assert Generation(large.folder(1)).manifest.dense == EXHAUSTIVE
    generation = large.open()
    kind = generation.manifest.dense
    assert (kind.name, kind.measured_on) == ("sketched", len(generation))
    assert kind.recall >= 0.99
    assert generation.dense.kind == kind
    assert {"sketches.faiss", "centre.npy"} < set(generation.manifest.files)
    finds_its_own(generation)


def test_a_sync_takes_sketches_over_and_adds_to_them(large: IndexHome) -> None:
    before = large.open()
    kept = rows(before)
    edited = make_article("story 3", "On topic 03 there is story number 3003.")
    gone = [make_article(f"story {n}", "").id for n in (10, 11, 1150)]
    result = sync_changes(
        large,
        lambda _indexed: Delta([edited, *stories(1200, 40)], gone),
        options(),
        load_embedder=Topical,
    )
    assert (len(result.added), len(result.updated), result.embedded) == (40, 1, 41)
    after = large.open()
    assert after.manifest.dense == before.manifest.dense
    assert after.manifest.articles == 1200 + 40 - 3
    assert len(rows(after) & kept) == 1200 - 3 - 1
    finds_its_own(after)


def test_a_synced_index_finds_what_a_rebuilt_one_finds(large: IndexHome, tmp_path: Path) -> None:
    sync_fake(large, stories(1200, 60), embedder=Topical())
    rebuilt = IndexHome(tmp_path / "rebuilt" / "index")
    sync_fake(rebuilt, stories(0, 1260), embedder=Topical())
    synced, anew = large.open(), rebuilt.open()
    np.testing.assert_array_equal(synced.dense.vectors(), anew.dense.vectors())
    shares = []
    for question in Topical().embed_questions([f"any topic {n:02}" for n in range(4)]):
        ours, theirs = (g.dense.search(question, limit=10)[0] for g in (synced, anew))
        shares.append(np.isin(ours, theirs).mean())
    assert np.mean(shares) >= 0.97


def test_a_collection_that_shrinks_is_searched_exhaustively_again(large: IndexHome) -> None:
    gone = [article.id for article in stories(0, 700)]
    sync_changes(large, lambda _i: Delta([], gone), options(), load_embedder=Topical)
    generation = large.open()
    assert generation.manifest.dense == EXHAUSTIVE
    assert "sketches.faiss" not in generation.manifest.files
    finds_its_own(generation)


@pytest.mark.parametrize("name", ["sketches.faiss", "centre.npy"])
@pytest.mark.parametrize("how", ["flipped", "cut", "gone"])
def test_damaged_sketches_are_noticed_and_survived(large: IndexHome, name: str, how: str) -> None:
    path = large.folder(2) / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.unlink()
    if how != "gone":
        path.write_bytes(data if how == "flipped" else data[:-1])
    with pytest.raises(DamagedIndexError, match=name):
        Generation(large.folder(2))
    warnings: list[str] = []
    assert large.open(warn=warnings.append).number == 1
    assert len(warnings) == 1


def test_a_generation_of_the_first_format_is_opened_and_built_upon(large: IndexHome) -> None:
    """The first format is the second without what it says of the dense index."""
    path = large.folder(1) / "manifest.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    del record["dense"], record["sha256"]
    record["format"] = 1
    digest = hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()
    path.write_text(json.dumps({**record, "sha256": digest}), encoding="utf-8")
    large.swap(1)
    old = large.open()
    assert (old.number, old.manifest.dense) == (1, EXHAUSTIVE)
    finds_its_own(old)
    kept = rows(old)
    sync_fake(large, stories(500, 20), embedder=Topical())
    new = large.open()
    assert json.loads((new.folder / "manifest.json").read_text("utf-8"))["format"] == 2
    assert len(rows(new) & kept) == 500
