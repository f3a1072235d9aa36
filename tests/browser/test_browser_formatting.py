"""What a bot may send, as the page shows it: formatting, keyboards, notices, files, links."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from playing import ChatPage
from selenium.common.exceptions import NoAlertPresentException

from bot.playground.entities import Entity
from bot.playground.page.controls import BotStatus
from bot.playground.record import EventKind

if TYPE_CHECKING:
    from bubbles import Bubble
    from selenium.webdriver.chrome.webdriver import WebDriver
    from stage import Stage

    from bot.playground.state import BotApiState

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000002000000020802000000fdd49a73"
    "0000000e49444154789c63f8cfc0f09f811f000c0003fe1ba2d4a10000000049454e44ae426082"
)


@pytest.fixture(scope="module")
def window(browser: WebDriver, play: Stage) -> ChatPage:
    """Return the window that the module's tests share."""
    return ChatPage(browser, play.url)


@pytest.fixture
def ann(page: ChatPage, play: Stage) -> int:
    """Open Ann's chat with the bot; return its number."""
    page.meet("Ann")
    return play.cast.readers[0].id


def sent(play: Stage, chat: int, html: str, **more: Any) -> int:
    """Send a message of HTML as the bot; return its number."""
    made = play.call("sendMessage", chat_id=chat, text=html, parse_mode="HTML", **more)
    return int(made["message_id"])


def keyboard(*rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"inline_keyboard": list(rows)}


def style(page: ChatPage, message: int, words: str, name: str) -> str:
    """Return a computed style of the innermost element that holds just these words."""
    script = """
    const [message, words, name] = arguments;
    const all = document.querySelectorAll(`[data-message="${message}"] .text *`);
    const found = [...all].filter(one => one.textContent === words).at(-1);
    return getComputedStyle(found)[name];
    """
    return str(page.run(script, message, words, name))


def test_each_kind_of_formatting_looks_its_part(page: ChatPage, play: Stage, ann: int) -> None:
    message = sent(
        play,
        ann,
        "<b>bold</b> <i>italic</i> <u>under</u> <s>struck</s> <code>code</code> "
        '<a href="https://news.example/a?b=1&amp;c=2">link</a> '
        "<b>both <i>nested</i></b>\n<pre>pre  &lt;b\n  kept</pre>\n"
        "<blockquote>quoted</blockquote>end",
    )
    shown = page.until(lambda one: one.id == message, "the message")
    assert shown.bold == ("bold", "both", "nested")  # Telegram cuts styles where they overlap
    assert int(style(page, message, "nested", "fontWeight")) >= 600
    assert style(page, message, "nested", "fontStyle") == "italic"
    assert style(page, message, "italic", "fontStyle") == "italic"
    assert "underline" in style(page, message, "under", "textDecorationLine")
    assert "line-through" in style(page, message, "struck", "textDecorationLine")
    assert "mono" in style(page, message, "code", "fontFamily").lower()
    assert shown.links == (("link", "https://news.example/a?b=1&c=2"),)
    selector = f'[data-message="{message}"]'
    assert "pre  <b\n  kept" in page.run(
        "return document.querySelector(arguments[0]).textContent", f"{selector} pre"
    )
    assert page.text_of(f"{selector} blockquote") == "quoted"


def test_entities_count_in_utf_16(page: ChatPage, play: Stage, ann: int) -> None:
    message = sent(play, ann, "🐟🐟 <b>हिन्दी 🧑‍🚀</b> e\u0301 <i>end</i>")
    shown = page.until(lambda one: one.id == message, "the message")
    assert shown.bold == ("हिन्दी 🧑‍🚀",)
    assert shown.text == "🐟🐟 हिन्दी 🧑‍🚀 e\u0301 end"


def test_a_spoiler_opens_when_it_is_touched(page: ChatPage, play: Stage, ann: int) -> None:
    message = sent(
        play, ann, 'The winner is <tg-spoiler>Ida <a href="https://a.example">L</a></tg-spoiler>.'
    )
    selector = f'[data-message="{message}"] .spoiler'
    page.find(selector)
    looks = """
    const spoiler = document.querySelector(arguments[0]);
    const {color, filter, backgroundColor, backgroundImage} = getComputedStyle(spoiler);
    return JSON.stringify([color, filter, backgroundColor, backgroundImage]);
    """
    closed, windows = page.run(looks, selector), len(page.driver.window_handles)
    page.touch(f"{selector} a")
    page.wait(lambda: page.run(looks, selector) != closed, "the text uncovered")
    assert len(page.driver.window_handles) == windows  # the link below was not followed


def test_a_long_quotation_expands_and_closes(page: ChatPage, play: Stage, ann: int) -> None:
    text = " ".join(f"Sentence number {n} of a long quotation." for n in range(40))
    message = sent(play, ann, f"<blockquote expandable>{text}</blockquote>")
    selector = f'[data-message="{message}"] blockquote.expandable'
    height = "return document.querySelector(arguments[0]).getBoundingClientRect().height"
    page.find(selector)
    small = page.run(height, selector)
    page.click(selector)
    page.wait(lambda: page.run(height, selector) > 2 * small, "the quotation open")
    assert text in page.text_of(selector)
    page.click(selector)
    page.wait(lambda: page.run(height, selector) == small, "the quotation closed")


