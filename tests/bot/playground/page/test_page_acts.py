"""What people do on the page, over HTTP, and what the bot hears of it."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import pytest

from bot.playground.dispatch import perform
from bot.playground.files import MAX_PHOTO_BYTES, MAX_SENT_BYTES
from bot.playground.page import receiving, writing
from bot.playground.page.managing import LATEST
from bot.playground.page.writing import file_name, file_type
from tests.bot.playground.calls import KEYBOARD, queued, send
from tests.bot.playground.page.page_bench import START, Page

GIF = b"GIF89a\x02\x00\x03\x00"


def heard(page: Page) -> list[dict[str, Any]]:
    """Return the updates that wait, and forget them."""
    found = queued(page.state)
    page.state.updates.drop()
    return found


async def test_saying_replying_editing_deleting(page: Page) -> None:
    desk = page.chat("City desk").id
    first = await page.act(page.ann, "say", chat=desk, text="Good morning")
    assert heard(page) == []  # privacy mode
    await page.act(page.ann, "edit", chat=desk, message=first["message_id"], text="/help me")
    (update,) = heard(page)
    assert update["edited_message"]["text"] == "/help me"
    await page.act(page.ann, "edit", chat=desk, message=first["message_id"], text="/help me")
    assert heard(page) == []  # nothing changed
    reply = await page.act(
        page.ravi, "say", chat=desk, text="@newsdesk so?", reply_to=first["message_id"]
    )
    (update,) = heard(page)
    assert update["message"]["reply_to_message"]["text"] == "/help me"
    assert update["message"]["from"]["id"] == page.ravi.id
    for act, more in (("edit", {"text": "x"}), ("delete", {})):
        body = {"chat": desk, "message": first["message_id"], **more}
        assert (await page.refused(page.ravi, act, **body))[0] == 403
    await page.act(page.ann, "delete", chat=desk, message=first["message_id"])
    await page.act(page.olga, "delete", chat=desk, message=reply["message_id"])
    assert await page.shown(page.ann, page.chat("City desk")) == []
    gone = {"chat": desk, "message": first["message_id"]}
    assert (await page.refused(page.ann, "delete", **gone))[0] == 404
    assert (await page.refused(page.ann, "say", chat=desk, text="x", reply_to=1))[0] == 404
    page.controls.moved += timedelta(hours=49)
    late = await page.act(page.ann, "say", chat=page.ann.id, text="now")
    body = {"chat": page.ann.id, "message": late["message_id"], "text": "then"}
    await page.act(page.ann, "edit", **body)
    page.controls.moved += timedelta(hours=49)
    assert (await page.refused(page.ann, "edit", **body))[0] == 409


async def test_topics(page: Page) -> None:
    desk = page.chat("Foreign desk")
    europe = next(iter(sorted(desk.topics)))
    said = await page.act(page.ann, "say", chat=desk.id, text="/ask who?", thread=europe)
    (update,) = heard(page)
    assert update["message"]["message_thread_id"] == europe
    await page.act(page.ann, "say", chat=desk.id, text="/ask so?", reply_to=said["message_id"])
    assert heard(page)[0]["message"]["message_thread_id"] == europe
    africa = await page.act(page.olga, "topic", chat=desk.id, name=" Africa ")
    view = await page.view(page.ann)
    topics = {topic["id"]: topic["name"] for topic in view["chats"][2]["topics"]}
    assert topics[africa["thread"]] == "Africa"
    assert heard(page)[0]["message"]["forum_topic_created"]["name"] == "Africa"
    assert (await page.refused(page.ann, "say", chat=desk.id, text="x", thread=999))[0] == 404
    assert (await page.refused(page.ann, "topic", chat=desk.id, name="Mine"))[0] == 403
    assert (await page.refused(page.olga, "topic", chat=desk.id, name=" "))[0] == 400
    assert (await page.refused(page.olga, "delete", chat=desk.id, message=europe))[0] == 409
    city = page.chat("City desk").id
    assert (await page.refused(page.olga, "topic", chat=city, name="x"))[0] == 409


async def test_pressing_by_place(page: Page) -> None:
    twice = {"text": "Same", "callback_data": "first"}, {"text": "Same", "callback_data": "second"}
    keyboard = {"inline_keyboard": [[twice[0]], [twice[1], {"text": "Read", "url": "a.org"}]]}
    sent = await send(page.state, page.ann.id, "Choose", reply_markup=keyboard)
    place = {"chat": page.ann.id, "message": sent["message_id"]}
    done = await page.act(page.ann, "press", **place, row=1, column=0)
    (update,) = heard(page)
    assert update["callback_query"]["data"] == "second"
    assert update["callback_query"]["id"] == done["query_id"]
    for row, column in ((0, 1), (2, 0), (-1, 0)):
        assert (await page.refused(page.ann, "press", **place, row=row, column=column))[0] == 404
    assert (await page.refused(page.ann, "press", **place, row=1, column=1))[0] == 409
    assert (await page.refused(page.ann, "press", **place, row="Same", column=0))[0] == 400


async def test_inline_in_a_chat_without_the_bot(page: Page) -> None:
    private = page.chat("Ann & Ravi")
    await page.act(page.ann, "say", chat=private.id, text="/help @newsdesk")
    assert heard(page) == []  # the bot knows nothing of this chat
    body = {"chat": private.id, "query": "bridge"}
    status, line = await page.refused(page.ann, "inline", **body)
    assert (status, line) == (409, "The bot did not answer in time. Is it running?")
    (update,) = heard(page)
    assert update["inline_query"]["chat_type"] == "private"
    article = {
        "type": "article",
        "id": "b1",
        "title": "Bridge",
        "description": "It opened.",
        "input_message_content": {"message_text": "A <b>bridge</b>.", "parse_mode": "HTML"},
        "reply_markup": {"inline_keyboard": [[{"text": "More", "callback_data": "more"}]]},
    }
    offered = {"inline_query_id": update["inline_query"]["id"], "results": [article]}
    answer = await perform(page.state, "answerInlineQuery", {**offered, "next_offset": "1"})
    assert answer.status == 200, answer.body
    done = await page.act(page.ann, "inline", **body)  # from the kept answer
    assert done["results"] == [{"id": "b1", "title": "Bridge", "description": "It opened."}]
    assert (done["next_offset"], done["button"]) == ("1", None)
    choice = {"query_id": done["query_id"], "result": "b1", "chat": private.id}
    assert (await page.refused(page.ravi, "choose", **choice))[0] == 404
    assert (await page.refused(page.ann, "choose", **{**choice, "result": "Bridge"}))[0] == 404
    await page.act(page.ann, "choose", **choice)
    shown = (await page.shown(page.ravi, private))[-1]
    assert (shown["text"], shown["from"]["id"]) == ("A bridge.", page.ann.id)
    assert shown["via_bot"]["username"] == "newsdesk"
    (chosen,) = heard(page)
    inline_id = chosen["chosen_inline_result"]["inline_message_id"]
    place = {"chat": private.id, "message": shown["message_id"], "row": 0, "column": 0}
    await page.act(page.ravi, "press", **place)
    (pressed,) = heard(page)
    assert "message" not in pressed["callback_query"]
    assert pressed["callback_query"]["inline_message_id"] == inline_id
    edit = {"inline_message_id": inline_id, "text": "Two bridges."}
    assert (await perform(page.state, "editMessageText", edit)).status == 200
    assert (await page.shown(page.ravi, private))[-1]["text"] == "Two bridges."
    for chat_id in (private.id, str(private.id)):
        answer = await perform(page.state, "sendMessage", {"chat_id": chat_id, "text": "Hello"})
        assert answer.body is not None
        assert answer.body["description"] == "Bad Request: chat not found"


async def test_forwarding(page: Page) -> None:
    desk, private = page.chat("City desk"), page.chat("Ann & Ravi")
    sent = await send(
        page.state, page.ann.id, "<i>News</i>", parse_mode="HTML", reply_markup=KEYBOARD
    )
    place = {"chat": page.ann.id, "message": sent["message_id"]}
    await page.act(page.ann, "forward", **place, to=private.id)
    shown = (await page.shown(page.ravi, private))[-1]
    assert shown["forward_origin"]["sender_user"]["username"] == "newsdesk"
    assert (shown["text"], shown["entities"]) == ("News", sent["entities"])
    assert "reply_markup" not in shown
    assert heard(page) == []
    again = {"chat": private.id, "message": shown["message_id"], "to": page.ravi.id}
    await page.act(page.ravi, "forward", **again)
    (update,) = heard(page)
    assert update["message"]["forward_origin"] == shown["forward_origin"]
    started = page.chat("Foreign desk")
    topic = min(started.topics)
    body = {"chat": started.id, "message": topic, "to": desk.id}
    assert (await page.refused(page.ann, "forward", **body))[0] == 409
    body = {**place, "to": started.id, "thread": topic}
    await page.act(page.ann, "forward", **body)
    assert (await page.shown(page.ann, started))[-1]["message_thread_id"] == topic
    own = (await page.shown(page.ravi, page.ravi))[-1]
    body = {"chat": page.ravi.id, "message": own["message_id"], "text": "mine now"}
    assert (await page.refused(page.ravi, "edit", **body))[0] == 409


async def test_files(page: Page) -> None:
    status, done = await page.upload(
        page.olga, page.olga, "../a\u202eb.txt", b"An article.", caption="Read"
    )
    assert status == 200, done
    (update,) = heard(page)
    document = update["message"]["document"]
    assert (document["file_name"], document["mime_type"]) == ("ab.txt", "text/plain")
    assert update["message"]["caption"] == "Read"
    async with page.http.get(f"/api/file/{document['file_id']}") as response:
        assert await response.read() == b"An article."
        assert response.headers["Content-Disposition"].startswith("attachment; ")
        assert response.content_type == "application/octet-stream"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
    status, done = await page.upload(page.ann, page.chat("City desk"), "p.gif", GIF, photo="1")
    assert status == 200, done
    (photo,) = (await page.shown(page.ravi, page.chat("City desk")))[-1]["photo"]
    assert (photo["width"], photo["height"]) == (2, 3)
    async with page.http.get(f"/api/file/{photo['file_id']}") as response:
        assert response.content_type == "image/gif"
        assert response.headers["Content-Disposition"].startswith("inline; ")
    page_file = b"<script>alert(1)</script>"
    _, done = await page.upload(page.olga, page.olga, "x.html", page_file, "text/html")
    shown = (await page.shown(page.olga, page.olga))[-1]
    async with page.http.get(f"/api/file/{shown['document']['file_id']}") as response:
        assert response.content_type == "application/octet-stream"
        assert response.headers["Content-Disposition"].startswith("attachment; ")
    assert (await page.get("file/nothing"))[0] == 404


@pytest.mark.parametrize(
    ("content", "fields", "status"),
    [
        (b"", {}, 409),
        (b"no image", {"photo": "1"}, 409),
        (b"x", {"chat": "7"}, 404),
        (b"x", {"reply_to": "7"}, 404),
        (b"x", {"thread": "7"}, 404),
        (b"x", {"as": "7"}, 404),
        (b"x", {"caption": "c" * 1025}, 409),
        (GIF + bytes(100), {"photo": "1"}, 413),
    ],
)
async def test_refused_files(
    page: Page,
    monkeypatch: pytest.MonkeyPatch,
    content: bytes,
    fields: dict[str, str],
    status: int,
) -> None:
    assert MAX_PHOTO_BYTES == 10 * 2**20
    monkeypatch.setattr(writing, "MAX_PHOTO_BYTES", 100)
    found, answer = await page.upload(page.ann, page.ann, "a.txt", content, **fields)
    assert (found, answer["ok"]) == (status, False)
    assert heard(page) == []


async def test_too_big_a_file(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MAX_SENT_BYTES == 50 * 2**20
    monkeypatch.setattr(receiving, "MAX_SENT_BYTES", 1000)
    assert (await page.upload(page.ann, page.ann, "a.txt", bytes(1000)))[0] == 200
    assert (await page.upload(page.ann, page.ann, "a.txt", bytes(1001)))[0] == 413
    monkeypatch.setattr(receiving, "MAX_REQUEST_BYTES", 2000)
    assert (await page.upload(page.ann, page.ann, "a.txt", bytes(2000)))[0] == 413
    long = {"as": page.ann.id, "chat": page.ann.id, "text": "x" * 2**20}
    sent = io.BytesIO(json.dumps(long).encode())
    kind = {"Content-Type": "application/json"}
    async with page.http.post("/api/say", data=sent, headers=kind) as response:
        assert response.status == 413


def test_names_and_types_of_files() -> None:
    assert file_name("C:\\a\\b/c.pdf") == "c.pdf"
    assert file_name("a\r\nb\u202ec\ud800.txt") == "abc.txt"
    assert file_name("///") == "file"
    assert file_name("x" * 500 + ".txt").endswith("x.txt")
    assert len(file_name("x" * 500 + ".txt")) == 120
    assert file_type("Text/HTML") == "text/html"
    assert file_type("text/html; x") == file_type("a\r\nb/c") == "application/octet-stream"


async def test_blocking(page: Page) -> None:
    await page.act(page.ann, "block", chat=page.ann.id)
    (update,) = heard(page)
    assert update["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    assert (await page.view(page.ann))["chats"][0]["blocked"]
    status, line = await page.refused(page.ann, "say", chat=page.ann.id, text="x")
    assert (status, line) == (409, "You have blocked the bot. Unblock it to write to it.")
    assert (await page.refused(page.ann, "block", chat=page.ann.id))[0] == 409
    refused = await perform(page.state, "sendMessage", {"chat_id": page.ann.id, "text": "x"})
    assert refused.status == 403
    await page.act(page.ann, "unblock", chat=page.ann.id)
    assert (await page.refused(page.ann, "unblock", chat=page.ann.id))[0] == 409
    await page.act(page.ann, "say", chat=page.ann.id, text="x")
    desk, wire = page.chat("City desk").id, page.chat("The Wire").id
    assert (await page.refused(page.ann, "block", chat=desk))[0] == 403
    heard(page)
    await page.act(page.olga, "block", chat=desk)
    (update,) = heard(page)
    assert update["my_chat_member"]["from"]["id"] == page.olga.id
    chat = (await page.view(page.ann))["chats"][1]
    assert (chat["with_bot"], chat["blocked"], chat["commands"]) == (False, True, [])
    await page.act(page.ann, "say", chat=desk, text="/help")
    assert heard(page) == []
    for chat_id, status_after in ((desk, "member"), (wire, "administrator")):
        if chat_id == wire:
            await page.act(page.olga, "block", chat=wire)
            heard(page)
        await page.act(page.olga, "unblock", chat=chat_id)
        (update,) = heard(page)
        assert update["my_chat_member"]["new_chat_member"]["status"] == status_after
    private = page.chat("Ann & Ravi").id
    for act in ("block", "unblock"):
        assert (await page.refused(page.ann, act, chat=private))[0] == 409


async def test_a_channel_is_written_to_by_who_runs_it(page: Page) -> None:
    wire = page.chat("The Wire")
    await page.act(page.olga, "say", chat=wire.id, text="A post")
    (update,) = heard(page)
    assert update["channel_post"]["sender_chat"]["id"] == wire.id
    page.state.directory.set_role(wire, page.ravi, "member")
    status, line = await page.refused(page.ravi, "say", chat=wire.id, text="x")
    assert (status, line) == (409, "Only those who run The Wire can write there.")
    assert (await page.shown(page.ravi, wire))[0]["text"] == "A post"


async def test_the_clock(page: Page) -> None:
    done = await page.act(page.ann, "clock", forward_seconds=90)
    assert done["moved_seconds"] == 90
    assert page.controls.now() == START + timedelta(seconds=90)
    done = await page.act(page.ann, "clock", to="2026-03-14T12:30:00+01:00")
    assert done == {"ok": True, "now": "2026-03-14T11:30:00+00:00", "moved_seconds": 7200}
    for body, status in (
        ({"to": "2026-03-14T11:29:00Z"}, 409),
        ({"to": "2026-03-15T11:29:00"}, 400),
        ({"to": "tomorrow"}, 400),
        ({"to": "0001-01-01T00:00:00+23:00"}, 400),
        ({"to": "9999-12-31T00:00:00Z"}, 400),
        ({"to": None}, 400),
        ({"forward_seconds": -1}, 400),
        ({"forward_seconds": 1e300}, 400),
        ({"forward_seconds": "60"}, 400),
        ({"forward_seconds": True}, 400),
        ({}, 400),
    ):
        assert (await page.refused(page.ann, "clock", **body))[0] == status, body
    assert page.controls.moved == timedelta(hours=2)
    await page.act(page.ann, "clock", to=LATEST.isoformat())
    assert (await page.refused(page.ann, "clock", forward_seconds=1))[0] == 400


async def test_restarting(page: Page) -> None:
    await page.act(page.ann, "restart")
    assert page.controls.restarts == 1
    assert (await page.view(page.ann))["status"]["state"] == "stopping"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"text": ""}, 409),
        ({"text": " \n "}, 409),
        ({"text": "x" * 4097}, 409),
        ({"text": "x" * 70_000}, 400),
        ({"text": "\ud800"}, 400),
        ({"text": 5}, 400),
        ({"text": None}, 400),
        ({}, 400),
        ({"text": "x", "chat": "desk"}, 400),
        ({"text": "x", "chat": True}, 400),
        ({"text": "x", "chat": 1.5}, 400),
        ({"text": "x", "chat": None}, 400),
        ({"text": "x", "chat": 2**60}, 400),
        ({"text": "x", "reply_to": []}, 400),
        ({"text": "x", "as": 12}, 404),
        ({"text": "x", "as": "Ann"}, 400),
        ({"text": "x", "as": None}, 400),
    ],
)
async def test_refused_messages(page: Page, body: dict[str, Any], status: int) -> None:
    whole = {"as": page.ann.id, "chat": page.ann.id, **body}
    found, answer = await page.post("say", whole)
    assert (found, answer["ok"]) == (status, False)
    assert await page.shown(page.ann, page.ann) == []


async def test_the_longest_message_is_taken(page: Page) -> None:
    await page.act(page.ann, "say", chat=page.ann.id, text="x" * 4096)
    assert len((await page.shown(page.ann, page.ann))[0]["text"]) == 4096
