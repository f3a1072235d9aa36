"""Articles that would run something if the page let them: they are text and nothing more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from selenium.common.exceptions import NoAlertPresentException

from tests.support.playground_program import Story

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playing import ChatPage

TITLE = "<script>window.canary=1</script> Dockers' strike at Norvik"
QUOTE = (
    'The dockers\' strike at Norvik ends on 9 June, said <img src=x onerror="window.canary=2"> '
    "speaker Tor Vik."
)
REST = (
    "</script><script>window.canary=3</script> <svg onload=window.canary=4> &lt;b&gt; "
    '<a href="javascript:window.canary=5">here</a> [there](javascript:window.canary=6) '
    "<style>body{display:none}</style> <iframe src=//evil.example></iframe> ${window.canary=7} "
    "{{constructor.constructor('window.canary=8')()}}"
)
RTL = "Turbine \u202egnp.exe\u2066 of Aspvik \u200fstands still"
STORIES = (
    Story(
        TITLE,
        f"{QUOTE}\n\n{REST}",
        source='Dock "Post" <b onclick=window.canary=9>',
        url="javascript:window.canary=10",
    ),
    Story(
        RTL,
        "The turbine of Aspvik \u202estands still\u202c since Sunday, said engineer Ulla Berg.\n\n"
        "A second paragraph on the turbine.",
        url="https://harbour.example/a'\"><script>window.canary=11</script>",
    ),
    Story(
        "The longest word of Lomvik",
        "The longest word of Lomvik was carved into a rock by the stonemason Per Lie.\n\n"
        f"It reads {'a' * 65_536}.\n\n{'b' * 65_536}",
    ),
)


@pytest.fixture(autouse=True)
def nothing_runs(page: ChatPage) -> Iterator[None]:
    """Afterwards nothing of the articles may have run."""
    yield
    assert page.run("return window.canary ?? null") is None
    assert (
        page.run("return document.querySelectorAll('svg[onload], iframe, img[onerror]').length")
        == 0
    )
    assert page.run("return getComputedStyle(document.body).display") != "none"
    with pytest.raises(NoAlertPresentException):
        _ = page.driver.switch_to.alert
    assert {one.partition("//")[0] for one in page.addresses()} <= {"http:", "https:", "blob:"}


def test_a_quotation_full_of_markup_is_shown_to_the_letter(page: ChatPage) -> None:
    page.meet("Ann")
    answer = page.ask("When does the dockers' strike at Norvik end?")
    assert QUOTE in answer.text
    assert "<script>window.canary=1</script>" in answer.text
    shown = page.pressed(answer, "1")
    assert TITLE in shown.text
    assert REST.split(" ", maxsplit=1)[0] in shown.text
    after = page.pressed(shown, "Next ›") if "Next ›" in shown.buttons else shown
    assert "{{constructor.constructor" in after.text
    assert scripts_of(page) == scripts_of_the_page(page)


def test_lists_and_buttons_with_markup_are_text(page: ChatPage) -> None:
    page.meet("Ann")
    listed = page.ask("/latest")
    assert TITLE in listed.text
    assert any(label.startswith("<script>") or "1" in label for label in listed.buttons)
    number = next(one for one in listed.buttons)
    opened = page.answered(listed, number) if number else listed
    assert opened.text
    found = page.ask("/search strike at Norvik")
    assert TITLE in found.text
    page.ask("/sources")


def test_marks_that_turn_the_writing_round_stay_in_their_bubble(page: ChatPage) -> None:
    page.meet("Ann")
    answer = page.ask("Since when does the turbine of Aspvik stand still?")
    assert "since Sunday, said engineer Ulla Berg." in answer.text
    # What follows the bubble's text is written as ever: the time ends at its right.
    ordered = page.run(
        "const bubble = document.querySelector(`[data-message='${arguments[0]}']`);"
        "return [getComputedStyle(bubble).direction,"
        " getComputedStyle(bubble.querySelector('.meta')).direction]",
        answer.id,
    )
    assert ordered == ["ltr", "ltr"]
    assert not set("\u202e\u2066") & set(page.text_of("#chats"))


def test_a_line_without_end_breaks_within_its_bubble(page: ChatPage) -> None:
    page.meet("Ann")
    answer = page.ask("Who carved the longest word of Lomvik into a rock?")
    assert "stonemason Per Lie" in answer.text
    after = page.pressed(page.pressed(answer, "1"), "Next ›")
    assert after.text.count("a") > 300, repr(after.text)
    listed = page.ask("/search longest word of Lomvik")
    page.answered(listed, listed.buttons[0])
    wide = page.run(
        "const history = document.querySelector('#history');"
        "return [document.documentElement.scrollWidth - window.innerWidth,"
        " history.scrollWidth - history.clientWidth]"
    )
    assert max(wide) <= 0


def test_what_people_write_is_text_too(page: ChatPage) -> None:
    page.meet("Ann", "City desk")
    said = page.say(f"{REST} https://news.example/?a=<b>")
    assert said.text.startswith("</script><script>")
    page.meet("Ravi", "City desk")
    assert page.bubble(said.id).text == said.text


def test_a_file_with_markup_for_a_name_is_text(page: ChatPage, tmp_path: Path) -> None:
    document = tmp_path / "<img src=x onerror=canary=12>.html"
    document.write_text(
        "<html><title>Pier</title><body><script>window.canary=13</script><p>The pier of Torvik "
        "was opened on Sunday. It is forty metres long.</p></body></html>",
        encoding="utf-8",
    )
    page.meet("Olga")
    sent = page.send_file(document)
    page.until(
        lambda one: one.id > sent.id and ("is in." in one.text or "No article" in one.text),
        "what became of it",
    )
    link = page.find(f'#history .bubble[data-message="{sent.id}"] a.document')
    assert "<img" in link.text
    kind = page.run(
        "return fetch(arguments[0].href).then(answer => [answer.headers.get('Content-Disposition'),"
        " answer.headers.get('X-Content-Type-Options')])",
        link,
    )
    assert kind[0].startswith("attachment")
    assert kind[1] == "nosniff"


def scripts_of(page: ChatPage) -> list[str]:
    """Return where the document's scripts come from."""
    found = page.run("return [...document.scripts].map(one => one.src)")
    return [str(one) for one in found]


def scripts_of_the_page(page: ChatPage) -> list[str]:
    return [one for one in scripts_of(page) if one.startswith(f"{page.url}/static/js/")]
