"""A folder of articles, and a collection over it with vectors that need no model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.collection.opening import open_collection
from bot.settings import load_settings
from tests.support.collections import Clock, write_article
from tests.support.embedders import FakeEmbedder

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.collection.syncing import Collection
    from bot.settings import Settings


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "articles"
    place.mkdir()
    for town in ("Avaldsnes", "Birkeland", "Cederby"):
        write_article(place, town, f"The town of {town} held its spring festival on Sunday.")
    return place


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEWSDESK_TELEGRAM_TOKEN", raising=False)
    return load_settings(data=tmp_path / "data", model="fake")


@pytest.fixture
async def collection(settings: Settings, clock: Clock) -> AsyncIterator[Collection]:
    async with open_collection(settings, clock=clock, embedder=FakeEmbedder) as opened:
        yield opened
