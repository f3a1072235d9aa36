"""The outbox on both databases: keys, claims, leases, marks, counts."""

import asyncio
from datetime import timedelta

import pytest

from bot.store.backup import backup, restore
from bot.store.deliveries import GONE, Delivery, Mark, NewDelivery
from bot.store.engine import open_store
from bot.store.records import Chat
from bot.store.schema import DELIVERIES
from tests.support.articles import NOW

LEASE = timedelta(seconds=20)
CHATS = (1, 2, 3, -9)


def new(key, chat=1, *, batch="b", due=NOW, **payload):
    return NewDelivery(key, batch, chat, payload or {"html": [key]}, due)


@pytest.fixture(autouse=True)
async def chats(store):
    for chat in CHATS:
        kind = "private" if chat > 0 else "group"
        await store.chats.touch(Chat(chat, kind, f"c{chat}", "en"))


async def rows(store):
    """Read the table itself."""
    async with store.database.reading() as connection:
        found = await connection.execute(DELIVERIES.select().order_by(DELIVERIES.c.id))
        return [dict(row) for row in found.mappings()]


async def states(store):
    return {row["key"]: row["state"] for row in await rows(store)}


async def claim(store, limit=10, holder="h"):
    return await store.outbox.claim(limit, holder, store.clock(), LEASE)


async def test_a_key_is_told_once(store):
    assert await store.outbox.enqueue([new("a"), new("b", 2)]) == set()
    assert store.outbox.bell.is_set()
    again = [new("b", 3, html=["other"]), new("c", 3), new("unknown chat", 77)]
    assert await store.outbox.enqueue(again) == {"b"}
    kept = [(row["key"], row["chat_id"], row["payload"]) for row in await rows(store)]
    assert kept == [("a", 1, {"html": ["a"]}), ("b", 2, {"html": ["b"]}), ("c", 3, {"html": ["c"]})]
    many = [new(f"k{n}") for n in range(1201)]
    assert await store.outbox.enqueue(many) == set()
    assert len(await store.outbox.enqueue([*many, new("a")])) == 1202


async def test_a_chat_gets_one_at_a_time_and_in_order(store, clock):
    later = NOW + timedelta(hours=1)
    await store.outbox.enqueue(
        [new("1a"), new("1b"), new("1c"), new("2late", 2, due=later), new("2b", 2)]
    )
    first = await claim(store)
    assert [one.key for one in first] == ["1a", "2b"], "what is due later holds up nothing"
    assert first[0] == Delivery(1, "1a", "b", 1, None, {"html": ["1a"]}, 0)
    assert await claim(store) == []
    due = clock.now + timedelta(seconds=30)
    await store.outbox.record("h", marks=[Mark(1, "pending", (), "NotSent", due, True)])
    assert await claim(store) == [], "1b waits for 1a, which is put off"
    clock.move_on(seconds=31)
    assert [(one.key, one.attempts) for one in await claim(store)] == [("1a", 1)]
    await store.outbox.record("h", [1])
    await store.outbox.record("h", marks=[Mark(1, "sent", (5,), counted=True)])
    assert [one.key for one in await claim(store)] == ["1b"]


async def test_two_processes_never_claim_the_same(store, url, clock):
    keys = {f"{chat}-{n}" for chat in CHATS for n in range(3)}
    await store.outbox.enqueue([new(key, int(key.rpartition("-")[0])) for key in sorted(keys)])
    async with await open_store(url, clock=clock, busy_seconds=20) as other:
        taken = []
        while len(taken) < len(keys):
            found = await asyncio.gather(
                *(
                    claim(who, 2, holder)
                    for who, holder in ((store, "x"), (other, "y"), (store, "z"))
                )
            )
            assert any(found), "as long as something is left, somebody gets it"
            for holder, ones in zip("xyz", found, strict=True):
                chats = [one.chat_id for one in ones]
                assert len(set(chats)) == len(chats)
                taken += [one.key for one in ones]
                marks = [Mark(one.id, "failed", problem="x") for one in ones]
                await store.outbox.record(holder, marks=marks)
    assert sorted(taken) == sorted(keys)


