"""The page itself: keyboard, phone, themes, two windows, reloads, and whom it lets in."""

from __future__ import annotations

import http.client
import json
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from newsroom_stories import FERRY, STORIES
from selenium.webdriver.common.keys import Keys

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playing import ChatPage

    from tests.support.playground_program import Playground

__all__ = ["STORIES"]
WHEN = "When does the night ferry to Torsvik begin to sail?"
ANSWER = "from 3 May"
FOCUSED = """
const one = document.activeElement;
return [one.id, (one.innerText ?? '').trim(), one.closest('.bubble')?.dataset.message ?? ''];
"""
CONTRAST = """
const channel = value => value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
const luminance = colour => {
  const canvas = document.createElement('canvas').getContext('2d');
  canvas.fillStyle = colour;
  canvas.fillRect(0, 0, 1, 1);
  const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map(one => channel(one / 255));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const behind = element => {
  for (let one = element; one; one = one.parentElement) {
    const colour = getComputedStyle(one).backgroundColor;
    if (!/, 0\\)$|transparent/.test(colour)) return colour;
  }
  return 'rgb(255, 255, 255)';
};
return [...document.querySelectorAll(arguments[0])].map(one => {
  const [a, b] = [luminance(getComputedStyle(one).color), luminance(behind(one))];
  return {ratio: (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), behind: b};
});
"""


def tab_to(page: ChatPage, label: str, message: int | str = "") -> None:
    """Press Tab until the element of that id or text is focused."""
    for _ in range(150):
        number, text, bubble = page.run(FOCUSED)
        if label in (number, text) and (not message or bubble == str(message)):
            return
        page.keys(Keys.TAB)
    raise AssertionError(f"Tab does not reach {label}")


def test_all_goes_by_keyboard_alone(page: ChatPage) -> None:
    page.meet("Ann")
    page.reload()
    tab_to(page, "composer-text")
    before = page.last()
    page.keys(WHEN, Keys.ENTER)
    asked = page.until(lambda one: one.mine and one.id > before, "the question")
    answer = page.next_after(asked.id)
    page.run("document.activeElement.blur()")
    tab_to(page, "1", answer.id)
    page.keys(Keys.ENTER)
    shown = page.until(lambda one: one.id == answer.id and "Paragraph 1" in one.text, "it opened")
    tab_to(page, "Back", shown.id)
    page.keys(Keys.SPACE)
    page.until(lambda one: one.id == answer.id and one.text == answer.text, "the answer again")
    tab_to(page, "composer-text")
    page.keys("/")
    page.find('#commands [data-command="latest"]')
    page.keys("latest", Keys.ENTER)
    if page.find("#composer-text").get_property("value"):  # the first Enter chose the command
        page.keys(Keys.ENTER)
    listed = page.next_after(answer.id)
    assert FERRY.title in listed.text
    page.keys("/")
    page.find("#commands [data-command]")
    page.keys(Keys.ESCAPE)
    page.wait(lambda: not page.sees("#commands"), "the menu closed")


@contextmanager
def phone(page: ChatPage) -> Iterator[None]:
    """Give the window a phone's screen."""
    size = {"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": True}
    page.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        yield
    finally:
        page.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_on_a_phone_list_and_chat_take_turns(page: ChatPage) -> None:
    with phone(page):
        page.open()
        page.click("#back")  # a visit begins in the chat with the bot
        page.become("Ann")
        if page.sees("#back"):  # another person may be in the middle of a chat
            page.click("#back")
        page.wait(lambda: page.sees("#chats [data-chat]"), "the list")
        assert not page.sees("#composer-text")
        page.enter("Newsdesk")
        page.wait(lambda: page.sees("#composer-text"), "the chat")
        assert not page.sees("#chats [data-chat]")
        answer = page.ask(WHEN)
        assert page.pressed(answer, "1").text.startswith(FERRY.title)
        fits = "return document.documentElement.scrollWidth <= window.innerWidth"
        assert page.run(fits)
        page.click("#back")
        page.wait(lambda: page.sees("#chats [data-chat]"), "the list")
        assert not page.sees("#composer-text")
        assert page.run(fits)


