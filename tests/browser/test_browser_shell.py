"""What stands around the messages, over a bot that the test plays: days, hints, clock, calls."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from playing import ChatPage
from selenium.webdriver.common.keys import Keys
from stage import stage

if TYPE_CHECKING:
    from selenium.webdriver.chrome.webdriver import WebDriver
    from stage import Stage

    from bot.playground.inline import InlineQuery

COVERED = """
const history = document.querySelector('#history');
const box = one => one.getBoundingClientRect();
const meet = (a, b) => Math.min(a.bottom, b.bottom) > Math.max(a.top, b.top);
const days = [...history.querySelectorAll('.day')];
const others = [...history.querySelectorAll('.day, .balloon')];
const found = [];
for (let top = 0; top <= history.scrollHeight; top += 40) {
  history.scrollTo({top, behavior: 'instant'});
  for (const day of days) for (const other of others)
    if (other !== day && meet(box(day), box(other))) found.push([top, day.innerText]);
}
return {days: days.map(one => one.innerText), found};
"""
MARKED = '#inline-results [role="option"][aria-selected="true"]'


@pytest.fixture(scope="module")
def window(browser: WebDriver, play: Stage) -> ChatPage:
    """Return the window that the module's tests share."""
    return ChatPage(browser, play.url)


def value(page: ChatPage, selector: str, name: str = "value") -> str:
    return str(page.find(selector).get_property(name))


def test_an_empty_chat_says_what_the_bot_is_for(page: ChatPage, play: Stage) -> None:
    play.call("setMyShortDescription", short_description="Short.")
    play.call("setMyDescription", description="I answer questions about the news.")
    page.meet("Olga")
    page.wait(lambda: "I answer questions" in page.text_of(".empty"), "the description")
    card = page.text_of(".empty")
    assert "Short." not in card
    assert "Ask about what is in the articles; /latest lists them." in card
    play.call("setMyDescription", description="I answer anew.")
    page.wait(lambda: "I answer anew." in page.text_of(".empty"), "the new description")


def test_the_empty_field_says_how_the_bot_is_reached(page: ChatPage) -> None:
    page.meet("Ann")
    assert value(page, "#composer-text", "placeholder") == "Message"
    reached = "Message · /ask or @newsdesk reaches the bot"
    page.enter("City desk")
    assert value(page, "#composer-text", "placeholder") == reached
    page.enter("Foreign desk")
    page.topic("Europe")
    assert value(page, "#composer-text", "placeholder") == reached
    page.enter("Ravi")
    inline = "Message · @newsdesk and a question asks inline"
    assert value(page, "#composer-text", "placeholder") == inline


def offered(page: ChatPage, play: Stage, words: str) -> None:
    """Type an inline question and answer it as the bot, with two offers."""

    def query() -> InlineQuery | None:
        asked = play.act(lambda state: list(state.inline_book.queries.values()))
        return next((one for one in asked if one.text == words and one.answer is None), None)

    page.type(f"@newsdesk {words}")
    found = page.wait(query, "the inline query")
    assert found is not None
    results: list[dict[str, Any]] = [
        {
            "type": "article",
            "id": name,
            "title": f"{name} on {words}",
            "input_message_content": {"message_text": f"{name} answer on {words}"},
        }
        for name in ("First", "Second")
    ]
    play.call("answerInlineQuery", inline_query_id=found.id, results=results, cache_time=0)
    page.find(MARKED)


def test_enter_sends_the_first_offer_once_offers_are_here(page: ChatPage, play: Stage) -> None:
    page.meet("Ann", "Ravi")
    offered(page, play, "ferries")
    assert page.text_of(MARKED) == "First on ferries"
    assert "Enter sends the marked answer" in page.text_of("#inline-results")
    page.type(Keys.ENTER)
    page.until(lambda one: one.mine and one.text == "First answer on ferries", "the first offer")
    assert value(page, "#composer-text") == ""
    offered(page, play, "trams")
    page.type(Keys.ARROW_DOWN + Keys.ENTER)
    page.until(lambda one: one.mine and one.text == "Second answer on trams", "the second offer")


def test_once_the_offers_are_closed_enter_sends_the_words(page: ChatPage, play: Stage) -> None:
    page.meet("Ann", "Ravi")
    offered(page, play, "bridges")
    page.type(Keys.ESCAPE)
    page.wait(lambda: not page.sees("#inline-results"), "the offers closed")
    page.type(Keys.ENTER)
    page.until(lambda one: one.mine and one.text == "@newsdesk bridges", "the words")


