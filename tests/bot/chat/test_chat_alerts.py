"""Alerts and digests as their readers get them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.alerts.telling import ArticleRef, Digest, DigestGroup, Story, Why
from bot.alerts.types import Reason, Subscription, Wanted, Words
from bot.chat import alert_presses
from bot.chat.alert_presses import AlertPress, AlertVerb
from bot.chat.alerts import alert_keyboard, mute_keyboard, render_alert
from bot.chat.digests import render_digest
from bot.chat.paging import CALLBACK_BYTES
from bot.chat.translations import languages, translator
from tests.support.articles import NOW, any_text
from tests.support.telegram_html import parse

TR = translator("en")
LARGEST = 10**12 - 1


def subscription(number: int = 12, topic: str = "peace talks", label: str = "") -> Subscription:
    words = Words() if topic else Words(("sanctions",))
    wanted = Wanted("topic", topic, words)
    return Subscription(
        number, 1, None, wanted, label or topic or "+sanctions", 0.45, "now", "active", None, NOW, 1
    )


def ref(name: str, source: str = "Harbour Times", days: int = 0, title: str = "") -> ArticleRef:
    when = NOW - timedelta(days=days)
    url = f"https://news.example/{name}"
    return ArticleRef(f"{name:0>16}", title or f"Title {name}", url, source, when, when, "d")


def story(*articles: ArticleRef, of: tuple[Subscription, ...] = (), said: str = "") -> Story:
    found = of or (subscription(),)
    whys = tuple(
        Why(one, (Reason("topic", one.wanted.topic),), 0.6, (said or "One.", "Two."))
        for one in found
    )
    return Story(1, None, "s", articles or (ref("a"),), whys)


def test_an_alert_says_what_where_when_and_why() -> None:
    told = Story(
        1,
        None,
        "s",
        (ref("a"), ref("b", "Coast"), ref("c", "<Post>"), ref("d", "Coast")),
        (
            Why(
                subscription(),
                (Reason("topic", "peace talks"), Reason("word", "a<b")),
                0.6,
                ("They met & spoke.", "Nobody left."),
            ),
            Why(subscription(13, ""), (Reason("source", "Harbour Times"),), 1.0, ("", "")),
        ),
    )
    payload = render_alert(TR, told)
    (html,) = payload["html"]
    shown = parse(html)
    assert shown.text == (
        "Title a\nHarbour Times, 14 March 2026\n\nThey met & spoke.\n\nNobody left.\n"
        "Also told by Coast, <Post>\n"
        "You follow “peace talks”; the word “a<b”; the source Harbour Times"
    ).replace("left.\nAlso", "left.\nAlso")
    assert shown.quotes == ["They met & spoke.\n\nNobody left."]
    assert shown.links == ["https://news.example/a#:~:text=They%20met%20%26%20spoke."]
    assert "<blockquote expandable>" in html
    article = "a".rjust(16, "0")
    assert payload["keyboard"] == [
        [["Read more", f"b:o:0:{article}"], ["Ask about this", f"a:q:{article}:12.13"]],
        [["Mute this topic", f"a:m:{article}:12.13"], ["Fewer like this", f"a:f:{article}:12.13"]],
    ]
    assert render_alert(TR, told, buttons=False)["keyboard"] == []


def test_a_followed_story_is_named_as_it_was_asked() -> None:
    wanted = Wanted("story", "Title. A quoted sentence.")
    of = Subscription(1, 1, None, wanted, "Who won?", 0.6, "now", "active", None, NOW, 1)
    told = Story(
        1, None, "s", (ref("a"),), (Why(of, (Reason("topic", wanted.topic),), 1, ("", "")),)
    )
    assert parse(render_alert(TR, told)["html"][0]).text.endswith("You follow “Who won?”")


def test_without_a_topic_nothing_can_be_made_stricter() -> None:
    rows = alert_keyboard(TR, "a", [subscription(1, "")])
    assert [button.label for row in rows for button in row] == [
        "Read more",
        "Ask about this",
        "Mute this topic",
    ]
    (left,) = alert_keyboard(TR, "a", [])
    assert [button.label for button in left] == ["Read more", "Ask about this"]


def test_of_several_subscriptions_one_is_chosen_first() -> None:
    press = AlertPress(AlertVerb.MUTE, "a", (1, 2))
    rows = mute_keyboard(TR, press, [subscription(1), subscription(2, "", "+sanctions")])
    assert [(b.label, b.data) for row in rows for b in row] == [
        ("peace talks", "a:m:a:1"),
        ("+sanctions", "a:m:a:2"),
        ("Back", "a:b:a:1.2"),
    ]


@given(any_text, any_text, any_text, st.integers(1, 5))
def test_any_alert_is_one_message_that_telegram_takes(
    title: str, source: str, said: str, sources: int
) -> None:
    told = story(
        *(ref(str(n), source * 9 + str(n), title=title * 20) for n in range(sources)),
        of=(subscription(LARGEST, said or "x", title * 9),),
        said=said * 60,
    )
    payload = render_alert(TR, told)
    (html,) = payload["html"]
    assert parse(html).units <= 4096
    for row in payload["keyboard"]:
        for label, data in row:
            assert label.strip()
            assert len(data.encode()) <= CALLBACK_BYTES


@given(st.integers(1, 30), st.integers(1, 6), st.integers(0, 40), st.sampled_from(languages()))
def test_a_digest_names_every_story_once_in_order(
    count: int, groups: int, rest: int, language: str
) -> None:
    made = tuple(
        DigestGroup(
            subscription(LARGEST - n, f"topic {n}"),
            tuple(story(ref(f"{n}x{m}", days=m)) for m in range(count)),
        )
        for n in range(groups)
    )
    payload = render_digest(translator(language), Digest(1, None, made, rest))
    text = "\n".join(parse(html).text for html in payload["html"])
    numbers = [line.partition(".")[0] for line in text.splitlines() if "Title" in line]
    assert numbers == [str(n) for n in range(1, count * groups + 1)]
    places = [text.index(f"Title {n}x{m} —") for n in range(groups) for m in range(count)]
    assert places == sorted(places)
    buttons = [data for row in payload["keyboard"] for _, data in row]
    assert all(len(data.encode()) <= CALLBACK_BYTES for data in buttons)
    assert all(len(row) <= 8 for row in payload["keyboard"])
    assert sum(data.startswith("s:w:") for data in buttons) == (min(groups, 5) if rest else 0)


def test_a_digest_tells_what_it_left_out_and_why_it_is_late() -> None:
    group = DigestGroup(subscription(), (story(ref("a"), ref("b", "Coast")),))
    payload = render_digest(TR, Digest(1, None, (group,), 3, late=True))
    assert parse(payload["html"][0]).text == (
        "While I could not send: 4 stories\n\npeace talks\n"
        "1. Title a — Harbour Times, 14 March 2026 (and 1 other source)\n\n… and 3 more stories"
    )
    assert [label for row in payload["keyboard"] for label, _ in row] == [
        "1",
        "All of “peace talks”",
        "My subscriptions",
    ]
    silent = render_digest(TR, Digest(1, None, (group,), 3), buttons=False)
    assert silent["keyboard"] == []


@given(
    st.sampled_from(AlertVerb),
    st.from_regex(r"[0-9a-z]{0,16}", fullmatch=True),
    st.lists(st.integers(0, LARGEST), max_size=3),
    st.none() | st.integers(-1000, 1000),
)
def test_a_pressed_button_is_read_back(
    verb: AlertVerb, article: str, numbers: list[int], value: int | None
) -> None:
    press = AlertPress(verb, article, tuple(numbers), value)
    data = alert_presses.encode(press)
    assert len(data.encode()) <= CALLBACK_BYTES
    assert alert_presses.decode(data) == press


@pytest.mark.parametrize("data", ["a:?:a:1", "a:m", "a:m:a:1.2.3.4", "a:m:A:1", "s:m:a:1", ""])
def test_what_no_button_says_is_refused(data: str) -> None:
    assert alert_presses.decode(data) is None
