"""The feed: what pages are told as it happens, each at its own pace."""

from __future__ import annotations

import asyncio
import contextlib
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.playground.dispatch import perform
from bot.playground.page import routes
from bot.playground.page.cast import make_cast
from bot.playground.page.controls import BotStatus
from bot.playground.page.feed import MAX_BATCH, Feed, Place
from bot.playground.page.scene import Scene
from bot.playground.record import EventKind
from bot.playground.state import BotApiState
from tests.bot.playground.calls import KEYBOARD, send
from tests.bot.playground.page.page_bench import FakeControls, listening, page_open

if TYPE_CHECKING:
    from tests.bot.playground.page.page_bench import Page


async def test_two_pages_are_told_the_same(page: Page) -> None:
    desk = page.chat("City desk")
    async with listening(page) as one, listening(page) as other:
        said = await page.act(page.ann, "say", chat=desk.id, text="/ask who?")
        await page.act(
            page.ann, "edit", chat=desk.id, message=said["message_id"], text="/ask what?"
        )
        sent = await send(page.state, desk.id, "This.", reply_markup=KEYBOARD)
        edit = {"chat_id": desk.id, "message_id": sent["message_id"], "text": "That."}
        await perform(page.state, "editMessageText", edit)
        await page.act(page.ann, "delete", chat=desk.id, message=said["message_id"])
        for listener in (one, other):
            told = [await listener.next("message", "deleted") for _ in range(5)]
            assert [t.get("how") for t in told] == ["says", "corrects", "sends", "edits", None]
            texts = [t["message"]["text"] for t in told[:4]]
            assert texts == ["/ask who?", "/ask what?", "This.", "That."]
            assert told[2]["message"] == sent
            assert {t["chat_id"] for t in told} == {desk.id}
            assert told[4]["message_id"] == said["message_id"]
        _, found = await page.get("calls")
        assert [c["method"] for c in found["calls"]] == ["sendMessage", "editMessageText"]


async def test_calls_and_actions(page: Page) -> None:
    forum = page.chat("Foreign desk")
    topic = min(forum.topics)
    async with listening(page) as listener:
        await perform(page.state, "getUpdates", {})
        action = {"chat_id": forum.id, "message_thread_id": topic, "action": "typing"}
        await perform(page.state, "sendChatAction", action)
        told = [await listener.next(), await listener.next()]
        assert told[0] == {
            "kind": "action",
            "chat_id": forum.id,
            "thread_id": topic,
            "action": "typing",
        }
        _, found = await page.get("calls")
        assert told[1] == {"kind": "call", **found["calls"][0]}
        assert told[1]["parameters"] == action


async def test_answers_to_presses(page: Page) -> None:
    async with listening(page) as listener:
        sent = await send(page.state, page.ann.id, "Well?", reply_markup=KEYBOARD)
        body = {"chat": page.ann.id, "message": sent["message_id"], "row": 0, "column": 0}
        for given_answer, alert, url in (
            ({"text": "Noted.", "show_alert": True}, True, None),
            ({"url": "https://t.me/newsdesk?start=x"}, False, "https://t.me/newsdesk?start=x"),
            ({}, False, None),
        ):
            pressed = await page.act(page.ann, "press", **body)
            answer: dict[str, Any] = {"callback_query_id": pressed["query_id"], **given_answer}
            assert (await perform(page.state, "answerCallbackQuery", answer)).status == 200
            assert await listener.next("answered") == {
                "kind": "answered",
                "query_id": pressed["query_id"],
                "user_id": page.ann.id,
                "chat_id": page.ann.id,
                "text": given_answer.get("text", ""),
                "alert": alert,
                "url": url,
            }


async def test_what_changes_seldom(page: Page) -> None:
    async def changes() -> None:
        await listener.next("chats")

    async with listening(page) as listener:
        await page.act(page.ravi, "language", language="ru")
        await changes()
        await page.act(page.olga, "topic", chat=page.chat("Foreign desk").id, name="Africa")
        await changes()
        await page.act(page.ann, "block", chat=page.ann.id)
        await changes()
        menu = [{"command": "ask", "description": "Ask"}]
        await perform(page.state, "setMyCommands", {"commands": menu})
        await changes()
        keyboard = {"keyboard": [["Yes"]]}
        await send(page.state, page.ravi.id, "Well?", reply_markup=keyboard)
        await changes()
        await perform(page.state, "setMyCommands", {"commands": menu})  # as it was
        await page.act(page.ravi, "say", chat=page.ravi.id, text="No change.")
        page.controls.forward(timedelta(hours=1))
        kinds = [(await listener.next())["kind"] for _ in range(4)]
        assert sorted(kinds[:2]) == ["call", "message"]
        assert kinds[2:] == ["clock", "status"]


