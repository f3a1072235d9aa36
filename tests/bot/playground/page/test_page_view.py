"""What each person's page shows: chats, menus, roles, keyboards, messages, calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from telegram import Message

from bot.playground.dispatch import perform
from bot.playground.page.controls import BotStatus
from tests.bot.playground.calls import KEYBOARD, send

if TYPE_CHECKING:
    from bot.playground.people import User
    from tests.bot.playground.page.page_bench import Page

OLGAS = ["Newsdesk", "City desk", "Foreign desk", "The Wire"]
ANNS = ["Newsdesk", "City desk", "Foreign desk", "Ravi"]
RAVIS = ["Newsdesk", "City desk", "Ann"]


def titles(view: dict[str, Any]) -> list[str]:
    return [chat["title"] for chat in view["chats"]]


async def call(page: Page, method: str, **parameters: Any) -> None:
    answer = await perform(page.state, method, parameters)
    assert answer.status == 200, answer.body


async def test_everyone_sees_the_chats_they_are_in(page: Page) -> None:
    views = [await page.view(person) for person in (page.olga, page.ann, page.ravi)]
    assert [titles(view) for view in views] == [OLGAS, ANNS, RAVIS]
    assert [view["me"] for view in views] == [page.olga.id, page.ann.id, page.ravi.id]
    olgas, anns, _ = views
    assert [chat["role"] for chat in olgas["chats"]] == ["member", *["creator"] * 3]
    assert [chat["role"] for chat in anns["chats"]] == ["member"] * 4
    assert [chat["with_bot"] for chat in anns["chats"]] == [True, True, True, False]
    assert [chat["type"] for chat in olgas["chats"]] == [
        "private",
        "supergroup",
        "supergroup",
        "channel",
    ]
    assert [topic["name"] for topic in anns["chats"][2]["topics"]] == ["Europe", "Asia"]
    assert [chat["is_forum"] for chat in anns["chats"]] == [False, False, True, False]


async def test_what_the_page_is_told_besides(page: Page) -> None:
    page.controls.set(BotStatus("failed", "The port is taken."))
    view = await page.view(page.ravi)
    assert [(p["first_name"], p["language_code"], p["role"]) for p in view["people"]] == [
        ("Olga", "en", "admin"),
        ("Ann", "en", "reader"),
        ("Ravi", "hi", "reader"),
    ]
    assert view["status"] == {"state": "failed", "detail": "The port is taken."}
    assert view["clock"] == {"now": "2026-03-14T09:30:00+00:00", "moved_seconds": 0}
    assert view["bot"] == {
        "id": page.state.bot.id,
        "first_name": "Newsdesk",
        "username": "newsdesk",
    }
    assert {one["code"]: one["name"] for one in view["languages"]} == {
        "en": "English",
        "de": "Deutsch",
        "es": "Español",
        "hi": "हिन्दी",
        "ru": "Русский",
    }
    _, usual = await page.get("state")
    assert usual["me"] == page.olga.id


async def test_no_id_can_be_a_real_one(page: Page) -> None:
    view = await page.view(page.olga)
    ids = {person["id"] for person in view["people"]} | {chat["id"] for chat in view["chats"]}
    ids.add(page.chat("Ann & Ravi").id)
    assert len(ids) == 3 + 3 + 1
    assert all(2**51 < abs(number) < 2**53 for number in ids)


async def test_chats_of_others_are_closed(page: Page) -> None:
    for me, chat in (
        (page.olga, page.ann),
        (page.ann, page.chat("The Wire")),
        (page.ravi, page.chat("Foreign desk")),
        (page.olga, page.chat("Ann & Ravi")),
    ):
        asked = {"as": me.id, "chat": chat.id}
        status, answer = await page.get("messages", **asked)
        assert (status, answer["ok"]) == (403, False)
        for act, more in (
            ("say", {"text": "Hello"}),
            ("press", {"message": 1, "row": 0, "column": 0}),
            ("delete", {"message": 1}),
            ("edit", {"message": 1, "text": "x"}),
            ("inline", {"query": "x"}),
            ("location", {"latitude": 1, "longitude": 1}),
            ("forward", {"message": 1, "to": me.id}),
            ("block", {}),
            ("topic", {"name": "x"}),
        ):
            assert (await page.refused(me, act, chat=chat.id, **more))[0] == 403
    own = await page.act(page.ann, "say", chat=page.ann.id, text="mine")
    body = {"chat": page.ann.id, "message": own["message_id"], "to": page.olga.id}
    assert (await page.refused(page.ann, "forward", **body))[0] == 403


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({}, 400),
        ({"as": "x", "chat": "1"}, 400),
        ({"as": "1", "chat": "1"}, 404),
        ({"as": "4500000000000001"}, 400),
        ({"as": "4500000000000001", "chat": "7"}, 404),
        ({"as": "4500000000000001", "chat": "9" * 30}, 400),
        ({"as": "4500000000000001", "chat": "@the_wire"}, 400),
    ],
)
async def test_unknown_ids(page: Page, query: dict[str, str], status: int) -> None:
    assert (await page.get("messages", **query))[0] == status


async def test_messages_are_what_telegram_shows_a_bot(page: Page) -> None:
    desk = page.chat("City desk")
    html = "<b>Bold</b>, <a href='https://a.example/'>a link</a>, <tg-spoiler>hidden</tg-spoiler>"
    asked = await page.act(page.ann, "say", chat=desk.id, text="/ask who? <script>")
    sent = await send(
        page.state,
        desk.id,
        html,
        parse_mode="HTML",
        reply_markup=KEYBOARD,
        reply_parameters={"message_id": asked["message_id"], "quote": "who?"},
    )
    first, second = await page.shown(page.ravi, desk)
    assert first["text"] == "/ask who? <script>"
    assert second == sent
    message = Message.de_json(second, None)
    assert message is not None
    assert [e.type.value for e in message.entities] == ["bold", "text_link", "spoiler"]
    assert message.quote is not None
    assert message.quote.text == "who?"
    assert message.reply_markup is not None
    assert (await page.view(page.ravi))["chats"][1]["last"] == sent


async def test_channel_posts_are_the_channels_own(page: Page) -> None:
    wire = page.chat("The Wire")
    sent = await send(page.state, wire.id, "News.")
    assert "from" not in sent
    assert sent["sender_chat"]["title"] == "The Wire"
    await page.act(page.olga, "say", chat=wire.id, text="More.")
    texts = [message["text"] for message in await page.shown(page.olga, wire)]
    assert texts == ["News.", "More."]


async def test_menus_and_names_by_person(page: Page) -> None:
    def commands(*names: str) -> list[dict[str, str]]:
        return [{"command": name, "description": f"Do {name}"} for name in names]

    await call(page, "setMyCommands", commands=commands("ask"))
    await call(page, "setMyCommands", commands=commands("puchho"), language_code="hi")
    await call(
        page,
        "setMyCommands",
        commands=commands("sources"),
        scope={"type": "chat", "chat_id": page.olga.id},
    )
    await call(
        page,
        "setMyCommands",
        commands=commands("run"),
        scope={"type": "all_chat_administrators"},
    )
    await call(page, "setMyShortDescription", short_description="Answers from articles.")
    await call(page, "setMyShortDescription", short_description="लेखों से", language_code="hi")
    await call(page, "setMyName", name="समाचार", language_code="hi")
    views = [await page.view(person) for person in (page.olga, page.ann, page.ravi)]
    menus = [[[c["command"] for c in chat["commands"]] for chat in v["chats"]] for v in views]
    assert menus == [
        [["sources"], ["run"], ["run"], ["ask"]],
        [["ask"], ["ask"], ["ask"], []],
        [["puchho"], ["puchho"], []],
    ]
    assert [view["short_description"] for view in views] == [
        "Answers from articles.",
        "Answers from articles.",
        "लेखों से",
    ]
    assert titles(views[2])[0] == views[2]["bot"]["first_name"] == "समाचार"


async def test_language(page: Page) -> None:
    await page.act(page.ravi, "language", language="de")
    assert (await page.view(page.ann))["people"][2]["language_code"] == "de"
    await page.act(page.ravi, "say", chat=page.ravi.id, text="/help")
    update = page.state.updates.waiting()[-1]["message"]
    assert update["from"]["language_code"] == "de"
    status, line = await page.refused(page.ravi, "language", language="xx")
    assert status == 400
    assert "en, de, es, hi, ru" in line


async def test_reply_keyboard(page: Page) -> None:
    async def keyboard(me: User) -> Any:
        return (await page.view(me))["chats"][0]["keyboard"]

    shown = {
        "keyboard": [[{"text": "Send my location", "request_location": True}], ["No"]],
        "one_time_keyboard": True,
    }
    await send(page.state, page.ann.id, "Where?", reply_markup=shown)
    assert await keyboard(page.ann) == {
        "keyboard": [
            [{"text": "Send my location", "request_location": True}],
            [{"text": "No"}],
        ],
        "one_time_keyboard": True,
    }
    assert await keyboard(page.ravi) is None
    await page.act(page.ann, "location", chat=page.ann.id, latitude=48.2, longitude=16.37)
    assert await keyboard(page.ann) is None
    location = page.state.updates.waiting()[-1]["message"]["location"]
    assert location == {"latitude": 48.2, "longitude": 16.37}
    await send(
        page.state, page.ann.id, "Where?", reply_markup={**shown, "one_time_keyboard": False}
    )
    await page.act(page.ann, "say", chat=page.ann.id, text="No")
    assert (await keyboard(page.ann))["keyboard"][1] == [{"text": "No"}]
    await send(page.state, page.ann.id, "Thanks.", reply_markup={"remove_keyboard": True})
    assert await keyboard(page.ann) is None


async def test_busy_for_five_seconds_or_until_the_answer(page: Page) -> None:
    async def busy() -> bool:
        _, found = await page.get("messages", **{"as": page.ann.id, "chat": page.ann.id})
        return found["typing"]

    assert not await busy()
    await call(page, "sendChatAction", chat_id=page.ann.id, action="typing")
    assert await busy()
    page.controls.moved += page.controls.moved.resolution * 6_000_000
    assert not await busy()
    await call(page, "sendChatAction", chat_id=page.ann.id, action="typing")
    await send(page.state, page.ravi.id, "To another.")
    assert await busy()
    await send(page.state, page.ann.id, "Here.")
    assert not await busy()


async def test_calls_without_polls_and_token(page: Page) -> None:
    await call(page, "getUpdates")
    await send(page.state, page.ann.id, f"My token is {page.state.token}")
    await call(page, "setWebhook", url="http://127.0.0.1:9/", secret_token="S3cret")
    await perform(page.state, "getUpdates", {})
    _, found = await page.get("calls")
    assert [(c["number"], c["method"], c["status"]) for c in found["calls"]] == [
        (2, "sendMessage", 200),
        (3, "setWebhook", 200),
        (4, "getUpdates", 409),
    ]
    assert found["calls"][0]["parameters"]["text"] == "My token is <token>"
    assert page.state.token not in str(found)
    assert "S3cret" not in str(found)
    _, later = await page.get("calls", after=3)
    assert later["calls"] == found["calls"][2:]
    for wrong in ("x", "1.5", "9" * 40):
        assert (await page.get("calls", after=wrong))[0] == 400


async def test_only_the_last_calls_and_messages_are_shown(page: Page) -> None:
    for number in range(1005):
        await send(page.state, page.ann.id, f"{number}")
    _, found = await page.get("calls")
    assert [c["number"] for c in found["calls"]] == list(range(506, 1006))
    shown = await page.shown(page.ann, page.ann)
    assert [message["text"] for message in shown] == [str(n) for n in range(5, 1005)]
