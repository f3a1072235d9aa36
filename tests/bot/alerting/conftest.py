"""A world for each test: real store, real index, real model, and a clock that the test moves."""

import pytest
from alerting_bench import world_at


@pytest.fixture
async def world(tmp_path, monkeypatch, embedder):
    monkeypatch.chdir(tmp_path)
    async with world_at(tmp_path, embedder) as made:
        yield made
