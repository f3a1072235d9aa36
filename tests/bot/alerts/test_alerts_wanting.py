"""What people write after /subscribe: by hand, and what must hold for anything written."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.alerts.types import Wanted, Words
from bot.alerts.wanting import MOST_CHARACTERS, MOST_WORDS, Refusal, key, label, parse_wanted


def topic(
    text: str = "", *required: str, without: tuple[str, ...] = (), source: str = ""
) -> Wanted:
    return Wanted("topic", text, Words(required, without), source)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("peace  talks in\nGeneva ", topic("peace talks in Geneva")),
        ("+sanctions -football", topic("", "sanctions", without=("football",))),
        ('"oil price" -"palm oil"', topic("", "oil price", without=("palm oil",))),
        ('+"oil price"', topic("", "oil price")),
        ('peace talks +Geneva "cease fire"', topic("peace talks", "Geneva", "cease fire")),
        ("+Geneva peace -tennis talks", topic("peace talks", "Geneva", without=("tennis",))),
        ("„Öl Preis“ −Fußball", topic("", "Öl Preis", without=("Fußball",))),
        ("“oil price” –golf", topic("", "oil price", without=("golf",))),
        ("«цена нефти» -«футбол»", topic("", "цена нефти", without=("футбол",))),
        ("»Öl Preis« 「原油価格」", topic("", "Öl Preis", "原油価格")),
        ("+तेल -क्रिकेट की खबरें", topic("की खबरें", "तेल", without=("क्रिकेट",))),
        ('צה"ל +"צה"ל מבצע"', topic('צה"ל', 'צה"ל מבצע')),
        ("Ukraine’s grain ‘deal’", topic("Ukraine’s grain ‘deal’")),
        ("post-war Japan", topic("post-war Japan")),
        ("+post-war -anti-war", topic("", "post-war", without=("anti-war",))),
        ("Ukraine - Russia + talks", topic("Ukraine - Russia + talks")),
        ("-5 degrees", topic("-5 degrees")),
        ('snow -"2022" +2024 -5G', topic("snow", "2024", without=("2022", "5G"))),
        ("++oil --golf +-x", topic("+-x", "oil", without=("golf",))),
        ("+oil, -golf; +U.S. +Rome.", topic("", "oil", "U.S.", "Rome", without=("golf",))),
        ("+oil,. -golf…,", topic("", "oil", without=("golf",))),
        ('"oil\n\t price"', topic("", "oil price")),
        ("+cafe\u0301", topic("", "caf\u00e9")),
        ('"हिन्दी"में कल"', topic("", 'हिन्दी"में कल')),
        ('talks "oil price', topic("talks", "oil price")),
        ('"oil price -golf talks', topic("talks", "oil price", without=("golf",))),
        ('oil "', topic("oil")),
        ('12" vinyl', topic('12" vinyl')),
        ("+oil +Oil -golf -GOLF", topic("", "oil", without=("golf",))),
        ("🎉 +oil", topic("", "oil")),
        ("source:Courier", Wanted("source", "", Words(), "Courier")),
        (
            'Source: "The Hill" -golf',
            Wanted("source", "", Words((), ("golf",)), "The Hill"),
        ),
        ("+source:Courier oil", topic("oil", source="Courier")),
        ("source:Courier +oil source:COURIER", topic("", "oil", source="Courier")),
        ("source:Courier *", Wanted("source", "", Words(), "Courier")),
        ("*", Wanted("all")),
        (" Everything. ", Wanted("all")),
        ("alles", Wanted("all")),
        ("सब", Wanted("all")),
        ("* -golf", Wanted("all", "", Words((), ("golf",)))),
        ("everything +oil", topic("", "oil")),
        ("everything about oil", topic("everything about oil")),
        ("", Refusal.EMPTY),
        (' + - "" … ', Refusal.EMPTY),
        ("🎉", Refusal.EMPTY),
        ("-golf", Refusal.ONLY_EXCLUSIONS),
        ('-golf -"palm oil" !', Refusal.ONLY_EXCLUSIONS),
        ("oil +golf -Golf", Refusal.CONTRADICTION),
        ("source:", Refusal.NO_SOURCE_NAME),
        ('oil source:""', Refusal.NO_SOURCE_NAME),
        ("source:Courier source:Herald", Refusal.TWO_SOURCES),
        ("oil -source:Courier", Refusal.EXCLUDED_SOURCE),
        ("a" * MOST_CHARACTERS, topic("a" * MOST_CHARACTERS)),
        ("a" * (MOST_CHARACTERS + 1), Refusal.TOO_LONG),
        ('"' + " ".join("a" * 150), Refusal.TOO_LONG),  # 300, and with its closing mark 301
        ("a    " * 100, topic(" ".join("a" * 100))),
        (" " * 4000, Refusal.TOO_LONG),
        (" ".join(f"+w{n}" for n in range(MOST_WORDS)), topic("", *(f"w{n}" for n in range(20)))),
        (" ".join(f"+w{n}" for n in range(MOST_WORDS)) + " -golf", Refusal.TOO_MANY_WORDS),
    ],
)
def test_by_hand(text: str, expected: Wanted | Refusal) -> None:
    assert parse_wanted(text) == expected


def test_a_label_says_it_all_in_order() -> None:
    wanted = parse_wanted('source:"The Hill" -golf -"2022" «oil price» talks +Geneva')
    assert isinstance(wanted, Wanted)
    assert label(wanted) == 'talks "oil price" +Geneva -golf -"2022" source:"The Hill"'
    assert label(Wanted("question", "Who met in Geneva?")) == "Who met in Geneva?"


signs = st.sampled_from(["", "", "+", "-", "−", "–", "++", "+-", "source:", "SOURCE: ", "-source:"])
marks = st.sampled_from('" " „ “ ” « » 「 」 \' ’ . , : ! - + * ( 5'.split())
letters = st.text(st.sampled_from("abÖßжक्ष\u093f中\u05e6\u0301\u0958'0") | marks, max_size=5)
parts = st.tuples(signs, letters | marks | st.sampled_from(["*", "everything", '"a b"', "«a b"]))
texts = st.lists(parts.map("".join), max_size=7).map(" ".join) | st.text(max_size=30)


@given(texts)
@example('"oil price')
@example('+-"a b"')
@example("source:source:a")
@example('"a."."')
def test_a_label_reads_as_what_it_names(text: str) -> None:
    wanted = parse_wanted(text)
    if isinstance(wanted, Wanted):
        assert parse_wanted(label(wanted)) == wanted
        assert len(label(wanted)) <= MOST_CHARACTERS


@given(texts)
def test_what_is_read_keeps_its_promises(text: str) -> None:
    wanted = parse_wanted(text)
    if isinstance(wanted, Refusal):
        return
    words = (*wanted.words.required, *wanted.words.excluded)
    assert all(any(c.isalnum() for c in word) for word in words)
    assert len(words) <= MOST_WORDS
    assert (wanted.kind == "topic") == bool(wanted.topic or wanted.words.required)
    assert wanted.kind != "source" or wanted.source


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Peace  talks", "peace talks.", True),
        ("+oil -golf -tennis peace", "peace -TENNIS +Oil -golf", True),
        ('"Oil Price" +gas', "+gas «oil price»", True),
        ("+Straße", "+STRASSE", True),
        ("Ukraine’s grain", "ukraine's grain", True),
        ("source:Courier", 'source:"courier"', True),
        ("everything", "*", True),
        ("peace talks", "talks peace", False),
        ('"oil price"', '"price oil"', False),
        ("+oil", "oil", False),
        ("+oil peace", "-oil peace", False),
        ("-5 degrees", "5 degrees", False),
        ('"a b"', "+a +b", False),
        ("*", "* -golf", False),
        ("peace source:A", "peace source:B", False),
    ],
)
def test_keys(one: str, other: str, same: bool) -> None:
    first, second = parse_wanted(one), parse_wanted(other)
    assert isinstance(first, Wanted)
    assert isinstance(second, Wanted)
    assert (key(first) == key(second)) == same


def test_a_question_and_a_topic_differ() -> None:
    assert key(Wanted("question", "oil")) != key(Wanted("topic", "oil"))


@given(texts)
def test_a_key_outlives_the_label_and_shouting(text: str) -> None:
    wanted = parse_wanted(text)
    if isinstance(wanted, Wanted):
        again = parse_wanted(label(wanted))
        assert isinstance(again, Wanted)
        assert key(again) == key(wanted)
