"""The spool: what a sync that was cut off had computed already."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from retrieval.embedding import EmbedderSpec
from retrieval.index.layout import text_digest
from retrieval.index.spool import VectorSpool
from tests.support.embedders import hash_vector

if TYPE_CHECKING:
    from pathlib import Path

DIMENSION = 16
SPEC = EmbedderSpec("fake")
# Texts whose digests are random bytes, zeros at their ends among them.
TEXTS = [f"passage {n}" for n in range(600)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    spool = VectorSpool(tmp_path / "index" / "vectors.spool", SPEC, DIMENSION)
    spool.restart({})
    for start in range(0, len(TEXTS), 200):
        part = TEXTS[start : start + 200]
        spool.append(part, np.stack([hash_vector(t, DIMENSION) for t in part]))
    spool.close()
    return tmp_path / "index" / "vectors.spool"


def load(path: Path, spec: EmbedderSpec = SPEC, dimension: int = DIMENSION) -> dict[bytes, object]:
    return dict(VectorSpool(path, spec, dimension).load())


def assert_holds(path: Path, texts: list[str]) -> None:
    found = VectorSpool(path, SPEC, DIMENSION).load()
    assert set(found) == {text_digest(text) for text in texts}
    for text in texts:
        np.testing.assert_allclose(
            found[text_digest(text)].astype(np.float32), hash_vector(text, DIMENSION), atol=1e-3
        )


def test_what_was_appended_is_read_back(path: Path) -> None:
    assert any(text_digest(text).endswith(b"\0") for text in TEXTS)
    assert_holds(path, TEXTS)


@pytest.mark.parametrize("lost", [1, 16, 17, 47, 48])
def test_a_torn_tail_is_left_out(path: Path, lost: int) -> None:
    path.write_bytes(path.read_bytes()[:-lost])
    assert_holds(path, TEXTS[:-1])


def test_a_torn_tail_can_be_written_past(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-5])
    spool = VectorSpool(path, SPEC, DIMENSION)
    spool.restart(spool.load())
    spool.append(TEXTS[-1:], hash_vector(TEXTS[-1], DIMENSION)[None])
    spool.close()
    assert_holds(path, TEXTS)


@pytest.mark.parametrize(
    ("spec", "dimension"),
    [
        (EmbedderSpec("other"), DIMENSION),
        (EmbedderSpec("fake", passage_prefix="passage: "), DIMENSION),
        (EmbedderSpec("fake", query_prefix="query: "), DIMENSION),
        (SPEC, DIMENSION * 2),
    ],
)
def test_another_embedder_s_vectors_are_not_used(
    path: Path, spec: EmbedderSpec, dimension: int
) -> None:
    assert load(path, spec, dimension) == {}


def test_beginning_anew_forgets_all_but_what_is_kept(path: Path) -> None:
    spool = VectorSpool(path, SPEC, DIMENSION)
    held = spool.load()
    spool.restart({text_digest(t): held[text_digest(t)] for t in TEXTS[:3]})
    spool.close()
    assert_holds(path, TEXTS[:3])


def test_a_spool_without_vectors_is_empty(path: Path) -> None:
    spool = VectorSpool(path, SPEC, DIMENSION)
    spool.restart({})
    spool.close()
    assert load(path) == {}


@pytest.mark.parametrize("content", [b"", b"\n", b"{}", b"\xff\x00" * 50, b"\n" * 99])
def test_any_other_file_is_an_empty_spool(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert load(path) == {}


def test_no_file_is_an_empty_spool(tmp_path: Path) -> None:
    assert load(tmp_path / "none") == {}


def test_appending_to_a_spool_that_is_not_open_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not open"):
        VectorSpool(tmp_path / "s", SPEC, 2).append(["x"], np.ones((1, 2), dtype=np.float32))


def test_removing_deletes_the_file_and_may_be_done_twice(path: Path) -> None:
    spool = VectorSpool(path, SPEC, DIMENSION)
    spool.remove()
    assert not path.exists()
    spool.remove()
