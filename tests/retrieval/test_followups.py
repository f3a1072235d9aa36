from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.followup import Standalone, Turn, complete, stands_alone
from retrieval.followup.completing import LONGEST
from retrieval.index.home import IndexHome
from tests.support.articles import any_text, prose
from tests.support.dialogues import (
    SEEDS,
    Newsstand,
    as_asked,
    completed,
    concatenated,
    figures,
    load_dialogues,
    measure,
    open_newsstand,
)

if TYPE_CHECKING:
    from retrieval.embedding import SentenceTransformerEmbedder

LAVROV = Turn(
    "Who is Lavrov meeting in India?",
    "Sergei Lavrov, the Russian foreign minister, is meeting his Indian counterpart, Subrahmanyam"
    " Jaishankar, in New Delhi on Friday.",
    ("Lavrov in New Delhi for talks with Jaishankar",),
)
FINLAND = Turn(
    "When did Finland apply to NATO?",
    "Finland and Sweden formally applied to join NATO on Wednesday.",
    ("Finland and Sweden hand in applications to join NATO",),
)
ELECTION = Turn(
    "Who won the French election?",
    "Emmanuel Macron has been re-elected president of France, defeating the far-right candidate"
    " Marine Le Pen in Sunday's run-off.",
    ("Macron wins second term as French president",),
)
REFUGEES = Turn(
    "How many people have fled Ukraine?",
    "More than four million people have now fled Ukraine, the agency UNHCR reported.",
    ("Refugees from Ukraine now number more than four million",),
)

turns_of_any_text = st.lists(
    st.builds(Turn, any_text | prose, any_text | prose, st.lists(any_text, max_size=2).map(tuple)),
    max_size=4,
)
leaning_words = "When did he arrive there? And Sweden? why the minister Macron it that's NATO B. V."
questions = st.lists(st.sampled_from(leaning_words.split()), max_size=9).map(" ".join) | any_text


@pytest.mark.parametrize(
    ("question", "before", "text"),
    [
        ("When did he arrive?", LAVROV, "When did Sergei Lavrov arrive India New Delhi?"),
        ("And Sweden?", FINLAND, "When did Sweden apply to NATO?"),
        ("norway?", FINLAND, "When did norway apply to NATO?"),
        ("Why?", FINLAND, "Why did Finland apply to NATO?"),
        ("where", LAVROV, "where is Lavrov meeting in India?"),
        ("What did she say?", ELECTION, "What did Marine Le Pen say French Macron election?"),
    ],
)
def test_a_follow_up_takes_the_place_it_has_in_the_previous_question(
    question: str, before: Turn, text: str
) -> None:
    assert complete(question, [before]).text == text


@pytest.mark.parametrize(
    ("question", "before", "carried"),
    [
        ("How many of them went to Poland?", REFUGEES, "Ukraine"),
        ("the minister", LAVROV, "Sergei Lavrov"),
        ("What about the sanctions?", LAVROV, "India"),
        ("What else did they discuss?", LAVROV, "Sergei Lavrov"),
        ("how many members does it have", FINLAND, "NATO"),
        ("Where was it held?", ELECTION, "French"),
        ("unme se kitne log Poland gaye", REFUGEES, "Ukraine"),
        ("the result?", ELECTION, "election"),
        ("Who won?", ELECTION, "French"),
        ("Which film won?", ELECTION, "French"),
        ("Who won first place?", ELECTION, "French"),
        ("Who is new president?", ELECTION, "French"),
        ("क्यों?", LAVROV, "India"),
    ],
)
def test_a_follow_up_keeps_its_words_and_gets_the_topic(
    question: str, before: Turn, carried: str
) -> None:
    whole = complete(question, [before])
    assert whole.leaned
    assert carried in whole.added
    assert carried in whole.text
    assert whole.text.startswith(question.rstrip("?"))


@pytest.mark.parametrize(
    "question",
    [
        "Who won the French election?",
        "who won the french election",
        "What did Macron say after he won?",
        "what did sun chunlan say when she travelled to shanghai",
        "How hot was it in Delhi on Sunday?",
        "How many died in the earthquake?",
        "Elon Musk",
        "wheat prices",
        "tell me about the oscars",
        "what is the latest news",
        "What gas do police use in France?",
        "UN vote on Russia",
        "Who said that Finland would join?",
        "Is there a ban on wheat exports?",
        "Who won best picture?",
        "who won the best picture award",
        "Which film won best song?",
        "Thanks!",
        "Wer hat die Wahl in Frankreich gewonnen?",
        "फ्रांस का चुनाव किसने जीता और कब?",
        "",
        "?!",
    ],
)
def test_a_new_topic_stays_as_it_is(question: str) -> None:
    assert complete(question, [LAVROV]) == Standalone(question, leaned=False)


def test_a_person_is_carried_over_several_turns() -> None:
    second = complete("When did he arrive?", [LAVROV])
    turns = [LAVROV, Turn(second.text, "Lavrov landed on Thursday evening after a stop in China.")]
    assert complete("Who is his counterpart?", turns).text.startswith(
        "Who is Sergei Lavrov's counterpart"
    )


