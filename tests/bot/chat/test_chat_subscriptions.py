"""The pages about subscriptions as people read them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.alerts.thresholds import LADDER
from bot.alerts.types import Pace, Subscription, SubscriptionState, Wanted, Words
from bot.alerts.wanting import Refusal
from bot.chat import prompts, subscribing, subscription_presses
from bot.chat.paging import CALLBACK_BYTES, Page
from bot.chat.prompts import Asked, Prompt
from bot.chat.subscription_list import Whose, render_list
from bot.chat.subscription_presses import Press, Verb
from bot.chat.subscriptions import Card, render_card, render_week, rung_of, wanted_name
from bot.chat.translations import languages, translator
from retrieval.types import ArticleRef
from tests.support.articles import NOW, any_text
from tests.support.telegram_html import parse

TR = translator("en")
CHANNEL = -(10**13)


def subscription(
    wanted: Wanted | None = None,
    *,
    threshold: float = 0.45,
    pace: Pace = "now",
    state: SubscriptionState = "active",
    muted: int = 0,
) -> Subscription:
    wanted = wanted or Wanted("topic", "peace talks")
    until = NOW + timedelta(hours=muted) if muted else None
    label = "" if wanted.topic == "" else wanted.topic
    return Subscription(12, 1, None, wanted, label, threshold, pace, state, until, NOW, 1)


def labels(page: Page) -> list[str]:
    return [button.label for row in page.rows for button in row]


def usable(page: Page) -> bool:
    buttons = [button for row in page.rows for button in row]
    return all(b.label.strip() and len(b.data.encode()) <= CALLBACK_BYTES for b in buttons)


@pytest.mark.parametrize("step", LADDER)
def test_looser_and_stricter_lead_one_step_up_and_down_the_ladder(step: float) -> None:
    page = render_card(TR, Card(subscription(threshold=step)), NOW)
    at = LADDER.index(step)
    assert f"{'▰' * (at + 1)}{'▱' * (len(LADDER) - at - 1)}" in parse(page.html).text
    targets = {
        button.label: int(button.data.split(":")[3]) / 1000
        for row in page.rows
        for button in row
        if button.data.startswith("s:h:")
    }
    expected = {"Looser": LADDER[at - 1]} if at else {}
    expected |= {"Stricter": LADDER[at + 1]} if at + 1 < len(LADDER) else {}
    assert targets == expected


def test_a_threshold_between_two_steps_has_a_place_on_the_ladder() -> None:
    assert [rung_of(one) for one in (-1, 0.52, 0.54, 0.63, 2)] == [0, 0, 1, 3, len(LADDER) - 1]


@pytest.mark.parametrize(
    ("one", "said", "button"),
    [
        (subscription(state="paused"), "Paused.", "Turn on again"),
        (subscription(state="ended"), "Ended: it was answered.", "Turn on again"),
        (subscription(muted=3), "Muted until 14 March 2026, 12:30\u00a0PM.", "Unmute"),
        (subscription(muted=-3), "", "Mute for a day"),
        (subscription(), "", "Pause"),
    ],
)
def test_a_card_says_why_nothing_comes_and_offers_the_way_back(
    one: Subscription, said: str, button: str
) -> None:
    page = render_card(TR, Card(one), NOW)
    assert said in parse(page.html).text
    assert ("Muted" in page.html) == ("Muted" in said)
    assert button in labels(page)


def test_what_has_no_words_of_its_own_is_not_reworded() -> None:
    every = render_card(TR, Card(subscription(Wanted("all"))), NOW)
    assert "“Everything”" in parse(every.html).text
    assert "Change the words" not in labels(every)
    assert "How close" not in every.html
    assert "Change the words" in labels(render_card(TR, Card(subscription()), NOW))


def test_names_are_in_the_readers_language_where_they_can_be() -> None:
    german = translator("de")
    assert wanted_name(german, Wanted("all")) == "Alles"
    assert wanted_name(german, Wanted("source", source="Bild")) == "Alles von Bild"
    only = Wanted("all", words=Words((), ("football",)))
    assert wanted_name(german, only) == "* -football"


@given(any_text, any_text, st.sampled_from(languages()), st.booleans(), st.integers(0, 120))
def test_any_subscription_is_shown_within_telegrams_limits(
    topic: str, title: str, language: str, fresh: bool, found: int
) -> None:
    tr = translator(language)
    one = subscription(Wanted("topic", topic * 9, Words((title[:20],))), muted=2)
    ref = ArticleRef("f" * 16, title * 30, "https://x.example/" + "a" * 900, title * 9, NOW)
    card = Card(one, [ref] * 3, CHANNEL, title * 9, fresh=fresh)
    pages = [render_card(tr, card, NOW)]
    pages += [render_week(tr, card, [ref] * found, 7, at) for at in (0, 3)]
    pages += [render_list(tr, [one] * found, 1, NOW, Whose(CHANNEL, title))]
    for page in pages:
        assert 0 < parse(page.html).units <= 4096
        assert usable(page)


def test_every_subscription_is_on_one_page_of_the_list() -> None:
    many = [subscription(Wanted("topic", f"topic {n}")) for n in range(19)]
    seen = [
        line.partition(" — ")[0]
        for at in range(3)
        for line in parse(render_list(TR, many, at, NOW, Whose()).html).text.splitlines()
        if " — At once" in line
    ]
    assert seen == [f"{n + 1}. topic {n}" for n in range(19)]


@pytest.mark.parametrize("refusal", Refusal)
@pytest.mark.parametrize("language", languages())
def test_every_refusal_says_what_to_write(refusal: Refusal, language: str) -> None:
    said = parse(subscribing.render_refusal(translator(language), refusal)).text
    assert len(said) > 20
    if language != "en":
        assert said != parse(subscribing.render_refusal(TR, refusal)).text


@given(
    st.sampled_from(Verb),
    st.integers(0, 10**18 - 1),
    st.from_regex(r"[0-9A-Za-z-]{0,16}", fullmatch=True),
    st.integers(-(10**14), 10**14),
    st.booleans(),
)
def test_a_pressed_button_is_read_back(
    verb: Verb, number: int, value: str, chat: int, fresh: bool
) -> None:
    press = Press(verb, number, value, chat, fresh)
    data = subscription_presses.encode(press)
    assert len(data.encode()) <= CALLBACK_BYTES
    assert subscription_presses.decode(data) == press


@pytest.mark.parametrize("data", ["s:l", "s:?:1:::", "s:l:0:0:0:x", "t:l:0:0:0:", "s:l:-1:0:0:"])
def test_what_no_button_says_is_refused(data: str) -> None:
    assert subscription_presses.decode(data) is None


@given(st.sampled_from(Asked), st.integers(0, 10**9), st.integers(-(10**14), 0))
def test_a_question_carries_what_it_is_about(asked: Asked, number: int, chat: int) -> None:
    prompt = Prompt(asked, number, chat)
    shown = parse(prompts.with_mark("Which?", prompt, "newsdesk_bot"))
    assert shown.text == "Which? ↩"
    assert prompts.prompt_in([None, "https://news.example/", *shown.links]) == prompt
    assert prompts.prompt_in(["https://t.me/newsdesk_bot?start=a_1", None]) is None
