"""Answers that people act on with buttons; a real store, across restarts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from answers_bench import (
    OTHER,
    QUOTE,
    TALKS,
    ask,
    bold_of,
    desk,
    note_of,
    pressed,
)
from telegram_bench import FixedDesk, bot_at_work

from bot.chat.preferences import LENGTHS
from bot.playground.errors import bad_request
from bot.playground.faults import Refuse
from bot.store.records import Arrival
from retrieval.types import ArticleRef, Excerpt, Span
from tests.support.articles import make_article

if TYPE_CHECKING:
    import io

    from bot.playground.messages import Message
    from bot.playground.people import User
    from bot.playground.state import BotApiState


async def test_an_answer_is_one_message_with_its_buttons(state, ann, store):
    async with bot_at_work(state, desk(), store=store):
        sent = await ask(state, ann)
    assert sent.text == (
        f"{QUOTE} [1]\n\nSources\n[1] Talks <b>resume & go on — Example Times, 31 March 2022\n"
        "As of 1 April 2022"
    )
    assert sent.buttons == (("1",), ("More", "👍", "👎"))
    assert state.violations == []


async def test_a_number_leads_through_the_paragraphs_and_back(state, ann, store):
    async with bot_at_work(state, desk(), store=store):
        sent = await ask(state, ann)
        view = await pressed(state, sent, "1")
        assert view.id == sent.id
        assert view.text == (
            "Talks <b>resume & go on\nExample Times, 13 March 2026\n\nA first paragraph.\n"
            f"Early on. {QUOTE} Both sides were there.\nA third one.\nParagraph 2 of 3"
        )
        assert bold_of(view) == ["Talks <b>resume & go on", QUOTE]
        assert view.buttons == (("‹ Previous", "Next ›"), ("Back",))
        last = await pressed(state, view, "Next ›")
        assert "Paragraph 3 of 3" in last.text
        assert last.buttons == (("‹ Previous",), ("Back",))
        middle = await pressed(state, last, "‹ Previous")
        assert middle.text == view.text
        back = await pressed(state, middle, "Back")
    assert (back.text, back.entities, back.buttons) == (sent.text, sent.entities, sent.buttons)
    assert state.unanswered == []
    assert state.violations == []


async def test_buttons_outlive_a_restart(state, ann, store):
    async with bot_at_work(state, desk(), store=store):
        sent = await ask(state, ann)
    async with bot_at_work(state, desk(), store=store):
        view = await pressed(state, sent, "1")
        assert QUOTE in bold_of(view)
    async with bot_at_work(state, desk(), store=store):
        assert (await pressed(state, view, "Back")).text == sent.text


async def test_more_lists_further_articles(state, ann, store):
    async with bot_at_work(state, desk(), store=store):
        sent = await ask(state, ann)
        listed = await pressed(state, sent, "More")
        assert "Further articles on this\n• Ferries <i>sail" in listed.text
        assert listed.buttons == (("Ferries <i>sail",), ("Back",))
        view = await pressed(state, listed, "Ferries <i>sail")
        assert "Ferries sail again.\nThey sail daily.\nParagraph 1 of 2" in view.text
        assert (await pressed(state, view, "Back")).text == sent.text


def excerpt(article, paragraph: int) -> Excerpt:
    text = article.text.splitlines()[paragraph]
    start = article.text.index(text)
    named = ArticleRef(article.id, article.title, article.url, article.source, article.published)
    return Excerpt(named, Span(start, start + len(text)), text)


FURTHER = (excerpt(TALKS, 2), excerpt(OTHER, 1))


async def test_more_shows_further_passages_that_open(state, ann, store):
    talking = replace(desk(), further=FURTHER)
    async with bot_at_work(state, talking, store=store):
        sent = await ask(state, ann)
        assert sent.buttons == (("1",), ("More", "👍", "👎"))
    # Nothing is asked for again, so the list is there after a restart.
    async with bot_at_work(state, FixedDesk(), store=store) as bench:
        listed = await pressed(state, sent, "More")
        assert listed.text == (
            "Further passages on this\n\n"
            "1. Talks <b>resume & go on — Example Times, 13 March 2026\nA third one.\n\n"
            "2. Ferries <i>sail — Harbour Times, 13 March 2026\nThey sail daily."
        )
        links = [e.url for e in listed.entities if e.url]
        assert links == ["https://news.example/talks#:~:text=A%20third%20one."]
        assert listed.buttons == (("1", "2"), ("Back",))
        view = await pressed(state, listed, "2")
        assert "Ferries sail again.\nThey sail daily.\nParagraph 2 of 2" in view.text
        assert bold_of(view) == ["Ferries <i>sail", "They sail daily."]
        before = await pressed(state, view, "‹ Previous")
        assert "Paragraph 1 of 2" in before.text
        again = await pressed(state, before, "Back")
        assert (again.text, again.buttons) == (listed.text, listed.buttons)
        view = await pressed(state, again, "1")
        assert "Paragraph 3 of 3" in view.text
        again = await pressed(state, view, "Back")
        assert (await pressed(state, again, "Back")).text == sent.text
        assert bench.desk.asked == []
    assert state.unanswered == []
    assert state.violations == []


async def test_a_further_passage_whose_article_went_or_changed(state, ann, store, clock):
    async with bot_at_work(state, replace(desk(), further=FURTHER), store=store):
        sent = await ask(state, ann)
        listed = await pressed(state, sent, "More")
        await store.articles.remove(OTHER.id, clock.now)
        assert await note_of(state, listed, "2") == "That article is no longer in the collection."
        edited = make_article("talks", "All of it was wrong.", title="T")
        await store.articles.put([Arrival(edited, "k")], source_id=None, seen_at=clock.now)
        assert "The article has changed since" in (await pressed(state, listed, "1")).text
        push_press(state, ann, sent, "f.1.2.0")  # there are two
        note = "That answer has changed since. Please use the buttons under it."
        await state.until(
            lambda: note in [c.parameters.get("text") for c in state.calls("answerCallbackQuery")]
        )


async def test_an_answer_kept_before_there_were_passages_lists_articles(state, ann, store):
    async with bot_at_work(state, replace(desk(), further=FURTHER), store=store):
        sent = await ask(state, ann)
        kept = await store.answers.latest(ann.id, None)
        of_old = {k: v for k, v in kept.reply.items() if k not in {"further", "source"}}
        await store.answers.revise(kept.id, kept.question, of_old)
        listed = await pressed(state, sent, "More")
        assert "Further articles on this\n• Ferries <i>sail" in listed.text
        assert (await pressed(state, listed, "Back")).text == sent.text


async def test_a_chat_s_choices_shape_its_answers(state, ann, store, clock):
    ben = state.add_user("Ben")
    async with bot_at_work(state, desk(), store=store) as bench:
        await ask(state, ann)
        await store.chats.set_settings(ann.id, {"length": "short", "source": "Coast & Co"})
        asked = state.say(ann, "When?")
        sent = await state.next_message(ann)
        last_line = sent.text.splitlines()[-1]
        assert last_line == "Only from Coast & Co, as chosen in /settings."
        view = await pressed(state, sent, "1")
        assert (await pressed(state, view, "Back")).text == sent.text
        state.edit(asked, "Who?")
        edited = await state.next_edit(ann)
        assert edited.text.splitlines()[-1] == (
            "Only Coast & Co was searched. Choose all sources in /settings."
        )
        await ask(state, ben)
        await store.chats.set_settings(ann.id, {"length": "long"})
        assert "/settings" not in (await ask(state, ann)).text
    assert bench.desk.wishes == [
        (None, None),
        (LENGTHS["short"], "Coast & Co"),
        (LENGTHS["short"], "Coast & Co"),
        (None, None),
        (LENGTHS["long"], None),
    ]
    assert state.violations == []


async def test_a_group_s_choices_are_the_group_s(state, ann, store):
    group = state.add_group("Readers")
    async with bot_at_work(state, desk(), store=store) as bench:
        await ask(state, ann)
        await store.chats.set_settings(ann.id, {"source": "Coast"})
        state.say(group, "/ask When?", by=ann)
        await state.next_message(group)
        await store.chats.set_settings(group.id, {"source": "Inland"})
        state.say(group, "/ask When?", by=ann)
        assert "Only from Inland" in (await state.next_message(group)).text
    assert [source for _, source in bench.desk.wishes] == [None, None, "Inland"]


async def test_an_abstention_offers_the_closest_articles(state, ann, store):
    async with bot_at_work(state, desk(), store=store):
        sent = await ask(state, ann, "Who?")
        assert sent.buttons == (("Ferries <i>sail",), ("👍", "👎"))
        view = await pressed(state, sent, "Ferries <i>sail")
        assert "Paragraph 1 of 2" in view.text
        assert (await pressed(state, view, "Back")).text == sent.text


async def test_an_article_that_went_is_told_kindly(state, ann, store, clock):
    async with bot_at_work(state, desk(), store=store):
        sent = await ask(state, ann)
        await store.articles.remove(TALKS.id, clock.now)
        note = await note_of(state, sent, "1")
        assert note == "That article is no longer in the collection."
        assert state.calls("editMessageText") == []
        assert (await pressed(state, sent, "More")).buttons


async def test_an_edited_article_is_shown_as_it_is_now(state, ann, store, clock):
    async with bot_at_work(state, desk(), store=store):
        sent = await ask(state, ann)
        edited = make_article("talks", f"Correction.\nAnd so: {QUOTE}", title="T")
        await store.articles.put([Arrival(edited, "k")], source_id=None, seen_at=clock.now)
        view = await pressed(state, sent, "1")
        assert "Paragraph 2 of 2" in view.text
        assert QUOTE in bold_of(view)
        await pressed(state, view, "Back")
        edited = make_article("talks", "All of it was wrong.", title="T")
        await store.articles.put([Arrival(edited, "k")], source_id=None, seen_at=clock.now)
        assert "The article has changed since" in (await pressed(state, sent, "1")).text


async def test_an_answer_that_went_is_told_kindly(state, ann, store):
    async with bot_at_work(state, desk(), store=store):
        sent = await ask(state, ann)
        await store.chats.forget(ann.id)
        for button in ("1", "More", "👍"):
            note = await note_of(state, sent, button)
            assert note == "I no longer have that answer. Please ask again."
    async with bot_at_work(state, desk()):  # without a store
        assert "I no longer have" in await note_of(state, sent, "1")
    alerts = [call.parameters for call in state.calls("answerCallbackQuery")]
    assert all(alert["show_alert"] is True for alert in alerts)


def push_press(state: BotApiState, user: User, message: Message, data: str) -> None:
    """Bring the bot a press of a button that it never made."""
    state.updates.push(
        "callback_query",
        {
            "id": "77",
            "from": user.to_json(),
            "message": message.to_json(),
            "chat_instance": "1",
            "data": data,
        },
    )


@pytest.mark.parametrize(
    ("data", "note"),
    [
        ("c.1.0.0", "I no longer have that answer. Please ask again."),  # Ann's
        ("c.2.7.0", "That answer has changed since. Please use the buttons under it."),
        ("p.2.9.1", "That answer has changed since. Please use the buttons under it."),
        ("r.2.9.0", "I don't know that button."),
        ("my words <b>", "I don't know that button."),
    ],
)
async def test_forged_buttons_are_answered_politely(state, ann, store, log, data, note):
    ben = state.add_user("Ben")
    async with bot_at_work(state, desk(), store=store):
        await ask(state, ann)
        sent = await ask(state, ben)
        push_press(state, ben, sent, data)
        call = await state.next_call("answerCallbackQuery")
    assert (call.parameters["text"], call.parameters["show_alert"]) == (note, True)
    assert state.calls("editMessageText") == []
    assert "my words" not in log.getvalue()
    if data.startswith("my"):
        assert "A button's data could not be read" in log.getvalue()


async def test_a_paragraph_beyond_the_end_is_the_last(state, ann, store):
    async with bot_at_work(state, desk(), store=store):
        sent = await ask(state, ann)
        push_press(state, ann, sent, "p.1.1.99")
        assert "Paragraph 3 of 3" in (await state.next_edit(ann)).text


@pytest.mark.parametrize("button", ["👍", "👎"])
async def test_a_verdict_is_kept(state, ann, store, button):
    async with bot_at_work(state, desk(), store=store):
        sent = await ask(state, ann)
        if button == "👍":
            assert "glad" in await note_of(state, sent, "👍")
        else:
            asked = await pressed(state, sent, "👎")
            assert asked.text == sent.text
            assert [row[0] for row in asked.buttons] == [
                "Wrong answer",
                "Not what I asked",
                "Outdated",
                "Other: in my own words",
                "Back",
            ]
            assert (await pressed(state, asked, "Outdated")).buttons == sent.buttons
    (verdict,) = await store.chats.feedback(ann.id)
    assert (verdict.verdict, verdict.comment) == (
        ("good", "") if button == "👍" else ("bad", "Outdated")
    )
    assert verdict.question == "When?"
    assert verdict.reply["citations"][0]["quote"] == QUOTE


async def test_a_verdict_in_one_s_own_words(state, ann, store):
    async with bot_at_work(state, desk(), store=store):
        sent = await ask(state, ann)
        asked = await pressed(state, sent, "👎")
        state.press(asked, "Other: in my own words")
        prompt = await state.next_message(ann)
        assert prompt.text.startswith("What was wrong")
        await state.until(lambda: state.calls("editMessageReplyMarkup")[1:] or None)
    async with bot_at_work(state, desk(), store=store) as bench:
        state.say(ann, "The <day> is wrong", reply_to=prompt)
        assert (await state.next_message(ann)).text == "Thank you. That is noted."
        state.say(ann, "Who?", reply_to=prompt)
        assert (await state.next_message(ann)).text.startswith("No idea.")
    assert bench.desk.asked == ["Who?"]
    (verdict,) = await store.chats.feedback(ann.id)
    assert (verdict.verdict, verdict.comment) == ("bad", "The <day> is wrong")


async def test_anyone_in_a_group_may_press(state, ann, store):
    group, ben = state.add_group("Readers"), state.add_user("Ben")
    async with bot_at_work(state, desk(), store=store):
        state.say(group, "/ask When?", by=ann)
        sent = await state.next_message(group)
        view = await pressed(state, sent, "1", by=ben)
        assert QUOTE in view.text
        assert (await pressed(state, view, "Back", by=ann)).text == sent.text


async def test_the_same_button_twice_is_no_error(state, ann, store, log: io.StringIO):
    async with bot_at_work(state, desk(), store=store):
        sent = await ask(state, ann)
        state.press(sent, "1")
        state.press(sent, "1")
        await state.until(lambda: state.calls("editMessageText")[1:] or None)
        await state.until(lambda: None if state.unanswered else True)
    assert [call.accepted for call in state.calls("editMessageText")] == [True, False]
    assert "not changed" not in log.getvalue()
    assert "not answered" not in log.getvalue()


async def test_a_button_whose_message_cannot_be_edited_is_answered(state, ann, store, log):
    async with bot_at_work(state, desk(), store=store):
        sent = await ask(state, ann)
        state.faults.plan("editMessageText", Refuse(bad_request("message can't be edited")))
        await note_of(state, sent, "1")
        await state.until(lambda: state.calls("editMessageText") or None)
        assert (await pressed(state, sent, "More")).buttons
    assert "message was not changed: BadRequest" in log.getvalue()
