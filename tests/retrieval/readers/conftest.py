"""What the tests of all readers share."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

import pytest

from retrieval.readers import Origin, ReadItem, read_file
from retrieval.types import Article

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FETCHED = datetime(2024, 6, 1, 12, tzinfo=UTC)


class ReadContent(Protocol):
    """Writes `content` to a file of this name and reads it."""

    def __call__(self, name: str, content: str | bytes) -> list[ReadItem]: ...


@pytest.fixture
def fetched() -> datetime:
    return FETCHED


@pytest.fixture
def origin() -> Origin:
    return Origin("/archive/the-daily-lens/story.txt", None, FETCHED)


@pytest.fixture
def read(tmp_path: Path) -> ReadContent:
    def read_content(name: str, content: str | bytes) -> list[ReadItem]:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return list(read_file(path, fetched=FETCHED))

    return read_content


@pytest.fixture
def read_one(read: ReadContent) -> Callable[[str, str | bytes], Article]:
    """Read a file that must give one article and nothing else."""

    def read_article(name: str, content: str | bytes) -> Article:
        (item,) = read(name, content)
        assert isinstance(item, Article), str(item)
        return item

    return read_article
