"""A bot that is killed again and again, as an operating system kills: every question once."""

import asyncio
import random
import re
import signal
from collections import Counter
from contextlib import suppress

from bot.playground.server import BotApiServer
from bot.playground.state import BotApiState
from bot.store.urls import sqlite_url
from tests.support.programs import PATIENCE, index_seeds, log_of, start_program

LAST_ANSWERS = 20
CHATS = 10


def _small_bot(folder, state, poison=""):
    """The way to start a bot that needs no index and is soon there."""
    database = sqlite_url(folder / "newsdesk.db")

    async def start(root_url):
        program = ("tests.support.bot_program", root_url, state.token, database, poison)
        return await start_program(*program, cwd=folder)

    return start


def _whole_bot(folder, state):
    """The way to start `newsdesk run` with the sample articles."""

    async def start(root_url):
        return await start_program(
            *("bot", "run"),
            cwd=folder,
            NEWSDESK_TELEGRAM_API=root_url,
            NEWSDESK_TELEGRAM_TOKEN=state.token,
            NEWSDESK_WATCH="0",
        )

    return start


def _answers(state):
    """How many messages each question got, by its chat and number."""
    sent = [call.parameters for call in state.calls("sendMessage") if call.accepted]
    replies = [(one["chat_id"], one.get("reply_parameters")) for one in sent]
    return Counter((chat, reply["message_id"]) for chat, reply in replies if reply)


def _ask(state, people, moments):
    """Let some people ask, some of them twice; returns which questions these are."""
    asking = moments.choices(people, k=4)
    said = [state.say(one, f"Who is number {moments.randrange(1000)}?") for one in asking]
    return {(message.chat.id, message.id) for message in said}


async def _kill_again_and_again(start, state, kills):
    """Returns which questions were asked and the logs of all runs."""
    moments = random.Random(kills)  # noqa: S311 - the same moments each time
    people = [state.add_user(f"Person {number}") for number in range(CHATS)]
    asked, logs = set(), []
    async with BotApiServer(state) as server:
        for kill in range(kills + 1):
            if early := kill % 3 == 1:  # these wait for the bot already
                asked |= _ask(state, people, moments)
            process = await start(server.root_url)
            if early:
                await state.next_call("getUpdates", within=PATIENCE)
            else:
                await state.next_poll(within=PATIENCE)
                asked |= _ask(state, people, moments)
            if kill < kills:
                await asyncio.sleep(moments.uniform(0, 0.25))
            else:
                with suppress(TimeoutError):  # some answers may never come
                    await state.until(
                        lambda: asked <= set(_answers(state)) or None,  # noqa: B023
                        within=LAST_ANSWERS,
                    )
            process.send_signal(signal.SIGKILL if kill < kills else signal.SIGTERM)
            logs.append(await log_of(process))
    return asked, "\n".join(logs)


def _check(state, asked, log):
    answered = _answers(state)
    behind, unknown = (
        sum(int(number) for number in re.findall(f"{words}: (\\d+)", log))
        for words in ("left behind", "not sent again")
    )
    lost = asked - set(answered)
    print(f"{len(asked)} asked, {behind} taken up, {unknown} on their way, {len(lost)} lost")
    assert behind > 0, "no kill came while there was something to do"
    assert set(answered) <= asked
    assert max(answered.values()) == 1
    # Each kill can catch only answers that are on their way just then.
    assert len(lost) <= unknown
    assert "Traceback" not in log
    assert "was not answered" not in log, "an apology is no answer"


async def test_killed_at_any_moment_a_bot_answers_every_question_once(tmp_path):
    state = BotApiState()
    asked, log = await _kill_again_and_again(_small_bot(tmp_path, state), state, kills=9)
    assert len(asked) == 40
    _check(state, asked, log)


async def test_the_whole_program_answers_every_question_once(tmp_path):
    await index_seeds(tmp_path)
    state = BotApiState()
    asked, log = await _kill_again_and_again(_whole_bot(tmp_path, state), state, kills=2)
    _check(state, asked, log)


async def test_a_question_that_ends_the_program_is_given_up_and_no_other(tmp_path):
    state = BotApiState()
    people = [state.add_user(f"Person {number}") for number in range(4)]
    start = _small_bot(tmp_path, state, "Poison")
    logs = []
    async with BotApiServer(state) as server:
        state.say(people[0], "Poison?")
        asked = {(m.chat.id, m.id) for m in (state.say(one, "Who?") for one in people)}
        for _ in range(3):
            process = await start(server.root_url)
            logs.append(await log_of(process))
            assert process.returncode == -signal.SIGKILL, logs[-1]
        process = await start(server.root_url)
        await state.next_poll(within=PATIENCE)
        await state.until(lambda: len(_answers(state)) == len(asked) or None, within=PATIENCE)
        process.send_signal(signal.SIGTERM)
        log = await log_of(process)
    assert process.returncode == 0, log
    assert set(_answers(state)) == asked
    assert max(_answers(state).values()) == 1
    assert log.count("given up: ") == 1
    assert "Poison" not in log
