"""People, their questions, their verdicts, the audit log, counts. On both databases."""

from dataclasses import replace
from datetime import timedelta

from bot.store.asks import KEPT, Ask
from bot.store.audit import Entry
from bot.store.figures import Holdings, count_holdings, verdicts_since
from bot.store.people import User
from bot.store.records import Arrival, Chat, Feedback, SourceState
from tests.support.articles import NOW, make_article

GROUP = -1001234567890123


def verdict(user_id, answer_id, kind="good", comment="", chat=7):
    return Feedback(0, chat, "q?", {"a": 1}, kind, comment, NOW, answer_id, user_id)


async def test_a_person_is_noted_and_keeps_role_and_standing(store, clock):
    await store.people.touch(7, "Ann Lee", "ann")
    await store.people.set_role(7, "admin")
    await store.people.set_standing(7, "allowed")
    later = clock.move_on(hours=2)
    await store.people.touch(7, "Ann Müller", "")
    ann = User(7, "Ann Müller", "", "admin", "allowed", NOW, later)
    assert await store.people.get(7) == ann
    assert await store.people.get(8) is None
    assert await store.people.among([7, 8]) == {7: ann}
    assert await store.people.among([]) == {}


async def test_whoever_never_wrote_can_be_given_a_role_or_banned(store):
    await store.people.set_role(2**40, "owner")
    await store.people.set_standing(GROUP, "banned")
    assert await store.people.staff() == {2**40}
    group = await store.people.get(GROUP)
    assert (group.name, group.role, group.standing) == ("", "member", "banned")


async def test_a_username_is_found_in_any_case_under_its_last_owner(store, clock):
    await store.people.touch(1, "Old", "Reader")
    clock.move_on(days=1)
    await store.people.touch(2, "New", "reader")
    assert (await store.people.find("READER")).id == 2
    assert await store.people.find("nobody") is None


async def test_the_list_begins_with_those_decided_on(store, clock):
    for number in range(5):
        await store.people.touch(number, f"P{number}", "")
        clock.move_on(minutes=1)
    await store.people.set_standing(1, "banned")
    await store.people.set_role(0, "admin")
    assert [one.id for one in await store.people.list(9)] == [1, 0, 4, 3, 2]
    assert [one.id for one in await store.people.list(2, 2)] == [4, 3]
    assert await store.people.count() == 5


async def test_a_forgotten_person_leaves_a_ban_and_nobodys_questions(store):
    await store.chats.touch(Chat(7, "private", "Ann", "en"))
    await store.chats.touch(Chat(GROUP, "supergroup", "G", "en"))
    for number in (7, 8):
        await store.people.touch(number, "Ann", "ann")
        await store.asks.add(number, "group", "answer", 12)
    await store.people.set_standing(8, "banned")
    for number in (7, 8):
        await store.chats.add_feedback(verdict(number, 1, chat=GROUP))
    before = await store.people.export(7)
    assert before["person"]["name"] == "Ann"
    assert [(ask["way"], ask["at"]) for ask in before["asks"]] == [("group", NOW.isoformat())]
    assert [one["chat_id"] for one in before["verdicts"]] == [GROUP]
    for number in (7, 8):
        await store.people.forget(number)
        assert (await store.people.export(number))["asks"] == []
    assert await store.people.export(7) == {"person": None, "asks": [], "verdicts": []}
    banned = await store.people.get(8)
    assert (banned.name, banned.username, banned.standing) == ("", "", "banned")
    assert [one.user_id for one in await store.chats.feedback()] == [None, None]
    asks = await store.asks.since(NOW - timedelta(days=1))
    assert asks == [Ask(NOW, None, "group", "answer", 12)] * 2


async def test_a_persons_questions_come_newest_first_and_go_when_old(store, clock):
    for number, way in enumerate(("private", "inline", "group")):
        await store.asks.add(7, way, "failed", number)
        clock.move_on(minutes=10)
    await store.asks.add(8, "private", "abstention", 5)
    assert [ask.took_ms for ask in await store.asks.of(7, NOW)] == [2, 1]
    assert [ask.took_ms for ask in await store.asks.of(7, NOW - timedelta(seconds=1))] == [2, 1, 0]
    clock.now = NOW + KEPT + timedelta(minutes=15)
    await store.asks.add(None, "private", "answer", 9)
    assert [ask.took_ms for ask in await store.asks.since(NOW - KEPT)] == [2, 5, 9]


async def test_each_person_has_one_verdict_on_an_answer(store):
    await store.chats.touch(Chat(7, "private", "Ann", "en"))
    first = await store.chats.add_feedback(verdict(7, 1))
    assert await store.chats.add_feedback(verdict(7, 1)) == first
    assert await store.chats.add_feedback(verdict(7, 1, "bad", "Outdated")) == first
    assert await store.chats.add_feedback(verdict(8, 1)) != first
    assert await store.chats.add_feedback(verdict(7, 2)) != first
    kept = await store.chats.feedback()
    assert [(one.user_id, one.answer_id, one.verdict, one.comment) for one in kept] == [
        (7, 1, "bad", "Outdated"),
        (8, 1, "good", ""),
        (7, 2, "good", ""),
    ]
    # Whose answer or person isn't known can't be told apart.
    for _ in range(2):
        await store.chats.add_feedback(replace(verdict(7, 1), user_id=None))
    assert len(await store.chats.feedback()) == 5


async def test_the_audit_log_is_newest_first(store, clock):
    await store.audit.add(7, "reload", dry=False)
    later = clock.move_on(hours=1)
    await store.audit.add(None, "users ban", user=9, why="ü")
    assert await store.audit.last(9) == [
        Entry(2, later, None, "users ban", {"user": 9, "why": "ü"}),
        Entry(1, NOW, 7, "reload", {"dry": False}),
    ]
    assert [entry.id for entry in await store.audit.last(1, 1)] == [1]
    assert await store.audit.count() == 2


async def test_what_there_is_is_counted(store):
    assert await count_holdings(store.database) == Holdings(0, 0, 0, 0, 0, 0)
    text = "The harbour of Avaldsnes counted twelve horses at its spring festival on Sunday."
    articles = [make_article(name, text + name) for name in ("one", "two")]
    articles.append(make_article("three", "A different story altogether, told here for once."))
    await store.articles.put([Arrival(a, a.id) for a in articles], source_id=None, seen_at=NOW)
    for place in ("a", "b", "c"):
        made = await store.sources.add("folder", f"/{place}", name=place, every=60, mirror=True)
        if place != "a":
            await store.sources.save_state(made.id, SourceState(failures=2, problem="gone"))
    await store.sources.disable(made.id)
    await store.chats.touch(Chat(7, "private", "Ann", "en"))
    await store.chats.touch(Chat(8, "private", "Bob", "en"))
    await store.chats.set_gone(8, NOW)
    assert await count_holdings(store.database) == Holdings(2, 1, 3, 2, 2, 1)


async def test_verdicts_of_a_time(store, clock):
    await store.chats.touch(Chat(7, "private", "Ann", "en"))
    await store.chats.add_feedback(verdict(7, 1, "bad"))
    assert await verdicts_since(store.database, NOW) == []
    assert await verdicts_since(store.database, NOW - timedelta(seconds=1)) == [(NOW, "bad")]


async def test_a_groups_standing_moves_with_it(store):
    await store.people.set_standing(-5, "banned")
    await store.chats.migrate(-5, GROUP)
    assert await store.people.get(-5) is None
    assert (await store.people.get(GROUP)).standing == "banned"
