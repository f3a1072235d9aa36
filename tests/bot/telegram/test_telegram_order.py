"""Whose turn it is: real updates, coroutines of the tests' own."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from telegram import Chat, Message, Update, User

from bot.telegram.batches import MOST_PARTS
from bot.telegram.order import ChatOrder

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.telegram.batches import Share


def text_update(number: int, text: str = "a?", chat: int = 1, kind: str = "private") -> Update:
    user = User(7, "Ann", is_bot=False)
    where = Chat(chat, kind)
    return Update(number, Message(number, datetime.now(UTC), where, from_user=user, text=text))


def contributing(
    order: ChatOrder, update: Update, then: Callable[[Share], Awaitable[None]]
) -> asyncio.Task[None]:
    async def handle() -> None:
        seat = order.seat_of(update)
        assert seat is not None
        assert update.message is not None
        await then(await seat.contribute(update.message))

    return asyncio.create_task(order.process_update(update, handle()))


async def settled(rounds: int = 50) -> None:
    for _ in range(rounds):
        await asyncio.sleep(0)


async def test_no_part_is_over_before_the_answer() -> None:
    order, sent = ChatOrder(part_seconds=0), asyncio.Event()
    updates = [text_update(1, "Who won"), text_update(2, "the cup?")]
    shares: list[Share] = []

    async def then(share: Share) -> None:
        shares.append(share)
        await sent.wait()

    tasks = [contributing(order, update, then) for update in updates]
    await settled()
    assert sorted(share.speaks for share in shares) == [False, True]
    assert {share.asking.text for share in shares if share.asking} == {"Who won the cup?"}
    assert not any(task.done() for task in tasks)
    sent.set()
    await asyncio.gather(*tasks)


async def test_a_message_that_is_turned_away_holds_up_nobody() -> None:
    order, shares = ChatOrder(part_seconds=0), []

    async def then(share: Share) -> None:
        shares.append(share)

    async def refuse() -> None:
        raise ValueError

    tasks = [contributing(order, text_update(1, "Who won"), then)]
    tasks.append(asyncio.create_task(order.process_update(text_update(2, "xxx"), refuse())))
    tasks.append(contributing(order, text_update(3, "the cup?"), then))
    raised = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(one) for one in raised] == [type(None), ValueError, type(None)]
    assert {share.asking.text for share in shares if share.asking} == {"Who won the cup?"}


async def test_many_batches_share_few_slots_without_waiting_for_each_other() -> None:
    order, done = ChatOrder(at_once=2, part_seconds=0), []

    async def then(share: Share) -> None:
        await settled(3)
        done.append(share)

    tasks = [
        contributing(order, text_update(10 * chat + n, chat=chat), then)
        for n in range(4)
        for chat in range(1, 9)
    ]
    await asyncio.gather(*tasks)
    assert len(done) == 32


async def test_a_flood_is_not_kept() -> None:
    order, run = ChatOrder(part_seconds=0), []
    first = asyncio.Event()

    async def then(share: Share) -> None:
        run.append(share)

    async def hold() -> None:
        await first.wait()

    held = asyncio.create_task(order.process_update(text_update(0, "/help"), hold()))
    await settled(5)
    flood = [contributing(order, text_update(n), then) for n in range(1, 1001)]
    await settled(5)
    assert sum(not task.done() for task in flood) == MOST_PARTS
    first.set()
    await asyncio.gather(held, *flood)
    assert len(run) == MOST_PARTS
    assert sum(share.asking is not None for share in run) == 5


async def test_groups_have_no_batches() -> None:
    order, seats = ChatOrder(part_seconds=0), []
    updates = [text_update(n, chat=-5, kind="supergroup") for n in (1, 2)]

    async def handle(update: Update) -> None:
        seats.append(order.seat_of(update))

    await asyncio.gather(*(order.process_update(one, handle(one)) for one in updates))
    assert seats == [None, None]


async def test_a_cancelled_part_leaves_the_turn_to_the_others() -> None:
    order, said = ChatOrder(part_seconds=1e6), []

    async def then(share: Share) -> None:
        said.append(share.asking.text if share.asking else "")

    waiting = contributing(order, text_update(1, "Who won the"), then)
    await settled()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await asyncio.wait_for(contributing(order, text_update(2, "Who?"), then), 5)
    assert said == ["Who?"]


async def test_a_shutdown_ends_what_waits_for_its_rest() -> None:
    order = ChatOrder(part_seconds=1e6)

    async def then(share: Share) -> None:
        raise AssertionError

    task = contributing(order, text_update(1, "Who won the"), then)
    await settled()
    await order.shutdown()
    assert task.cancelled()
