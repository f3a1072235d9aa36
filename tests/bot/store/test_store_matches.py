"""Matches and alerts on both databases: kept once, told once, by however many processes."""

import asyncio
from datetime import timedelta

import pytest

from bot.alerts.types import Match, Reason, Wanted
from bot.store.backup import backup, restore
from bot.store.deliveries import Mark, NewDelivery
from bot.store.engine import open_store
from bot.store.records import Arrival, Chat
from bot.store.schema import ALERTS, ARTICLES, DELIVERIES, MATCHES
from bot.store.subscriptions import NewSubscription
from bot.store.told import Alerted, Found, Message, NewAlert
from tests.support.articles import NOW, id_of, make_article

ANN, GROUP = 1, -5
HOUR = timedelta(hours=1)
TEXT = "The harbour of {name} opened a second pier on Monday, and a band played until it was dark. "


@pytest.fixture(autouse=True)
async def chats(store):
    for chat in (ANN, GROUP):
        await store.chats.touch(Chat(chat, "private" if chat > 0 else "group", "c", "en"))


async def put(store, *names, title="", text=TEXT):
    made = [
        make_article(name, text.format(name=name) * 3 + f"Seen in {name}.", title=title or name)
        for name in names
    ]
    arrivals = [Arrival(one, one.title) for one in made]
    return await store.articles.put(arrivals, source_id=None, seen_at=store.clock())


async def wish(store, topic="a", chat=ANN, thread=None):
    new = NewSubscription(chat, thread, Wanted("topic", topic), topic, 0.45)
    return (await store.subscriptions.add(new)).id


def match(number, name, score=0.5, due=NOW, sentences=("One.", "Two.")):
    reasons = (Reason("topic", "a"),)
    return Found(Match(number, id_of(name), "ignored", score, reasons, sentences), due)


async def keep(store, *found, compared=None):
    fresh = {one.id: one.digest for one in await store.matches.fresh(100)}
    return await store.matches.keep(found, fresh if compared is None else compared)


async def rows(store, table=MATCHES):
    async with store.database.reading() as connection:
        found = await connection.execute(table.select().order_by(table.c.id))
        return [dict(row) for row in found.mappings()]


def message(waiting, key="k", story=None, **rest):
    alert = NewAlert(story, ("x",), "c") if story else None
    delivery = NewDelivery(key, "alerts", waiting[0].subscription.chat_id, {"html": [key]}, NOW)
    return Message(tuple(one.id for one in waiting), delivery, alert, **rest)


async def tell(store, *messages):
    return await store.matches.tell(messages, store.outbox.bell.set)


async def test_new_and_changed_articles_are_to_be_compared(store):
    await put(store, "p", "q")
    assert sorted(one.id for one in await store.matches.fresh(9)) == sorted(map(id_of, "pq"))
    first, second = sorted(map(id_of, "pq"))
    assert [one.id for one in await store.matches.fresh(1, first)] == [second]
    assert await keep(store) == 0
    assert await store.matches.fresh(9) == []
    await put(store, "p")
    assert await store.matches.fresh(9) == [], "the same again is no news"
    await put(store, "p", title="P, corrected")
    assert [one.id for one in await store.matches.fresh(9)] == [id_of("p")]


async def test_what_changes_while_it_is_compared_is_compared_again(store):
    number = await wish(store)
    await put(store, "p")
    (old,) = await store.matches.fresh(9)
    await put(store, "p", title="P, corrected")
    assert await keep(store, match(number, "p"), compared={old.id: old.digest}) == 0
    assert await rows(store) == []
    assert [one.id for one in await store.matches.fresh(9)] == [old.id]


