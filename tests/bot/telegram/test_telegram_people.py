"""Who may use the bot and how much; roles, bans, limits, statistics, feedback, the audit log."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from telegram_bench import FixedDesk, answer, bot_at_work

from bot.playground.files import image_size
from bot.store.engine import open_store
from bot.store.errors import LockedDatabaseError
from bot.store.urls import sqlite_url
from tests.support.articles import NOW

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.playground.people import User
    from bot.playground.state import BotApiState
    from bot.store.engine import Store

FOR_ADMINS = "That is for the admins of this bot."
STRANGER = "I only answer people whom an admin of this bot has let in."
BANNED = "I am sorry: an admin of this bot has decided that I no longer answer you."


class Clock:
    now = NOW

    def __call__(self):
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def store(tmp_path: Path, clock: Clock) -> AsyncIterator[Store]:
    async with await open_store(sqlite_url(tmp_path / "n.db"), clock=clock) as opened:
        yield opened


@pytest.fixture
def boss(state: BotApiState) -> User:
    return state.add_user("Boss", username="boss")


@pytest.fixture
def ann(state: BotApiState) -> User:
    return state.add_user("Ann", username="ann_lee")


async def told(state: BotApiState, who: object, text: str, by: User | None = None) -> str:
    """Say something and return what the bot says next."""
    state.say(who, text, **({"by": by} if by else {}))
    return str((await state.next_message(who)).text)


async def quiet(state: BotApiState) -> None:
    """Return when all that was said has been worked on: nothing more comes of it."""
    witness = state.add_user("Witness")
    await told(state, witness, "Who?")


async def test_an_owner_makes_an_admin_who_gets_the_menu_and_loses_it(state, store, boss, ann):
    async with bot_at_work(state, store=store, admins=[boss.id]):
        assert await told(state, ann, "/users") == FOR_ADMINS
        assert await told(state, ann, "/stats") == FOR_ADMINS
        line = await told(state, boss, "/users role @Ann_Lee admin")
        assert line == "Ann @ann_lee is now: admin."
        assert commands_of(state, ann)[-2:] == ["users", "audit"]
        assert "/audit" in await told(state, ann, "/help")
        assert "No questions." in await told(state, ann, "/stats")
        line = await told(state, ann, f"/users role {boss.id} member")
        assert line == "Only an owner gives roles."
        await told(state, boss, f"/users role {ann.id} member")
        assert commands_of(state, ann) is None
        assert "/audit" not in await told(state, ann, "/help")
        assert await told(state, ann, "/stats") == FOR_ADMINS
    await store.people.set_role(ann.id, "admin")
    async with bot_at_work(state, store=store, admins=[boss.id]):
        assert "users" in commands_of(state, ann)
    assert state.violations == []


def commands_of(state, user):
    for menu, commands in state.profile.menus.items():
        if (menu.scope, menu.chat_id, menu.language) == ("chat", user.id, ""):
            return [command["command"] for command in commands]
    return None


async def test_what_nobody_may_do(state, store, boss, ann):
    async with bot_at_work(state, store=store, admins=[boss.id]):
        await store.people.set_role(ann.id, "admin")
        await store.people.set_role(77, "admin")
        for text, line in (
            (f"/users ban {boss.id}", "Nobody can ban an owner."),
            ("/users ban 77", "Only an owner can ban an admin."),
            (f"/users ban {ann.id}", "You can't ban yourself."),
            ("/users unban 78", "There is no ban to lift."),
            ("/users ban @nobody", "I know nobody called @nobody. Name their number instead."),
        ):
            assert await told(state, ann, text) == line
        for text in ("/users ban", "/users role 77 king", "/users ban 7 8", "/users frobnicate"):
            assert "/users allow 1234567" in await told(state, ann, text)
        line = await told(state, boss, f"/users role {boss.id} member")
        assert line.startswith("The settings of this bot make them an owner")
        line = await told(state, boss, "/users role -100123 admin")
        assert line.startswith("Groups have no role.")
        assert (await told(state, boss, "/users ban 77")).startswith("77 is banned.")
        assert (await store.people.get(77)).role == "member"
        assert (await told(state, boss, "/users role 77 admin")).startswith("They are banned.")
    assert [entry.action for entry in await store.audit.last(9)] == ["users ban"]


async def test_a_banned_person_is_told_once_an_hour_and_never_in_groups(
    state, store, clock, boss, ann
):
    group = state.add_group("Readers")
    async with bot_at_work(state, store=store, admins=[boss.id]) as bench:
        state.say(ann, "Who won?")
        answered = await state.next_message(ann)
        asked = state.say(group, "/ask Who?", by=ann)
        await state.next_message(group)
        state.say(group, "/users ban", by=boss, reply_to=asked)
        assert "is banned" in (await state.next_message(group)).text
        assert await told(state, ann, "Who lost?") == BANNED
        state.say(ann, "Hello?")
        state.say(group, "/ask Who else?", by=ann)
        query = state.press(answered, "👍")
        await state.until(lambda: state.queries[query.id].answer)
        assert state.queries[query.id].answer["text"] == BANNED
        await quiet(state)
        clock.now += timedelta(hours=1)
        assert await told(state, ann, "And now?") == BANNED
        offered = await state.inline_answer(state.inline(ann, "who won"))
        assert (offered.results, offered.button["text"]) == ((), "I no longer answer you here")
        assert (await told(state, boss, f"/users unban {ann.id}")).endswith("no longer banned.")
        assert "Asked: Who?" in await told(state, ann, "Who?")
    assert bench.desk.asked == ["Who won?", "Who?", "Who?", "Who?"]
    assert state.violations == []


async def test_an_allow_list_lets_in_those_on_it(state, store, clock, boss, ann):
    group = state.add_group("Readers")
    async with bot_at_work(state, store=store, admins=[boss.id], access="allow-list") as bench:
        line = await told(state, ann, "/start")
        assert line.startswith(STRANGER)
        assert line.endswith(f" {ann.id}")
        state.say(group, "/ask Who?", by=ann)
        offered = await state.inline_answer(state.inline(ann, "who won"))
        assert (offered.results, offered.button["text"]) == ((), "I don't know you yet: press here")
        await told(state, boss, "Who is it?")
        assert bench.desk.asked == ["Who is it?"]
        line = await told(state, group, "/users allow here", by=boss)
        assert line == f"{group.id} may use this bot."
        assert "Asked: Now?" in await told(state, group, "/ask Now?", by=ann)
        clock.now += timedelta(minutes=1)
        assert (await told(state, ann, "Alone?")).startswith(STRANGER)
        # The gate has noted who asked to be let in, so a username will do.
        await told(state, boss, "/users allow @ann_lee")
        assert "Asked: Alone?" in await told(state, ann, "Alone?")
        await told(state, boss, "/users disallow @ann_lee")
        clock.now += timedelta(minutes=1)
        assert (await told(state, ann, "Still?")).startswith(STRANGER)


async def test_a_banned_group_is_left_without_a_word(state, store, boss, ann):
    group = state.add_group("Readers")
    await store.people.set_standing(group.id, "banned")
    async with bot_at_work(state, store=store, admins=[boss.id]):
        state.say(group, "/ask Who?", by=ann)
        await state.next_call("leaveChat")
        await quiet(state)
    assert all(call.parameters["chat_id"] != group.id for call in state.calls("sendMessage"))
    assert len(state.calls("leaveChat")) == 1


async def test_a_failing_store_lets_everyone_ask(state, store, ann, monkeypatch):
    async def fail(*_, **__):
        raise LockedDatabaseError("locked", "wait")

    monkeypatch.setattr(store.database, "read", fail)
    monkeypatch.setattr(store.database, "write", fail)
    async with bot_at_work(state, store=store, access="allow-list", questions_per_hour=1):
        for _ in range(3):
            assert "Asked: Who?" in await told(state, ann, "Who?")
        assert "/audit" not in await told(state, ann, "/help")


async def test_who_asks_too_much_is_told_when_to_go_on(state, store, clock, boss, ann):
    group = state.add_group("Readers")
    limit = {"questions_per_hour": 2, "questions_per_day": 4}
    async with bot_at_work(state, store=store, admins=[boss.id], **limit) as bench:
        await told(state, ann, "One?")
        clock.now += timedelta(minutes=48)
        await told(state, group, "/ask Two?", by=ann)
        line = "You have asked a lot lately. You can ask again in about 12 minutes."
        assert await told(state, ann, "Three?") == line
        assert await told(state, ann, "Three?") == line
        assert await told(state, group, "/ask Three?", by=ann) == line
        state.say(group, "/ask Three?", by=ann)
        offered = await state.inline_answer(state.inline(ann, "three"))
        assert offered.button["text"] == "Ask again in about 12 min"
        for _ in range(6):
            await told(state, boss, "Boss?")
    clock.now += timedelta(minutes=12)
    async with bot_at_work(state, store=store, admins=[boss.id], **limit):
        assert "Asked: Three?" in await told(state, ann, "Three?")
        clock.now += timedelta(hours=1)
        assert "Asked: Four?" in await told(state, ann, "Four?")
        line = "You have asked a lot lately. You can ask again in about 22 hours."
        assert await told(state, ann, "Five?") == line
    assert bench.desk.asked == ["One?", "Two?", *["Boss?"] * 6]
    asks = await store.asks.since(NOW - timedelta(days=1))
    assert [(ask.way, ask.outcome) for ask in asks if ask.user_id == ann.id] == [
        ("private", "abstention"),
        ("group", "abstention"),
        ("private", "abstention"),
        ("private", "abstention"),
    ]


async def test_statistics_come_with_a_picture(state, store, boss, ann):
    desk = FixedDesk({"Who won?": answer(), "Boom?": ValueError("no")})
    async with bot_at_work(state, desk, store=store, admins=[boss.id]):
        assert "No questions." in await told(state, boss, "/stats")
        for question in ("Who won?", "Boom?", "Who?"):
            state.say(ann, question)
            await state.next_message(ann)
        state.say(boss, "/stats")
        sent = await state.next_message(boss, within=60)
        assert sent.file.kind == "photo"
        assert image_size(sent.file.content) == (1080, 1080)
        text = sent.text or (await state.next_message(boss)).text
    assert "Questions: 3\nWithout an answer: 1 (33 %)\nFailed: 1\n👍 0, 👎 0\n" in text
    assert "People who asked: 1" in text
    assert "Chats: " in text
    assert state.violations == []


async def test_feedback_is_one_verdict_each_and_goes_out_as_questions(state, store, boss, ann):
    desk = FixedDesk({"Who won?": answer()})
    async with bot_at_work(state, desk, store=store, admins=[boss.id]):
        state.say(ann, "Who won?")
        answered = await state.next_message(ann)
        for button in ("👍", "👍", "👎"):
            query = state.press(answered, button)
            await state.until(lambda query=query: state.queries[query.id].answer)
        state.press(await state.next_edit(ann), "Outdated")
        await state.next_edit(ann)
        state.say(ann, "Who lost?")
        other = await state.next_message(ann)
        query = state.press(other, "👍")
        await state.until(lambda: state.queries[query.id].answer)
        assert await told(state, ann, "/feedback") == FOR_ADMINS
        line = await told(state, boss, "/feedback")
        assert line.startswith("What people say of answers: 👍 1, 👎 1\nOutdated: 1\n\n")
        sent = await state.next_message(boss)
    assert sent.file.name == "feedback.jsonl"
    records = [json.loads(one) for one in sent.file.content.decode().splitlines()]
    assert [(r["verdict"], r["comment"], r["answers"]) for r in records] == [
        ("bad", "Outdated", []),
        ("good", "", []),
    ]
    assert str(ann.id) not in sent.file.content.decode()
    assert [entry.action for entry in await store.audit.last(9)] == ["feedback"]


async def test_lists_are_paged_and_for_private_chats(state, store, boss, ann):
    group = state.add_group("Readers")
    for number in range(11):
        await store.people.touch(5000 + number, f"P{number}", "")
        await store.audit.add(boss.id, "add", url="https://news.example/<x>")
    async with bot_at_work(state, store=store, admins=[boss.id]):
        only = await told(state, group, "/users", by=boss)
        assert only.startswith("That works in a private chat")
        state.say(boss, "/users")
        shown = await state.next_message(boss)
        assert shown.text.startswith("People (12 entries)\n\nBoss @boss\n")
        assert f"{boss.id}, owner, last seen 14 March 2026, 09:30 UTC" in shown.text
        state.press(shown, "›")
        assert len((await state.next_edit(boss)).text.split("\n\n")) == 3
        state.say(boss, "/audit")
        shown = await state.next_message(boss)
        assert "add (url: https://news.example/<x>)\n14 March 2026" in shown.text
        state.press(shown, "As a file")
        lines = (await state.next_message(boss)).file.content.decode().splitlines()
        assert [json.loads(line)["id"] for line in lines] == list(range(1, 12))
    assert state.violations == []


async def test_a_person_sees_and_forgets_what_is_kept_of_them(state, store, ann):
    async with bot_at_work(state, store=store):
        await told(state, ann, "Who won?")
        await store.people.set_standing(ann.id, "allowed")
        assert "without its words (for 400 days)" in await told(state, ann, "/privacy")
        state.say(ann, "/mydata")
        kept = json.loads((await state.next_message(ann)).file.content)
        assert kept["person"]["username"] == "ann_lee"
        assert [ask["outcome"] for ask in kept["asks"]] == ["abstention"]
        state.say(ann, "/forget")
        state.press(await state.next_message(ann), "Delete everything")
        await state.next_edit(ann)
    person = await store.people.get(ann.id)
    assert replace(person, created=NOW, seen=NOW) == replace(person)
    assert (person.name, person.username, person.standing) == ("", "", "allowed")
    assert [ask.user_id for ask in await store.asks.since(NOW - timedelta(days=1))] == [None]
