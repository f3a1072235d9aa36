"""Being told of news: questions that wait, subscriptions, digests and quiet hours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsroom_stories import BREAD, KEEPER, LIGHTHOUSE, RINK, RYE, TALKS, TRUCE

if TYPE_CHECKING:
    from pathlib import Path

    from playing import ChatPage

    from tests.support.playground_program import Playground


def reload_sources(page: ChatPage) -> None:
    """Have the bot take in what is new in its articles' folder."""
    page.meet("Olga")
    live = page.ask("/reload")
    page.until(lambda one: one.id == live.id and "Reloaded" in one.text, "the reload's end")


def test_an_unanswered_question_is_answered_once_it_is_covered(
    page: ChatPage, tmp_path: Path
) -> None:
    page.meet("Ann")
    none = page.ask(KEEPER)
    assert "Ida Lund" not in none.text
    card = page.answered(none, "Tell me when this is covered")
    assert "It ends with the first article that answers it." in card.text
    document = tmp_path / "lighthouse.md"
    document.write_text(LIGHTHOUSE, encoding="utf-8")
    page.meet("Olga")
    page.send_file(document)
    page.until(lambda one: "1 article is in." in one.text, "the article taken in")
    page.meet("Ann")
    told = page.until(
        lambda one: one.text.startswith("There is an answer now to what you asked"), "the alert"
    )
    assert KEEPER in told.text
    assert "Ida Lund" in told.text
    assert page.answered(told, "Read more").text.startswith("Lighthouse of Stavern lit again")


def test_a_topic_shows_what_would_have_matched(page: ChatPage) -> None:
    page.meet("Ann")
    card = page.ask("/subscribe a ceasefire in the peace talks")
    assert card.lines[:3] == [
        "You are subscribed",
        "“a ceasefire in the peace talks”",
        "How often: At once",
    ]
    while "Stricter" in card.buttons:
        card = page.pressed(card, "Stricter")
    assert TALKS.title not in card.text
    while TALKS.title not in card.text:
        card = page.pressed(card, "Looser")
    assert BREAD.title not in card.text
    assert "Undo" in card.buttons
    assert "is undone" in page.pressed(card, "Undo").text


def test_an_alert_quotes_the_article_and_its_buttons_work(
    page: ChatPage, program: Playground
) -> None:
    page.meet("Ann")
    page.ask("/subscribe peace talks")
    program.publish("truce", TRUCE)
    reload_sources(page)
    page.meet("Ann")
    alert = page.until(lambda one: one.text.startswith(TRUCE.title), "the alert")
    assert alert.text.endswith("You follow “peace talks”")
    quotation = f'#history .bubble[data-message="{alert.id}"] blockquote.expandable'
    assert "ceasefire" in page.find(quotation).text
    assert alert.buttons == ("Read more", "Ask about this", "Mute this topic", "Fewer like this")
    assert page.answered(alert, "Read more").text.startswith(TRUCE.title)
    spans = page.pressed(alert, "Mute this topic")
    assert spans.buttons == ("For a day", "For a week", "Until I turn it on", "Back")
    page.press(spans, "For a week")
    page.toast("Muted: “peace talks”.")


def test_a_daily_digest_comes_when_the_clock_is_moved_on(
    page: ChatPage, program: Playground
) -> None:
    page.meet("Ravi")
    page.choose("#language", "en")
    card = page.ask("/subscribe rye bread")
    daily = page.pressed(card, "Daily")
    assert "✓ Daily" in daily.buttons
    program.publish("rye", RYE)
    reload_sources(page)
    page.meet("Ravi")
    assert page.last() == daily.id
    page.move_clock_to(hour=8, minute=1)
    digest = page.until(lambda one: one.text.startswith("1 story for you"), "the digest")
    assert RYE.title in digest.text
    assert digest.buttons == ("1", "My subscriptions")
    assert page.answered(digest, "1").text.startswith(RYE.title)


def test_quiet_hours_hold_an_alert_back_until_their_end(
    page: ChatPage, program: Playground
) -> None:
    page.meet("Olga")
    page.ask("/subscribe +skating")
    shown = page.ask("/settings")
    for step in ("Alerts", "Quiet hours", "10:00\u00a0PM", "7:00\u00a0AM"):
        shown = page.pressed(shown, step)
    assert "Quiet hours: 10:00" in shown.text
    page.move_clock_to(hour=23, minute=0)
    program.publish("ice", RINK)
    reload_sources(page)
    after = page.ask("/privacy")
    assert not any(one.text.startswith(RINK.title) for one in page.bubbles())
    page.move_clock_to(hour=7, minute=1)
    digest = page.until(lambda one: one.id > after.id and RINK.title in one.text, "the digest")
    assert digest.text.startswith("1 story for you")
