"""Starting, listening and stopping, with what can go wrong on the way."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr
from telegram import Bot, Update
from telegram_bench import FixedDesk, FixedSettings, bot_at_work, served

from bot.errors import BotError, ConfigurationError
from bot.playground.errors import (
    ApiError,
    bad_request,
    server_error,
    too_many_requests,
    unauthorized,
)
from bot.playground.faults import HangUp, Refuse
from bot.telegram import application, polling
from bot.telegram.application import bot_name, build_application, run_polling
from bot.telegram.inbox import Inbox
from bot.telegram.polling import ALLOWED_UPDATES, backoff

if TYPE_CHECKING:
    import io

    from bot.playground.state import BotApiState


@pytest.fixture
def nowhere() -> FixedSettings:
    """Settings that lead to a port where nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return FixedSettings(SecretStr("1:x"), f"http://127.0.0.1:{port}")


async def test_the_start_presents_the_bot_and_keeps_what_waits(
    state: BotApiState, log: io.StringIO
) -> None:
    ann = state.add_user("Ann")
    state.say(ann, "Who was it yesterday?")
    async with bot_at_work(state) as bench:
        assert bench.name == "newsdesk_bot"
        assert (await state.next_message(ann)).text == "Asked: Who was it yesterday?"
    assert {menu.scope for menu in state.profile.menus} == {"all_private_chats", "all_group_chats"}
    assert state.profile.descriptions
    assert state.profile.short_descriptions
    assert state.updates.allowed == ALLOWED_UPDATES
    webhook = state.calls("deleteWebhook")[0].parameters
    assert not webhook.get("drop_pending_updates")
    assert "Listening as @newsdesk_bot" in log.getvalue()
    assert state.token not in log.getvalue()


@pytest.mark.parametrize(
    "method", ["setMyCommands", "setMyDescription", "setMyShortDescription", "deleteWebhook"]
)
@pytest.mark.parametrize("error", [bad_request("no"), too_many_requests(86_400)])
async def test_a_refused_presentation_does_not_stop_the_start(
    state: BotApiState, log: io.StringIO, method: str, error: ApiError
) -> None:
    ann = state.add_user("Ann")
    state.faults.plan(method, Refuse(error))
    async with bot_at_work(state):
        state.say(ann, "Who?")
        assert (await state.next_message(ann)).text == "Asked: Who?"
    (warning,) = [line for line in log.getvalue().splitlines() if " WARNING " in line]
    assert "Telegram did not" in warning


async def test_nothing_comes_twice_after_a_restart(state: BotApiState) -> None:
    ann = state.add_user("Ann")
    for text in ("One?", "Two?"):
        async with bot_at_work(state) as bench:
            state.say(ann, text)
            await state.next_message(ann)
        assert bench.desk.asked == [text]
    assert state.updates.pending == 0


async def test_an_answer_under_way_is_sent_before_the_end(state: BotApiState) -> None:
    ann = state.add_user("Ann")
    desk = FixedDesk()
    go_on = desk.hold("Who?")
    async with bot_at_work(state, desk) as bench:
        state.say(ann, "Who?")
        await state.next_call("sendChatAction")
        bench.stop.set()
        await state.until(
            lambda: any(c.parameters.get("timeout") == 0 for c in state.calls("getUpdates")) or None
        )
        assert not bench.running.done()
        go_on.set()
        assert (await state.next_message(ann)).text == "Asked: Who?"
        await bench.ended()
    assert state.updates.pending == 0


