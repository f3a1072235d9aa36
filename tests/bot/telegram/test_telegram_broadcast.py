"""/broadcast through the real library, real HTTP and a real database, with trouble on the way."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from telegram_bench import bot_at_work

from bot.playground.errors import forbidden, server_error, too_many_requests
from bot.playground.faults import HangUp, Refuse
from bot.store.engine import open_store
from bot.store.records import Chat
from bot.store.urls import sqlite_url

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.playground.messages import Message
    from bot.playground.people import User
    from bot.playground.state import BotApiState
    from bot.store.engine import Store

PATIENCE = 40


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    url = sqlite_url(tmp_path / "n.db")
    async with await open_store(url, clock=lambda: datetime.now(UTC)) as opened:
        yield opened


async def readers(state: BotApiState, store: Store, count: int) -> list[User]:
    people = [state.add_user(f"Reader {number}") for number in range(count)]
    for one in people:
        await store.chats.touch(Chat(one.id, "private", one.name, "en"))
    return people


async def control(state: BotApiState, boss: User) -> Message:
    """Return the message with the choice of the audience; the preview comes before it."""
    await state.next_message(boss)
    return await state.next_message(boss)


async def send(state: BotApiState, boss: User, choice: str, text: str = "/broadcast Hello") -> Any:
    state.say(boss, text)
    asked = await control(state, boss)
    button = next(row[0] for row in asked.buttons if row[0].startswith(choice))
    state.press(asked, button)
    await state.next_edit(boss)
    state.press(asked.id, "Send it now", where=boss)
    return asked


async def report(state: BotApiState, boss: User) -> Message:
    """Return the control message once the report stands in it."""
    while True:
        edit = await state.next_edit(boss, within=PATIENCE)
        if "The broadcast" in edit.text and "under way" not in edit.text:
            return edit


def got(state: BotApiState, user: User, text: str = "Hello") -> int:
    """Count what a chat holds of the bot's."""
    return sum(m.text == text and m.sender == state.bot for m in state.messages.of(user.id))


async def test_a_formatted_text_goes_to_private_chats(state, store, boss):
    people = await readers(state, store, 3)
    await store.chats.touch(Chat(boss.id, "private", "Boss", "en"))
    group = state.add_group("Club")
    await store.chats.touch(Chat(group.id, "supergroup", "Club", "en"))
    async with bot_at_work(state, store=store, admins=[boss.id]):
        state.say(boss, "/broadcast Big <news> 🎉 https://example.org/a\nSecond line")
        preview, asked = await state.next_message(boss), await state.next_message(boss)
        assert preview.text == "Big <news> 🎉 https://example.org/a\nSecond line"
        assert asked.buttons == (
            ("Private chats (4)",),
            ("Groups (1)",),
            ("All chats (5)",),
            ("Cancel",),
        )
        state.press(asked, "Private chats (4)")
        confirm = await state.next_edit(boss)
        assert confirm.text == "Send it to 4 private chats now?"
        assert all(got(state, one, preview.text) == 0 for one in people)
        state.press(confirm, "Send it now")
        done = await report(state, boss)
        assert re.fullmatch(r"The broadcast is done.\nSent: 4", done.text)
    assert all(got(state, one, preview.text) == 1 for one in people)
    assert state.messages.of(group.id) == []
    (entry,) = await store.audit.last(5)
    assert (entry.user_id, entry.action) == (boss.id, "broadcast")
    assert "news" not in str(entry.detail)
    assert state.violations == []


async def test_a_message_of_any_kind_is_copied(state, store, boss):
    (ann,) = await readers(state, store, 1)
    async with bot_at_work(state, store=store, admins=[boss.id]):
        sent = state.send_document(boss, b"%PDF-1.4 x", "a.pdf", caption="Read this")
        await state.next_message(boss)
        state.say(boss, "/broadcast", reply_to=sent)
        asked = await control(state, boss)
        state.press(asked, next(row[0] for row in asked.buttons if row[0].startswith("All")))
        await state.next_edit(boss)
        state.press(asked.id, "Send it now", where=boss)
        await report(state, boss)
    (copy,) = state.messages.of(ann.id)
    assert (copy.text, copy.file.content) == ("Read this", b"%PDF-1.4 x")