async def test_a_story_matches_a_subscription_once(store, clock):
    one, two = await wish(store), await wish(store, "b")
    await put(store, "p")
    assert await keep(store, match(one, "p"), match(99, "p")) == 1
    (kept,) = await rows(store)
    assert (kept["story"], kept["score"], kept["state"]) == (id_of("p"), 500, "waiting")
    clock.move_on(hours=1)
    # A copy: the same text but for a word. The story may be called after it from now on.
    twin = make_article("twin", TEXT.format(name="p") * 3 + "Seen in twin.", title="Twin")
    await store.articles.put([Arrival(twin, "t")], source_id=None, seen_at=clock())
    assert len(await store.articles.story(twin.id)) == 2, "the test is about a copy"
    assert await keep(store, match(one, "twin"), match(two, "twin", 0.7)) == 1
    kept = await rows(store)
    assert [(row["subscription_id"], row["article_id"]) for row in kept] == [
        (one, id_of("p")),
        (two, twin.id),
    ]
    assert {row["story"] for row in kept} == {id_of("p")}, "the name that it had first"


async def test_united_articles_tell_one_story_from_then_on(store, clock):
    """The second brings no second match, and the alert of the first becomes stale."""
    text = "The mayor of {name} spoke of bread and of little else while it rained on the square. "
    await put(store, "p")
    number = await wish(store)
    assert await keep(store, match(number, "p")) == 1
    assert await store.matches.lately(clock()) == {id_of("p")}
    await put(store, "q", "r", text=text + "{name} alone. " * 20)
    before = {row["id"]: row["story"] for row in await rows(store, ARTICLES)}
    await store.matches.unite({id_of("q"): id_of("p")})
    after = {row["id"]: row["story"] for row in await rows(store, ARTICLES)}
    assert after[id_of("q")] == after[id_of("p")] == min(before[id_of("p")], before[id_of("q")])
    assert after[id_of("r")] == before[id_of("r")]
    assert await keep(store, match(number, "q"), match(number, "r")) == 1
    assert [row["article_id"] for row in await rows(store)] == [id_of("p"), id_of("r")]
    assert await store.matches.lately(clock() + HOUR) == set()


async def test_a_match_of_a_changed_article_is_renewed(store):
    number = await wish(store)
    await put(store, "p")
    await keep(store, match(number, "p"))
    await put(store, "p", title="P, corrected")
    assert await keep(store, match(number, "p", 0.25, NOW + HOUR, ("New.", ""))) == 0
    (kept,) = await rows(store)
    assert (kept["score"], kept["sentences"], kept["due"]) == (250, ["New.", ""], NOW)


async def test_passing_over_leaves_what_somebody_may_want(store, clock):
    await put(store, "old")
    clock.move_on(hours=1)
    number = await wish(store)
    await put(store, "new")
    assert await store.matches.pass_over(clock()) == 1
    assert [one.id for one in await store.matches.fresh(9)] == [id_of("new")]
    await keep(store, match(number, "new"))
    await put(store, "new", title="corrected")
    await put(store, "another")
    assert await store.matches.pass_over(None) == 1, "what matched is looked at again"
    assert [one.id for one in await store.matches.fresh(9)] == [id_of("new")]


async def test_what_is_due_brings_along_what_waits_there_of_the_same_story(store):
    one, two, other = await wish(store), await wish(store, "z"), await wish(store, "b", ANN, 4)
    theirs = await wish(store, "c", GROUP)
    await put(store, "p", "q")
    await keep(
        store,
        match(one, "p"),
        match(one, "q", due=NOW + HOUR),
        match(two, "p", due=NOW + HOUR),
        match(other, "p", due=NOW + HOUR),
        match(theirs, "p", due=NOW + 2 * HOUR),
    )
    assert await store.matches.next_due() == NOW
    found = await store.matches.backlog(NOW)
    assert [(w.subscription.id, w.article_id) for w in found.waiting] == [
        (one, id_of("p")),
        (two, id_of("p")),
    ], "the same story there, not what is due later of another"
    assert found.waiting[0].sentences == ("One.", "Two.")
    assert found.waiting[0].reasons == (Reason("topic", "a"),)
    assert list(found.chats) == [ANN]
    assert found.articles[id_of("p")][0].id == id_of("p")
    assert len((await store.matches.backlog(NOW + HOUR)).waiting) == 4
    assert len((await store.matches.backlog(NOW + 2 * HOUR, places=2)).waiting) == 4
    assert (await store.matches.backlog(NOW - HOUR)).waiting == []
    await store.matches.postpone({found.waiting[0].id: NOW + 5 * HOUR})
    assert await store.matches.next_due() == NOW + HOUR


