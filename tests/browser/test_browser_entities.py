"""Formatted text as the page builds it: what is nested, what overlaps, what makes no sense."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playing import ChatPage

if TYPE_CHECKING:
    from selenium.webdriver.chrome.webdriver import WebDriver
    from stage import Stage

RENDER = """
const [text, entities] = arguments;
return import('/static/js/entities.js').then(({renderText}) => {
  const box = document.createElement('div');
  box.append(renderText(text, entities));
  for (const one of box.querySelectorAll('*')) {
    const names = [...one.attributes].map(({name}) => name);
    for (const name of names) if (!['href', 'class'].includes(name)) one.removeAttribute(name);
  }
  return box.innerHTML;
});
"""
FOLLOW = """
const [link] = arguments;
return import('/static/js/deeplinks.js').then(({safeLink, parseDeepLink}) =>
  [safeLink(link), parseDeepLink(link, 'newsdesk')]);
"""


@pytest.fixture(scope="module")
def window(browser: WebDriver, play: Stage) -> ChatPage:
    """Return the window that the module's tests share; they need no bot."""
    return ChatPage(browser, play.url)


def entity(kind: str, offset: int, length: int, **more: Any) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length, **more}


@pytest.mark.parametrize(
    ("text", "entities", "markup"),
    [
        (
            "abcdef",
            [entity("bold", 0, 6), entity("italic", 2, 2)],
            "<strong>ab<em>cd</em>ef</strong>",
        ),
        (
            "abcdef",
            [entity("bold", 0, 4), entity("italic", 2, 4)],
            "<strong>ab<em>cd</em></strong><em>ef</em>",
        ),
        ("😀 bold x", [entity("bold", 3, 4)], "😀 <strong>bold</strong> x"),
        (
            "a\nquote\nb",
            [entity("blockquote", 2, 5), entity("bold", 0, 9)],
            "<strong>a</strong><blockquote><strong>quote</strong></blockquote><strong>b</strong>",
        ),
        (
            "abcd",
            [entity("spoiler", 0, 2), entity("bold", 2, 2), entity("spoiler", 2, 2)],
            '<span class="spoiler"><span class="veiled">ab<strong>cd</strong></span></span>',
        ),
        ("x", [entity("bold", 0, 9), entity("italic", 5, 2)], "<strong>x</strong>"),
        ("<b>", [entity("underline", 0, 3)], "<u>&lt;b&gt;</u>"),
        ("hm", [entity("text_link", 0, 2, url="javascript:alert(1)")], "<span>hm</span>"),
        ("hm", [entity("text_link", 0, 2, url="data:text/html,x")], "<span>hm</span>"),
        ("a.example", [entity("url", 0, 9)], '<a href="http://a.example/">a.example</a>'),
    ],
)
def test_text_is_built_as_its_entities_say(
    page: ChatPage, text: str, entities: list[dict[str, Any]], markup: str
) -> None:
    assert page.run(RENDER, text, entities) == markup


@pytest.mark.parametrize(
    ("link", "opened", "meaning"),
    [
        (
            "https://t.me/newsdesk?start=a1",
            "https://t.me/newsdesk?start=a1",
            {"kind": "start", "payload": "a1"},
        ),
        (
            "tg://resolve?domain=Newsdesk&start=a1",
            "tg://resolve?domain=Newsdesk&start=a1",
            {"kind": "start", "payload": "a1"},
        ),
        (
            "https://t.me.evil.example/newsdesk?start=a1",
            "https://t.me.evil.example/newsdesk?start=a1",
            None,
        ),
        ("https://t.me/another_bot?start=a1", "https://t.me/another_bot?start=a1", None),
        ("mailto:desk@news.example", "mailto:desk@news.example", None),
        ("JavaScript:alert(1)", None, None),
        ("file:///etc/passwd", None, None),
    ],
)
def test_links_open_if_they_are_of_a_known_kind(
    page: ChatPage, link: str, opened: str | None, meaning: dict[str, str] | None
) -> None:
    assert page.run(FOLLOW, link) == [opened, meaning]
