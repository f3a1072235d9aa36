"""Alerts from an article's arrival to the message, over days of a moved clock."""

from datetime import datetime, time

import pytest
from alerting_bench import ANN, GROUP, parts_of

from bot.alerts.chat_settings import with_timetable
from bot.alerts.types import Timetable, Wanted, Words
from bot.alerts.wanting import parse_wanted
from retrieval.types import Abstention

TALKS = """Delegations meet in Geneva for peace talks
Negotiators of both countries sat down in Geneva on Tuesday for a new round of peace talks. The
mediators hope for a ceasefire before the winter. Two earlier rounds had ended without a result, and
neither side has said what it would give up. The talks are to last until Friday."""
TALKS_COPY = TALKS.replace("Delegations meet", "Envoys gather")
TALKS_LATER = """Ceasefire agreed after night of negotiations
After a night of negotiations in Geneva the two countries agreed to a ceasefire on Saturday. Peace
envoys called it a first step. The guns are to fall silent at noon, and prisoners will be exchanged
within a week under the eyes of observers."""
TALKS_ABROAD = """Third country offers to host peace talks
The foreign minister of a third country offered on Sunday to host peace talks in its capital. Both
sides thanked for the offer and asked for time to think about it, a spokeswoman said."""
TALKS_RETOLD = """Peace talks open in Geneva between the two countries
Delegations of the two countries opened peace talks in Geneva on Tuesday. It is their third round;
the first two brought no result. Mediators want a ceasefire before winter comes. The negotiators
will meet until Friday, and neither side would say which concessions it could make."""
BREAD = """Bakers raise the price of rye bread
The bakers of the valley will raise the price of rye bread by a tenth in April. Flour and energy
have become dearer, says their guild. Rolls will cost as much as before, at least until summer."""
OIL = """Refinery buys sanctioned crude
A refinery on the coast bought crude from a country under sanctions, customs papers show. The oil
price had risen for weeks. The company says that all papers were in order."""


async def follow(world, text, chat=ANN, **rest):
    wanted = parse_wanted(text)
    assert isinstance(wanted, Wanted)
    return await world.alerting.subscribe(chat, rest.pop("thread", None), wanted, **rest)


async def set_times(world, timetable, chat=ANN):
    settings = await world.store.chats.settings(chat)
    await world.store.chats.set_settings(chat, with_timetable(settings, timetable))


async def test_a_topic_is_told_by_meaning_with_sentences_of_the_article(world):
    await follow(world, "negotiations for peace")
    await world.publish(talks=TALKS, bread=BREAD)
    (text,) = world.phone.of()
    lines = text.splitlines()
    assert lines[:3] == [
        "ALERT",
        "Delegations meet in Geneva for peace talks (Harbour Times)",
        "for negotiations for peace",
    ]
    quoted = [line.removeprefix("> ") for line in lines[3:]]
    assert len(quoted) == 2
    assert all(one in parts_of(TALKS)[1] for one in quoted)
    await world.forward(hours=30)
    assert world.phone.sent == 1, "once"


async def test_words_sources_and_everything(world):
    await follow(world, '+sanctions -football "oil price"')
    await follow(world, 'source:"Hill Post"', GROUP, thread=4)
    await follow(world, "*", GROUP)
    await world.publish(oil=OIL, bread=(BREAD, "Hill Post"))
    assert [text.splitlines()[1] for text in world.phone.of()] == [
        "Refinery buys sanctioned crude (Harbour Times)"
    ]
    assert len(world.phone.of(GROUP)) == 2
    assert [text.splitlines()[1] for text in world.phone.of(GROUP, 4)] == [
        "Bakers raise the price of rye bread (Hill Post)"
    ]


async def test_what_came_before_the_subscription_is_no_news(world):
    await world.put(talks=TALKS)
    world.clock.forward(minutes=1)
    await follow(world, "ceasefire negotiations")
    await follow(world, "ferry to the islands")
    await world.index()
    await world.tell()
    assert world.phone.sent == 0
    await world.publish(later=TALKS_LATER)
    assert world.phone.sent == 1


async def test_a_story_of_several_sources_is_one_alert_that_is_edited(world):
    await follow(world, "peace talks")
    await follow(world, "+Geneva")
    await world.publish(talks=TALKS)
    (before,) = world.phone.of()
    assert "for peace talks" in before
    assert "for +Geneva" in before
    world.clock.forward(hours=1)
    await world.publish(copy=(TALKS_COPY, "Hill Post"))
    (after,) = world.phone.of()
    assert after.splitlines()[1:3] == [
        "Delegations meet in Geneva for peace talks (Harbour Times)",
        "Envoys gather in Geneva for peace talks (Hill Post)",
    ]
    assert (world.phone.sent, world.phone.edits) == (1, 1)
    await world.forward(hours=1)
    assert (world.phone.sent, world.phone.edits) == (1, 1), "nothing new, nothing done"


