"""A folder, a JSONL file and a feed, edited and broken while the bot answers about them."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

import bot.desk
from bot.collection.locating import source_at
from bot.collection.opening import open_collection
from bot.collection.reloading import Reloader
from bot.desk import open_desk, reopen_library
from bot.playground.server import BotApiServer
from bot.playground.state import BotApiState
from bot.settings import load_settings
from bot.telegram.application import run_polling
from tests.support.collections import write_article
from tests.support.site import Site, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.playground.people import User

FERRY = "How long does the ferry crossing to Bergen take?"
QUAY = "When will the old quay close?"
LANTERNS = "How many lanterns did Birkeland count?"


class Newsroom:
    """A bot over three sources, an admin who talks to it, and hands on the sources."""

    def __init__(self, state: BotApiState, boss: User, folder: Path, lines: Path, site: Site):
        self.state, self.boss = state, boss
        self.folder, self.lines, self.site = folder, lines, site

    async def ask(self, question: str) -> str:
        """Return the message that answers."""
        self.state.say(self.boss, question)
        return str((await self.state.next_message(self.boss)).text)

    async def reload(self) -> str:
        """Return what /reload ends with."""
        self.state.say(self.boss, "/reload")
        await self.state.next_message(self.boss)
        while True:
            edited = await self.state.next_edit(self.boss)
            if edited.text.startswith(("Reloaded", "The reload failed")):
                return str(edited.text)

    def write_line(self, **fields: str) -> None:
        with self.lines.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(fields) + "\n")


@asynccontextmanager
async def open_newsroom(tmp_path: Path, embedder, site: Site) -> AsyncIterator[Newsroom]:
    folder = tmp_path / "articles"
    folder.mkdir()
    write_article(folder, "Birkeland", "Birkeland counted 31 lanterns at its festival.")
    room_lines = tmp_path / "lines.jsonl"
    state = BotApiState()
    boss = state.add_user("Boss")
    stop = asyncio.Event()
    async with BotApiServer(state) as server:
        settings = load_settings(
            data=tmp_path / "data",
            admins=[boss.id],
            telegram_token=SecretStr(state.token),
            telegram_api=server.root_url,
            fetch_allowed_hosts=["127.0.0.1"],
        )
        async with open_collection(
            settings, clock=lambda: datetime.now(UTC), embedder=lambda: embedder
        ) as collection:
            room = Newsroom(state, boss, folder, room_lines, site)
            room.write_line(
                title="Ferry line opens", text="The ferry crossing to Bergen takes 19 hours."
            )
            for place in (folder, room_lines, f"{site.root}/feed.xml"):
                await source_at(collection, str(place))
            await collection.sync(trigger="start")
            desk = await asyncio.to_thread(open_desk, settings)

            async def swap() -> None:
                desk.swap(await asyncio.to_thread(reopen_library, settings, desk.embedder))

            async with desk:
                running = asyncio.create_task(
                    run_polling(settings, desk, Reloader(collection, swap), stop=stop)
                )
                await state.next_poll()
                try:
                    yield room
                finally:
                    stop.set()
                    await running
    assert state.violations == []


@pytest.fixture
async def newsroom(tmp_path, monkeypatch, embedder) -> AsyncIterator[Newsroom]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(bot.desk, "load_embedder", lambda _settings: embedder)
    with serving(Site()) as site:
        site.article("quay", "Old quay to close", "The old quay will close in June 2023.")
        async with open_newsroom(tmp_path, embedder, site) as room:
            yield room


async def test_sources_are_edited_and_broken_while_the_bot_answers(newsroom: Newsroom):
    room = newsroom
    assert "31 lanterns" in await room.ask(LANTERNS)
    assert "19 hours" in await room.ask(FERRY)
    assert "June 2023" in await room.ask(QUAY)

    write_article(room.folder, "Birkeland", "Birkeland counted 47 lanterns at its festival.")
    room.write_line(title="Tram bell", text="The tram in Eidsberg got a new bell on Friday.")
    room.site.article("pier", "Pier to open", "The new pier in Tarnby opens on 4 May.", 4)
    told = await room.reload()
    assert "2 new, 1 updated, 0 removed" in told
    assert "• News of Birkeland (updated" in told
    assert "47 lanterns" in await room.ask(LANTERNS)
    assert "4 May" in await room.ask("When does the new pier in Tarnby open?")

    room.site.broken = True
    room.lines.write_bytes(room.lines.read_bytes() + b'{"title": "torn\n\xff\xfe\n')
    (room.folder / "Birkeland.txt").write_bytes(b"\0\0\0")
    told = await room.reload()
    assert "0 new, 0 updated, 0 removed" in told
    assert "Not read" in told
    assert "answered 500" in told or "500" in told
    assert told.count("lines.jsonl:") == 2
    for question, fact in ((LANTERNS, "47 lanterns"), (FERRY, "19 hours"), (QUAY, "June 2023")):
        assert fact in await room.ask(question), "what was known is still answered from"

    room.site.broken = False
    write_article(room.folder, "Birkeland", "Birkeland counted 52 lanterns at its festival.")
    assert "1 updated" in await room.reload()
    assert "52 lanterns" in await room.ask(LANTERNS)
    print(room.state.transcript(room.boss))
