"""The courier over a real outbox: order, failures, kills at every point, stops."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from delivery_bench import World, world_at

from bot.delivery.outcomes import ChatGone, Moved, NotSent, Refused, Uncertain, Wait
from bot.store.deliveries import NewDelivery
from bot.store.records import Chat
from bot.store.schema import DELIVERIES

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_at(tmp_path) as made:
        for chat in range(1, 6):
            await made.store.chats.touch(Chat(chat, "private", "c", "en"))
        yield made


async def enqueue(world: World, *places: tuple[int, str]) -> None:
    new = [
        NewDelivery(text, "b", chat, {"html": text.split("|")}, world.clock.now)
        for chat, text in places
    ]
    await world.store.outbox.enqueue(new)


async def states(world: World) -> dict[str, str]:
    async with world.store.database.reading() as connection:
        found = await connection.execute(DELIVERIES.select())
        return {row.key: row.state for row in found}


async def test_all_arrive_in_order(world: World) -> None:
    places = [(chat, f"{chat}{letter}") for letter in "abcd" for chat in (1, 2, 3)]
    await enqueue(world, *places)
    assert await world.run()
    assert sorted(world.got) == sorted(places)
    for chat in (1, 2, 3):
        assert [text for to, text in world.got if to == chat] == [f"{chat}{x}" for x in "abcd"]
    assert set((await states(world)).values()) == {"sent"}


async def test_what_is_enqueued_wakes_the_courier(world: World) -> None:
    courier = world.courier()
    courier.start()
    await asyncio.sleep(0.05)
    await enqueue(world, (1, "a"))
    await asyncio.wait_for(world.sending.wait(), 2)  # it looks by itself only after 5 s
    await courier.stop(20)
    assert world.got == [(1, "a")]


@pytest.mark.parametrize(
    ("failure", "state"),
    [
        (NotSent("502"), "pending"),
        (Wait(30, "flood"), "pending"),
        (Uncertain("ReadTimeout"), "unknown"),
        (Refused("bad"), "failed"),
        (ChatGone("Forbidden"), "failed"),
    ],
)
async def test_each_failure_is_noted(world: World, failure, state) -> None:
    world.script = [("", failure)]
    await enqueue(world, (1, "a"), (1, "b"))
    await world.run()
    gone = isinstance(failure, ChatGone)
    late = state == "pending"
    assert await states(world) == {
        "a": state,
        "b": "failed" if gone else "pending" if late else "sent",
    }
    chat = await world.store.chats.get(1)
    assert (chat is not None and chat.gone == world.clock.now) == gone
    world.clock.move_on(seconds=31)
    await world.run()
    if late:
        assert world.got == [(1, "a"), (1, "b")]


async def test_a_moved_chat_gets_it_under_its_new_id(world: World) -> None:
    world.script = [("", Moved(-100))]
    await enqueue(world, (1, "a"), (1, "b"))
    await world.run()
    assert world.got == [(-100, "a"), (-100, "b")]
    assert await world.store.chats.get(1) is None


async def test_a_retry_goes_on_after_the_last_part(world: World) -> None:
    world.script = [("", None), ("", NotSent("502"))]
    await enqueue(world, (1, "one|two|three"))
    await world.run()
    assert world.got == [(1, "one")]
    world.clock.move_on(seconds=5)
    await world.run()
    assert world.got == [(1, "one"), (1, "two"), (1, "three")]


@pytest.mark.parametrize(
    ("point", "expected", "got"),
    [
        ("before", "sent", ["a", "b"]),
        ("begun", "unknown", ["b"]),
        ("accepted", "unknown", ["a", "b"]),
    ],
)
async def test_a_kill_at_each_point(world: World, point, expected, got) -> None:
    world.script = [(point, None)]
    await enqueue(world, (1, "a"), (1, "b"))
    assert not await world.run()
    assert await world.run()
    assert [text for _, text in world.got] == got
    assert await states(world) == {"a": expected, "b": "sent"}


async def test_a_stop_finishes_what_is_begun_and_puts_back_the_rest(world: World) -> None:
    world.held = asyncio.Event()
    world.script = [("", None)]
    await enqueue(world, (1, "a"), (1, "b"))
    courier = world.courier()
    courier.start()
    await world.sending.wait()
    stopping = asyncio.create_task(courier.stop(20))
    await asyncio.sleep(0.05)
    assert not stopping.done(), "a message on its way is waited for"
    world.held.set()
    await stopping
    assert await states(world) == {"a": "sent", "b": "pending"}


async def test_a_stop_does_not_wait_for_ever(world: World) -> None:
    world.held = asyncio.Event()
    await enqueue(world, (1, "a"))
    courier = world.courier()
    courier.start()
    await world.sending.wait()
    await courier.stop(0.05)
    assert await states(world) == {"a": "sending"}
    world.held = None
    world.clock.move_on(seconds=21)
    await world.run()
    assert await states(world) == {"a": "unknown"}
    assert world.got == []


async def test_a_payload_that_can_t_be_sent_does_not_come_round_for_ever(world: World) -> None:
    new = NewDelivery("k", "b", 1, {"html": []}, world.clock.now)
    await world.store.outbox.enqueue([new])
    await enqueue(world, (1, "a"))
    await world.run()
    assert await states(world) == {"k": "failed", "a": "sent"}
    assert world.got == [(1, "a")]