def test_after_a_new_topic_the_old_one_is_not_carried() -> None:
    whole = complete("Where did he celebrate?", [LAVROV, ELECTION])
    assert whole.text.startswith("Where did Emmanuel Macron celebrate")
    assert "Lavrov" not in whole.text


def test_an_abstention_is_leaned_on_by_its_question() -> None:
    whole = complete("Why?", [Turn("When did Norway apply to NATO?", "", ())])
    assert whole.text == "Why did Norway apply to NATO?"


@pytest.mark.parametrize("question", ["What did Lavrov say in India?", "Who leads the Bundesbank?"])
def test_some_questions_stand_alone_whatever_was_said(question: str) -> None:
    assert stands_alone(question)


@pytest.mark.parametrize("question", ["Why?", "And Sweden?", "When did he arrive?", "Норвегия?"])
def test_others_may_lean(question: str) -> None:
    assert not stands_alone(question)


@given(
    question=any_text | prose | questions,
    turns=turns_of_any_text | st.lists(st.sampled_from([LAVROV, FINLAND, ELECTION, REFUGEES])),
)
def test_what_stands_alone_never_leans(question: str, turns: list[Turn]) -> None:
    if stands_alone(question):
        assert complete(question, turns) == Standalone(question, leaned=False)


@pytest.mark.parametrize("name", ["tuning", "heldout"])
def test_what_stands_alone_leans_in_no_dialogue(name: str) -> None:
    asked = [step.question for one in load_dialogues(name) for step in one.turns]
    alone = [question for question in asked if stands_alone(question)]
    assert 0 < len(alone) < len(asked)
    for question in alone:
        for before in asked[::10]:
            for said in ("", question):
                assert not complete(question, [Turn(before, said, (said,))]).leaned


@given(question=any_text | prose | questions)
def test_without_turns_nothing_changes(question: str) -> None:
    assert complete(question, []) == Standalone(question, leaned=False)


@given(question=any_text | prose | questions, turns=turns_of_any_text)
def test_whatever_was_said_the_result_is_bounded_and_the_same_each_time(
    question: str, turns: list[Turn]
) -> None:
    whole = complete(question, turns)
    assert whole == complete(question, turns)
    assert len(whole.text) <= len(question) + LONGEST
    assert whole.leaned == bool(whole.added)
    if not whole.leaned:
        assert whole.text == question


@given(
    question=questions,
    turns=st.lists(st.sampled_from([LAVROV, FINLAND, ELECTION, REFUGEES]), max_size=6),
)
def test_only_the_last_turns_count(question: str, turns: list[Turn]) -> None:
    assert complete(question, turns) == complete(question, turns[-3:])


def test_long_texts_take_no_time() -> None:
    long = Turn("Who is he? " * 5000, "Sergei Lavrov met T. S. Tirumurti. " * 5000, ("It " * 9000,))
    started = time.process_time()
    complete("And when did he arrive there? " * 30, [long] * 5)
    assert time.process_time() - started < 1.0


@pytest.fixture(scope="module")
def newsstand(
    tmp_path_factory: pytest.TempPathFactory, embedder: SentenceTransformerEmbedder
) -> Newsstand:
    home = IndexHome(tmp_path_factory.mktemp("newsstand") / "index")
    return open_newsstand(home, embedder)


@pytest.mark.parametrize("name", ["tuning", "heldout"])
def test_the_dialogues_are_what_they_should_be(name: str) -> None:
    held = load_dialogues(name)
    kinds = Counter(turn.kind for dialogue in held for turn in dialogue.turns)
    assert len(held) >= 36
    assert kinds["new-topic"] * 3 >= kinds.total()
    for dialogue in held:
        assert [turn.kind == "standalone" for turn in dialogue.turns] == [
            n == 0 for n in range(len(dialogue.turns))
        ]
        for turn in dialogue.turns:
            seed = (SEEDS / turn.seed).read_text(encoding="utf-8")
            assert turn.expected
            assert all(string in seed for string in turn.expected)


@pytest.mark.parametrize("name", ["tuning", "heldout"])
def test_dialogues_find_the_right_articles(name: str, newsstand: Newsstand) -> None:
    outcomes = measure(name, newsstand)
    follow_ups = figures(outcomes, "follow-up")
    switches = figures(outcomes, "new-topic")
    assert follow_ups.nearest >= 0.92
    assert follow_ups.first >= 0.78
    assert follow_ups.found >= 0.35
    assert switches.unchanged >= 0.95
    assert switches.nearest >= 0.86
    assert switches.first >= 0.66


def test_completing_beats_asking_as_asked_and_concatenating(newsstand: Newsstand) -> None:
    ours, raw, joined = (
        measure("heldout", newsstand, way) for way in (completed, as_asked, concatenated)
    )
    assert figures(ours, "follow-up").first >= figures(raw, "follow-up").first + 0.4
    assert figures(ours, "follow-up").first >= figures(joined, "follow-up").first - 0.03
    assert figures(ours, "new-topic").first >= figures(raw, "new-topic").first - 0.03
    assert figures(ours, "new-topic").first >= figures(joined, "new-topic").first + 0.1
