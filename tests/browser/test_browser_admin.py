"""What an admin does from the page: taking articles in, and restarting the bot."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsroom_stories import FERRY, STORIES, TRUCE

from tests.support.playground_program import Story

if TYPE_CHECKING:
    from pathlib import Path

    from playing import ChatPage

    from tests.support.playground_program import Playground

__all__ = ["STORIES"]
WHEN = "When does the night ferry to Torsvik begin to sail?"
MANY = 200
_SEEN = """
const bubble = document.querySelector(`#history .bubble[data-message="${arguments[0]}"]`);
window.seen = [bubble.querySelector('.text').innerText];
new MutationObserver(() => {
  const shown = document.querySelector(`#history .bubble[data-message="${arguments[0]}"] .text`);
  if (shown && shown.innerText !== window.seen.at(-1)) window.seen.push(shown.innerText);
}).observe(document.querySelector('#history'), {subtree: true, childList: true});
"""


def villages() -> list[Story]:
    """Return many articles that are long enough to take a while."""
    return [
        Story(
            f"Village number {n} builds a bridge",
            f"The village number {n} builds a bridge over its river. "
            + " ".join(
                f"Stone {k} of the bridge was laid by mason {n * k} on the bank of the river, and "
                f"the council of village {n} paid {n + k} crowns for it."
                for k in range(1, 5)
            ),
            days=200,
        )
        for n in range(1, MANY + 1)
    ]


def test_a_reload_shows_how_far_it_is(page: ChatPage, program: Playground) -> None:
    page.meet("Olga")
    program.publish("villages", *villages())
    live = page.ask("/reload")
    page.run(_SEEN, live.id)
    done = page.until(
        lambda one: one.id == live.id and "Reloaded" in one.text, "the reload's end", within=90
    )
    assert f"{MANY} new, 0 updated, 0 removed" in done.text
    assert "edited" in done.meta
    seen = page.run("return window.seen")
    took = re.search(r"Reloaded in ([\d.]+) s", done.text)
    assert took is not None
    assert seen[-1].strip() == done.text
    # The message is edited every two seconds at most.
    assert len(seen) >= 3 or float(took[1]) < 4
    assert all(re.search(r"\d+ of \d+|…|Loading|Writing|Verifying", step) for step in seen[1:-1])


def test_a_reader_may_not_reload(page: ChatPage) -> None:
    page.meet("Ann")
    assert page.ask("/reload").text == "That is for the admins of this bot."


def test_a_document_becomes_an_article(page: ChatPage, tmp_path: Path) -> None:
    document = tmp_path / "truce.md"
    document.write_text(f"# {TRUCE.title}\n\n{TRUCE.text}\n", encoding="utf-8")
    page.meet("Olga")
    sent = page.send_file(document)
    done = page.until(
        lambda one: one.id > sent.id and "1 article is in." in one.text, "the article taken in"
    )
    assert done.buttons == (TRUCE.title,)
    assert page.answered(done, TRUCE.title).text.startswith(TRUCE.title)
    link = page.find(f'#history .bubble[data-message="{sent.id}"] a.document')
    assert "truce.md" in link.text
    page.meet("Ann")
    assert "exchange of prisoners" in page.ask("What do the peace talks go on with next week?").text


def test_a_document_of_a_reader_is_declined(page: ChatPage, tmp_path: Path) -> None:
    document = tmp_path / "mine.txt"
    document.write_text("My news\n\nNobody else has it.\n", encoding="utf-8")
    page.meet("Ann")
    sent = page.send_file(document)
    assert "text" in page.next_after(sent.id).text


def test_ones_data_come_as_a_file(page: ChatPage) -> None:
    page.meet("Ann")
    page.ask(WHEN)
    before = page.ask("/mydata").id
    link = page.find(f'#history .bubble[data-message="{before}"] a.document')
    assert ".json" in link.text
    kept = page.run("return fetch(arguments[0].href).then(reply => reply.json())", link)
    assert WHEN in [turn["question"] for turn in kept["turns"]]


def test_figures_come_with_a_picture(page: ChatPage) -> None:
    page.meet("Olga")
    before = page.last()
    page.say("/stats")
    loaded = (
        "return [...document.querySelectorAll('#history img.photo')].some(i => i.naturalWidth > 99)"
    )
    page.wait(lambda: page.run(loaded), "the picture")
    assert any("Questions" in one.text for one in page.bubbles() if one.id > before)


def test_a_restart_in_between_loses_nothing(page: ChatPage) -> None:
    page.meet("Ann")
    answer = page.ask(WHEN)
    page.click("#restart")
    page.wait(
        lambda: (
            not page.run("return document.querySelector('#status').dataset.state === 'running'")
        ),
        "the bot going down",
    )
    page.ready(within=60)
    shown = page.pressed(answer, "1")
    assert FERRY.title in shown.bold
    assert page.pressed(shown, "Back").text == answer.text
    assert "Tickets cost 45 euros" in page.ask("How much do tickets for it cost?").text


def test_what_is_asked_while_the_bot_is_down_is_answered_afterwards(page: ChatPage) -> None:
    page.meet("Ann")
    page.click("#restart")
    page.wait(
        lambda: (
            not page.run("return document.querySelector('#status').dataset.state === 'running'")
        ),
        "the bot going down",
    )
    said = page.say("Who leads a delegation at the talks in Geneva?")
    assert "Ana Berisha" in page.next_after(said.id, within=60).text
