"""Groups, topics, inline mode, other people and other languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsroom_stories import STORIES

if TYPE_CHECKING:
    from playing import ChatPage

__all__ = ["STORIES"]
WHEN = "When does the night ferry to Torsvik begin to sail?"
ANSWER = "from 3 May"


def test_in_a_group_the_bot_answers_when_it_is_named(page: ChatPage) -> None:
    page.meet("Ann", "City desk")
    talk = page.say("Good morning, everyone")
    answer = page.ask(f"@newsdesk {WHEN}")
    assert ANSWER in answer.text
    between = [one for one in page.bubbles() if talk.id < one.id < answer.id]
    assert [one.mine for one in between] == [True]


def test_in_a_group_others_see_the_answer_and_reply_to_it(page: ChatPage) -> None:
    page.meet("Ann", "City desk")
    answer = page.ask(f"/ask {WHEN}")
    page.meet("Ravi", "City desk")
    seen = page.bubble(answer.id)
    assert seen.text == answer.text
    question = page.until(lambda one: WHEN in one.text, "Ann's question")
    assert not question.mine
    page.do(seen, "reply")
    said = page.say("How much do tickets for it cost?")
    assert "45 euros" in page.next_after(said.id).text


def test_topics_of_a_forum_are_apart(page: ChatPage) -> None:
    page.meet("Ann", "Foreign desk")
    page.topic("Europe")
    europe = page.ask(f"@newsdesk {WHEN}")
    assert ANSWER in europe.text
    page.topic("Asia")
    assert europe.id not in [one.id for one in page.bubbles()]
    asia = page.ask("@newsdesk Who leads a delegation at the talks in Geneva?")
    page.do(asia, "reply")
    said = page.say("Until when are the talks to last?")
    assert "until Friday" in page.next_after(said.id).text
    page.topic("Europe")
    page.wait(lambda: europe.id in [one.id for one in page.bubbles()], "the topic's messages")
    assert asia.id not in [one.id for one in page.bubbles()]


def test_the_bot_is_asked_inline_in_a_chat_between_two_people(page: ChatPage) -> None:
    page.meet("Ann", "Ravi")
    before = page.last()
    page.type(f"@newsdesk {WHEN}")
    page.find("#inline-results [data-result]")
    first = page.wait(
        lambda: page.text_of("#inline-results [data-result]"), "an offer with a title"
    )
    assert "night ferry" in first
    page.click("#inline-results [data-result]")
    sent = page.until(lambda one: one.mine and one.id > before, "the chosen answer")
    assert ANSWER in sent.text
    assert "[1]" in sent.text
    assert page.find("#composer-text").get_property("value") == ""
    page.meet("Ravi", "Ann")
    got = page.bubble(sent.id)
    assert not got.mine
    assert got.text == sent.text


def test_another_language_changes_menu_and_answers(page: ChatPage) -> None:
    page.meet("Ravi")
    page.choose("#language", "hi")
    menu = page.commands()
    assert is_hindi(menu["ask"])
    answer = page.ask(WHEN)
    assert ANSWER in answer.text
    more = answer.buttons[-3]
    assert is_hindi(more)
    page.choose("#language", "de")
    page.wait(lambda: "Frage" in page.commands()["ask"], "the menu in German")
    assert "Mehr" in page.ask(WHEN).buttons
    page.meet("Ann")
    assert page.commands()["ask"] == "ask a question about the news"


def test_the_admin_has_commands_that_readers_have_not(page: ChatPage) -> None:
    page.meet("Olga")
    assert {"ask", "latest", "reload", "broadcast"} <= set(page.commands())
    page.meet("Ann")
    readers = set(page.commands())
    assert {"ask", "latest", "settings"} <= readers
    assert not {"reload", "broadcast"} & readers
    page.enter("City desk")
    assert set(page.commands()) == {"ask", "latest", "help"}


def test_a_command_is_chosen_from_the_menu(page: ChatPage) -> None:
    page.meet("Ann")
    before = page.last()
    page.click("#commands-toggle")
    page.click('#commands [data-command="latest"]')
    if page.find("#composer-text").get_property("value"):
        page.keys("\ue007")
    listed = page.next_after(before)
    assert listed.text.startswith("The latest articles")


def test_a_persons_chats_are_their_own(page: ChatPage) -> None:
    page.meet("Ann")
    page.ask(WHEN)
    page.meet("Olga")
    assert WHEN not in page.run("return document.querySelector('#history').innerText")
    page.become("Ravi")
    page.wait(lambda: "Foreign desk" not in page.text_of("#chats"), "Ravi's chats")


def is_hindi(text: str) -> bool:
    return any("\u0900" <= sign <= "\u097f" for sign in text)