async def test_the_clock_and_the_bot(page: Page) -> None:
    async with listening(page) as listener:
        page.controls.forward(timedelta(seconds=90))
        assert await listener.next("clock") == {
            "kind": "clock",
            "now": "2026-03-14T09:31:30+00:00",
            "moved_seconds": 90,
        }
        await listener.next("status")
        page.controls.set(BotStatus("failed", "No token."))
        told = await listener.next("status")
        assert told == {"kind": "status", "state": "failed", "detail": "No token."}


async def test_a_page_that_comes_back_goes_on_where_it_was(page: Page) -> None:
    cursor = (await page.view(page.ann))["feed"]
    for text in ("one", "two"):
        await page.act(page.ann, "say", chat=page.ann.id, text=text)
    async with listening(page, cursor) as listener:
        told = [await listener.next("message") for _ in range(2)]
        await listener.next("status")
    assert [t["message"]["text"] for t in told] == ["one", "two"]
    await page.act(page.ann, "say", chat=page.ann.id, text="three")
    again = {"Last-Event-ID": listener.cursor}
    async with page.http.get("/api/feed", headers=again) as response:
        text = (await response.content.readuntil(b"\n\n")).decode()
        assert '"text": "three"' in text
    for foreign in ("x", "0-0-0-0", "\u0662-0-0-0", f"{'0' * 16}-0-0-0"):
        async with listening(page, foreign) as listener:
            assert (await listener.next())["kind"] == "clock"  # from now on


async def test_an_idle_feed_is_kept_alive(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "KEEP_ALIVE_SECONDS", 0.01)
    async with page.http.get("/api/feed") as response:
        assert response.headers["Cache-Control"] == "no-store"
        lines = [await response.content.readline() for _ in range(8)]
    assert lines.count(b": still here\n") >= 1


async def test_a_page_that_stops_reading_holds_no_one_up(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Long enough that a busy machine is not taken for a page that stopped reading.
    monkeypatch.setattr(routes, "WRITE_SECONDS", 6.0)
    host, port = page.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port), limit=1024)
    writer.write(f"GET /api/feed HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
    await writer.drain()
    assert (await reader.readline()).startswith(b"HTTP/1.1 200")
    before = asyncio.all_tasks()
    said = page.state.say(page.ann, "é" * 4000)
    size = len(json.dumps(said.to_json()))
    async with listening(page) as listener:
        for _ in range(1000):
            page.state.show(EventKind.CORRECTED, said, by=page.ann)
        page.state.say(page.ann, "The end.")
        while (await listener.next("message"))["message"]["text"] != "The end.":
            pass
    # The feed that is not read ends, with much of it never sent, and leaves nothing behind.
    async with asyncio.timeout(60):
        while len(asyncio.all_tasks() & before) == len(before):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    read = 0
    with contextlib.suppress(ConnectionError):
        while piece := await reader.read(1 << 20):
            read += len(piece)
    assert read < 1000 * size
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()
    assert await page.view(page.ann)


async def test_closing_ends_feeds_and_waits() -> None:
    async with page_open(patience=60.0) as page:
        response = await page.http.get("/api/feed")
        assert (await response.content.readline()).startswith(b"data: ")
        waiting = asyncio.create_task(
            page.post("inline", {"as": page.ann.id, "chat": page.ann.id, "query": "x"})
        )
        await page.state.updates.bell.heard()
    with pytest.raises(aiohttp.ClientError):
        await waiting
    response.close()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["say", "block", "call"]), st.integers(1, 150))))
def test_batches_lose_and_repeat_nothing(doings: list[tuple[str, int]]) -> None:
    state, controls = BotApiState(), FakeControls()
    cast = make_cast(state)
    ann = cast.readers[0]
    feed = Feed(Scene(state, cast, controls))
    place = feed.now()
    said: list[str] = []
    heard: list[str] = []
    for what, count in doings:
        for _ in range(count if what == "say" else 1):
            if what == "say":
                said.append(state.say(cast.admin, f"text {len(said)}").text)
            else:
                state.unblock(ann) if what == "call" else state.block(ann)
        told, place = feed.next(place)
        assert len(told) <= 2 * MAX_BATCH + 1
        heard += [t["message"]["text"] for t in told if t["kind"] == "message"]
    while place != feed.now():
        told, place = feed.next(place)
        heard += [t["message"]["text"] for t in told if t["kind"] == "message"]
    assert heard == said
    assert feed.next(place)[0] == []
    assert feed.place(feed.cursor(place)) == place
    assert Feed(Scene(state, cast, controls)).place(feed.cursor(Place(0, 0, 0))) != Place(0, 0, 0)
