"""Asking in the private chat: cited answers and the buttons below them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsroom_stories import FERRY, HARBOUR

if TYPE_CHECKING:
    from playing import ChatPage

WHEN = "When does the night ferry to Torsvik begin to sail?"
FIRST = "A night ferry will sail between Hallevik and Torsvik from 3 May."


def test_a_question_gets_a_cited_answer(page: ChatPage) -> None:
    page.meet("Ann")
    answer = page.ask(WHEN)
    assert FIRST in answer.text
    assert "[1]" in answer.text
    assert "Sources" in answer.bold
    links = dict(answer.links)
    assert any(FERRY.title in words for words in links)
    assert all(
        target.startswith("https://harbour.example/night-ferry?a=1&b=2#:~:text=")
        for words, target in answer.links
        if FERRY.title in words
    )
    assert answer.buttons[0] == "1"
    assert answer.buttons[-4:] == ("Follow this story", "More", "👍", "👎")


def test_a_citation_opens_and_its_neighbours_too(page: ChatPage) -> None:
    page.meet("Ann")
    answer = page.ask(WHEN)
    shown = page.pressed(answer, "1")
    assert shown.bold[0] == FERRY.title
    assert FIRST in shown.bold
    assert "Paragraph 1 of 4" in shown.text
    assert shown.buttons == ("Next ›", "Back")
    after = page.pressed(shown, "Next ›")
    assert "Paragraph 2 of 4" in after.text
    assert "ferry Alma" in after.text
    before = page.pressed(after, "‹ Previous")
    assert before.text == shown.text
    back = page.pressed(before, "Back")
    assert (back.text, back.buttons) == (answer.text, answer.buttons)
    assert page.last() == answer.id


def test_more_lists_further_passages_that_open(page: ChatPage) -> None:
    page.meet("Ann")
    answer = page.ask(WHEN)
    listed = page.pressed(answer, "More")
    assert listed.text.startswith("Further passages on this")
    assert HARBOUR.title in listed.text
    opened = page.pressed(listed, "1")
    assert "Paragraph" in opened.text
    listed = page.pressed(opened, "Back")
    assert page.pressed(listed, "Back").text == answer.text


def test_a_bad_answer_is_told_with_its_reason(page: ChatPage) -> None:
    page.meet("Ann")
    answer = page.ask(WHEN)
    asked = page.pressed(answer, "👎")
    assert asked.buttons == (
        "Wrong answer",
        "Not what I asked",
        "Outdated",
        "Other: in my own words",
        "Back",
    )
    assert page.pressed(asked, "Outdated").buttons == answer.buttons
    page.toast("Thank you")
    page.meet("Olga")
    told = page.ask("/feedback")
    assert "Outdated" in told.text


def test_a_verdict_in_ones_own_words_is_a_reply(page: ChatPage) -> None:
    page.meet("Ann")
    answer = page.ask(WHEN)
    asked = page.pressed(answer, "👎")
    prompt = page.answered(asked, "Other: in my own words")
    assert prompt.text.startswith("What was wrong")
    if not page.sees("#composer-reply"):
        page.do(prompt, "reply")
    thanks = page.ask("The hour is missing")
    assert thanks.text == "Thank you. That is noted."
    assert not page.sees("#composer-reply")


def test_a_follow_up_leans_on_the_answer_before(page: ChatPage) -> None:
    page.meet("Ann")
    page.ask(WHEN)
    follow_up = page.ask("How much do tickets for it cost?")
    assert "Tickets cost 45 euros" in follow_up.text


def test_a_reply_asks_about_the_answer_it_replies_to(page: ChatPage) -> None:
    page.meet("Ann")
    answer = page.ask(WHEN)
    page.ask("Who leads a delegation at the talks in Geneva?")
    page.do(answer, "reply")
    assert "night ferry" in page.find("#composer-reply").text
    said = page.say("Which ship did the company buy for it?")
    assert "night ferry" in said.reply
    assert "Alma" in page.next_after(said.id).text


def test_editing_a_question_edits_its_answer(page: ChatPage) -> None:
    page.meet("Ann")
    said = page.say(WHEN)
    answer = page.next_after(said.id)
    page.do(said, "edit")
    box = page.find("#composer-text")
    page.wait(lambda: box.get_property("value") == WHEN, "the question in the composer")
    page.run("arguments[0].select()", box)
    page.type("Who leads a delegation at the talks in Geneva?\n")
    changed = page.until(
        lambda one: one.id == answer.id and "Ana Berisha" in one.text, "the answer edited"
    )
    assert "edited" in changed.meta
    question = page.bubble(said.id)
    assert question.text == "Who leads a delegation at the talks in Geneva?"
    assert "edited" in question.meta
    assert page.last() == answer.id
