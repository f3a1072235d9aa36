"""The inbox: every update is waiting, set out or done, whatever comes in which order."""

from __future__ import annotations

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.exc import StatementError

from bot.store.chunks import SIZE
from bot.store.engine import open_store
from bot.store.inbox import ATTEMPTS, Waiting
from bot.store.schema import UPDATES
from bot.store.urls import sqlite_url
from tests.support.articles import NOW

if TYPE_CHECKING:
    from bot.store.engine import Store

LARGE = 2**53


def body(number: int, text: str = "Who?") -> dict[str, Any]:
    return {"update_id": number, "message": {"text": text, "chat": {"id": -(2**40)}}}


async def bodies(store) -> dict[int, Any]:
    """What the table itself says of bodies, the JSON null told from SQL's."""
    query = select(UPDATES.c.id, UPDATES.c.body, UPDATES.c.body.is_(None).label("gone"))
    async with store.database.reading() as connection:
        rows = (await connection.execute(query)).all()
    assert all((row.body is None) == bool(row.gone) for row in rows)
    return {row.id: row.body for row in rows}


async def test_updates_are_taken_once_and_wait_in_the_order_of_their_numbers(store):
    odd = body(LARGE, "\x00\ud800ü👩‍👧")
    assert await store.inbox.take([]) == set()
    assert await store.inbox.take([odd, body(7), body(7, "again")]) == {LARGE, 7}
    assert await store.inbox.take([body(8), body(7)]) == {8}
    backlog = await store.inbox.pending()
    assert backlog.waiting == (
        Waiting(7, body(7), 0),
        Waiting(8, body(8), 0),
        Waiting(LARGE, odd, 0),
    )
    assert (backlog.given_up, backlog.set_out) == ((), ())


async def test_a_batch_is_taken_as_a_whole_or_not_at_all(store):
    many = [body(number) for number in range(SIZE)]
    with pytest.raises((StatementError, TypeError)):
        await store.inbox.take([*many, {"update_id": SIZE, "no": object()}])
    assert (await store.inbox.pending()).waiting == ()


async def test_what_is_done_waits_no_more_and_its_words_are_gone(store):
    await store.inbox.take([body(1), body(2), body(3)])
    await store.inbox.done([1, 3, 99])
    assert await bodies(store) == {1: None, 2: body(2), 3: None}
    assert await store.inbox.take([body(1), body(2), body(99)]) == {99}, "done ones are known"
    assert [one.id for one in (await store.inbox.pending()).waiting] == [2, 99]


async def test_an_answer_that_set_out_is_told_once_and_not_worked_on(store):
    await store.inbox.take([body(1), body(2), body(3)])
    await store.inbox.set_out([1, 2])
    await store.inbox.call_back([2])
    backlog = await store.inbox.pending()
    assert ([one.id for one in backlog.waiting], backlog.set_out) == ([2, 3], (1,))
    assert await bodies(store) == {1: None, 2: body(2), 3: body(3)}
    assert (await store.inbox.pending()).set_out == ()
    await store.inbox.call_back([1])
    assert [one.id for one in (await store.inbox.pending()).waiting] == [2, 3]


async def test_an_update_begun_at_two_starts_is_given_up(store):
    await store.inbox.take([body(1), body(2)])
    for attempt in range(ATTEMPTS):
        backlog = await store.inbox.pending()
        assert backlog.waiting == (Waiting(1, body(1), attempt), Waiting(2, body(2), 0))
        await store.inbox.begin(1)
    backlog = await store.inbox.pending()
    assert (backlog.waiting, backlog.given_up) == ((Waiting(2, body(2), 0),), (1,))
    assert await bodies(store) == {1: None, 2: body(2)}
    assert await store.inbox.take([body(1)]) == set()


async def test_what_is_done_is_forgotten_after_two_days_or_when_there_is_much(store, clock):
    await store.inbox.take([body(number) for number in range(1, 8)])
    await store.inbox.done([1, 2])
    clock.move_on(days=2)
    await store.inbox.set_out([7])
    await store.inbox.done([3])
    assert await store.inbox.prune() == 0
    clock.move_on(seconds=1)
    await store.inbox.done([4, 5])
    assert await store.inbox.prune() == 2
    assert sorted(await bodies(store)) == [3, 4, 5, 6, 7]
    assert await store.inbox.prune(keep=2) == 1
    assert sorted(await bodies(store)) == [4, 5, 6, 7]
    clock.move_on(days=9)
    await store.inbox.prune(keep=0)
    assert await bodies(store) == {6: body(6), 7: body(7)}, "what waits is never forgotten"


async def test_many_updates_fit_in_one_statement(store):
    ids = range(1, 12_001)
    assert await store.inbox.take([{"update_id": number} for number in ids]) == set(ids)
    await store.inbox.done(ids)
    async with store.database.reading() as connection:
        left = select(func.count()).select_from(UPDATES).where(UPDATES.c.done.is_(None))
        assert await connection.scalar(left) == 0


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["take", "begin", "set_out", "call_back", "done", "pending"]),
        st.lists(st.integers(1, 5), min_size=1, max_size=3),
    ),
    max_size=25,
)


class Model:
    """The inbox as its docstring has it, in dictionaries."""

    def __init__(self) -> None:
        self.attempts: dict[int, int] = {}
        self.state: dict[int, str] = {}

    def step(self, name: str, ids: list[int]) -> object:
        new = {one for one in ids if one not in self.state}
        match name:
            case "take":
                self.state |= dict.fromkeys(new, "waiting")
                self.attempts |= dict.fromkeys(new, 0)
                return new
            case "begin":
                for one in set(ids) - new:
                    self.attempts[one] += 1
            case "set_out":
                self._turn(ids, "waiting", "out")
            case "call_back":
                self._turn(ids, "out", "waiting")
            case "done":
                self._turn(ids, "waiting", "done")
                self._turn(ids, "out", "done")
            case "pending":
                return self._pending()
        return None

    def _turn(self, ids: list[int], before: str, after: str) -> None:
        for one in ids:
            if self.state.get(one) == before:
                self.state[one] = after

    def _pending(self) -> tuple[list[int], list[int], list[int]]:
        found = {
            state: sorted(one for one, it in self.state.items() if it == state)
            for state in ("waiting", "out")
        }
        hopeless = [one for one in found["waiting"] if self.attempts[one] >= ATTEMPTS]
        self.state |= dict.fromkeys(found["out"] + hopeless, "done")
        waiting = [one for one in found["waiting"] if one not in hopeless]
        return waiting, hopeless, found["out"]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_the_inbox_does_what_the_model_does(steps: list[tuple[str, list[int]]]) -> None:
    asyncio.run(_compare(steps))


async def _compare(steps: list[tuple[str, list[int]]]) -> None:
    model = Model()
    with TemporaryDirectory() as folder:
        url = sqlite_url(Path(folder, "newsdesk.db"))
        async with await open_store(url, clock=lambda: NOW) as store:
            for name, ids in steps:
                assert await _step(store, name, ids) == model.step(name, ids)
                kept = {one for one, text in (await bodies(store)).items() if text is not None}
                assert kept == {one for one, state in model.state.items() if state != "done"}


async def _step(store: Store, name: str, ids: list[int]) -> object:
    match name:
        case "take":
            return await store.inbox.take([body(one) for one in ids])
        case "begin":
            for one in set(ids):
                await store.inbox.begin(one)
        case "pending":
            found = await store.inbox.pending()
            return [one.id for one in found.waiting], [*found.given_up], [*found.set_out]
        case _:
            await getattr(store.inbox, name)(ids)
    return None