async def test_telling_is_one_step_and_happens_once(store):
    number = await wish(store)
    await put(store, "p", "q")
    await keep(store, match(number, "p"), match(number, "q"))
    first, second = (await store.matches.backlog(NOW)).waiting
    assert await tell(store, message([first], "a", "s"), Message((second.id,))) == 2
    assert store.outbox.bell.is_set()
    assert [row["state"] for row in await rows(store)] == ["told", "dropped"]
    assert [row["key"] for row in await rows(store, DELIVERIES)] == ["a"]
    assert (await rows(store, ALERTS))[0]["stale"] == NOW
    assert await tell(store, message([first], "b", "s"), message([first, second], "c")) == 0
    assert len(await rows(store, DELIVERIES)) == 1
    assert await store.matches.counts() == {"told": 1, "dropped": 1}


async def test_a_told_answer_ends_its_subscription(store):
    number = await wish(store)
    await put(store, "p")
    await keep(store, match(number, "p"))
    waiting = (await store.matches.backlog(NOW)).waiting
    await tell(store, message(waiting, ends=number))
    assert (await store.subscriptions.get(ANN, number)).state == "ended"


async def test_processes_side_by_side_tell_everything_once(store, url, clock):
    names = [f"n{n}" for n in range(12)]
    wishes = [await wish(store, "t", ANN, thread) for thread in range(1, 4)]
    texts = {name: f"{name} " * 8 for name in names}
    for name in names:
        await put(store, name, text=texts[name] + "{name}")
    found = [match(number, name) for number in wishes for name in names]
    async with await open_store(url, clock=clock, busy_seconds=20) as other:
        fresh = {one.id: one.digest for one in await store.matches.fresh(100)}
        kept = await asyncio.gather(
            *(one.matches.keep(found, fresh) for one in (store, other, store))
        )
        assert sorted(kept) == [0, 0, len(found)]
        waiting = (await store.matches.backlog(NOW)).waiting
        messages = [message([one], f"k{one.id}") for one in waiting]
        told = await asyncio.gather(
            *(
                one.matches.tell(messages[start : start + 24], lambda: None)
                for one in (store, other)
                for start in (0, 6, 12)
            )
        )
    assert sum(told) == len(found)
    keys = [row["key"] for row in await rows(store, DELIVERIES)]
    assert sorted(keys) == sorted(f"k{one.id}" for one in waiting)


def told_text(story, _chat):
    return {"html": [f"{[one.title for one in story.articles]} {len(story.whys)}"]}


async def refresh(store):
    return await store.alerts.refresh(told_text, store.outbox.bell.set)


async def alerted(store):
    """Have an alert for one story that matched, and return its delivery's number."""
    number = await wish(store)
    await put(store, "p")
    await keep(store, match(number, "p"))
    waiting = (await store.matches.backlog(NOW)).waiting
    await tell(store, message(waiting, "a", waiting[0].story))
    return 1


@pytest.mark.parametrize("state", ["pending", "claimed", "sent", "failed", "gone"])
async def test_a_stale_alert_is_brought_up_to_date_where_it_is(store, state):
    delivery = await alerted(store)
    if state != "pending":
        await store.outbox.claim(1, "h", NOW, HOUR)
    if state == "sent":
        await store.outbox.record("h", [delivery])
        await store.outbox.record("h", marks=[Mark(delivery, "sent", (77,))])
    if state == "failed":
        await store.outbox.record("h", marks=[Mark(delivery, "failed", problem="x")])
    if state == "gone":
        await store.chats.set_gone(ANN, NOW)
    done = await refresh(store)
    sent = [(row["key"], row["payload"]) for row in await rows(store, DELIVERIES)]
    if state == "pending":
        assert (done, sent) == (1, [("a", {"html": ["['p'] 1"]})])
    elif state == "sent":
        edit = {"html": ["['p'] 1"], "edit": {"message_id": 77}}
        assert (done, sent) == (1, [("a", {}), ("edit:1:1", edit)])
    else:
        assert (done, len(sent)) == (0, 1)
    assert await store.alerts.stale() is (state == "claimed"), "what is being sent waits"
    assert await refresh(store) == 0


