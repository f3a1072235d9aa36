"""The task: when it wakes, what it does about failures; and the real wording of messages."""

import asyncio
from datetime import timedelta

import pytest
from alerting_bench import ANN, GROUP, Plain
from test_alerting_scenarios import BREAD, OIL, TALKS, TALKS_ABROAD, TALKS_COPY, TALKS_LATER, follow

from bot.alerting.service import LONGEST_SLEEP, SHORTEST_SLEEP, STALE_SLEEP, Alerting
from bot.alerting.telling import ASK_AGAIN
from bot.alerts.types import Wanted
from bot.chat.alert_renderer import AlertRenderer
from bot.store.errors import LockedDatabaseError
from retrieval.errors import EmbeddingError


async def states(world):
    return await world.store.matches.counts()


async def until(condition):
    while not await condition():  # noqa: ASYNC110 - the state is in the database
        await asyncio.sleep(0.005)


async def test_the_task_works_when_woken_and_survives_failures(world, monkeypatch, caplog):
    await follow(world, "*")
    real = world.store.matches.fresh
    failures = [LockedDatabaseError("held"), RuntimeError("unforeseen")]

    async def fresh(*args):
        if failures:
            raise failures.pop(0)
        return await real(*args)

    monkeypatch.setattr(world.store.matches, "fresh", fresh)
    task = asyncio.create_task(world.alerting.run())
    try:
        for left in (1, 0):
            async with asyncio.timeout(20):
                await until(lambda left=left: asyncio.sleep(0, len(failures) == left))
            world.alerting.wake()
        await world.put(bread=BREAD)
        await world.index()
        world.alerting.wake()
        async with asyncio.timeout(20):
            await until(lambda: told(world))
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    messages = [record.getMessage() for record in caplog.records]
    assert "Alerts could not be worked on: LockedDatabaseError" in messages
    assert "The work on alerts broke off" in messages


async def told(world):
    return (await states(world)).get("told") == 1


async def test_it_sleeps_until_there_is_something_to_do(world):
    pause = world.alerting._pause
    assert await pause() == LONGEST_SLEEP
    await follow(world, "*", pace="daily")
    await world.publish(bread=BREAD)
    assert await pause() == LONGEST_SLEEP
    due = await world.store.matches.next_due()
    world.clock.now = due - timedelta(seconds=10)
    assert await pause() == 10
    world.clock.now = due + timedelta(hours=1)
    assert await pause() == SHORTEST_SLEEP
    await world.tell()
    await follow(world, "peace talks", GROUP)
    await world.put(talks=TALKS)
    await world.index()
    await world.alerting.work()
    await world.store.outbox.claim(1, "h", world.clock(), timedelta(seconds=9))
    await world.put(copy=TALKS_COPY)
    await world.index()
    await world.alerting.work()
    assert await pause() == STALE_SLEEP, "the alert is just being sent"


async def test_what_can_not_be_worded_holds_up_nothing(world, caplog):
    class Picky(Plain):
        def alert(self, story, chat):
            if chat.id == GROUP:
                raise KeyError("no words")
            return super().alert(story, chat)

    world.alerting = Alerting(world.store, world.desk, Picky(), clock=world.clock)
    await follow(world, "*")
    await follow(world, "*", GROUP)
    await world.publish(bread=BREAD)
    assert len(world.phone.of(ANN)) == 1
    assert await states(world) == {"told": 1, "dropped": 1}
    assert "could not be worded" in caplog.text


async def test_a_question_that_can_not_be_asked_now_is_asked_later(world, monkeypatch):
    await world.alerting.subscribe(ANN, None, Wanted("question", "What was agreed in Geneva?"))
    real = world.desk.ask

    async def fail(*_args, **_kwargs):
        raise EmbeddingError("the model failed")

    monkeypatch.setattr(world.desk, "ask", fail)
    await world.publish(later=TALKS_LATER)
    assert await states(world) == {"waiting": 1}
    assert await world.store.matches.next_due() == world.clock() + ASK_AGAIN
    monkeypatch.setattr(world.desk, "ask", real)
    await world.forward(minutes=5)
    assert world.phone.of()[0].startswith("ANSWER")


@pytest.mark.parametrize("many", [False, True])
async def test_messages_are_worded_for_people(world, many):
    world.alerting = Alerting(world.store, world.desk, AlertRenderer(), clock=world.clock)
    await follow(world, "peace talks", pace="hourly" if many else "now")
    await world.publish(talks=TALKS, copy=(TALKS_COPY, "Hill Post"), abroad=TALKS_ABROAD, oil=OIL)
    await world.forward(hours=1)
    texts = world.phone.of()
    assert len(texts) == (1 if many else 2)
    (text,) = [text for text in texts if "Delegations meet in Geneva" in text]
    assert ("1 other source" if many else "Hill Post") in text
    assert "refinery" not in text.lower()
    if not many:
        world.clock.forward(minutes=5)
        await world.publish(talks=TALKS.replace("Delegations meet", "Delegations met"))
        assert any("Delegations met in Geneva" in text for text in world.phone.of())
        assert (world.phone.sent, world.phone.edits) == (2, 1)


async def test_what_the_index_lacks_is_not_looked_at_every_minute(world, monkeypatch):
    await follow(world, "*")
    looked = []
    real = world.store.subscriptions.active

    async def active(now):
        looked.append(now)
        return await real(now)

    monkeypatch.setattr(world.store.subscriptions, "active", active)
    await world.put(bread=BREAD)  # as another process does
    for _ in range(3):
        await world.alerting.work()
    assert len(looked) == 1
    await world.put(oil=OIL)
    await world.alerting.work()
    assert len(looked) == 2, "something else is new"
    await world.index()
    await world.tell()
    assert len(looked) == 3
    assert len(world.phone.of()) == 2


async def test_idle_rounds_forget_what_was_told_long_ago(world):
    await follow(world, "*")
    await world.publish(bread=BREAD)
    world.clock.forward(days=130)
    task = asyncio.create_task(world.alerting.run())
    try:
        async with asyncio.timeout(20):
            await until(lambda: forgotten(world))
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await world.publish(bread=BREAD.replace("rye", "wheat"))
    # The outbox still has the alert's key here; that there is no match is what matters.
    assert await states(world) == {}, "edited, and no match again"
    assert world.phone.sent == 1


async def forgotten(world):
    return await states(world) == {} and (await world.alerting.counts()).alerts == 0
