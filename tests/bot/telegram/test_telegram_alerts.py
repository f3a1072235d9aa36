"""Alerts in chats: their buttons, asking about them, waiting questions, channels, timetables."""

from __future__ import annotations

import asyncio
from datetime import time
from typing import TYPE_CHECKING

import pytest
from alerts_bench import BREAD, LIGHTHOUSE, OIL, TRUCE, notice_of

from bot.alerts.chat_settings import timetable_of
from bot.alerts.thresholds import stricter
from bot.playground.faults import HangUp
from bot.playground.journal import PATIENCE
from bot.store.alert_messages import articles_told_in
from bot.store.alerts import BATCH

if TYPE_CHECKING:
    from alerts_bench import Newsroom

    from bot.playground.people import User
    from bot.playground.state import BotApiState

TRUCE_TITLE = TRUCE.splitlines()[0]


@pytest.fixture
def ann(state: BotApiState) -> User:
    return state.add_user("Ann", last_name="Lee")


async def test_an_alert_quotes_says_why_and_is_read_asked_about_and_muted(
    state: BotApiState, newsroom: Newsroom, ann: User
) -> None:
    kept = newsroom.store.subscriptions
    async with newsroom.at_work(state):
        state.say(ann, "/subscribe peace talks")
        await state.next_message(ann)
        await newsroom.publish(TRUCE)
        alert = await state.next_message(ann)
        title, origin, _, *quoted = alert.text.splitlines()
        assert (title, origin) == (TRUCE_TITLE, "Harbour Times, 14 March 2026")
        body = TRUCE.partition("\n")[2].replace("\n", " ")
        assert len([line for line in quoted if line and line in body]) == 2
        assert {entity.type for entity in alert.entities} >= {"expandable_blockquote", "text_link"}
        assert alert.buttons == (
            ("Read more", "Ask about this"),
            ("Mute this topic", "Fewer like this"),
        )
        state.press(alert, "Read more")
        assert (await state.next_message(ann)).text.startswith(TRUCE_TITLE)
        state.press(alert, "Ask about this")
        asked = await state.next_message(ann)
        assert TRUCE_TITLE in asked.text
        for replied in (alert, asked):
            state.say(ann, "Who will watch it?", reply_to=replied)
            answer = await state.next_message(ann)
            assert "Observers will watch the border." in answer.text
        before = (await kept.list(ann.id))[0].threshold
        notice = await notice_of(state, alert, "Fewer like this")
        assert notice == "“peace talks” is stricter now: you get fewer articles like this."
        tuned = await state.next_edit(ann)
        assert (await kept.list(ann.id))[0].threshold == pytest.approx(stricter(before))
        assert await notice_of(state, tuned, "Undo: as before") == "As before."
        alert = await state.next_edit(ann)
        assert (await kept.list(ann.id))[0].threshold == before
        state.press(alert, "Mute this topic")
        spans = await state.next_edit(ann)
        assert spans.buttons == (("For a day", "For a week"), ("Until I turn it on",), ("Back",))
        assert (await notice_of(state, spans, "For a week")).startswith("Muted: “peace talks”.")
        (one,) = await kept.list(ann.id)
        assert one.muted_until is not None
        assert (one.muted_until - newsroom.clock()).days == 7
    assert state.violations == []
    assert state.unanswered == []


async def test_an_alert_that_was_edited_is_known_by_its_message(
    state: BotApiState, newsroom: Newsroom, ann: User
) -> None:
    database, longer = newsroom.store.database, f"{TRUCE}\n\n{LIGHTHOUSE * 3}"
    async with newsroom.at_work(state):
        state.say(ann, "/subscribe +ceasefire")
        await state.next_message(ann)
        await newsroom.publish(longer)
        alert = await state.next_message(ann)
        await newsroom.publish(f"{longer} The end.", source="Coast")
        async with asyncio.timeout(PATIENCE):  # until the courier has noted both
            while (await newsroom.store.outbox.counts(BATCH)).of("sent") < 2:
                await newsroom.forward(seconds=1)
        assert "Also told by Coast" in (await state.next_edit(ann)).text
    told = await articles_told_in(database, ann.id, alert.id)
    assert [one.source for one in await newsroom.store.articles.load(told)] == [
        "Harbour Times",
        "Coast",
    ]
    assert await articles_told_in(database, ann.id, alert.id + 1) == ()
    assert await articles_told_in(database, ann.id + 1, alert.id) == ()