def test_light_and_dark_are_readable_and_kept(page: ChatPage) -> None:
    page.meet("Ann")
    page.ask(WHEN)
    seen = set()
    for _ in range(3):
        theme = page.run("return document.documentElement.dataset.theme")
        seen.add(theme)
        for selector in (
            "#history .bubble .text",
            "#history .bubble .keyboard button",
            "#chats [data-chat]",
            "#composer-text",
        ):
            found = page.run(CONTRAST, selector)
            assert found
            assert min(one["ratio"] for one in found) >= 4.5, (theme, selector)
            if theme != "auto" and "chat" in selector:
                assert all((one["behind"] < 0.2) == (theme == "dark") for one in found)
        page.click("#theme-toggle")
    assert seen == {"auto", "light", "dark"}
    while page.run("return document.documentElement.dataset.theme") != "dark":
        page.click("#theme-toggle")
    page.reload()
    assert page.run("return document.documentElement.dataset.theme") == "dark"
    while page.run("return document.documentElement.dataset.theme") != "auto":
        page.click("#theme-toggle")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_system_s_theme_is_followed(page: ChatPage, scheme: str) -> None:
    asked = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", asked)
    page.meet("Ann")
    (list_,) = page.run(CONTRAST, "#chats")
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert (list_["behind"] < 0.2) == (scheme == "dark")


def test_two_windows_follow_each_other(page: ChatPage) -> None:
    page.meet("Ann", "City desk")
    with page.beside() as other:
        other.meet("Ravi", "City desk")
        said = page.say("Has anyone read the paper?")
        heard = other.until(lambda one: one.text == said.text, "what Ann said")
        assert not heard.mine
        answer = other.ask(f"/ask {WHEN}")
        assert page.until(lambda one: one.id == answer.id, "Ravi's answer").text == answer.text
        shown = page.pressed(answer, "1")
        assert other.until(lambda one: one.id == answer.id and one.text == shown.text, "the press")
        other.do(other.until(lambda one: one.mine, "Ravi's question"), "delete")
        page.wait(lambda: WHEN not in page.bubbles()[-2].text, "the deletion")
        # Who each window is stays its own affair.
        page.reload()
        assert page.until(lambda one: one.text == said.text, "what Ann said").mine


def test_a_reload_of_the_page_keeps_person_chat_and_history(page: ChatPage) -> None:
    page.meet("Ravi", "City desk")
    said = page.say("Still there?")
    page.reload()
    assert page.until(lambda one: one.id == said.id, "what was said").mine
    chosen = page.run(
        "return [...document.querySelectorAll('#people [data-person]')].filter(one =>"
        " ['true', 'page'].includes(one.getAttribute('aria-pressed') ?? one.getAttribute("
        "'aria-checked') ?? one.getAttribute('aria-current'))).map(one => one.innerText)"
    )
    assert len(chosen) == 1
    assert "Ravi" in chosen[0]


def test_the_calls_to_the_bot_api_are_shown(page: ChatPage) -> None:
    page.meet("Ann")
    page.click("#calls-toggle")
    answer = page.ask(WHEN)
    page.wait(lambda: "sendMessage" in page.text_of("#calls"), "the call")
    last = "[...document.querySelectorAll('#calls [data-call]')].filter("
    last += "one => one.innerText.includes('sendMessage')).at(-1)"
    page.run(f"{last.replace('one =>', 'one =>')}.querySelector('button, summary').click()")
    told = page.wait(
        lambda: page.run(f"return {last}.innerText.includes('reply_markup')"), "its parameters"
    )
    assert told
    assert ANSWER in page.run(f"return {last}.innerText")
    assert page.bubble(answer.id).text == answer.text
    page.click("#calls-toggle")


def test_nothing_is_asked_for_elsewhere(page: ChatPage) -> None:
    page.meet("Ann")
    page.ask(WHEN)
    asked = page.asked_for()
    assert f"{page.url}/" in asked
    assert any(one.startswith(f"{page.url}/static/js/") for one in asked)
    assert [one for one in asked if not one.startswith((f"{page.url}/", "data:"))] == []


def ask(program: Playground, method: str, path: str, **headers: str) -> tuple[int, dict[str, str]]:
    """Return status and headers of a request as any program may make it."""
    connection = http.client.HTTPConnection("127.0.0.1", program.port, timeout=20)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = json.dumps({"as": 4_500_000_000_000_002, "language": "en"}) if method == "POST" else None
    if body:
        named.setdefault("Content-Type", "application/json")
    try:
        connection.request(method, path, body, named)
        answer = connection.getresponse()
        answer.read()
        return answer.status, dict(answer.getheaders())
    finally:
        connection.close()


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "evil.example:{port}"},
        {"Host": "127.0.0.1.evil.example:{port}"},
        {"Origin": "http://evil.example"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
    ],
)
def test_other_sites_are_refused(program: Playground, headers: dict[str, str]) -> None:
    sent = {name: value.format(port=program.port) for name, value in headers.items()}
    assert ask(program, "POST", "/api/language", **sent)[0] == 403
    assert ask(program, "GET", "/api/state?as=4500000000000002", **sent)[0] == 403


def test_other_programs_on_this_machine_see_the_headers_that_guard(program: Playground) -> None:
    status, headers = ask(program, "GET", "/")
    assert status == 200
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert ask(program, "POST", "/api/language", Content_Type="text/plain")[0] in {400, 403, 415}
