"""Replies to answers, edited questions, moved groups, and a store that fails."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from answers_bench import QUOTE, ask, bold_of, desk, note_of, pressed
from sqlalchemy import text
from telegram_bench import answer, bot_at_work

from bot.playground.errors import chat_migrated
from bot.playground.faults import Refuse


async def test_conversations_survive_a_restart_and_new_forgets(state, ann, store, clock):
    async with bot_at_work(state, desk(), store=store):
        await ask(state, ann)
    async with bot_at_work(state, desk(), store=store) as bench:
        await ask(state, ann, "Who?")
        await ask(state, ann, "/new")
        sent = await ask(state, ann, "Why?")
        await note_of(state, sent, "👍")  # a chat's updates are worked on one after the other
        clock.now += timedelta(hours=1, seconds=1)
        await ask(state, ann, "And?")
    assert bench.desk.turns == [["When?"], [], []]
    assert [turn.question for turn in await store.chats.turns(ann.id, None, 9)] == ["Why?", "And?"]


async def test_topics_are_conversations_of_their_own(state, ann, store):
    forum = state.add_group("Forum", topics=[7, 8])
    async with bot_at_work(state, desk(), store=store) as bench:
        for thread in (7, 8, 7):
            state.say(forum, "/ask When?", by=ann, thread_id=thread)
            sent = await state.next_message(forum)
            assert sent.thread_id == thread
    assert bench.desk.turns == [[], [], ["When?"]]


async def test_a_reply_to_an_answer_asks_about_that_answer(state, ann, store):
    group = state.add_group("Readers")
    async with bot_at_work(state, desk(), store=store) as bench:
        first = await ask(state, ann)
        await ask(state, ann, "Who?")
        state.say(ann, "And then?", reply_to=first)
        await state.next_message(ann)
        state.say(group, "/ask When?", by=ann)
        sent = await state.next_message(group)
        state.say(group, "Why there?", by=ann, reply_to=sent)
        assert (await state.next_message(group)).text.startswith("Asked: Why there?")
    assert bench.desk.turns[2] == ["When?"]
    assert bench.desk.turns[4] == ["When?"]


async def test_other_talk_in_a_group_is_let_be(state, ann, store):
    group = state.add_group("Readers")
    async with bot_at_work(state, desk(), store=store) as bench:
        state.say(group, "/help", by=ann)
        page = await state.next_message(group)
        state.say(group, "Thanks for that", by=ann, reply_to=page)
        state.say(group, "/ask When?", by=ann)
        await state.next_message(group)
    assert bench.desk.asked == ["When?"]


async def test_an_edited_question_edits_its_answer(state, ann, store):
    async with bot_at_work(state, desk(), store=store) as bench:
        state.say(ann, "Before")
        await state.next_message(ann)
        asked = state.say(ann, "Who?")
        old = await state.next_message(ann)
        state.say(ann, "When?", edit=asked)
        new = await state.next_edit(ann)
        assert new.id == old.id
        assert new.text.startswith(QUOTE)
        assert QUOTE in bold_of(await pressed(state, new, "1"))
        await ask(state, ann, "And?")
    assert bench.desk.turns == [[], ["Before"], ["Before"], ["Before", "When?"]]


async def test_only_the_latest_question_of_two_days_is_answered_anew(state, ann, store, clock):
    async with bot_at_work(state, desk(), store=store) as bench:
        first = state.say(ann, "Who?")
        await state.next_message(ann)
        second = state.say(ann, "When?")
        await state.next_message(ann)
        state.say(ann, "Who else?", edit=first)
        clock.now += timedelta(hours=49)
        state.say(ann, "When else?", edit=second)
        await ask(state, ann, "And?")
    assert bench.desk.asked == ["Who?", "When?", "And?"]
    assert state.calls("editMessageText") == []


async def test_an_edited_question_grows_and_shrinks_its_answer(state, ann, store):
    long = replace(answer(quote="A sentence that goes on. " * 300), question="Long?")
    there = desk()
    there.outcomes["Long?"] = long
    async with bot_at_work(state, there, store=store):
        asked = state.say(ann, "When?")
        first = await state.next_message(ann)
        state.say(ann, "Long?", edit=asked)
        assert (await state.next_edit(ann)).id == first.id
        second = await state.next_message(ann)
        assert second.buttons == (("1",), ("👍", "👎"))
        state.say(ann, "When?", edit=asked)
        last = await state.next_edit(ann)
        await state.until(lambda: state.calls("deleteMessage") or None)
    assert last.id == first.id
    assert last.buttons == first.buttons
    assert state.messages.get(ann.id, second.id) is None


async def test_a_group_that_moved_takes_its_answers_along(state, ann, store):
    old, new = state.add_group("Readers", kind="group"), state.add_group("Readers")
    state.faults.plan("sendMessage", Refuse(chat_migrated(new.id)), chat_id=old.id)
    async with bot_at_work(state, desk(), store=store):
        state.say(old, "/ask When?", by=ann)
        sent = await state.next_message(new)
        view = await pressed(state, sent, "1", by=ann)
        assert QUOTE in view.text
    assert await store.chats.get(old.id) is None
    assert len(await store.chats.turns(new.id, None, 9)) == 1


async def test_a_store_that_fails_costs_the_buttons_not_the_answer(state, ann, store, log):
    async with store.database.engine.begin() as connection:
        for table in ("answers", "turns"):
            await connection.execute(text(f"DROP TABLE {table}"))
    async with bot_at_work(state, desk(), store=store):
        sent = await ask(state, ann)
    assert sent.text.startswith(QUOTE)
    assert sent.buttons == ()
    assert "An answer could not be kept" in log.getvalue()
    assert "When?" not in log.getvalue()
