"""The inbox in the running bot: what is kept, taken up, left, given back, and paced."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from copy import deepcopy
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from sqlalchemy import select
from telegram import Bot, Update
from telegram_bench import FixedDesk, bot_at_work

from bot.playground.errors import too_many_requests
from bot.playground.faults import Delay, Refuse
from bot.playground.state import BotApiState
from bot.store.engine import open_store
from bot.store.errors import FullDiskError
from bot.store.schema import UPDATES
from bot.store.urls import sqlite_url
from bot.telegram import application
from bot.telegram import inbox as inbox_module
from bot.telegram.inbox import UNREADABLE, Inbox
from bot.telegram.webhook import SECRET_HEADER
from tests.support.updates.drawing import updates
from tests.support.updates.scene import set_scene

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.playground.people import User
    from bot.store.engine import Store

SECRET = "a-secret_of-ours"


@pytest.fixture
def ann(state: BotApiState) -> User:
    return state.add_user("Ann")


@pytest.fixture
async def store(tmp_path) -> AsyncIterator[Store]:
    url = sqlite_url(tmp_path / "newsdesk.db")
    async with await open_store(url, clock=lambda: datetime.now(UTC)) as opened:
        yield opened


@pytest.fixture
def place() -> dict[str, Any]:
    """Settings for a webhook on a free port of this machine."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
    return {
        "webhook_url": f"http://{listen}/hook",
        "webhook_listen": listen,
        "webhook_secret": SecretStr(SECRET),
    }


def question(number: int, person: User, text: str) -> dict[str, Any]:
    """An update as Telegram's JSON has it."""
    who = {"id": person.id, "first_name": person.first_name}
    sender, chat = who | {"is_bot": False}, who | {"type": "private"}
    message = {"message_id": number, "date": 1_700_000_000, "text": text}
    return {"update_id": number, "message": {**message, "from": sender, "chat": chat}}


async def states(store: Store) -> dict[int, str]:
    """What the table says of each update."""
    query = select(UPDATES.c.id, UPDATES.c.body.is_(None), UPDATES.c.done.is_(None))
    names = {(False, True): "waiting", (False, False): "set out", (True, False): "done"}
    async with store.database.reading() as connection:
        rows = (await connection.execute(query.order_by(UPDATES.c.id))).all()
    return {number: names[bool(gone), bool(waits)] for number, gone, waits in rows}


async def bring(telegram: aiohttp.ClientSession, place: dict[str, Any], record: Any) -> int:
    """Bring an update to the webhook as Telegram does; returns the status it is answered with."""
    headers = {SECRET_HEADER: SECRET}
    async with telegram.post(place["webhook_url"], json=record, headers=headers) as answered:
        return answered.status


async def test_what_was_left_behind_is_answered_in_order_and_before_the_rest(state, ann, store):
    await store.inbox.take(
        [question(2, ann, "Who won at Two?"), question(1, ann, "Who won at One?")]
    )
    state.say(ann, "Who won at Three?")
    async with bot_at_work(state, store=store) as bench:
        for _ in range(3):
            await state.next_message(ann)
    assert bench.texts() == [f"Asked: Who won at {one}?" for one in ("One", "Two", "Three")]
    async with bot_at_work(state, store=store) as bench:
        state.say(ann, "Four?")
        await state.next_message(ann)
    assert bench.desk.asked == ["Four?"]
    assert set((await states(store)).values()) <= {"done"}


async def test_what_had_set_out_is_not_sent_again_and_that_is_told(state, ann, store, log):
    await store.inbox.take([question(1, ann, "Secret one?"), question(2, ann, "Two?")])
    await store.inbox.set_out([1])
    async with bot_at_work(state, store=store) as bench:
        await state.next_message(ann)
    assert bench.desk.asked == ["Two?"]
    assert "not sent again: 1" in log.getvalue()
    assert "Secret" not in log.getvalue()