async def test_in_a_group_anyone_asks_about_an_alert_by_replying_to_it(
    state: BotApiState, newsroom: Newsroom, ann: User
) -> None:
    boss, group = state.add_user("Boss"), state.add_group("Readers")
    state.set_role(group, boss, "admin")
    async with newsroom.at_work(state):
        state.say(group, "/subscribe *", by=boss)
        assert "“Everything”" in (await state.next_message(group)).text
        await newsroom.publish(LIGHTHOUSE)
        alert = await state.next_message(group)
        assert alert.text.endswith("You follow all articles")
        state.say(group, "Who is the keeper?", by=ann, reply_to=alert)
        assert "Ida Lund" in (await state.next_message(group)).text
    assert state.violations == []


async def test_a_question_without_an_answer_is_answered_once_it_is_covered(
    state: BotApiState, newsroom: Newsroom, ann: User
) -> None:
    async with newsroom.at_work(state):
        state.say(ann, "Who is the keeper of the lighthouse of Stavern?")
        none = await state.next_message(ann)
        state.press(none, "Tell me when this is covered")
        card = await state.next_message(ann)
        assert "It ends with the first article that answers it." in card.text
        newsroom.clock.forward(minutes=1)
        await newsroom.publish(BREAD.replace("tenth", "third"))
        await newsroom.publish(LIGHTHOUSE)
        told = await state.next_message(ann)
        assert told.text.startswith("There is an answer now to what you asked: “Who is the keeper")
        assert "Ida Lund" in told.text
        (one,) = await newsroom.store.subscriptions.list(ann.id)
        assert one.state == "ended"
        state.say(ann, "/subscriptions")
        assert "Ended: it was answered." in (await state.next_message(ann)).text
    assert state.violations == []
    assert state.unanswered == []


async def test_the_story_of_an_answer_is_followed(
    state: BotApiState, newsroom: Newsroom, ann: User
) -> None:
    async with newsroom.at_work(state):
        state.say(ann, "Where did the envoys sit down for peace talks?")
        answer = await state.next_message(ann)
        state.press(answer, "Follow this story")
        card = await state.next_message(ann)
        assert card.text.startswith("You are subscribed\n“Where did the envoys sit down")
        state.press(card, "Looser")
        await state.next_edit(ann)
        await newsroom.publish(TRUCE, OIL)
        alert = await state.next_message(ann)
        assert alert.text.startswith(TRUCE_TITLE)
        assert alert.text.endswith("You follow “Where did the envoys sit down for peace talks?”")
    assert state.violations == []


async def test_a_story_followed_from_a_follow_up_is_named_by_its_article(
    state: BotApiState, newsroom: Newsroom, ann: User
) -> None:
    async with newsroom.at_work(state):
        state.say(ann, "Where did the envoys sit down for peace talks?")
        title = (await state.next_message(ann)).text.split("[1] ")[-1].split(" — ")[0].strip()
        state.say(ann, "When did they sit down?")
        answer = await state.next_message(ann)
        assert answer.text.startswith("Understood as: When did they sit down Geneva envoys?\n\n")
        assert f"[1] {title}" in answer.text
        state.press(answer, "Follow this story")
        card = await state.next_message(ann)
        assert card.text.startswith(f"You are subscribed\n“{title}")
        (one,) = await newsroom.store.subscriptions.list(ann.id)
        assert one.label == title
        assert one.wanted.topic.startswith(title)
    assert state.violations == []


