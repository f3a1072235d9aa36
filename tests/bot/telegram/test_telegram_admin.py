"""/reload and /rollback in the chat, over a real collection and real HTTP."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from telegram_bench import FixedDesk, bot_at_work

from bot.chat import reloading
from bot.collection.locating import source_at
from bot.collection.opening import open_collection
from bot.collection.reloading import Reloader
from bot.settings import load_settings
from retrieval.errors import EmbeddingError
from tests.support.collections import Clock, write_article
from tests.support.embedders import FakeEmbedder

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.playground.people import User
    from bot.playground.state import BotApiState


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "articles"
    place.mkdir()
    write_article(place, "Avaldsnes", "The town of Avaldsnes has 12 horses.")
    return place


@pytest.fixture
async def reloader(tmp_path: Path, folder: Path) -> AsyncIterator[Reloader]:
    settings = load_settings(data=tmp_path / "data", model="fake")
    async with open_collection(settings, clock=Clock(), embedder=FakeEmbedder) as collection:
        await source_at(collection, str(folder))

        async def swap() -> None:
            return

        reloader = Reloader(collection, swap)
        yield reloader
        await reloader.close()


async def test_an_admin_reloads_and_sees_the_diff(state, boss, reloader, folder):
    write_article(folder, "Birkeland <b>", "The town of Birkeland has 31 lanterns.")
    async with bot_at_work(state, FixedDesk(), reloader, admins=[boss.id]):
        asked = state.say(boss, "/reload")
        live = await state.next_message(boss)
        assert live.reply_to.id == asked.id
        text = await ending(state, boss, "Reloaded")
        assert "2 new, 0 updated, 0 removed" in text
        assert "2 articles, 2 passages, newly embedded: 2. Generation 1." in text
        assert "• News of Birkeland <b>" in text
        state.say(boss, "/reload")
        await state.next_message(boss)
        assert "0 new" in await ending(state, boss, "Reloaded")
    assert state.violations == []


async def test_a_dry_reload_writes_nothing(state, boss, reloader):
    async with bot_at_work(state, FixedDesk(), reloader, admins=[boss.id]):
        state.say(boss, "/reload dry")
        await state.next_message(boss)
        assert "Nothing was written" in await ending(state, boss, "Would change")
    assert reloader.collection.home.numbers() == []


async def test_others_are_told_that_it_is_for_admins(state, boss, reloader):
    ann = state.add_user("Ann")
    async with bot_at_work(state, FixedDesk(), reloader, admins=[boss.id]):
        for command in ("/reload", "/rollback"):
            state.say(ann, command)
            assert (await state.next_message(ann)).text == "That is for the admins of this bot."
    assert reloader.collection.home.numbers() == []


async def test_a_second_reload_shows_the_one_that_runs(state, boss, reloader):
    go_on = asyncio.Event()
    loop = asyncio.get_running_loop()

    class Slow(FakeEmbedder):
        def embed_passages(self, texts):
            asyncio.run_coroutine_threadsafe(go_on.wait(), loop).result()
            return super().embed_passages(texts)

    reloader.collection.embedder = Slow
    async with bot_at_work(state, FixedDesk(), reloader, admins=[boss.id]):
        state.say(boss, "/reload")
        await state.next_message(boss)
        state.say(boss, "/reload")
        assert (await state.next_message(boss)).text == reloading.JOINED
        state.say(boss, "Who?")  # questions go on meanwhile
        assert "Asked: Who?" in (await state.next_message(boss)).text
        go_on.set()
        await ending(state, boss, "Reloaded")
    assert reloader.collection.home.numbers() == [1]


async def test_a_failed_reload_says_why(state, boss, reloader):
    reloader.collection.embedder = lambda: FakeEmbedder(
        fail_at=0, error=EmbeddingError("no <model>")
    )
    async with bot_at_work(state, FixedDesk(), reloader, admins=[boss.id]):
        state.say(boss, "/reload")
        await state.next_message(boss)
        text = await ending(state, boss, "The reload failed")
        assert "no <model>" in text
        assert "stays as it was" in text


async def test_a_rollback_says_which_generation_answers(state, boss, reloader, folder):
    await reloader.collection.sync(trigger="test")
    write_article(folder, "Birkeland", "The town of Birkeland has 31 lanterns.")
    await reloader.collection.sync(trigger="test")
    async with bot_at_work(state, FixedDesk(), reloader, admins=[boss.id]):
        state.say(boss, "/rollback")
        assert (await state.next_message(boss)).text.startswith("Generation 1 answers again.")
        state.say(boss, "/rollback")
        assert "no good generation before 1" in (await state.next_message(boss)).text
    assert reloader.collection.home.current() == 1


async def test_a_word_that_reload_does_not_know_is_answered_with_its_use(state, boss, reloader):
    async with bot_at_work(state, FixedDesk(), reloader, admins=[boss.id]):
        state.say(boss, "/reload everything")
        assert "/reload dry" in (await state.next_message(boss)).text
    assert reloader.collection.home.numbers() == []


async def ending(state: BotApiState, who: User, sign: str) -> str:
    """Return the text of the edit that says how a reload ended."""
    while True:
        edited = await state.next_edit(who)
        if sign in edited.text:
            return str(edited.text)


async def test_what_admins_do_is_in_the_audit_log(state, boss, reloader):
    store = reloader.collection.store
    await reloader.collection.sync(trigger="test")
    ann = state.add_user("Ann")
    await store.people.set_role(ann.id, "admin")
    async with bot_at_work(state, FixedDesk(), reloader, store, admins=[boss.id]):
        state.say(ann, "/reload dry")
        await ending(state, ann, "Would change")
        state.say(boss, "/rollback")
        assert "no good generation before 1" in (await state.next_message(boss)).text
    noted = [(one.user_id, one.action, one.detail) for one in await store.audit.last(9)]
    assert noted == [(ann.id, "reload", {"dry": True})]