async def test_only_admins_and_only_with_a_text(state, store, boss):
    ann = state.add_user("Ann")
    async with bot_at_work(state, store=store, admins=[boss.id]):
        state.say(ann, "/broadcast Hello")
        assert "for the admins" in (await state.next_message(ann)).text
        state.say(boss, "/broadcast")
        assert "Write the message after /broadcast" in (await state.next_message(boss)).text
        state.say(boss, "/broadcast Hi")
        asked = await control(state, boss)
        state.press(asked, "Cancel")
        assert (await state.next_edit(boss)).text == "Nothing was sent."
    assert await store.broadcasts.sending() == []


async def test_trouble_with_single_chats(state, store, boss):
    people = await readers(state, store, 9)
    faults = {
        1: Refuse(forbidden()),
        2: Refuse(server_error()),
        3: HangUp(after=True),
        4: HangUp(),
        5: Refuse(too_many_requests(1)),
        6: Refuse(forbidden("user is deactivated")),
    }
    for number, fault in faults.items():
        state.faults.plan("sendMessage", fault, chat_id=people[number].id)
    async with bot_at_work(state, store=store, admins=[boss.id]):
        await send(state, boss, "Private")
        done = await report(state, boss)
    assert "Blocked me or gone: 2" in done.text
    assert "Unknown: 2" in done.text, "a cut connection says nothing of what became of it"
    assert [got(state, one) for one in people] == [1, 0, 1, 1, 0, 1, 0, 1, 1]
    for number, one in enumerate(people):
        assert ((await store.chats.get(one.id)).gone is not None) == (number in {1, 6})
    assert ("Send the unknown ones again",) in done.buttons


async def test_unknown_ones_are_sent_again_on_demand(state, store, boss):
    (ann,) = await readers(state, store, 1)
    state.faults.plan("sendMessage", HangUp(), chat_id=ann.id)
    async with bot_at_work(state, store=store, admins=[boss.id]):
        await send(state, boss, "Private")
        done = await report(state, boss)
        assert got(state, ann) == 0
        state.press(done, "Send the unknown ones again")
        again = await report(state, boss)
    assert "Unknown" not in again.text
    assert got(state, ann) == 1


async def test_a_stop_and_a_restart(state, store, boss):
    people = await readers(state, store, 60)
    async with bot_at_work(state, store=store, admins=[boss.id]):
        asked = await send(state, boss, "Private")
        await state.until(lambda: sum(got(state, one) for one in people) >= 10 or None)
    before = sum(got(state, one) for one in people)
    assert 10 <= before < 60
    async with bot_at_work(state, store=store, admins=[boss.id]):
        await state.until(lambda: sum(got(state, one) for one in people) >= before + 10 or None)
        state.press(asked.id, "Stop", where=boss)
        done = await report(state, boss)
    assert "The broadcast was stopped." in done.text
    assert "Not sent any more" in done.text
    assert max(got(state, one) for one in people) == 1
    assert sum(got(state, one) for one in people) < 60
    counts = await store.outbox.counts()
    assert counts.of("unknown") == counts.rest == 0


async def test_stop_turns_it_off_and_on_again(state, store, boss):
    ann, ben = await readers(state, store, 2)
    async with bot_at_work(state, store=store, admins=[boss.id]):
        state.say(ann, "/stop")
        stopped = await state.next_message(ann)
        assert await store.chats.settings(ann.id) == {"quiet": True}
        assert (await store.broadcasts.audience())["all"] == 1
        state.press(stopped, "Write to me again")
        assert "I may write here of myself again" in (await state.next_edit(ann)).text
        assert (await store.broadcasts.audience())["all"] == 2
    assert await store.chats.settings(ann.id) == {}
    assert ben
