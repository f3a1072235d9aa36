"""Subscribing, through the real library, real HTTP, a real database and the real model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from alerts_bench import CUP, OIL, TRUCE, notice_of

from bot.alerts.thresholds import TOPIC

if TYPE_CHECKING:
    from alerts_bench import Newsroom

    from bot.playground.people import User
    from bot.playground.state import BotApiState

TALKS_TITLE = "Envoys sit down in Geneva for peace talks"
TRUCE_TITLE = TRUCE.splitlines()[0]


@pytest.fixture
def ann(state: BotApiState) -> User:
    return state.add_user("Ann", last_name="Lee")


async def test_a_topic_shows_examples_is_tuned_and_told(
    state: BotApiState, newsroom: Newsroom, ann: User
) -> None:
    async with newsroom.at_work(state):
        state.say(ann, "/subscribe ceasefire negotiations")
        card = await state.next_message(ann)
        assert card.text.splitlines()[:3] == [
            "You are subscribed",
            "“ceasefire negotiations”",
            "How often: At once",
        ]
        assert "None of the articles I have would have matched." in card.text
        assert card.buttons == (
            ("Looser", "Stricter"),
            ("✓ At once", "Hourly"),
            ("Daily", "Weekly"),
            ("Undo", "More …"),
        )
    async with newsroom.at_work(state):  # the buttons outlive a restart
        while TALKS_TITLE not in card.text:
            state.press(card, "Looser")
            card = await state.next_edit(ann)
        assert f"• {TALKS_TITLE} — Harbour Times, 14 March 2026" in card.text
        assert "rye bread" not in card.text
        (loose,) = await newsroom.store.subscriptions.list(ann.id)
        assert loose.threshold < TOPIC
        await newsroom.publish(TRUCE, OIL)
        alert = await state.next_message(ann)
        assert alert.text.splitlines()[0] == TRUCE_TITLE
        assert alert.text.endswith("You follow “ceasefire negotiations”")
        while ("Looser",) not in card.buttons:
            state.press(card, "Stricter")
            card = await state.next_edit(ann)
        assert TALKS_TITLE not in card.text
    assert len(state.calls("sendMessage")) == 2
    assert state.violations == []
    assert state.unanswered == []


async def test_words_stand_alone_and_an_undo_takes_it_back(
    state: BotApiState, newsroom: Newsroom, ann: User
) -> None:
    async with newsroom.at_work(state):
        state.say(ann, '/subscribe +sanctions -football "oil price"')
        card = await state.next_message(ann)
        assert '“+sanctions "oil price" -football”' in card.text
        assert "How close" not in card.text
        await newsroom.publish(OIL, CUP)
        alert = await state.next_message(ann)
        assert alert.text.splitlines()[0] == OIL.splitlines()[0]
        assert "the word “sanctions”; the word “oil price”" in alert.text
        state.press(card, "Undo")
        gone = await state.next_edit(ann)
        assert "is undone" in gone.text
    assert await newsroom.store.subscriptions.list(ann.id) == []
    assert state.violations == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("-football", "That says only what to leave out."),
        ("+war -war peace", "A word is both wanted with + and left out with -."),
        ("source:Nowhere", "None of my articles is from a source called “Nowhere”."),
        ("...", "I find no word in that."),
        ("peace " * 80, "That is too long"),
    ],
)
async def test_what_is_no_subscription_is_refused_kindly(
    state: BotApiState, newsroom: Newsroom, ann: User, typed: str, said: str
) -> None:
    async with newsroom.at_work(state):
        state.say(ann, f"/subscribe {typed}")
        assert (await state.next_message(ann)).text.startswith(said)
    assert await newsroom.store.subscriptions.list(ann.id) == []


async def test_buttons_lead_to_a_source_everything_and_a_topic(
    state: BotApiState, newsroom: Newsroom, ann: User
) -> None:
    async with newsroom.at_work(state):
        state.say(ann, "/subscribe")
        choice = await state.next_message(ann)
        assert [row[0] for row in choice.buttons] == [
            "A topic, in my own words",
            "A source",
            "Everything",
            "For a channel",
            "My subscriptions",
        ]
        state.press(choice, "A source")
        state.press(await state.next_edit(ann), "Harbour Times")
        assert "“All from Harbour Times”" in (await state.next_edit(ann)).text
        state.press(choice.id, "Undo")
        await state.next_edit(ann)
        state.say(ann, "/subscribe")
        choice = await state.next_message(ann)
        state.press(choice, "A topic, in my own words")
        asked = await state.next_message(ann)
        assert asked.text.startswith("What shall I look out for?")
    async with newsroom.at_work(state):
        state.say(ann, "peace talks", reply_to=asked)
        assert "“peace talks”" in (await state.next_message(ann)).text
        state.press(choice, "Everything")
        assert "“Everything”" in (await state.next_edit(ann)).text
    kinds = [one.wanted.kind for one in await newsroom.store.subscriptions.list(ann.id)]
    assert kinds == ["topic", "all"]
    assert state.violations == []
    assert state.unanswered == []


async def test_the_very_same_and_too_many_are_refused(
    state: BotApiState, newsroom: Newsroom, ann: User
) -> None:
    async with newsroom.at_work(state, subscriptions_per_chat=2):
        for text in ("peace talks", "Peace  talks!"):
            state.say(ann, f"/subscribe {text}")
            shown = await state.next_message(ann)
        assert shown.text == "You have that already: “peace talks”."
        state.press(shown, "Show it")
        assert (await state.next_edit(ann)).text.startswith("Subscription\n“peace talks”")
        state.say(ann, "/subscribe floods")
        await state.next_message(ann)
        state.say(ann, "/subscribe earthquakes")
        full = await state.next_message(ann)
        assert full.text.startswith("There can be 2 subscriptions here")
    assert len(await newsroom.store.subscriptions.list(ann.id)) == 2


async def test_a_subscription_is_paused_muted_reworded_tested_and_deleted(
    state: BotApiState, newsroom: Newsroom, ann: User
) -> None:
    kept = newsroom.store.subscriptions
    async with newsroom.at_work(state):
        state.say(ann, "/subscribe peace talks")
        state.press(await state.next_message(ann), "Weekly")
        await state.next_edit(ann)
        state.say(ann, "/subscriptions")
        listed = await state.next_message(ann)
        assert listed.text == "Your subscriptions\n1. peace talks — Weekly"
        state.press(listed, "peace talks")
        card = await state.next_edit(ann)
        for button, line in [
            ("Pause", "Paused."),
            ("Turn on again", ""),
            ("Mute for a day", "Muted until 15 March 2026, 12:01\u00a0PM."),
            ("Unmute", ""),
        ]:
            state.press(card, button)
            card = await state.next_edit(ann)
            assert line in card.text
        state.press(card, "The last 7 days")
        week = await state.next_edit(ann)
        assert week.text.startswith("“peace talks”\nIn the last 7 days: 1 article\n• Envoys")
        state.press(week, "Back")
        card = await state.next_edit(ann)
        state.press(card, "Change the words")
        asked = await state.next_message(ann)
        state.say(ann, "rye bread -football", reply_to=asked)
        changed = await state.next_message(ann)
        assert changed.text.startswith("Subscription\n\nChanged.\n“rye bread -football”")
        (one,) = await kept.list(ann.id)
        assert (one.pace, one.state) == ("weekly", "active")
        assert await notice_of(state, card, "Pause") == "That subscription is gone."
        await state.next_edit(ann)
        state.press(changed, "Delete")
        sure = await state.next_edit(ann)
        assert sure.text == "Shall I delete the subscription “rye bread -football”?"
        state.press(sure, "Delete")
        assert "is deleted" in (await state.next_edit(ann)).text
    assert await kept.list(ann.id) == []
    assert state.violations == []
    assert state.unanswered == []


async def test_in_a_group_admins_decide_and_each_topic_has_its_own(
    state: BotApiState, newsroom: Newsroom, ann: User
) -> None:
    boss, group = state.add_user("Boss"), state.add_group("Readers")
    state.set_role(group, ann, "member")
    state.set_role(group, boss, "admin")
    topic = state.open_topic(group, "Peace", by=boss).id
    only = "Only this group's admins may do that."
    async with newsroom.at_work(state):
        state.say(group, "/subscribe peace talks", by=ann, thread_id=topic)
        assert (await state.next_message(group)).text.startswith(only)
        state.say(group, "/subscribe peace talks", by=boss, thread_id=topic)
        card = await state.next_message(group)
        assert await notice_of(state, card, "Daily", ann) == only
        state.say(group, "/subscriptions", by=ann)
        assert "There are none yet." in (await state.next_message(group)).text
        state.say(group, "/subscriptions", by=ann, thread_id=topic)
        assert "peace talks" in (await state.next_message(group)).text
        await newsroom.publish(TRUCE)
        alert = await state.next_message(group)
        assert alert.thread_id == topic
        assert await notice_of(state, alert, "Mute this topic", ann) == only
        assert await notice_of(state, alert, "Fewer like this", boss) != only
    assert state.violations == []
    assert state.unanswered == []
