from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.playground.errors import ApiError, chat_migrated, server_error, too_many_requests
from bot.playground.faults import Delay, FaultPlan, HangUp, Refuse
from bot.playground.rates import RateGate, RateLimits
from bot.playground.updates import MAX_TIMEOUT, UpdateQueue

NOW = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)
FIRST = 100_000_001


async def ids(queue: UpdateQueue, offset: int = 0, limit: int = 100) -> list[int]:
    """Poll without waiting; ids count from 1."""
    updates = await queue.poll(offset=offset, limit=limit, seconds=0)
    return [update["update_id"] - FIRST + 1 for update in updates]


def queue_of(count: int) -> UpdateQueue:
    queue = UpdateQueue(first=FIRST)
    for number in range(count):
        queue.push("message", {"message_id": number})
    return queue


async def test_updates_come_again_until_a_later_offset_confirms_them() -> None:
    queue = queue_of(4)
    assert await ids(queue) == [1, 2, 3, 4]
    assert await ids(queue) == [1, 2, 3, 4]
    assert await ids(queue, FIRST + 2) == [3, 4]
    assert await ids(queue) == [3, 4]
    assert queue.pending == 2


async def test_a_negative_offset_forgets_all_but_the_last() -> None:
    queue = queue_of(5)
    assert await ids(queue, -2) == [4, 5]
    assert await ids(queue) == [4, 5]


async def test_the_limit_is_brought_into_range() -> None:
    queue = queue_of(101)
    assert await ids(queue, limit=3) == [1, 2, 3]
    assert await ids(queue, limit=0) == [1]
    assert len(await ids(queue, limit=500)) == 100


async def test_a_poll_wakes_for_the_first_update() -> None:
    queue = UpdateQueue(first=FIRST)
    poll = asyncio.create_task(queue.poll(offset=0, limit=100, seconds=50))
    await asyncio.sleep(0)
    assert not poll.done()
    queue.push("message", {"message_id": 1})
    assert await poll == [{"update_id": FIRST, "message": {"message_id": 1}}]


async def test_a_poll_that_waits_in_vain_comes_back_empty() -> None:
    queue = UpdateQueue(first=FIRST)
    assert await queue.poll(offset=0, limit=100, seconds=0.001) == []
    assert not queue.is_polled


async def test_no_poll_waits_longer_than_telegram_lets_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert MAX_TIMEOUT == 50
    monkeypatch.setattr("bot.playground.updates.MAX_TIMEOUT", 0.001)
    assert await UpdateQueue(first=FIRST).poll(offset=0, limit=100, seconds=3600) == []


async def test_a_second_poll_ends_the_first_with_a_conflict() -> None:
    queue = UpdateQueue(first=FIRST)
    first = asyncio.create_task(queue.poll(offset=0, limit=100, seconds=50))
    await asyncio.sleep(0)
    second = asyncio.create_task(queue.poll(offset=0, limit=100, seconds=50))
    with pytest.raises(ApiError, match="409 Conflict: terminated by other getUpdates request"):
        await first
    assert queue.is_polled
    queue.push("message", {})
    assert len(await second) == 1


async def test_a_released_poll_comes_back_empty() -> None:
    queue = UpdateQueue(first=FIRST)
    poll = asyncio.create_task(queue.poll(offset=0, limit=100, seconds=50))
    await asyncio.sleep(0)
    queue.release()
    assert await poll == []


async def test_only_the_kinds_asked_for_are_queued() -> None:
    queue = UpdateQueue(first=FIRST)
    assert queue.push("chat_member", {}) is None
    assert queue.push("message", {}) is not None
    queue.allow(["chat_member"])
    assert queue.push("chat_member", {}) is not None
    assert queue.push("message", {}) is None
    queue.allow([])
    assert queue.push("chat_member", {}) is None
    # What was queued before stays.
    assert await ids(queue) == [1, 2]
    queue.drop()
    assert queue.pending == 0


def test_faults_are_met_in_order_and_counted_down() -> None:
    plan = FaultPlan()
    plan.plan("SendMessage", HangUp(), times=2)
    plan.plan("sendMessage", Delay(1.0))
    plan.plan("getMe", Refuse(server_error()))
    assert plan.left == 4
    assert [plan.take("sendMessage") for _ in range(4)] == [HangUp(), HangUp(), Delay(1.0), None]
    assert isinstance(plan.take("getMe"), Refuse)
    assert plan.left == 0


def test_a_fault_may_be_meant_for_one_chat() -> None:
    plan = FaultPlan()
    plan.plan("sendMessage", HangUp(after=True), chat_id=7)
    assert plan.take("sendMessage", 8) is None
    assert plan.take("sendMessage", 7) == HangUp(after=True)


def test_a_cleared_plan_holds_nothing_and_a_plan_for_no_call_is_refused() -> None:
    plan = FaultPlan()
    plan.plan("getMe", HangUp())
    plan.clear()
    assert plan.take("getMe") is None
    with pytest.raises(ValueError, match="positive"):
        plan.plan("getMe", HangUp(), times=0)


def test_a_migrated_group_tells_its_new_id() -> None:
    assert chat_migrated(-1005).body()["parameters"] == {"migrate_to_chat_id": -1005}


def waits(gate: RateGate, chat_id: int, at: datetime) -> int:
    """Return the seconds to wait for a message at that time, 0 if it is admitted."""
    try:
        gate.admit(chat_id, at)
    except ApiError as refusal:
        return int((refusal.parameters or {})["retry_after"])
    return 0


def test_a_pause_is_asked_for_in_telegrams_words() -> None:
    assert too_many_requests(3).body() == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 3",
        "parameters": {"retry_after": 3},
    }


def test_a_private_chat_takes_a_small_burst_and_then_one_a_second() -> None:
    gate = RateGate(RateLimits())
    assert [waits(gate, 7, NOW) for _ in range(4)] == [0, 0, 0, 3]
    assert waits(gate, 8, NOW) == 0
    later = NOW + timedelta(seconds=3)
    assert [waits(gate, 7, later) for _ in range(4)] == [0, 0, 0, 3]


def test_a_group_takes_twenty_a_minute() -> None:
    gate = RateGate(RateLimits())
    spread = [waits(gate, -7, NOW + timedelta(seconds=second)) for second in range(20)]
    assert spread == [0] * 20
    assert waits(gate, -7, NOW + timedelta(seconds=20)) == 40
    assert waits(gate, -7, NOW + timedelta(seconds=59.5)) == 1
    assert waits(gate, -7, NOW + timedelta(seconds=60)) == 0


def test_thirty_a_second_in_all() -> None:
    gate = RateGate(RateLimits())
    assert [waits(gate, chat, NOW) for chat in range(1, 32)] == [0] * 30 + [1]
    assert waits(gate, 31, NOW + timedelta(seconds=1)) == 0


def test_two_stand_ins_number_their_updates_apart() -> None:
    starts = {queue.push("message", {}) for queue in (UpdateQueue() for _ in range(5))}
    assert len(starts) == 5