def test_a_press_brings_a_notice_an_alert_or_a_link(page: ChatPage, play: Stage, ann: int) -> None:
    rows = [{"text": t, "callback_data": t} for t in ("Note", "Alert")]
    message = sent(
        play,
        ann,
        "Choose",
        reply_markup=keyboard(rows, [{"text": "Open", "url": "https://news.example/x"}]),
    )
    shown = page.until(lambda one: one.id == message, "the message")
    assert shown.buttons == ("Note", "Alert", "Open")
    page.press(shown, "Note")
    play.call("answerCallbackQuery", callback_query_id=pressed(page, play), text="Noted <b>")
    page.toast("Noted <b>")
    page.press(shown, "Alert")
    play.call(
        "answerCallbackQuery",
        callback_query_id=pressed(page, play),
        text="Careful & slow",
        show_alert=True,
    )
    page.wait(lambda: "Careful & slow" in page.text_of("dialog#alert"), "the alert")
    page.click("dialog#alert .ok")
    page.wait(lambda: not page.sees("dialog#alert"), "the alert closed")
    link = page.run(
        "return [...document.querySelectorAll(`[data-message='${arguments[0]}'] .keyboard *`)]"
        ".map(one => one.href).filter(Boolean)",
        message,
    )
    assert link in (["https://news.example/x"], [])


def pressed(page: ChatPage, play: Stage) -> str:
    """Return the number of the press that waits for its answer."""
    page.wait(lambda: play.act(lambda state: state.unanswered), "the press")
    return str(play.act(lambda state: state.unanswered[0].id))


def test_an_answer_to_somebody_elses_press_is_not_shown(page: ChatPage, play: Stage) -> None:
    page.meet("Ravi", "City desk")
    desk = play.act(
        lambda state: next(
            chat for chat in state.directory.chats_of(play.cast.admin) if chat.name == "City desk"
        )
    )
    message = sent(
        play, desk.id, "Vote", reply_markup=keyboard([{"text": "Yes", "callback_data": "y"}])
    )
    page.until(lambda one: one.id == message, "the message")
    play.act(lambda state: state.press(message, "Yes", by=play.cast.admin, where=desk))
    play.call("answerCallbackQuery", callback_query_id=pressed(page, play), text="Olga voted")
    play.call("sendMessage", chat_id=desk.id, text="One vote")
    page.until(lambda one: one.text == "One vote", "what came after")
    assert "Olga voted" not in page.text_of("#toast")


def test_edits_and_deletions_are_followed(page: ChatPage, play: Stage, ann: int) -> None:
    message = sent(play, ann, "First", reply_markup=keyboard([{"text": "A", "callback_data": "a"}]))
    page.until(lambda one: one.id == message and one.text == "First", "the message")
    play.call("editMessageText", chat_id=ann, message_id=message, text="Second")
    shown = page.until(lambda one: one.id == message and one.text == "Second", "the edit")
    assert shown.buttons == ()
    play.call("deleteMessage", chat_id=ann, message_id=message)
    page.wait(lambda: message not in [one.id for one in page.bubbles()], "the deletion")


def test_typing_is_shown_until_the_message_comes(page: ChatPage, play: Stage, ann: int) -> None:
    play.call("sendChatAction", chat_id=ann, action="typing")
    page.wait(lambda: page.text_of("#typing"), "typing")
    sent(play, ann, "Here it is")
    page.wait(lambda: not page.sees("#typing") or not page.text_of("#typing"), "typing at an end")


def test_a_reply_shows_what_it_replies_to(page: ChatPage, play: Stage, ann: int) -> None:
    said = page.say("What about <b>this</b>?")
    message = sent(play, ann, "That", reply_parameters={"message_id": said.id})
    shown = page.until(lambda one: one.id == message, "the reply")
    assert "What about <b>this</b>?" in shown.reply


def test_pictures_and_documents_come_through(page: ChatPage, play: Stage, ann: int) -> None:
    picture = play.act(
        lambda state: state.send_photo(ann, PNG, "A picture", by=play.cast.readers[0])
    )
    page.until(lambda one: one.id == picture.id and one.text == "A picture", "the picture")
    size = "return document.querySelector(arguments[0])?.naturalWidth === 2"
    page.wait(
        lambda: page.run(size, f'[data-message="{picture.id}"] img.photo'), "the picture loaded"
    )
    file = play.act(
        lambda state: state.send_document(
            ann,
            b"<script>window.canary=1</script>",
            "page.html",
            "text/html",
            by=play.cast.readers[0],
        )
    )
    page.until(lambda one: one.id == file.id, "the document")
    link = page.find(f'[data-message="{file.id}"] a.document')
    assert "page.html" in link.text
    headers = page.run(
        "return fetch(arguments[0].href).then(r => [...r.headers].map(pair => pair.join(': ')))",
        link,
    )
    assert any(re.match(r"content-disposition: attachment", one) for one in headers)
    assert "x-content-type-options: nosniff" in headers