async def test_the_same_story_in_other_words_joins_its_alert(world):
    await follow(world, "peace talks")
    await world.publish(talks=(TALKS, "Harbour Times"))
    await world.publish(retold=(TALKS_RETOLD, "Hill Post"), abroad=(TALKS_ABROAD, "Hill Post"))
    first, other = world.phone.of()
    assert first.splitlines()[1:3] == [
        "Delegations meet in Geneva for peace talks (Harbour Times)",
        "Peace talks open in Geneva between the two countries (Hill Post)",
    ]
    assert other.splitlines()[1] == "Third country offers to host peace talks (Hill Post)"
    assert world.phone.sent == 2


async def test_two_copies_at_once_are_one_alert(world):
    await follow(world, "peace talks")
    await world.publish(talks=TALKS, copy=(TALKS_COPY, "Hill Post"))
    (text,) = world.phone.of()
    assert "(Harbour Times)" in text
    assert "(Hill Post)" in text
    assert world.phone.edits == 0


async def test_a_copy_that_comes_before_the_alert_is_sent_is_in_it(world):
    await follow(world, "peace talks")
    await world.put(talks=TALKS)
    await world.index()
    await world.alerting.work()
    await world.publish(copy=(TALKS_COPY, "Hill Post"))
    (text,) = world.phone.of()
    assert "(Hill Post)" in text
    assert (world.phone.sent, world.phone.edits) == (1, 0)


async def test_an_edited_article_edits_its_alert_quietly(world):
    await follow(world, "peace talks")
    await world.publish(talks=TALKS)
    world.clock.forward(hours=1)
    corrected = TALKS.replace("Delegations meet", "Delegations met").replace("Tuesday", "Monday")
    await world.publish(talks=corrected)
    (text,) = world.phone.of()
    assert "Delegations met in Geneva" in text
    assert "Tuesday" not in text
    assert (world.phone.sent, world.phone.edits) == (1, 1)
    await world.publish(talks=TALKS)
    assert "Delegations meet in Geneva" in world.phone.of()[0], "and back"
    assert (world.phone.sent, world.phone.edits) == (1, 2)


async def test_quiet_hours_end_in_one_digest_across_daylight_saving(world):
    await set_times(world, Timetable("Europe/Berlin", (time(22), time(7))))
    await follow(world, "peace talks")
    await follow(world, "*")
    # In the night to 29 March 2026 Berlin's clocks skip an hour: 7:00 there is 5:00 UTC.
    world.clock.now = datetime.fromisoformat("2026-03-28T23:30:00+00:00")
    await world.publish(talks=TALKS, bread=BREAD)
    assert world.phone.sent == 0
    world.clock.now = datetime.fromisoformat("2026-03-29T04:59:00+00:00")
    await world.tell()
    assert world.phone.sent == 0
    await world.forward(minutes=1)
    (text,) = world.phone.of()
    assert text.startswith("DIGEST\n")
    assert "Delegations meet" in text
    assert "Bakers raise" in text
    await world.publish(oil=OIL)
    assert world.phone.of()[1].startswith("ALERT")


async def test_daily_and_weekly_digests_come_at_their_hour(world):
    await set_times(world, Timetable("Asia/Kolkata", None, time(8), 0))
    await follow(world, "peace talks", pace="daily")
    await follow(world, "*", GROUP, pace="weekly")
    await world.publish(talks=TALKS, later=TALKS_LATER)
    # It is Saturday noon in London; 8:00 in Kolkata is 2:30 in London.
    await world.forward(hours=14)
    assert world.phone.sent == 0
    await world.forward(minutes=30)
    assert [text.splitlines()[0] for text in world.phone.of()] == ["DIGEST"]
    assert world.phone.of(GROUP) == []
    await world.forward(days=1, hours=5, minutes=30)
    assert len(world.phone.of(GROUP)) == 1, "Monday at 8, in UTC"
    assert len(world.phone.of()) == 1


async def test_after_a_breakdown_there_is_one_digest_instead_of_old_alerts(world):
    await follow(world, "*")
    await world.put(talks=TALKS, bread=BREAD)
    await world.index()
    await world.alerting._comparer.compare()  # and here the program stops
    await world.forward(hours=9)
    (text,) = world.phone.of()
    assert text.startswith("DIGEST late")
    assert text.count("\n- ") == 2


async def test_a_flood_is_one_digest(world):
    await follow(world, "*")
    words = "apple bridge candle dragon engine forest garden hammer island".split()
    texts = {
        w: f"All about the {w}\n" + f"The {w} was seen by {n} {w} lovers of {w}burg."
        for n, w in enumerate(words)
    }
    await world.publish(**texts)
    (text,) = world.phone.of()
    assert text.startswith("DIGEST late")
    assert text.count("\n- ") == len(words)