async def test_an_answer_that_never_comes_does_not_keep_the_bot(
    state: BotApiState, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(application, "STOP_SECONDS", 0.05)
    ann = state.add_user("Ann")
    desk = FixedDesk()
    desk.hold("Who?")
    async with bot_at_work(state, desk) as bench:
        state.say(ann, "Who?")
        state.say(ann, "And?")
        await state.next_call("sendChatAction")
        bench.stop.set()
        await bench.ended()
    assert bench.texts() == []
    assert "still unanswered" in log.getvalue()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_stops_the_bot(state: BotApiState, number: signal.Signals) -> None:
    before = signal.getsignal(number)
    async with bot_at_work(state) as bench:
        os.kill(os.getpid(), number)
        await bench.ended()
    assert signal.getsignal(number) is before


async def test_another_copy_ends_this_one_and_is_left_alone(
    state: BotApiState, log: io.StringIO
) -> None:
    ann = state.add_user("Ann")

    async def compete() -> None:
        async with bot_at_work(state) as bench:
            await state.until(lambda: state.updates.allowed or None)
            root = bench.settings.telegram_api
            async with Bot(state.token, f"{root}/bot") as other:
                polls = asyncio.create_task(other.get_updates(timeout=timedelta(seconds=50)))
                await bench.ended()
                assert not polls.done()
                state.say(ann, "Who?")
                assert len(await polls) == 1

    with pytest.raises(BotError, match="another copy"):
        await compete()
    assert log.getvalue().count("another copy") == 1
    assert "Traceback" not in log.getvalue()
    assert " at " not in log.getvalue()


async def test_a_webhook_set_elsewhere_is_named(state: BotApiState) -> None:
    refusal = ApiError(409, "Conflict: can't use getUpdates method while webhook is active")
    state.faults.plan("getUpdates", Refuse(refusal))
    with pytest.raises(BotError, match="webhook"):
        async with bot_at_work(state) as bench:
            await bench.ended()


async def test_a_token_revoked_while_listening_ends_the_bot(
    state: BotApiState, log: io.StringIO
) -> None:
    state.faults.plan("getUpdates", Refuse(unauthorized()))
    with pytest.raises(ConfigurationError, match="refuses the token"):
        async with bot_at_work(state) as bench:
            await bench.ended()
    assert log.getvalue().count("Telegram refuses the token") == 1


async def test_trouble_while_listening_is_waited_out(
    state: BotApiState, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "LONGEST_PAUSE_SECONDS", 0.0)
    ann = state.add_user("Ann")
    for fault in (HangUp(), Refuse(server_error()), Refuse(server_error()), HangUp()):
        state.faults.plan("getUpdates", fault)
    async with bot_at_work(state):
        state.say(ann, "Who?")
        assert (await state.next_message(ann)).text == "Asked: Who?"
    assert log.getvalue().count("No updates from Telegram (NetworkError)") == 1
    assert log.getvalue().count(" WARNING ") == 1
    assert log.getvalue().count("updates again") == 1


async def test_updates_that_come_with_the_stop_are_taken_and_confirmed() -> None:
    stop, queue = asyncio.Event(), asyncio.Queue[object]()
    asked: list[dict[str, Any]] = []

    class LastBatch:
        async def do_api_request(self, _method: str, **parameters: Any) -> list[dict[str, Any]]:
            asked.append(parameters["api_kwargs"])
            stop.set()
            return [{"update_id": 41}, {"update_id": 42}]

        async def get_updates(self, **parameters: Any) -> tuple[Update, ...]:
            asked.append(parameters)
            return ()

    await polling.poll(LastBatch(), queue, Inbox(), stop=stop)  # type: ignore[arg-type]
    assert queue.qsize() == 2
    long_poll, confirmation = asked
    assert "offset" not in long_poll
    assert (confirmation["offset"], confirmation["timeout"]) == (43, timedelta(0))


async def test_a_flood_wait_while_listening_is_waited_out(state: BotApiState) -> None:
    ann = state.add_user("Ann")
    state.faults.plan("getUpdates", Refuse(too_many_requests(1)))
    async with bot_at_work(state):
        state.say(ann, "Who?")
        assert (await state.next_message(ann)).text == "Asked: Who?"


def test_pauses_grow_up_to_half_a_minute() -> None:
    assert [backoff(failures) for failures in (1, 2, 3, 5, 6, 2000)] == [1, 2, 4, 16, 30, 30]


async def test_an_unreachable_telegram_is_said_in_lines(
    nowhere: FixedSettings, log: io.StringIO
) -> None:
    with pytest.raises(BotError, match="can't be reached; check the network"):
        await run_polling(nowhere, FixedDesk(), start_pauses=(0, 0))
    lines = log.getvalue().splitlines()
    assert [line for line in lines if "trying again in 0 s" in line] == lines
    assert len(lines) == 2


async def test_a_stop_ends_the_pause_between_attempts(
    state: BotApiState, monkeypatch: pytest.MonkeyPatch
) -> None:
    state.faults.plan("getMe", HangUp())
    stop, pausing = asyncio.Event(), asyncio.Event()
    logger = logging.getLogger("bot.telegram.connecting")
    monkeypatch.setattr(logger, "warning", lambda *_: pausing.set())
    async with served(state) as settings:
        running = asyncio.create_task(
            run_polling(settings, FixedDesk(), stop=stop, start_pauses=(1000,))
        )
        await pausing.wait()
        stop.set()
        await running
    assert [call.method for call in state.calls()] == ["getMe"]


async def test_a_telegram_that_comes_up_late_is_found(state: BotApiState, log: io.StringIO) -> None:
    state.faults.plan("getMe", HangUp())
    stop = asyncio.Event()
    async with served(state) as settings:
        await run_polling(
            settings, FixedDesk(), stop=stop, ready=lambda _: stop.set(), start_pauses=(0,)
        )
    assert log.getvalue().count("trying again") == 1
    assert len(state.calls("getMe")) == 2


@pytest.mark.parametrize("token", ["1000000001:" + "A" * 35, "nonsense"])
async def test_a_refused_token_is_one_clear_line(
    state: BotApiState, log: io.StringIO, token: str
) -> None:
    async with served(state) as settings:
        wrong = FixedSettings(SecretStr(token), settings.telegram_api)
        with pytest.raises(ConfigurationError) as caught:
            await run_polling(wrong, FixedDesk())
        with pytest.raises(ConfigurationError):
            await bot_name(wrong)
    assert "BotFather" in str(caught.value)
    assert "NEWSDESK_TELEGRAM_TOKEN" in str(caught.value)
    assert token not in str(caught.value)
    assert caught.value.__suppress_context__
    assert log.getvalue() == ""


async def test_a_bot_that_is_kept_out_is_said_in_a_line(state: BotApiState) -> None:
    state.faults.plan("getMe", Refuse(ApiError(403, "Forbidden: user is deactivated")))
    async with served(state) as settings:
        with pytest.raises(BotError, match="Forbidden"):
            await run_polling(settings, FixedDesk())


@pytest.mark.parametrize("token", [None, "", "  ", "1:a b", "1:a/getMe", '"1:a"'])
def test_what_cannot_be_a_token_is_said_without_asking(token: str | None) -> None:
    secret = None if token is None else SecretStr(token)
    with pytest.raises(ConfigurationError, match="BotFather") as caught:
        build_application(FixedSettings(secret, "https://api.telegram.org"), FixedDesk())
    assert not token or token.strip() == "" or token not in str(caught.value)


async def test_bot_name_asks_once(state: BotApiState, nowhere: FixedSettings) -> None:
    async with served(state) as settings:
        assert await bot_name(settings) == "newsdesk_bot"
    assert [call.method for call in state.calls()] == ["getMe"]
    with pytest.raises(BotError, match="can't be reached"):
        await bot_name(nowhere)


async def test_an_update_that_cannot_be_read_is_passed_over(
    state: BotApiState, log: io.StringIO
) -> None:
    ann = state.add_user("Ann")
    async with bot_at_work(state) as bench:
        state.say(ann, "Before?")
        await state.next_message(ann)
        state.updates.push("message", {"message_id": 1, "date": "yesterday", "chat": "nobody"})
        state.say(ann, "After?")
        assert "Asked: After?" in (await state.next_message(ann)).text
        assert bench.desk.asked == ["Before?", "After?"]
    assert "could not be read" in log.getvalue()
