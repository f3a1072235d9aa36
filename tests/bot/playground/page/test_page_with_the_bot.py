"""The real bot behind the page: everything over HTTP, as a browser has it."""

from __future__ import annotations

from bot.playground.state import BotApiState
from tests.bot.playground.page.page_bench import listening, page_open
from tests.bot.telegram.telegram_bench import FixedDesk, answer, bot_at_work


async def test_a_talk_over_the_page() -> None:
    state = BotApiState(username="newsdesk")
    desk = FixedDesk({"When?": answer()})
    async with (
        page_open(state, patience=20.0) as page,
        bot_at_work(state, desk, admins=[4_500_000_000_000_001]),
        listening(page) as listener,
    ):

        async def until_sent(chat_id: int) -> str:
            while True:
                told = await listener.next("message")
                if told["how"] == "sends" and told["chat_id"] == chat_id:
                    return str(told["message"]["text"])

        await page.act(page.ann, "say", chat=page.ann.id, text="/start")
        assert await until_sent(page.ann.id)
        await page.act(page.ravi, "say", chat=page.ravi.id, text="/help")
        assert any("\u0900" <= letter <= "\u097f" for letter in await until_sent(page.ravi.id))
        desk_chat = page.chat("City desk")
        await page.act(page.ann, "say", chat=desk_chat.id, text="@newsdesk When?")
        assert "The talks resumed on Thursday." in await until_sent(desk_chat.id)
        view = await page.view(page.olga)
        assert "ask" in {one["command"] for one in view["chats"][0]["commands"]}
        assert view["short_description"]
        private = page.chat("Ann & Ravi")
        offered = await page.act(page.ann, "inline", chat=private.id, query="When?")
        first = offered["results"][0]["id"]
        choice = {"query_id": offered["query_id"], "result": first, "chat": private.id}
        await page.act(page.ann, "choose", **choice)
        (shown,) = await page.shown(page.ravi, private)
        assert "The talks resumed on Thursday." in shown["text"]
        assert shown["via_bot"]["username"] == "newsdesk"
        _, found = await page.get("calls")
        assert state.token not in str(found)
        assert all(call["status"] == 200 for call in found["calls"])
    assert state.violations == []
