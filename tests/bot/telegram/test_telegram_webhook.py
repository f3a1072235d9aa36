"""Updates that Telegram brings: answered, guarded by the secret, kept over a restart."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import aiohttp
import pytest
from pydantic import SecretStr
from telegram_bench import FixedDesk, bot_at_work

from bot.errors import ConfigurationError
from bot.telegram.webhook import SECRET_HEADER

if TYPE_CHECKING:
    from bot.playground.people import User
    from bot.playground.state import BotApiState

SECRET = "a-secret_of-ours"


@pytest.fixture
def ann(state: BotApiState) -> User:
    return state.add_user("Ann")


@pytest.fixture
def place() -> dict[str, object]:
    """Settings for a webhook on a free port of this machine."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
    return {
        "webhook_url": f"http://{listen}/news/hook",
        "webhook_listen": listen,
        "webhook_secret": SecretStr(SECRET),
    }


async def test_a_question_brought_by_webhook_is_answered(state, ann, place):
    async with bot_at_work(state, **place):
        await state.next_call("setWebhook")
        state.say(ann, "Who?")
        assert "Asked: Who?" in (await state.next_message(ann)).text
    assert state.calls("getUpdates") == []
    assert state.calls("deleteWebhook") == [], "what comes meanwhile is kept"
    state.say(ann, "And when?")
    async with bot_at_work(state, **place):
        assert "Asked: And when?" in (await state.next_message(ann)).text
    assert state.violations == []


async def test_who_does_not_know_the_secret_is_turned_away(state, ann, place):
    desk = FixedDesk()
    async with bot_at_work(state, desk, **place):
        await state.next_call("setWebhook")
        async with aiohttp.ClientSession() as stranger:
            for secret in ({}, {SECRET_HEADER: "guess"}, {SECRET_HEADER: SECRET + "x"}):
                post = stranger.post(place["webhook_url"], json={"update_id": 1}, headers=secret)
                async with post as refused:
                    assert refused.status == 403
            for body in (b"no json", b"[]", b"{}", b'{"update_id": "x", "message": 5}'):
                post = stranger.post(
                    place["webhook_url"], data=body, headers={SECRET_HEADER: SECRET}
                )
                async with post as taken:
                    assert taken.status == 200, "refused, it would be brought again for ever"
        state.say(ann, "Who?")
        assert "Asked: Who?" in (await state.next_message(ann)).text
    assert desk.asked == ["Who?"]


async def test_a_taken_port_is_told_with_the_setting(state, place):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        place["webhook_listen"] = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(ConfigurationError, match="NEWSDESK_WEBHOOK_LISTEN"):
            await _run_to_the_end(state, place)


async def _run_to_the_end(state, place):
    async with bot_at_work(state, **place) as bench:
        await bench.ended()
        bench.running.result()
