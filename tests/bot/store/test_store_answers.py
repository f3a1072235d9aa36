"""Answers: found by number, message and topic, bounded, moved with their chat. Both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.store.errors import UnknownChatError
from bot.store.records import Chat, StoredAnswer
from tests.support.articles import NOW

GROUP, OTHER = -1001234567890123, 7


def kept(number, chat=GROUP, thread=None):
    return StoredAnswer(
        id=number,
        chat_id=chat,
        thread_id=thread,
        question_message_id=10 * number,
        message_ids=(10 * number + 1, 10 * number + 2),
        question=f"q{number}?",
        reply={"sentences": ["“a”", {"ü": None}], "odd": "\x00\ud800"},
        asked=NOW + timedelta(seconds=number),
    )


@pytest.fixture
async def chats(store):
    for chat in (GROUP, OTHER):
        await store.chats.touch(Chat(chat, "group", "G", "en"))


@pytest.mark.usefixtures("chats")
async def test_an_answer_is_found_by_number_message_and_topic(store):
    assert await store.answers.add(kept(0)) == 1
    assert await store.answers.add(kept(2, thread=9)) == 2
    first, second = replace(kept(0), id=1), kept(2, thread=9)
    assert await store.answers.get(GROUP, 1) == first
    assert await store.answers.get(OTHER, 1) is None
    assert await store.answers.of_message(GROUP, 22) == second
    assert await store.answers.of_message(OTHER, 22) is None
    assert await store.answers.of_message(GROUP, 23) is None
    assert await store.answers.latest(GROUP, None) == first
    assert await store.answers.latest(GROUP, 9) == second
    assert await store.answers.latest(GROUP, 8) is None


@pytest.mark.usefixtures("chats")
async def test_an_answer_is_revised_moved_to_messages_and_asked_about(store):
    number = await store.answers.add(kept(1))
    await store.answers.add(kept(2))
    await store.answers.set_messages(number, [2**40])
    await store.answers.set_prompt(number, 77)
    await store.answers.revise(number, "other?", {"a": 1})
    changed = replace(
        kept(1), message_ids=(2**40,), prompt_id=77, question="other?", reply={"a": 1}
    )
    assert await store.answers.of_prompt(GROUP, 77) == changed
    assert await store.answers.of_prompt(OTHER, 77) is None
    assert await store.answers.get(GROUP, 2) == kept(2)
    await store.answers.set_prompt(number, None)
    assert await store.answers.of_prompt(GROUP, 77) is None


@pytest.mark.usefixtures("chats")
async def test_a_chat_keeps_its_last_answers_and_no_number_comes_twice(store):
    await store.answers.add(kept(1, OTHER))
    for number in range(2, 7):
        assert await store.answers.add(kept(number), keep=2) == number
    assert [n for n in range(9) if await store.answers.get(GROUP, n)] == [5, 6]
    assert await store.answers.get(OTHER, 1) == kept(1, OTHER)
    await store.chats.forget(GROUP)
    assert await store.answers.get(GROUP, 6) is None
    await store.chats.touch(Chat(GROUP, "group", "G", "en"))
    assert await store.answers.add(kept(7)) == 7


async def test_an_unknown_chat_keeps_no_answer(store):
    with pytest.raises(UnknownChatError, match=str(GROUP)):
        await store.answers.add(kept(1))


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.usefixtures("chats")
async def test_answers_go_with_their_chat(store, known):
    new = OTHER if known else -5
    await store.answers.add(kept(1))
    export = await store.chats.export(GROUP)
    assert [answer["question"] for answer in export["answers"]] == ["q1?"]
    await store.chats.migrate(GROUP, new)
    assert await store.answers.get(new, 1) == kept(1, new)


@pytest.mark.usefixtures("chats")
async def test_a_turn_is_dropped_by_its_message(store):
    from bot.store.records import StoredTurn

    turns = [StoredTurn(GROUP, None, f"q{n}", "", (), n, NOW) for n in (1, 2)]
    for turn in turns:
        await store.chats.add_turn(turn)
    await store.chats.drop_turn(GROUP, 2)
    await store.chats.drop_turn(OTHER, 1)
    assert await store.chats.turns(GROUP, None, 9) == turns[:1]