HARMFUL = (
    "javascript:window.canary=1",
    " javascript:window.canary=1",
    "java\nscript:window.canary=1",
    "JAVASCRIPT:window.canary=1",
    "data:text/html,<script>window.canary=1</script>",
    "vbscript:msgbox(1)",
    "blob:http://127.0.0.1/x",
    "file:///etc/passwd",
)


def spoiled(state: BotApiState, chat: int, message: int, target: str) -> None:
    """Put a link into a message that Telegram would have refused."""
    found = state.messages.get(chat, message)
    assert found is not None
    changed = replace(
        found,
        text=f"Read this: {target!r}",
        entities=(Entity("text_link", 0, 9, url=target),),
        keyboard=keyboard([{"text": "Go", "url": target}]),
    )
    state.show(EventKind.EDITED, state.messages.put(changed))


def reads(bubble: Bubble, words: str) -> bool:
    return bubble.text == words


def test_links_that_would_run_something_lead_nowhere(page: ChatPage, play: Stage, ann: int) -> None:
    message = sent(play, ann, "Nothing yet")
    windows = page.driver.window_handles
    for target in HARMFUL:
        play.act(partial(spoiled, chat=ann, message=message, target=target))
        page.until(partial(reads, words=f"Read this: {target!r}"), f"the link to {target!r}")
        page.run(
            "for (const one of document.querySelectorAll(arguments[0])) one.click();",
            f'[data-message="{message}"] .text *, [data-message="{message}"] .keyboard *',
        )
        assert [one for one in page.addresses() if not re.match(r"https?://[^/]", one)] == []
        assert page.run("return window.canary ?? null") is None
        assert page.run("return location.protocol") == "http:"
        assert page.driver.window_handles == windows, target


def test_a_message_of_the_longest_kind_stays_in_its_bubble(
    page: ChatPage, play: Stage, ann: int
) -> None:
    message = sent(play, ann, "w" * 4096)
    page.until(lambda one: one.id == message, "the message")
    over = page.run(
        "const history = document.querySelector('#history');"
        "return [document.documentElement.scrollWidth - window.innerWidth,"
        " history.scrollWidth - history.clientWidth]"
    )
    assert max(over) <= 0


def test_hostile_names_and_texts_are_text(page: ChatPage, play: Stage, ann: int) -> None:
    hostile = '<img src=x onerror="window.canary=1"></script><script>window.canary=2</script>'
    escaped = hostile.replace("<", "&lt;").replace(">", "&gt;")
    message = sent(
        play, ann, escaped, reply_markup=keyboard([{"text": hostile[:40], "callback_data": "x"}])
    )
    shown = page.until(lambda one: one.id == message, "the message")
    assert shown.text == hostile
    assert shown.buttons == (hostile[:40],)
    page.press(shown, hostile[:40])
    play.call("answerCallbackQuery", callback_query_id=pressed(page, play), text=hostile)
    page.toast(hostile)
    play.call("setMyCommands", commands=[{"command": "x", "description": hostile}])
    page.wait(lambda: page.commands().get("x") == hostile, "the command")
    assert page.run("return window.canary ?? null") is None
    with pytest.raises(NoAlertPresentException):
        _ = page.driver.switch_to.alert


def test_a_reply_keyboard_is_offered_and_answers(page: ChatPage, play: Stage, ann: int) -> None:
    rows = {"keyboard": [[{"text": "Yes"}, {"text": "No"}]], "one_time_keyboard": True}
    sent(play, ann, "Sure?", reply_markup=rows)
    page.click("#reply-keyboard button", "Yes")
    page.until(lambda one: one.mine and one.text == "Yes", "the answer")
    sent(play, ann, "Done", reply_markup={"remove_keyboard": True})
    page.wait(lambda: not page.sees("#reply-keyboard button"), "the keyboard gone")


def test_a_link_to_the_bot_opens_its_chat(page: ChatPage, play: Stage, ann: int) -> None:
    sent(play, ann, '<a href="https://t.me/newsdesk?start=a_7">Open it</a>')
    page.until(lambda one: one.text == "Open it", "the message")
    page.click("#history .bubble .text a", "Open it")
    page.until(lambda one: one.mine and one.text == "/start a_7", "the start")


def test_how_the_bot_is_stands_on_the_page(page: ChatPage, play: Stage, ann: int) -> None:
    play.show(BotStatus("failed", "The index is <damaged>."))
    page.wait(
        lambda: page.run("return document.querySelector('#status').dataset.state") == "failed",
        "the failure",
    )
    assert "The index is <damaged>." in page.text_of("body")
    page.click("#restart")
    page.wait(lambda: play.controls.restarts == 1, "the restart")
    play.show(BotStatus("running"))
    page.ready()