async def test_a_digest_comes_at_its_hour_and_opens_articles(
    state: BotApiState, newsroom: Newsroom, ann: User
) -> None:
    async with newsroom.at_work(state):
        for text in ("peace talks", "rye bread"):
            state.say(ann, f"/subscribe {text}")
            state.press(await state.next_message(ann), "Daily")
            await state.next_edit(ann)
        await newsroom.publish(TRUCE, BREAD.replace("rye bread", "dark rye bread"))
        await newsroom.forward(hours=21)
        digest = await state.next_message(ann)
        assert digest.text.startswith("2 stories for you\n\n")
        assert digest.buttons == (("1", "2"), ("My subscriptions",))
        number = "1" if digest.text.index(TRUCE_TITLE) < digest.text.index("Bakers") else "2"
        state.press(digest, number)
        assert (await state.next_message(ann)).text.startswith(TRUCE_TITLE)
        state.press(digest, "My subscriptions")
        assert (await state.next_message(ann)).text.startswith("Your subscriptions\n")
    assert state.violations == []
    assert state.unanswered == []


async def test_a_channel_is_managed_by_its_admins_from_a_private_chat(
    state: BotApiState, newsroom: Newsroom, ann: User
) -> None:
    channel = state.directory.add_channel("Peace Desk", username="peacedesk")
    async with newsroom.at_work(state):
        state.say(ann, "/subscriptions")
        state.press(await state.next_message(ann), "For a channel")
        asked = await state.next_message(ann)
        state.say(ann, "@peacedesk", reply_to=asked)
        assert (await state.next_message(ann)).text.startswith("I can't see that channel.")
        state.directory.set_role(channel, state.bot, "admin")
        state.say(ann, "@peacedesk", reply_to=asked)
        refused = await state.next_message(ann)
        assert refused.text == "Only that channel's admins may do that."
        state.directory.set_role(channel, ann, "owner")
        state.forward(ann, "A post", channel)
        listed = await state.next_message(ann)
        assert listed.text == "Subscriptions of Peace Desk\n\nThere are none yet."
        state.press(listed, "New subscription")
        choice = await state.next_edit(ann)
        assert choice.text.startswith("What shall I tell Peace Desk about?")
        state.press(choice, "A topic, in my own words")
        state.say(ann, "peace talks", reply_to=await state.next_message(ann))
        card = await state.next_message(ann)
        assert card.text.startswith("Peace Desk is subscribed\n“peace talks”")
        state.press(card, "✓ At once")
        await newsroom.publish(TRUCE)
        post = await state.next_message(channel)
        assert post.text.startswith(TRUCE_TITLE)
        assert post.buttons == ()
        state.directory.set_role(channel, ann, "member")
        notice = await notice_of(state, card, "Undo")
        assert notice == "Only that channel's admins may do that."
    assert len(await newsroom.store.subscriptions.list(channel.id)) == 1
    assert await newsroom.store.subscriptions.list(ann.id) == []
    assert state.violations == []
    assert state.unanswered == []