async def test_what_says_all_already_is_left_alone(store):
    await alerted(store)
    await refresh(store)
    await put(store, "p", title="p, corrected")
    await keep(store)
    assert await store.alerts.stale()
    assert await refresh(store) == 1, "the title is another"
    await put(store, "unrelated", text="Something else altogether happened in {name} this week. ")
    await keep(store)
    assert not await store.alerts.stale()
    assert await store.alerts.counts() == {"alerts": 1, "edits": 2}


async def test_a_restored_backup_tells_nothing_again(store, other_url, clock, tmp_path):
    number = await wish(store)
    await put(store, "p", "q")
    await keep(store, match(number, "p"))
    await put(store, "later")
    await backup(store, tmp_path / "b.zip")
    async with await open_store(other_url, clock=clock) as other:
        await restore(other, tmp_path / "b.zip")
        assert await other.matches.counts() == {"dropped": 1}
        assert await other.matches.fresh(9) == []


async def test_what_was_told_long_ago_is_forgotten_and_not_told_again(store, clock):
    number = await wish(store)
    await put(store, "p", "q")
    await keep(store, match(number, "p"), match(number, "q", due=NOW + HOUR))
    (waiting,) = (await store.matches.backlog(NOW)).waiting
    await tell(store, message([waiting], "a", waiting.story))
    clock.move_on(days=90)
    assert await store.matches.prune() == 0
    clock.move_on(days=1)
    assert await store.matches.prune() == 1
    assert await rows(store, ALERTS) == []
    states = [(row["article_id"], row["state"]) for row in await rows(store)]
    assert states == [(id_of("p"), "listed"), (id_of("q"), "waiting")]
    clock.move_on(days=30)
    assert await store.matches.prune() == 1
    assert [row["article_id"] for row in await rows(store)] == [id_of("q")], "it waits still"
    young = await wish(store, "young")
    await put(store, "p", title="p, corrected")
    twin = make_article("twin", TEXT.format(name="p") * 3 + "Seen in twin.", title="Twin")
    await store.articles.put([Arrival(twin, "t")], source_id=None, seen_at=clock())
    assert len(await store.articles.story(twin.id)) == 2, "the test is about a copy"
    assert await keep(store, match(number, "p"), match(number, "twin")) == 0, "an old story"
    clock.move_on(hours=1)
    await put(store, "new", text="Something else altogether happened in {name} this week. ")
    await put(store, "p", title="p, corrected again")
    assert await keep(store, match(number, "new"), match(young, "p")) == 2


async def test_a_match_whose_article_is_gone_is_not_forgotten(store, clock):
    number = await wish(store)
    await put(store, "p")
    await keep(store, match(number, "p"))
    (waiting,) = (await store.matches.backlog(NOW)).waiting
    await tell(store, Message((waiting.id,)))
    async with store.database.reading() as connection:
        await connection.execute(ARTICLES.delete())
        await connection.commit()
    clock.move_on(days=400)
    assert await store.matches.prune() == 0


@pytest.mark.parametrize("state", ["pending", "failed"])
async def test_what_waits_of_an_alerted_story_joins_the_alert_if_that_can_be_edited(store, state):
    await alerted(store)
    if state == "failed":
        await store.outbox.claim(1, "h", NOW, HOUR)
        await store.outbox.record("h", marks=[Mark(1, "failed", problem="x")])
    await refresh(store)
    two = await wish(store, "b")
    await put(store, "p", title="p, corrected")
    await keep(store, match(two, "p"))
    found = await store.matches.backlog(NOW)
    joins = Alerted(ANN, 0, found.waiting[0].story)
    assert found.alerted == ({joins} if state == "pending" else set())
    ids = tuple(one.id for one in found.waiting)
    assert await tell(store, Message(ids, joins=Alerted(ANN, 7, joins.story))) == 0, "no alert"
    assert await tell(store, Message(ids, joins=joins)) == 1
    assert [row["state"] for row in await rows(store)] == ["told", "told"]
    assert await store.alerts.stale()