async def test_a_lease_that_ran_out_is_taken_back(store, clock):
    await store.outbox.enqueue([new("claimed"), new("sending", 2), new("kept", 3)])
    ids = {one.key: one.id for one in await claim(store)}
    assert await store.outbox.record("h", [ids["sending"]]) == {ids["sending"]}
    clock.move_on(seconds=15)
    await store.outbox.renew("h", [ids["kept"]], clock.now + LEASE)
    await store.outbox.renew("other", list(ids.values()), clock.now + LEASE)
    clock.move_on(seconds=5)
    assert await store.outbox.record("h", [ids["claimed"]]) == set(), "too late to begin"
    await store.outbox.expire(clock.now)
    assert await states(store) == {"claimed": "pending", "sending": "unknown", "kept": "claimed"}
    assert [one.key for one in await claim(store, holder="new")] == ["claimed"]
    assert await store.outbox.record("h", [ids["claimed"]]) == set(), "another one's now"
    await store.outbox.record("h", marks=[Mark(ids["claimed"], "failed", problem="x")])
    await store.outbox.record("h", marks=[Mark(ids["sending"], "sent", (8,))])
    now = await states(store)
    assert now == {"claimed": "claimed", "sending": "sent", "kept": "claimed"}, (
        "it arrived after all"
    )


async def test_parts_and_payloads(store):
    await store.outbox.enqueue([new("a", html=["one", "two"])])
    (one,) = await claim(store)
    await store.outbox.record("h", [one.id])
    await store.outbox.record("h", marks=[Mark(one.id, "claimed", (11,))])
    await store.outbox.release("h")
    (again,) = await claim(store)
    assert (again.message_ids, again.payload) == ((11,), {"html": ["one", "two"]})
    await store.outbox.record("h", [one.id])
    await store.outbox.record("h", marks=[Mark(one.id, "sent", (11, 12), counted=True)])
    (row,) = await rows(store)
    assert (row["message_ids"], row["payload"], row["attempts"]) == ([11, 12], {}, 1)
    assert (row["holder"], row["settled"]) == (None, NOW)


async def test_counts_load_drop_and_gone(store, clock):
    await store.outbox.enqueue([new("a"), new("b", 2), new("c", 3, batch="other"), new("d", 1)])
    clock.move_on(minutes=5)
    load = await store.outbox.load(clock.now)
    assert (load.depth, load.lag) == (4, timedelta(minutes=5))
    assert await store.outbox.give_up(1) == 2
    counts = await store.outbox.counts("b")
    assert (counts.by_state, counts.gone, counts.rest) == ({"failed": 2, "pending": 1}, 2, 1)
    assert {row["problem"] for row in await rows(store)} == {GONE, None}
    assert await store.outbox.drop(batch="b") == 1
    assert (await store.outbox.counts("b")).rest == 0
    assert (await store.outbox.counts()).total == 4
    assert await store.outbox.drop(chat_id=3) == 1
    assert await store.outbox.next_due() is None
    assert (await store.outbox.load(clock.now)).lag == timedelta(0)


async def test_unknown_ones_are_resolved_by_hand(store, clock):
    await store.outbox.enqueue([new(key, chat) for key, chat in (("a", 1), ("b", 2), ("c", 3))])
    ids = [one.id for one in await claim(store)]
    await store.outbox.record("h", ids)
    marks = [Mark(number, "unknown", (4,), "TimedOut", counted=True) for number in ids]
    await store.outbox.record("h", marks=marks)
    assert [one.chat_id for one in await store.outbox.unknown(2, "b")] == [1, 2]
    assert await store.outbox.unknown(9, "other") == []
    assert await store.outbox.dismiss(ids=[ids[0]]) == 1
    assert await store.outbox.resend(batch="b") == 2
    again = await claim(store)
    assert [(one.key, one.payload, one.message_ids) for one in again] == [
        ("b", {"html": ["b"]}, (4,)),
        ("c", {"html": ["c"]}, (4,)),
    ]
    assert await store.outbox.resend(batch="b") == 0


