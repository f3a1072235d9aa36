"""Chats: settings, turns, feedback, export, oblivion, another id. On both databases."""

import json
from datetime import timedelta

import pytest

from bot.store.errors import UnknownChatError
from bot.store.records import Chat, Feedback, StoredTurn
from tests.support.articles import NOW

NOTHING = {
    "chat": None,
    "turns": [],
    "feedback": [],
    "answers": [],
    "subscriptions": [],
    "matches": [],
}
GROUP, SUPER = -4012345678, -1001234567890123


def turn(number, chat=GROUP, thread=None):
    asked = NOW + timedelta(seconds=number)
    return StoredTurn(chat, thread, f"q{number}?", f"a{number}", ("T", "Ü"), number, asked)


def verdict(chat=GROUP, number=0):
    return Feedback(number, chat, "q?", {"sentences": ["“a”"]}, "good", "thanks", NOW)


async def test_a_chat_is_noted_once_and_keeps_its_settings(store, clock):
    await store.chats.touch(Chat(GROUP, "group", "Old", "en"))
    await store.chats.set_settings(GROUP, {"quiet": [22, 7], "nested": {"ü": None}})
    clock.move_on(days=1)
    await store.chats.touch(Chat(GROUP, "group", "New", "de"))
    settings = {"quiet": [22, 7], "nested": {"ü": None}}
    assert await store.chats.get(GROUP) == Chat(GROUP, "group", "New", "de", settings, NOW)
    assert await store.chats.settings(GROUP) == settings
    assert await store.chats.settings(1) == {}
    assert await store.chats.get(1) is None


async def test_turns_are_the_last_of_their_topic(store):
    await store.chats.touch(Chat(GROUP, "group", "G", "en"))
    for number in range(6):
        await store.chats.add_turn(turn(number), keep=4)
        await store.chats.add_turn(turn(number + 100, thread=9), keep=4)
    assert await store.chats.turns(GROUP, None, 9) == [turn(n) for n in (2, 3, 4, 5)]
    assert await store.chats.turns(GROUP, 9, 2) == [turn(n, thread=9) for n in (104, 105)]
    await store.chats.forget_turns(GROUP, None)
    assert await store.chats.turns(GROUP, None, 9) == []
    assert len(await store.chats.turns(GROUP, 9, 9)) == 4


async def test_feedback_is_numbered_and_listed(store):
    await store.chats.touch(Chat(GROUP, "group", "G", "en"))
    await store.chats.touch(Chat(7, "private", "P", "en"))
    assert await store.chats.add_feedback(verdict()) == 1
    assert await store.chats.add_feedback(verdict(7)) == 2
    assert await store.chats.feedback() == [verdict(GROUP, 1), verdict(7, 2)]
    assert await store.chats.feedback(7) == [verdict(7, 2)]


async def test_an_unknown_chat_leaves_nothing(store):
    for attempt in (
        store.chats.add_turn(turn(1)),
        store.chats.add_feedback(verdict()),
        store.chats.set_settings(GROUP, {}),
    ):
        with pytest.raises(UnknownChatError, match=str(GROUP)):
            await attempt
    assert await store.chats.export(GROUP) == NOTHING


async def test_all_of_a_chat_can_be_exported_and_forgotten(store):
    for chat in (GROUP, 7):
        await store.chats.touch(Chat(chat, "group", "G", "en"))
        await store.chats.add_turn(turn(1, chat))
        await store.chats.add_feedback(verdict(chat))
    export = json.loads(json.dumps(await store.chats.export(GROUP)))
    assert export["chat"]["created"] == "2026-03-14T09:30:00+00:00"
    assert [t["question"] for t in export["turns"]] == ["q1?"]
    assert export["feedback"][0]["reply"] == {"sentences": ["“a”"]}
    await store.chats.forget(GROUP)
    assert await store.chats.export(GROUP) == NOTHING
    assert len((await store.chats.export(7))["turns"]) == 1


@pytest.mark.parametrize("known", [False, True])
async def test_a_chat_goes_on_under_another_id(store, known):
    await store.chats.touch(Chat(GROUP, "group", "G", "en"))
    await store.chats.set_settings(GROUP, {"a": 1, "b": 1})
    await store.chats.add_turn(turn(1))
    await store.chats.add_feedback(verdict())
    if known:
        await store.chats.touch(Chat(SUPER, "supergroup", "G", "en"))
        await store.chats.set_settings(SUPER, {"b": 2})
    for _ in range(2):  # Telegram tells both chats
        await store.chats.migrate(GROUP, SUPER)
    assert await store.chats.get(GROUP) is None
    assert await store.chats.settings(SUPER) == {"a": 1, "b": 2 if known else 1}
    assert await store.chats.turns(SUPER, None, 9) == [turn(1, SUPER)]
    assert await store.chats.feedback() == [verdict(SUPER, 1)]
