"""`newsdesk run` serves metrics where it is told to, and only then."""

import socket
from pathlib import Path

import aiohttp

from bot.app import _observed
from bot.desk import Desk, reopen_library
from bot.settings import load_settings
from bot.store.engine import open_store
from bot.store.urls import database_url
from tests.support.collections import index_paths


async def test_metrics_are_served_only_where_wanted(tmp_path, monkeypatch, now, embedder):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text("One title\n\nOne article, which says a thing or two.\n")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
    settings = load_settings(data=Path("d"), metrics_listen=listen)
    index_paths(settings, [Path("a.txt")], now=now, embedder=embedder)
    url = database_url(settings)
    async with (
        Desk(reopen_library(settings, embedder), embedder) as desk,
        await open_store(url, clock=lambda: now) as store,
    ):
        async with _observed(load_settings(data=Path("d")), desk, store) as observer:
            assert observer is None
        async with _observed(settings, desk, store), aiohttp.ClientSession() as client:
            async with client.get(f"http://{listen}/metrics") as response:
                lines = (await response.text()).splitlines()
            async with client.get(f"http://{listen}/healthz") as response:
                assert response.status == 503, "the bot has not begun"
    assert {"newsdesk_index_generation 1.0", "newsdesk_articles 1.0"} <= set(lines)
    assert 'newsdesk_syncs{result="done"} 1.0' in lines
