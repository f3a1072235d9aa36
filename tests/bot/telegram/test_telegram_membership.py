"""Chats come to be known, go, come back and move, as the stand-in tells it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from telegram_bench import bot_at_work

from bot.playground.errors import forbidden
from bot.playground.faults import Refuse
from bot.store.deliveries import NewDelivery
from bot.store.engine import open_store
from bot.store.records import Chat
from bot.store.urls import sqlite_url
from tests.support.articles import NOW

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from bot.store.engine import Store


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with await open_store(sqlite_url(tmp_path / "n.db"), clock=lambda: NOW) as opened:
        yield opened


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait for the store, which rings no bell."""
    async with asyncio.timeout(20):
        while not await condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def gone(store: Store, chat_id: int) -> bool:
    chat = await store.chats.get(chat_id)
    return chat is not None and chat.gone is not None


async def moved_away(store: Store, chat_id: int) -> bool:
    return await store.chats.get(chat_id) is None


async def back(store: Store, chat_id: int) -> bool:
    return not await gone(store, chat_id)


async def test_a_chat_is_known_goes_and_comes_back(state, store):
    ann = state.add_user("Ann", last_name="Lee", language_code="de")
    async with bot_at_work(state, store=store):
        state.say(ann, "/start")
        await state.next_message(ann)
        state.say(ann, "/mydata")
        await state.next_message(ann)
        chat = await store.chats.get(ann.id)
        assert (chat.kind, chat.title, chat.language) == ("private", "Ann Lee", "de")
        late = NewDelivery("k", "b", ann.id, {"html": ["x"]}, NOW.replace(year=2100))
        await store.outbox.enqueue([late])
        state.block(ann)
        await until(lambda: gone(store, ann.id))
    assert (await store.chats.get(ann.id)).gone == NOW
    assert (await store.outbox.counts()).gone == 1
    async with bot_at_work(state, store=store):
        state.unblock(ann)
        state.say(ann, "/help")
        await state.next_message(ann)
    assert (await store.chats.get(ann.id)).gone is None
    await store.chats.set_gone(ann.id, NOW)
    async with bot_at_work(state, store=store):
        state.say(ann, "/help")
        await state.next_message(ann)
    assert (await store.chats.get(ann.id)).gone is None


async def test_a_refused_answer_says_that_a_chat_is_gone(state, store):
    ann = state.add_user("Ann")
    await store.chats.touch(Chat(ann.id, "private", "Ann", "en"))
    state.faults.plan("sendMessage", Refuse(forbidden()))
    async with bot_at_work(state, store=store):
        state.say(ann, "/help")
        await until(lambda: gone(store, ann.id))
    assert await gone(store, ann.id)


async def test_who_asks_what_is_kept_is_not_noted_for_it(state, store):
    ann = state.add_user("Ann")
    async with bot_at_work(state, store=store):
        for command in ("/privacy", "/mydata"):
            state.say(ann, command)
            await state.next_message(ann)
    assert await store.chats.get(ann.id) is None


async def test_a_group_is_greeted_once(state, store):
    ann, club = state.add_user("Ann"), state.add_group("Club")
    async with bot_at_work(state, store=store):
        await state.next_poll()
        state.block(club)
        state.set_role(club, state.bot, "member", by=ann)
        await state.next_message(club)
        state.block(club)
        await until(lambda: gone(store, club.id))
        state.set_role(club, state.bot, "admin", by=ann)
        await until(lambda: back(store, club.id))
    greetings = [one for one in state.messages.of(club.id) if one.text.startswith("Hello!")]
    assert len(greetings) == 1
    chat = await store.chats.get(club.id)
    assert (chat.title, chat.gone) == ("Club", None)


async def test_a_group_that_moves_takes_all_along(state, store):
    ann, club = state.add_user("Ann"), state.add_group("Club", kind="group")
    await store.chats.touch(Chat(club.id, "group", "Club", "en", {"language": "de"}))
    await store.chats.set_settings(club.id, {"language": "de"})
    async with bot_at_work(state, store=store):
        await state.next_poll()
        moved = state.migrate(club, by=ann)
        await until(lambda: moved_away(store, club.id))
    assert await store.chats.settings(moved.id) == {"language": "de"}


async def test_a_delivery_follows_a_group_that_moved_unheard(state, store):
    ann, club = state.add_user("Ann"), state.add_group("Club", kind="group")
    await store.chats.touch(Chat(club.id, "group", "Club", "en"))
    moved = state.migrate(club, by=ann)
    state.updates.drop()
    async with bot_at_work(state, store=store):
        payload = {"html": ["<b>One</b>", "two"], "keyboard": [[["Go", "b:n"]]], "silent": True}
        await store.outbox.enqueue([NewDelivery("k", "b", club.id, payload, NOW)])
        first, second = await state.next_message(moved), await state.next_message(moved)
    assert (first.text, first.buttons) == ("One", ())
    assert (second.text, second.buttons) == ("two", (("Go",),))
    assert all(call.parameters["disable_notification"] for call in state.calls("sendMessage"))
    assert await store.chats.get(club.id) is None
