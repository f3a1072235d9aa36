"""What belongs to a question is read at once and written at once, on both databases."""

from datetime import timedelta

import pytest

from bot.store.asks import Ask
from bot.store.errors import UnknownChatError
from bot.store.records import Chat, StoredAnswer, StoredTurn
from tests.support.articles import NOW

ANN, OTHER = 7, 8


def ann(title="Ann", settings=None):
    return Chat(ANN, "private", title, "en", settings or {})


def answer(question_id=1, chat_id=ANN):
    return StoredAnswer(0, chat_id, None, question_id, (), "Who?", {"kind": "answer"}, NOW)


def turn(message_id, thread=None, chat_id=ANN):
    return StoredTurn(chat_id, thread, f"Q{message_id}?", "A.", ("T",), message_id, NOW)


def ask(clock, outcome="answer"):
    return Ask(clock(), ANN, "private", outcome, 12)


async def look(store, *, turns=4, user_id=ANN, since=NOW - timedelta(hours=1), thread=None):
    return await store.exchanges.look(ANN, thread, user_id, turns=turns, since=since)


async def waiting(store):
    return [one.id for one in (await store.inbox.pending()).waiting]


async def test_of_strangers_nothing_is_known(store):
    found = await look(store)
    assert (found.settings, list(found.turns)) == ({}, [])
    assert (found.person, list(found.asked)) == (None, [])


async def test_a_look_finds_what_each_store_has(store, clock):
    await store.chats.touch(ann(settings={"language": "de"}))
    await store.chats.touch(Chat(OTHER, "private", "Bob", "en"))
    await store.people.touch(ANN, "Ann", "ann")
    await store.people.set_role(ANN, "admin")
    for number in range(6):
        await store.chats.add_turn(turn(number))
        await store.chats.add_turn(turn(number, thread=9))
        await store.chats.add_turn(turn(number, chat_id=OTHER))
        await store.asks.add(ANN, "group", "answer", number)
        await store.asks.add(OTHER, "group", "answer", number)
        clock.move_on(minutes=30)
    since = clock() - timedelta(hours=2)
    found = await look(store, since=since)
    assert found.settings == {"language": "de"}
    assert list(found.turns) == await store.chats.turns(ANN, None, 4)
    assert [one.message_id for one in found.turns] == [2, 3, 4, 5]
    assert found.person == await store.people.get(ANN)
    assert list(found.asked) == await store.asks.of(ANN, since)
    assert [one.took_ms for one in found.asked] == [5, 4, 3]
    assert [one.thread_id for one in (await look(store, thread=9)).turns] == [9] * 4
    assert list((await look(store, since=None)).asked) == []
    assert list((await look(store, user_id=None)).asked) == []


async def test_an_answer_begins_with_its_chat_and_that_it_was_asked(store, clock):
    number = await store.exchanges.begin(ann(), answer(), ask(clock))
    assert (await store.chats.get(ANN)).title == "Ann"
    assert (await store.answers.get(ANN, number)).question == "Who?"
    assert await store.asks.since(NOW - timedelta(days=1)) == [ask(clock)]
    again = await store.exchanges.begin(ann("Ann B."), answer(2), None)
    assert again > number
    assert (await store.chats.get(ANN)).title == "Ann B."
    assert len(await store.asks.since(NOW - timedelta(days=1))) == 1


async def test_an_answer_to_a_chat_that_moved_leaves_no_trace(store, clock):
    await store.chats.touch(ann())
    await store.chats.migrate(ANN, -100)
    with pytest.raises(UnknownChatError):
        await store.exchanges.begin(ann(), answer(), ask(clock))
    assert await store.asks.since(NOW - timedelta(days=1)) == []
    assert await store.chats.get(ANN) is None


async def test_old_asks_go_once_a_day(store, clock):
    await store.exchanges.begin(ann(), answer(), ask(clock))
    clock.move_on(days=401)
    await store.exchanges.begin(ann(), answer(2), ask(clock))
    assert [one.at for one in await store.asks.since(NOW - timedelta(days=1))] == [clock()]


async def test_an_answer_is_finished_as_a_whole(store, clock):
    await store.inbox.take([{"update_id": number} for number in (4, 5)])
    number = await store.exchanges.begin(ann(), answer(), ask(clock))
    await store.chats.add_turn(turn(3))
    await store.exchanges.finish(number, turn(11), [10, 11], replacing=3, update_id=5)
    assert (await store.answers.get(ANN, number)).message_ids == (10, 11)
    assert [one.message_id for one in await store.chats.turns(ANN, None, 9)] == [11]
    assert await waiting(store) == [4]


async def test_an_answer_that_was_not_kept_has_its_turn_all_the_same(store):
    await store.chats.touch(ann())
    await store.exchanges.finish(None, turn(11), [11])
    assert await store.chats.turns(ANN, None, 9) == [turn(11)]


async def test_an_answer_that_cannot_be_finished_is_not_half_finished(store, clock):
    await store.inbox.take([{"update_id": 5}])
    number = await store.exchanges.begin(ann(), answer(), ask(clock))
    with pytest.raises(UnknownChatError):
        await store.exchanges.finish(number, turn(11, chat_id=OTHER), [11], update_id=5)
    assert (await store.answers.get(ANN, number)).message_ids == ()
    assert await waiting(store) == [5]
