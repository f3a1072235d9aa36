"""Near-duplicates: which articles tell the same story in much the same words. Pure.

Texts are compared by the Jaccard similarity of their sets of five-word shingles, estimated by
MinHash (Broder, "On the resemblance and containment of documents", 1997) with datasketch's
permutations; banding (Leskovec, Rajaraman, Ullman, "Mining of Massive Datasets", 3.4) finds the
pairs to compare. Whether two articles are alike depends on these two alone, and a story is a
connected component of that relation, so neither order nor batches matter.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zlib import crc32

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

ALIKE = 0.7
"""Share of the permutations on which two signatures agree, from which articles are alike."""
SHINGLE = 5
PERMUTATIONS = 96
BANDS = 16  # of 6 values: a pair at 0.7 is compared with a chance of 0.87, at 0.8 of 0.99

_WORD = re.compile(r"\w+")
_FACTORS = np.array([0x9E3779B97F4A7C15 + 2 * 0x1234567 * i for i in range(SHINGLE)], np.uint64)
_AGREEING = ALIKE * PERMUTATIONS


def signature(text: str) -> bytes | None:
    """Return 96 MinHash values as bytes; None for a text of fewer than five words."""
    words = _WORD.findall(text.casefold())
    if len(words) < SHINGLE:
        return None
    hashes = np.fromiter((crc32(word.encode()) for word in words), np.uint64, len(words))
    shingles = np.lib.stride_tricks.sliding_window_view(hashes, SHINGLE) * _FACTORS
    keys = np.unique(shingles.sum(axis=1, dtype=np.uint64) >> np.uint64(32))
    from datasketch import MinHash  # takes a second to import

    sketch = MinHash(PERMUTATIONS, hashfunc=int, permutations=_permutations(), scheme="affine32")
    sketch.update_batch(keys.tolist())
    return np.asarray(sketch.hashvalues, "<u4").tobytes()


@lru_cache(maxsize=1)
def _permutations() -> Any:
    from datasketch import MinHash

    return MinHash(PERMUTATIONS, seed=1, scheme="affine32").permutations


def bands(signature: bytes) -> list[int]:
    """Return the 16 bands as signed 64-bit numbers; no two bands of a signature are compared."""
    width = len(signature) // BANDS
    return [
        int.from_bytes(
            hashlib.blake2b(
                signature[number * width : (number + 1) * width],
                digest_size=8,
                salt=number.to_bytes(2, "little"),
            ).digest(),
            "little",
            signed=True,
        )
        for number in range(BANDS)
    ]


def alike(one: bytes, other: bytes) -> bool:
    """Tell whether two signatures agree on enough permutations."""
    return bool(np.count_nonzero(_values(one) == _values(other)) >= _AGREEING)


def _values(signature: bytes) -> NDArray[np.uint32]:
    return np.frombuffer(signature, "<u4")


class Stories:
    """Articles joined into stories (union-find). A story's name is its smallest article id.

    `settled` are articles whose stories are known (id → story); names of stories count as ids.
    """

    def __init__(self, settled: Mapping[str, str]) -> None:
        self._parent: dict[str, str] = {}
        for article_id, story in settled.items():
            self.join(article_id, story)

    def of(self, article_id: str) -> str:
        """Return the story of an article; its own id if nothing was joined to it."""
        root = article_id
        while (parent := self._parent.get(root, root)) != root:
            root = parent
        while (parent := self._parent.get(article_id, root)) != root:
            self._parent[article_id] = root
            article_id = parent
        return root

    def join(self, one: str, other: str) -> None:
        """Put two articles, and so their stories, together."""
        small, large = sorted((self.of(one), self.of(other)))
        self._parent[large] = small


def link(
    fresh: Mapping[str, bytes],
    settled: Mapping[str, tuple[str, bytes]],
    buckets: Iterable[tuple[int, str]],
) -> Stories:
    """Join `fresh` articles (id → signature) with each other and with `settled` ones.

    `settled` is id → (story, signature) of the articles that share a band with a fresh one,
    `buckets` their bands: (band, id) pairs.
    """
    stories = Stories({article_id: story for article_id, (story, _) in settled.items()})
    signatures = {article_id: one for article_id, (_, one) in settled.items()}
    same = {one: article_id for article_id, one in signatures.items()}
    by_band: dict[int, list[str]] = {}
    for band, article_id in buckets:
        by_band.setdefault(band, []).append(article_id)
    for article_id, own in fresh.items():
        if own in same:  # one stands for all of them, so that a thousand copies cost little
            stories.join(article_id, same[own])
            continue
        same[own] = article_id
        signatures[article_id] = own
        own_bands = bands(own)
        for other in dict.fromkeys(o for band in own_bands for o in by_band.get(band, ())):
            if stories.of(other) != stories.of(article_id) and alike(own, signatures[other]):
                stories.join(article_id, other)
        for band in own_bands:
            by_band.setdefault(band, []).append(article_id)
    return stories