async def test_an_answer_sets_out_with_its_message_and_a_refused_one_is_called_back(
    state, ann, store
):
    desk = FixedDesk()
    go_on = desk.hold("Who?")
    seen = []

    async def look() -> str | None:
        (now,) = (await states(store)).values()
        seen.append(now)
        return now

    async with bot_at_work(state, desk, store=store):
        state.say(ann, "Who?")
        await state.next_call("sendChatAction")
        assert await look() == "waiting", "typing is no answer"
        state.faults.plan("sendMessage", Refuse(too_many_requests(1)))
        state.faults.plan("sendMessage", Delay(0.3))
        go_on.set()
        while seen[-3:] != ["waiting", "set out", "done"]:
            if await look() == seen[-2]:
                seen.pop()
            await asyncio.sleep(0.001)
    # Refused for now, it waits on: a kill in that second does not lose it.
    assert seen == ["waiting", "set out"] * (len(seen) // 2) + ["done"]
    assert (await state.next_message(ann)).text == "Asked: Who?"


async def test_a_webhook_that_delivers_twice_is_answered_once(state, ann, place, store):
    update = question(7, ann, "Who?")
    for start in range(2):
        async with (
            bot_at_work(state, store=store, **place) as bench,
            aiohttp.ClientSession() as telegram,
        ):
            await state.until(lambda: len(state.calls("setWebhook")) > start or None)  # noqa: B023
            posts = (bring(telegram, place, update) for _ in range(5))
            assert await asyncio.gather(*posts) == [200] * 5
            if start == 0:
                await state.next_message(ann)
            assert await bring(telegram, place, update) == 200
    assert bench.texts() == ["Asked: Who?"]


async def test_without_a_store_a_webhook_that_delivers_twice_is_answered_once(state, ann, place):
    async with bot_at_work(state, **place) as bench, aiohttp.ClientSession() as telegram:
        await state.next_call("setWebhook")
        for number in (7, 7, 8):
            assert (
                await bring(telegram, place, question(number, ann, f"Who won at Cup{number}?"))
                == 200
            )
            if number == 7:
                await state.until(lambda: bench.texts() or None)
        await state.until(lambda: len(bench.texts()) == 2 or None)
    assert bench.texts() == ["Asked: Who won at Cup7?", "Asked: Who won at Cup8?"]


async def test_a_stop_leaves_what_is_not_begun_to_the_next_start(state, ann, store):
    desk = FixedDesk()
    go_on = desk.hold("One?")
    async with bot_at_work(state, desk, store=store) as bench:
        state.say(ann, "One?")
        await state.next_call("sendChatAction")
        state.say(ann, "Two?")
        await state.until(lambda: state.updates.pending == 0 or None)
        bench.stop.set()
        await asyncio.sleep(0)
        go_on.set()
        await bench.ended()
    assert bench.texts() == ["Asked: One?"]
    async with bot_at_work(state, store=store) as bench:
        await state.until(lambda: len(bench.texts()) == 2 or None)
    assert bench.texts() == ["Asked: One?", "Asked: Two?"]
    assert set((await states(store)).values()) <= {"done"}


async def test_what_the_stop_breaks_off_comes_at_the_next_start(state, ann, store, monkeypatch):
    monkeypatch.setattr(application, "STOP_SECONDS", 0.05)
    desk = FixedDesk()
    desk.hold("Who?")
    async with bot_at_work(state, desk, store=store) as bench:
        state.say(ann, "Who?")
        await state.next_call("sendChatAction")
        bench.stop.set()
        await bench.ended()
    async with bot_at_work(state, store=store):
        assert (await state.next_message(ann)).text == "Asked: Who?"


async def test_an_answer_that_fails_is_done_with(state, ann, store):
    desk = FixedDesk({"Who?": RuntimeError("broken")})
    async with bot_at_work(state, desk, store=store):
        state.say(ann, "Who?")
        await state.next_message(ann)
    assert set((await states(store)).values()) <= {"done"}


@pytest.mark.parametrize("text", ["/reload", "/Rollback@newsdesk_bot now"])
async def test_an_admins_command_counts_as_set_out_from_its_beginning(store, ann, text):
    inbox, queue = Inbox(store), asyncio.Queue[object]()
    await inbox.receive(Bot("1:x"), queue, [question(5, ann, text), question(6, ann, "Who?")])
    found = []

    async def handle() -> None:
        found.append(await store.inbox.pending())

    for _ in range(2):
        update = queue.get_nowait()
        await inbox.attend(update, inbox.work(update, handle()))
    command, plain = found
    assert command.set_out == (5,)
    assert [one.id for one in plain.waiting] == [6]
    await inbox.close()


async def test_what_comes_is_told_before_it_is_kept(store, ann, monkeypatch):
    doings = []
    inbox = Inbox(store, foresee=lambda update: doings.append(update.update_id))
    take = store.inbox.take

    async def noted_take(updates):
        doings.append("kept")
        return await take(updates)

    monkeypatch.setattr(store.inbox, "take", noted_take)
    queue = asyncio.Queue[object]()
    await inbox.receive(Bot("1:x"), queue, [question(5, ann, "Who?"), question(6, ann, "When?")])
    assert doings == [5, 6, "kept"]
    assert queue.qsize() == 2
    await inbox.close()


async def test_inline_queries_are_not_kept(store, ann):
    inbox, queue = Inbox(store), asyncio.Queue[object]()
    user = question(1, ann, "")["message"]["from"]
    query = {"id": "1", "from": user, "query": "who", "offset": ""}
    await inbox.receive(Bot("1:x"), queue, [{"update_id": 9, "inline_query": query}])
    assert queue.qsize() == 1
    assert set((await states(store)).values()) <= {"done"}
    await inbox.close()


async def test_a_database_that_refuses_costs_one_line_and_no_answer(
    state, ann, store, log, monkeypatch
):
    async def refuse(*_: object) -> None:
        raise FullDiskError("no room is left", "free some space")

    for name in ("take", "set_out", "done", "pending"):
        monkeypatch.setattr(store.inbox, name, refuse)
    async with bot_at_work(state, store=store) as bench:
        for text in ("One?", "Two?"):
            state.say(ann, text)
            await state.next_message(ann)
    assert bench.desk.asked == ["One?", "Two?"]
    assert log.getvalue().count("kept in memory only") == 1


async def test_a_database_that_recovers_is_used_again(store, ann, log, monkeypatch):
    monkeypatch.setattr(inbox_module, "_REFUSED_SECONDS", 0.0)
    inbox, queue, bot = Inbox(store), asyncio.Queue[object](), Bot("1:x")
    with monkeypatch.context() as patch:

        async def refuse(_: object) -> None:
            raise FullDiskError("no room is left", "free some space")

        patch.setattr(store.inbox, "take", refuse)
        await inbox.receive(bot, queue, [question(1, ann, "One?")])
    # Telegram brings the first again; it is not answered twice, then or at the next start.
    await inbox.receive(bot, queue, [question(1, ann, "One?"), question(2, ann, "Two?")])
    for expected in (1, 2):
        update = queue.get_nowait()
        assert update.update_id == expected
        await inbox.attend(update, asyncio.sleep(0))
    assert queue.empty()
    await inbox.close()
    assert await states(store) == {1: "done", 2: "done"}
    assert "in the database again" in log.getvalue()


async def test_fetching_pauses_while_much_is_waiting(state, ann, monkeypatch):
    monkeypatch.setattr(application, "Inbox", partial(Inbox, most=3))
    desk = FixedDesk()
    held = [desk.hold(f"{number}?") for number in range(6)]
    people = [state.add_user(f"P{number}") for number in range(6)]
    async with bot_at_work(state, desk) as bench:
        for number in range(3):
            state.say(people[number], f"{number}?")
        await state.until(lambda: len(desk.asked) == 3 or None)
        for number in range(3, 6):
            state.say(people[number], f"{number}?")
        await asyncio.sleep(0.05)
        assert len(desk.asked) == 3
        for one in held:
            one.set()
        await state.until(lambda: len(bench.texts()) == 6 or None)
    assert sorted(desk.asked) == [f"{number}?" for number in range(6)]


async def test_a_full_inbox_turns_a_webhook_away_for_now(state, ann, place, monkeypatch):
    monkeypatch.setattr(application, "Inbox", partial(Inbox, most=1))
    desk = FixedDesk()
    go_on = desk.hold("One?")
    async with bot_at_work(state, desk, **place) as bench, aiohttp.ClientSession() as telegram:
        await state.next_call("setWebhook")
        assert await bring(telegram, place, question(1, ann, "One?")) == 200
        assert await bring(telegram, place, question(2, ann, "Two?")) == 503
        go_on.set()
        await state.until(lambda: bench.texts() or None)
        while await bring(telegram, place, question(2, ann, "Two?")) == 503:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        await state.until(lambda: len(bench.texts()) == 2 or None)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_reading_an_update_leaves_its_json_as_it_was(data: st.DataObject) -> None:
    record = data.draw(updates(set_scene(BotApiState())))
    before = deepcopy(record)
    with suppress(UNREADABLE):
        Update.de_json(record, Bot("1:x"))
    assert record == before