async def test_who_is_quiet_gone_muted_or_paused_gets_nothing_and_nothing_later(world):
    one = await follow(world, "peace talks")
    await world.store.chats.set_settings(ANN, {"quiet": True})
    await world.publish(talks=TALKS)
    await world.store.chats.set_settings(ANN, {})
    await world.forward(minutes=1)
    assert world.phone.sent == 0
    await world.store.chats.set_gone(ANN, world.clock())
    await world.publish(copy=TALKS_COPY)
    await world.store.chats.set_gone(ANN, None)
    await world.store.subscriptions.change(ANN, one.id, state="paused")
    await world.publish(later=TALKS_LATER)
    await world.store.subscriptions.change(ANN, one.id, state="active")
    await world.forward(minutes=1)
    assert world.phone.sent == 0
    await world.publish(third=TALKS_ABROAD)
    assert world.phone.sent == 1, "back again"


async def test_a_waiting_question_is_answered_once_and_ends(world):
    question = "When was a ceasefire agreed in Geneva?"
    timed = await world.desk.ask(question)
    assert isinstance(timed.reply, Abstention)
    made = await world.alerting.subscribe(ANN, None, Wanted("question", question))
    await world.publish(bread=BREAD)
    assert world.phone.sent == 0
    await world.publish(later=TALKS_LATER)
    (text,) = world.phone.of()
    assert text.startswith(f"ANSWER {question}")
    assert "ceasefire" in text
    assert (await world.store.subscriptions.get(ANN, made.id)).state == "ended"
    await world.publish(copy=TALKS_LATER.replace("noon", "midnight"))
    assert world.phone.sent == 1


async def test_topics_of_another_model_are_embedded_anew(world):
    made = await follow(world, "peace talks")
    await world.store.subscriptions.set_vectors({made.id: -made.vector}, "another model")
    await world.publish(talks=TALKS)
    assert world.phone.sent == 1
    found = await world.store.subscriptions.get(ANN, made.id)
    assert found.vector.tolist() == made.vector.tolist()


async def test_a_preview_shows_the_newest_that_match(world):
    await world.publish(talks=TALKS, bread=BREAD, oil=OIL)
    vector = await world.alerting.embed("negotiations to end the war")
    (found,) = await world.alerting.preview(
        Wanted("topic", "negotiations to end the war"), vector, 0.45
    )
    assert found.article.title == "Delegations meet in Geneva for peace talks"
    assert found.score == pytest.approx(0.6, abs=0.15)
    (found,) = await world.alerting.preview(Wanted("topic", "", Words(("sanctions",))), None, 0.45)
    assert found.article.title == "Refinery buys sanctioned crude"
    everything = await world.alerting.preview(Wanted("all"), None, 0.45, limit=10)
    assert len(everything) == 4
    assert everything[-1].article.title == "Ferry line to the islands turns fifty"
    since = world.clock()
    assert len(await world.alerting.preview(Wanted("all"), None, 0.45, 10, since)) == 3


async def test_what_waits_follows_a_new_timetable(world):
    await follow(world, "*", pace="daily")
    await world.publish(bread=BREAD)
    local = world.clock.now.replace(hour=15)
    await set_times(world, Timetable("UTC", None, local.time()))
    await world.alerting.reschedule(ANN)
    await world.forward(hours=3)
    assert [text.splitlines()[0] for text in world.phone.of()] == ["DIGEST"]
    counts = await world.alerting.counts()
    assert (counts.matches, counts.subscriptions, counts.chats) == ({"told": 1}, {"active": 1}, 1)


async def test_what_a_digest_told_is_not_told_again_by_an_edit(world):
    await follow(world, "+Geneva", pace="daily")
    await world.publish(talks=TALKS)
    await world.forward(days=1)
    await follow(world, "peace talks")
    world.clock.forward(minutes=1)
    await world.publish(copy=(TALKS_COPY, "Hill Post"))
    world.clock.forward(minutes=1)
    await world.publish(third=(TALKS_COPY.replace("Friday", "Sunday"), "Courier"))
    digest, alert = world.phone.of()
    assert digest.startswith("DIGEST\nfor +Geneva")
    assert "(Courier)" in alert
    assert "+Geneva" not in alert


async def test_what_an_alert_told_is_not_listed_in_a_later_digest(world):
    await follow(world, "peace talks")
    await world.publish(talks=TALKS)
    world.clock.forward(minutes=1)
    await follow(world, "+Geneva", pace="daily")
    await world.publish(copy=(TALKS_COPY, "Hill Post"))
    await world.forward(days=1)
    (alert,) = world.phone.of()
    assert alert.startswith("ALERT")
    assert "for +Geneva" in alert, "the alert says that this was wanted too"