def test_offers_to_other_words_are_not_sent(page: ChatPage, play: Stage) -> None:
    page.meet("Ann", "Ravi")
    offered(page, play, "roads")
    page.type("ide" + Keys.ENTER)
    page.until(lambda one: one.mine and one.text == "@newsdesk roadside", "the words")
    assert "First answer on roads" not in [one.text for one in page.bubbles()]


def test_calls_are_told_in_words_without_marks(page: ChatPage, play: Stage) -> None:
    page.meet("Ann")
    page.click("#calls-toggle")
    html = "<b>Fish &amp; chips</b> cost &lt;5 <a href='https://a.example'>euros</a>"
    ann = play.cast.readers[0].id
    play.call("sendMessage", chat_id=ann, text=html, parse_mode="HTML")
    play.call("sendMessage", chat_id=ann, text="a <b> as it is")
    about = "return [...document.querySelectorAll('#calls .about')].map(one => one.innerText)"
    page.wait(lambda: "Ann: a <b> as it is" in page.run(about), "the calls")
    assert "Ann: Fish & chips cost <5 euros" in page.run(about)
    page.enter("Ravi")
    offered(page, play, "boats")
    page.wait(lambda: page.run(about)[-1] == "2 results", "the inline answer's line")
    page.type(Keys.ESCAPE + Keys.CONTROL + "a" + Keys.CONTROL + Keys.BACKSPACE)
    page.click("#calls-close")


def test_the_list_of_chats_shows_no_marks(page: ChatPage, play: Stage) -> None:
    page.meet("Ann")
    ann = play.cast.readers[0].id
    play.call("sendMessage", chat_id=ann, text="<b>Bold</b> <i>news</i>", parse_mode="HTML")
    lines = f"return document.querySelector('[data-chat=\"{ann}\"] .snippet').innerText"
    page.wait(lambda: page.run(lines) == "Bold news", "the line of the list")


def test_days_stand_between_messages_and_never_over_them(page: ChatPage, play: Stage) -> None:
    page.meet("Ann", "City desk")
    for day in range(3):
        if day:
            play.act(lambda _state: play.controls.forward(timedelta(days=1)))
        for number in range(6):
            said = page.say(f"Day {day}, message {number} " + "of several lines " * 8)
    page.reload()
    page.until(lambda one: one.id == said.id, "the last message")
    seen = page.run(COVERED)
    assert len(seen["days"]) == 3
    assert seen["days"][1:] == ["Yesterday", "Today"]
    assert seen["found"] == []


def test_the_field_follows_the_clock_that_is_moved(page: ChatPage, play: Stage) -> None:
    page.meet("Ann")
    page.click("#clock-toggle")
    proposed = value(page, "#clock-to")
    moved = play.controls.moved
    page.click('#clock-panel [data-forward="604800"]')
    page.wait(lambda: play.controls.moved == moved + timedelta(weeks=1), "the move")
    page.wait(lambda: value(page, "#clock-to")[:10] > proposed[:10], "the field moved on")
    ahead = play.controls.now().strftime("%Y-%m-%d")
    assert value(page, "#clock-to")[:10] >= ahead
    assert f" {play.controls.now().year}, " in page.text_of("#clock-now")
    page.run("document.querySelector('#clock-to').value = '2099-01-01T10:00'")
    play.call("setMyShortDescription", short_description="Another.")
    page.wait(
        lambda: (
            page.run("return import('/static/js/store.js').then(m => m.store.shortDescription)")
            == "Another."
        ),
        "the state read anew",
    )
    assert value(page, "#clock-to") == "2099-01-01T10:00"  # what is typed stays


def test_without_its_server_the_page_says_that_the_bot_is_out_of_reach(browser: WebDriver) -> None:
    with stage() as own:
        page = ChatPage(browser, own.url)
        page.open()
        assert page.text_of("#status-text") == "Bot is running"
    page.wait(lambda: page.sees("#offline"), "the banner")
    assert page.text_of("#status-text") == "Out of reach"
    assert page.run("return document.querySelector('#status').dataset.state") == "away"
    assert value(page, "#restart", "disabled") == "True"
    colour = "return getComputedStyle(document.querySelector(arguments[0])).{}"
    banner = page.run(colour.format("backgroundColor"), "#offline")
    assert page.run(colour.format("color"), "#status") == banner
    page.run(
        "return import('/static/js/store.js')"
        ".then(m => { m.store.dispatchEvent(new CustomEvent('online')); })"
    )
    assert page.text_of("#status-text") == "Bot is running"
    assert value(page, "#restart", "disabled") == "False"
    browser.get("about:blank")
