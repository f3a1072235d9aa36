"""Settings and a person's data, through the real library, real HTTP and a real database."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from telegram_bench import bot_at_work

from bot.store.engine import open_store
from bot.store.records import Arrival, Chat, Feedback, StoredTurn
from bot.store.urls import sqlite_url
from bot.telegram import personal
from tests.support.articles import NOW, make_article

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.playground.messages import Message
    from bot.playground.people import User
    from bot.playground.state import BotApiState
    from bot.store.engine import Store


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with await open_store(sqlite_url(tmp_path / "n.db"), clock=lambda: NOW) as opened:
        articles = [
            make_article(name, f"{name} wrote this today.", title=name, source=name)
            for name in ("Coast", "<Harbour>")
        ]
        arrivals = [Arrival(article, article.id) for article in articles]
        await opened.articles.put(arrivals, source_id=None, seen_at=NOW)
        yield opened


@pytest.fixture
def ann(state: BotApiState) -> User:
    return state.add_user("Ann", last_name="Lee")


async def talked(store: Store, user: User) -> None:
    await store.chats.touch(Chat(user.id, "private", user.name, "en"))
    turn = StoredTurn(user.id, None, "Who “won”?", "Nobody.", ("T",), 5, NOW)
    await store.chats.add_turn(turn)
    await store.chats.add_feedback(Feedback(0, user.id, "Who?", {"a": 1}, "bad", "Déjà vu", NOW))


async def test_a_source_is_chosen_with_buttons(state: BotApiState, store: Store, ann: User) -> None:
    async with bot_at_work(state, store=store):
        state.say(ann, "/settings")
        settings = await state.next_message(ann)
        assert settings.text == (
            "Settings of this chat\n\nLanguage: as in Telegram\nAnswer length: usual\n"
            "Default source: all sources"
        )
        state.press(settings, "Default source")
        choice = await state.next_edit(ann)
        assert choice.buttons == (("✓ All sources",), ("<Harbour>",), ("Coast",), ("Back",))
        state.press(choice, "<Harbour>")
        assert "Default source: <Harbour>" in (await state.next_edit(ann)).text
        state.say(ann, "/latest")
        assert (await state.next_message(ann)).text.split("\n\n")[0] == (
            "The latest from <Harbour> (1 article)\n"
            "Chosen in /settings. Send /latest all for all articles."
        )
    assert await store.chats.settings(ann.id) == {"source": "<Harbour>"}
    chat = await store.chats.get(ann.id)
    assert chat is not None
    assert (chat.kind, chat.title, chat.language) == ("private", "Ann Lee", "en")
    assert state.unanswered == []
    assert state.violations == []


async def test_the_length_of_answers_is_chosen_with_buttons(
    state: BotApiState, store: Store, ann: User
) -> None:
    async with bot_at_work(state, store=store):
        state.say(ann, "/settings")
        state.press(await state.next_message(ann), "Answer length")
        choice = await state.next_edit(ann)
        assert choice.buttons == (("Short",), ("✓ Usual",), ("Long",), ("Back",))
        state.press(choice, "Long")
        shown = await state.next_edit(ann)
        assert "Answer length: long" in shown.text
        assert await store.chats.settings(ann.id) == {"length": "long"}
        state.press(shown, "Answer length")
        choice = await state.next_edit(ann)
        assert choice.buttons[2] == ("✓ Long",)
        state.press(choice, "Back")
        home = await state.next_edit(ann)
        assert home.text == shown.text
        state.press(home, "Answer length")
        state.press(await state.next_edit(ann), "Usual")
        assert "Answer length: usual" in (await state.next_edit(ann)).text
    assert await store.chats.settings(ann.id) == {}
    assert state.unanswered == []
    assert state.violations == []


async def test_settings_go_one_by_one_and_outlive_a_restart(
    state: BotApiState, store: Store, ann: User
) -> None:
    async with bot_at_work(state, store=store):
        state.say(ann, "/settings")
        settings = await state.next_message(ann)
        state.press(settings, "Default source")
        choice = await state.next_edit(ann)
    async with bot_at_work(state, store=store):
        state.press(choice, "Coast")
        state.press(await state.next_edit(ann), "Language")
        languages = await state.next_edit(ann)
        assert languages.buttons[0] == ("✓ As in Telegram",)
        state.press(languages, "English")
        assert "Language: English" in (await state.next_edit(ann)).text
        assert await store.chats.settings(ann.id) == {"source": "Coast", "language": "en"}
        state.press(settings, "Language")
        languages = await state.next_edit(ann)
        assert ("✓ English",) in languages.buttons
        state.press(languages, "As in Telegram")
        assert "Language: as in Telegram" in (await state.next_edit(ann)).text
    assert await store.chats.settings(ann.id) == {"source": "Coast"}


async def test_a_source_that_went_meanwhile_is_not_chosen(
    state: BotApiState, store: Store, ann: User
) -> None:
    async with bot_at_work(state, store=store):
        state.say(ann, "/settings")
        state.press(await state.next_message(ann), "Default source")
        choice = await state.next_edit(ann)
        coast = next(a for a in await store.articles.latest(9) if a.source == "Coast")
        await store.articles.remove(coast.id, NOW)
        state.press(choice, "Coast")
        assert (await state.next_edit(ann)).buttons == (
            ("✓ All sources",),
            ("<Harbour>",),
            ("Back",),
        )
    assert await store.chats.settings(ann.id) == {}


async def test_forgetting_takes_a_second_thought_and_everything(
    state: BotApiState, store: Store, ann: User
) -> None:
    bob = state.add_user("Bob")
    for user in (ann, bob):
        await talked(store, user)
    async with bot_at_work(state, store=store):
        state.say(ann, "/forget")
        asked = await state.next_message(ann)
        assert "This can't be undone." in asked.text
        state.press(asked, "Keep it")
        assert (await state.next_edit(ann)).text == "Nothing was deleted."
        assert len((await store.chats.export(ann.id))["turns"]) == 1
        state.say(ann, "/forget")
        state.press(await state.next_message(ann), "Delete everything")
        assert (await state.next_edit(ann)).text.startswith("All I kept of this chat is deleted.")
        assert (await store.chats.export(ann.id))["chat"] is None
        assert await store.chats.feedback(ann.id) == []
        assert len(await store.chats.feedback(bob.id)) == 1
    assert state.unanswered == []


async def test_privacy_and_stop(state: BotApiState, store: Store, ann: User) -> None:
    async with bot_at_work(state, store=store):
        state.say(ann, "/privacy")
        assert (await state.next_message(ann)).text.startswith("What I keep of this chat\n•")
        state.say(ann, "/stop")
        assert "/forget" in (await state.next_message(ann)).text
    assert state.violations == []


async def test_a_persons_data_come_as_a_file(state: BotApiState, store: Store, ann: User) -> None:
    await talked(store, ann)
    async with bot_at_work(state, store=store):
        asked = state.say(ann, "/mydata")
        sent = await state.next_message(ann)
    file = sent.file
    assert file is not None
    assert file.name == personal.FILE_NAME
    kept = json.loads(file.content.decode("utf-8"))
    theirs = {"person": None, "asks": [], "verdicts": []}
    assert kept == await store.chats.export(ann.id) | theirs
    assert kept["turns"][0]["question"] == "Who “won”?"
    assert "Déjà vu" in file.content.decode("utf-8")
    assert sent.reply_to == asked


async def test_there_may_be_nothing_to_take_along(
    state: BotApiState, store: Store, ann: User
) -> None:
    await store.chats.forget(ann.id)
    export = await store.chats.export(ann.id)
    assert export["chat"] is None
    async with bot_at_work(state, store=store):
        state.say(ann, "/mydata")
        assert (await state.next_message(ann)).text == "I keep nothing of this chat."


async def test_a_groups_settings_and_data_are_its_admins(
    state: BotApiState, store: Store, ann: User
) -> None:
    boss, group = state.add_user("Boss"), state.add_group("Readers")
    state.set_role(group, ann, "member")
    state.set_role(group, boss, "admin")
    only = "Only this group's admins may do that."
    async with bot_at_work(state, store=store):
        for command in ("/settings", "/forget", "/mydata"):
            state.say(group, command, by=ann)
            assert (await state.next_message(group)).text.startswith(only)
        state.say(group, "/settings", by=boss)
        settings = await state.next_message(group)
        assert await notice_of(state, settings, "Default source", ann) == only
        assert await notice_of(state, settings, "Default source", boss) == ""
        assert await notice_of(state, await state.next_edit(group), "Coast", boss) == ""
        state.say(group, "/forget", by=boss)
        asked = await state.next_message(group)
        assert await notice_of(state, asked, "Delete everything", ann) == only
        chat = await store.chats.get(group.id)
        assert chat is not None
        assert (chat.kind, chat.title) == ("supergroup", "Readers")
        assert chat.settings == {"source": "Coast"}
        assert await notice_of(state, asked, "Delete everything", boss) == ""
        assert await store.chats.get(group.id) is None
        state.say(group, "/mydata", by=boss)
        assert (await state.next_message(group)).text.startswith("That works in a private chat")
        state.say(group, "/privacy", by=ann)
        assert (await state.next_message(group)).text.startswith("What I keep of this chat")


async def notice_of(state: BotApiState, message: Message, button: str, by: User) -> str:
    """Press a button; return the notice that the press got, "" for none."""
    query = state.press(message, button, by=by)
    answered = await state.until(
        lambda: found if (found := state.queries[query.id]).answer is not None else None
    )
    return str((answered.answer or {}).get("text", ""))