async def test_settled_ones_are_pruned_after_a_while(store, clock):
    await store.outbox.enqueue([new("a"), new("b", 2)])
    (one, _) = await claim(store)
    await store.outbox.record("h", marks=[Mark(one.id, "failed", problem="x")])
    assert await store.outbox.prune(clock.move_on(days=90)) == 0
    assert await store.outbox.enqueue([new("a")]) == {"a"}
    assert await store.outbox.prune(clock.move_on(seconds=1)) == 1
    assert list(await states(store)) == ["b"]


@pytest.mark.parametrize("known", [False, True])
async def test_deliveries_go_with_their_chat(store, known):
    target = 3 if known else -100
    await store.outbox.enqueue(
        [new("a", -9), new("b", -9, batch="broadcast:1"), new("n", 3, batch="broadcast:1")]
    )
    await store.chats.migrate(-9, target)
    assert await store.chats.get(-9) is None
    found = {row["key"]: (row["chat_id"], row["state"]) for row in await rows(store)}
    told = "dropped" if known else "pending"
    assert found == {"a": (target, "pending"), "b": (target, told), "n": (3, "pending")}


async def test_a_gone_chat_is_back_when_it_writes(store, clock):
    await store.chats.set_gone(1, NOW)
    await store.chats.set_gone(1, clock.move_on(days=1))
    assert (await store.chats.get(1)).gone == NOW
    await store.chats.touch(Chat(1, "private", "c1", "en"))
    assert (await store.chats.get(1)).gone is None
    await store.chats.set_gone(1, NOW)
    await store.chats.set_gone(1, None)
    assert (await store.chats.get(1)).gone is None


async def test_a_broadcast_goes_to_whom_it_may(store):
    await store.chats.set_gone(2, NOW)
    await store.chats.set_settings(3, {"quiet": True})
    await store.chats.touch(Chat(-5, "channel", "C", "en"))
    assert await store.broadcasts.audience() == {"private": 1, "groups": 1, "all": 2}
    number = await store.broadcasts.draft(7, {"html": ["Hi"]})
    assert await store.broadcasts.sending() == []
    assert await store.broadcasts.send(number, "groups", (7, 30)) == 1
    assert await store.broadcasts.send(number, "all", (7, 31)) is None, "it is no draft any more"
    (going,) = await store.broadcasts.sending()
    assert (going.batch, going.shown_in, going.audience) == (
        f"broadcast:{number}",
        (7, 30),
        "groups",
    )
    (row,) = await rows(store)
    assert (row["chat_id"], row["payload"], row["batch"]) == (-9, {"html": ["Hi"]}, going.batch)
    await store.broadcasts.halt(number)
    await store.broadcasts.end(number, "stopped")
    found = await store.broadcasts.get(number)
    assert (found.state, found.stopped) == ("stopped", True)
    await store.broadcasts.resume(number, (7, 32))
    (going,) = await store.broadcasts.sending()
    assert (going.stopped, going.shown_in) == (False, (7, 32))


async def test_a_restore_sends_nothing_again(store, tmp_path):
    number = await store.broadcasts.draft(7, {"html": ["Hi"]})
    await store.broadcasts.send(number, "all", (7, 30))
    first, second, *_ = await claim(store)
    await store.outbox.record("h", [first.id])
    await backup(store, tmp_path / "b.zip")
    await restore(store, tmp_path / "b.zip", replace=True)
    found = await states(store)
    assert sorted(found.values()) == ["dropped", "dropped", "dropped", "unknown"]
    assert found[first.key] == "unknown"
    assert (await store.broadcasts.get(number)).state == "stopped"
    assert await claim(store) == []
    assert await store.outbox.enqueue([new(second.key, second.chat_id)]) == {second.key}
