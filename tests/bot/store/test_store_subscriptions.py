"""Subscriptions on both databases: limits, doubles, changes, who is active, and what goes along."""

from datetime import timedelta

import numpy as np
import pytest

from bot.alerts.types import Wanted, Words
from bot.store.backup import backup, restore
from bot.store.engine import open_store
from bot.store.errors import (
    DuplicateSubscriptionError,
    TooManySubscriptionsError,
    UnknownChatError,
)
from bot.store.records import Chat
from bot.store.subscriptions import NewSubscription
from tests.support.articles import NOW

ANN, GROUP, NEW = 1, -5, -1005
HARBOUR = Wanted("topic", "the new harbour", Words(("crane",), ("football",)), "Hill Post")
VECTOR = np.array([0.6, 0.8], np.float32)


def new(chat=ANN, topic="", thread=None, **rest):
    wanted = Wanted("topic", topic) if topic else HARBOUR
    return NewSubscription(chat, thread, wanted, topic or "harbour", 0.45, **rest)


@pytest.fixture(autouse=True)
async def chats(store):
    for chat in (ANN, GROUP):
        await store.chats.touch(Chat(chat, "private" if chat > 0 else "group", "c", "en"))


async def test_what_is_added_is_found_as_it_was_made(store):
    made = await store.subscriptions.add(
        new(thread=7, pace="daily", created_by=11, vector=VECTOR, embedder="model m")
    )
    assert (made.chat_id, made.thread_id, made.wanted, made.label) == (ANN, 7, HARBOUR, "harbour")
    assert (made.threshold, made.pace, made.state) == (0.45, "daily", "active")
    assert (made.created, made.created_by, made.muted_until) == (NOW, 11, None)
    assert made.vector is not None
    assert made.vector.tolist() == VECTOR.tolist()
    assert await store.subscriptions.get(ANN, made.id) == made
    assert await store.subscriptions.get(GROUP, made.id) is None, "another chat's"


async def test_a_place_wants_the_same_once(store):
    first = await store.subscriptions.add(new(topic="Peace talks"))
    with pytest.raises(DuplicateSubscriptionError) as raised:
        await store.subscriptions.add(new(topic="peace  talks"))
    assert raised.value.existing == first
    other = await store.subscriptions.add(new(topic="peace talks", thread=3))
    assert await store.subscriptions.list(ANN) == [first, other]
    assert await store.subscriptions.list(ANN, 3) == [other]
    with pytest.raises(UnknownChatError):
        await store.subscriptions.add(new(99))


async def test_a_chat_has_no_more_than_its_limit(store):
    for topic in ("one", "two"):
        await store.subscriptions.add(new(topic=topic), limit=2)
    with pytest.raises(TooManySubscriptionsError, match="2 subscriptions"):
        await store.subscriptions.add(new(topic="three", thread=4), limit=2)
    await store.subscriptions.add(new(GROUP, topic="three"), limit=2)


async def test_changes_keep_to_the_chat_and_to_what_may_change(store):
    made = await store.subscriptions.add(new())
    until = NOW + timedelta(days=1)
    changed = await store.subscriptions.change(
        ANN, made.id, threshold=0.5, pace="weekly", muted_until=until, label="the port"
    )
    assert changed is not None
    assert (changed.threshold, changed.pace, changed.label) == (0.5, "weekly", "the port")
    assert changed.muted_until == until
    assert await store.subscriptions.change(GROUP, made.id, pace="now") is None
    assert await store.subscriptions.get(ANN, made.id) == changed
    with pytest.raises(TypeError, match="chat_id"):
        await store.subscriptions.change(ANN, made.id, chat_id=GROUP)
    assert not await store.subscriptions.delete(GROUP, made.id)
    assert await store.subscriptions.delete(ANN, made.id)
    assert await store.subscriptions.list(ANN) == []


async def test_only_those_that_hear_are_active(store):
    made = [await store.subscriptions.add(new(topic=topic)) for topic in "abcd"]
    theirs = await store.subscriptions.add(new(GROUP))
    hour = timedelta(hours=1)
    await store.subscriptions.change(ANN, made[0].id, state="paused")
    await store.subscriptions.change(ANN, made[1].id, muted_until=NOW + hour)
    await store.subscriptions.change(ANN, made[2].id, muted_until=NOW - hour)

    async def active(now=NOW):
        return [one.id for one in await store.subscriptions.active(now)]

    assert await active() == [made[2].id, made[3].id, theirs.id]
    assert await active(NOW + hour) == [made[1].id, made[2].id, made[3].id, theirs.id]
    await store.chats.set_gone(ANN, NOW)
    assert await active() == [theirs.id]
    await store.chats.set_settings(GROUP, {"quiet": True})
    assert await active() == []
    await store.chats.set_settings(GROUP, {"quiet": False})
    await store.chats.set_gone(ANN, None)
    assert len(await active()) == 3
    counts = await store.subscriptions.counts()
    assert counts == {"active": 4, "paused": 1, "chats": 2}


async def test_vectors_are_known_by_their_model(store):
    wordy = Wanted("topic", "", Words(("oil",)))
    await store.subscriptions.add(NewSubscription(ANN, None, wordy, "oil", 0.45))
    old = await store.subscriptions.add(new(topic="a", vector=VECTOR, embedder="old"))
    assert [one.id for one in await store.subscriptions.unread("model")] == [old.id]
    await store.subscriptions.set_vectors({old.id: VECTOR[::-1]}, "model")
    assert await store.subscriptions.unread("model") == []
    late = await store.subscriptions.add(new(topic="b"))
    assert await store.subscriptions.unread("model") == [late]
    found = await store.subscriptions.get(ANN, old.id)
    assert found.vector.tolist() == VECTOR[::-1].tolist()


async def test_a_chat_takes_its_subscriptions_along_or_is_rid_of_them(store):
    await store.subscriptions.add(new(GROUP, topic="a"))
    await store.subscriptions.add(new(GROUP, topic="b"))
    exported = await store.chats.export(GROUP)
    assert [one["label"] for one in exported["subscriptions"]] == ["a", "b"]
    assert "vector" not in exported["subscriptions"][0]
    await store.chats.touch(Chat(NEW, "supergroup", "c", "en"))
    kept = await store.subscriptions.add(new(NEW, topic="A"))
    await store.chats.migrate(GROUP, NEW)
    assert [one.label for one in await store.subscriptions.list(NEW)] == ["b", "A"]
    assert kept in await store.subscriptions.list(NEW)
    await store.chats.migrate(NEW, GROUP)
    assert len(await store.subscriptions.list(GROUP)) == 2, "by its foreign key"
    await store.chats.forget(GROUP)
    assert await store.subscriptions.active(NOW) == []


async def test_a_backup_holds_them_with_their_vectors(store, other_url, clock, tmp_path):
    made = await store.subscriptions.add(new(vector=VECTOR, embedder="m"))
    await backup(store, tmp_path / "b.zip")
    async with await open_store(other_url, clock=clock) as other:
        await restore(other, tmp_path / "b.zip")
        found = await other.subscriptions.get(ANN, made.id)
        assert found == made
        assert found.vector.tolist() == VECTOR.tolist()


async def test_who_is_forgotten_made_no_groups_subscriptions(store):
    made = await store.subscriptions.add(new(GROUP, created_by=11))
    other = await store.subscriptions.add(new(GROUP, topic="a", created_by=12))
    await store.people.forget(11)
    assert (await store.subscriptions.get(GROUP, made.id)).created_by is None
    assert (await store.subscriptions.get(GROUP, other.id)).created_by == 12
