"""Sentence spans, against hand-worked news prose and what holds for any text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.sentences import sentence_spans
from tests.support.articles import prose


def split(text: str, language: str = "en") -> list[str]:
    return [span.of(text) for span in sentence_spans(text, language=language)]


@pytest.mark.parametrize(
    "sentences",
    [
        ["Rain fell all night.", "Roads stayed shut.", "Will it stop?", "Nobody knows!"],
        ["Dr. Mehta met Gov. Ellis and Gen. Park on Tuesday.", "Talks go on."],
        ["Mr. and Mrs. Osei left St. Ives with Prof. Lund.", "They took the train."],
        ["J. K. Harrow won.", "The prize went to B. Okafor in 2024."],
        ["Polls close at 5 p.m. ET on Friday.", "Results follow."],
        ["It lands at 11:45 p.m. GMT.", "Crowds wait."],
        ["Doors open at 4 p.m.", "The hall holds 900."],
        ["The U.S. Senate voted.", "The U.K. did not."],
        ["Shares rose 2.5 percent to $1.30 in the U.S. market.", "Oil fell 0.8 percent."],
        ["The law, i.e. the new one, passed.", "Fees, e.g. for boats, rise."],
        ["“We will not go,” she said.", "“Not now.”", "He left."],
        ['"Will it hold?" asked the engineer.', "It did."],
        ["“Stop!” he cried, and ran.", "The train left."],
        ["The bridge reopens in May.", "Nobody was hurt."],
        ["Lot No. 7 sold vs. all odds.", "The buyer hid."],
    ],
)
def test_english_news(sentences: list[str]) -> None:
    assert split(" ".join(sentences)) == sentences


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("hi", ["दिल्ली में बारिश हुई।", "सड़कें बंद रहीं।", "क्या स्कूल खुलेंगे?"]),
        ("ru", ["Дождь шёл всю ночь.", "Дороги закрыты.", "Мэр А. Иванов выступил."]),
        ("de", ["Es regnete am 3. Mai.", "Die Straßen blieben gesperrt."]),
        ("fr", ["Il pleut à Lyon.", "Les routes sont fermées."]),
        ("es", ["¿Quién ganó?", "Nadie lo sabe."]),
    ],
)
def test_other_languages(language: str, sentences: list[str]) -> None:
    assert split(" ".join(sentences), language) == sentences


def test_scripts_without_spaces() -> None:
    assert split("東京で雨が降った。道路は閉鎖された。", "ja") == [
        "東京で雨が降った。",
        "道路は閉鎖された。",
    ]


@pytest.mark.parametrize("language", ["", "und", "xx", "pt-BR", "zh-Hant", "EN", "no language"])
def test_unknown_languages_are_split_all_the_same(language: str) -> None:
    assert split("One came. Two went.", language) == ["One came.", "Two went."]


def test_a_quotation_that_is_carried_on_stays_whole() -> None:
    text = "“Is it over?” the mayor asked. “No.” She sat down."
    assert split(text)[0] == "“Is it over?” the mayor asked."


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\t \u00a0\n"])
def test_nothing_gives_nothing(text: str) -> None:
    assert split(text) == []


def test_spans_count_code_points() -> None:
    first, second = sentence_spans("🌊 Flood in Köln. 🇮🇳 Roads shut.")
    assert (first.start, first.end) == (0, 16)
    assert (second.start, second.end) == (17, 31)


@given(prose, st.sampled_from(["en", "hi", "ru", "ja", "de", ""]))
def test_spans_are_in_order_trimmed_and_leave_only_white_space(text: str, language: str) -> None:
    end = 0
    for span in sentence_spans(text, language=language):
        assert span.start >= end
        assert not text[end : span.start].strip()
        piece = span.of(text)
        assert piece
        assert piece == piece.strip()
        end = span.end
    assert not text[end:].strip()


@given(prose)
def test_a_line_break_always_ends_a_sentence(text: str) -> None:
    assert all("\n" not in sentence for sentence in split(text))
    assert split("and so\non and\non") == ["and so", "on and", "on"]