async def test_the_timetable_is_set_by_buttons_a_city_and_a_place(
    state: BotApiState, newsroom: Newsroom, ann: User
) -> None:
    async with newsroom.at_work(state):
        state.say(ann, "/settings")
        settings = await state.next_message(ann)
        state.press(settings, "Alerts")
        page = await state.next_edit(ann)
        assert page.text.splitlines()[1:] == [
            "New subscriptions: At once",
            "Time zone: UTC (now 14 March 2026, 12:01\u00a0PM)",
            "Digests: at 8:00\u00a0AM",
            "Weekly digests: on Monday",
            "Quiet hours: none",
        ]
        for steps in (
            ("New subscriptions", "Daily"),
            ("Time zone", "Europe", "Berlin"),
            ("Digest time", "6:00\u00a0PM"),
            ("Day of weekly digests", "Friday"),
            ("Quiet hours", "10:00\u00a0PM", "7:00\u00a0AM"),
        ):
            for step in steps:
                state.press(page, step)
                page = await state.next_edit(ann)
        assert page.text.splitlines()[1:] == [
            "New subscriptions: Daily",
            "Time zone: Berlin (now 14 March 2026, 1:01\u00a0PM)",
            "Digests: at 6:00\u00a0PM",
            "Weekly digests: on Friday",
            "Quiet hours: 10:00\u00a0PM to 7:00\u00a0AM",
        ]
        state.press(page, "Time zone")
        regions = await state.next_edit(ann)
        state.press(regions, "Another city")
        asked = await state.next_message(ann)
        state.say(ann, "hamburg", reply_to=asked)
        assert "to be that of Berlin" in (await state.next_message(ann)).text
        state.say(ann, "Atlantis", reply_to=asked)
        assert "no time zone for “Atlantis”" in (await state.next_message(ann)).text
        state.press(regions, "Send my location")
        await state.next_message(ann)
        state.share_location(ann, 28.6, 77.2)
        await state.next_message(ann)
        guess = await state.next_message(ann)
        assert "that of Kolkata" in guess.text
        state.press(guess, "Yes")
        assert "Time zone: Kolkata" in (await state.next_edit(ann)).text
        state.say(ann, "/subscribe peace talks")
        assert "How often: Daily" in (await state.next_message(ann)).text
    settings_kept = await newsroom.store.chats.settings(ann.id)
    timetable = timetable_of(settings_kept)
    assert (timetable.zone, timetable.digest_at, timetable.weekday, timetable.quiet) == (
        "Asia/Kolkata",
        time(18),
        4,
        (time(22), time(7)),
    )
    assert "28.6" not in str(settings_kept)
    assert state.violations == []
    assert state.unanswered == []


async def test_stop_turns_alerts_off_until_a_button_turns_them_on(
    state: BotApiState, newsroom: Newsroom, ann: User
) -> None:
    async with newsroom.at_work(state):
        state.say(ann, "/subscribe peace talks")
        await state.next_message(ann)
        state.say(ann, "/stop")
        stopped = await state.next_message(ann)
        assert "alerts are off" in stopped.text
        await newsroom.publish(TRUCE)
        state.say(ann, "/subscriptions")
        listed = await state.next_message(ann)
        assert "None of them sends anything since /stop" in listed.text
        state.press(listed, "Write to me again")
        assert "alerts are on" in (await state.next_edit(ann)).text
        state.say(ann, "/mydata")
        kept = await state.next_message(ann)
        assert kept.file is not None
        assert b"peace talks" in kept.file.content
        state.say(ann, "/forget")
        state.press(await state.next_message(ann), "Delete everything")
        await state.next_edit(ann)
    assert await newsroom.store.subscriptions.list(ann.id) == []


async def test_alerts_of_unknown_fate_are_sent_again_by_an_admin_alone(
    state: BotApiState, newsroom: Newsroom, ann: User
) -> None:
    boss, outbox = state.add_user("Boss"), newsroom.store.outbox
    async with newsroom.at_work(state, admins=[boss.id]):
        state.say(ann, "/subscribe peace talks")
        await state.next_message(ann)
        state.faults.plan("sendMessage", HangUp(), chat_id=ann.id)
        await newsroom.publish(TRUCE)
        async with asyncio.timeout(PATIENCE):
            while not (await outbox.counts(BATCH)).of("unknown"):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        state.say(ann, "/deliveries")
        assert "for the admins" in (await state.next_message(ann)).text
        state.say(boss, "/deliveries")
        shown = await state.next_message(boss)
        assert "May or may not have arrived: 1" in shown.text
        state.press(shown, "Send them again")
        assert (await state.next_message(ann)).text.startswith(TRUCE_TITLE)
        assert "May or may not have arrived: 0" in (await state.next_edit(boss)).text
        state.say(boss, "/stats")
        assert "Subscriptions: 1, paused: 0" in (await state.next_message(boss)).text
    assert state.violations == []
    assert state.unanswered == []
