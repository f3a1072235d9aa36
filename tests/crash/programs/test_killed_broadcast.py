"""`newsdesk run` is killed in the middle of a broadcast and started again: each chat once."""

from __future__ import annotations

import signal
from collections import Counter
from datetime import UTC, datetime

from bot.playground.rates import RateLimits
from bot.playground.server import BotApiServer
from bot.playground.state import BotApiState
from bot.store.engine import open_store
from bot.store.records import Chat
from bot.store.urls import sqlite_url
from tests.support.programs import PATIENCE, index_seeds, log_of, start_program

READERS = 60


def now():
    return datetime.now(UTC)


async def test_killed_in_the_middle_a_broadcast_reaches_everyone_once(tmp_path):
    await index_seeds(tmp_path)
    state = BotApiState(rates=RateLimits())
    boss = state.add_user("Boss")
    readers = [state.add_user(f"Reader {number}") for number in range(READERS)]
    database = sqlite_url(tmp_path / "newsdesk-data" / "newsdesk.db")
    async with await open_store(database, clock=now) as store:
        for reader in readers:
            await store.chats.touch(Chat(reader.id, "private", reader.name, "en"))
    ids = {reader.id for reader in readers}

    def got():
        sends = [call for call in state.calls("sendMessage") if call.accepted]
        return Counter(
            call.parameters["chat_id"] for call in sends if call.parameters["text"] == "News"
        )

    def reached(count):
        return lambda: len(ids & set(got())) >= count or None

    async def running(server):
        return await start_program(
            *("bot", "run"),
            cwd=tmp_path,
            NEWSDESK_TELEGRAM_API=server.root_url,
            NEWSDESK_TELEGRAM_TOKEN=state.token,
            NEWSDESK_ADMINS=str(boss.id),
            NEWSDESK_WATCH="0",
        )

    async with BotApiServer(state) as server:
        process = await running(server)
        await state.next_poll(within=PATIENCE)
        state.say(boss, "/broadcast News")
        await state.next_message(boss, within=PATIENCE)
        asked = await state.next_message(boss, within=PATIENCE)
        state.press(asked, asked.buttons[0][0])
        await state.next_edit(boss, within=PATIENCE)
        state.press(asked.id, "Send it now", where=boss)
        for count in (15, 30):
            await state.until(reached(count), within=PATIENCE)
            process.send_signal(signal.SIGKILL)
            log = await log_of(process)
            assert "Traceback" not in log
            assert len(ids & set(got())) < READERS, "killed in the middle"
            process = await running(server)
        while True:
            edit = await state.next_edit(boss, within=PATIENCE)
            if "The broadcast is done." in edit.text:
                break
        process.send_signal(signal.SIGTERM)
        log = await log_of(process)
    assert process.returncode == 0, log
    assert "Traceback" not in log
    async with await open_store(database, clock=now) as store:
        counts = await store.outbox.counts()
        unknown = {one.chat_id for one in await store.outbox.unknown(100)}
    reached_once = got()
    assert max(reached_once.values()) <= 2, "the admin has the preview besides"
    assert all(times == 1 for chat, times in reached_once.items() if chat != boss.id)
    assert ids - set(reached_once) <= unknown
    assert counts.rest == counts.of("failed") == counts.of("dropped") == 0
    print(f"{counts.of('sent')} sent, {counts.of('unknown')} unknown, of {counts.total}")
