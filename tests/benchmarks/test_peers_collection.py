"""The texts that all systems get: generated ones, and how a collection is cut and sliced."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.peers.collection import (
    Files,
    Text,
    cutter,
    named_first,
    read_articles,
    read_texts,
    up_to,
    write_articles,
    write_texts,
)
from benchmarks.peers.generated import generate, write_generated
from retrieval.evaluation.dataset import read_questions
from retrieval.evaluation.matching import contains_answer
from tests.support.articles import make_article
from tests.support.embedders import count_words


def test_one_generated_article_alone_holds_the_answer_to_its_question():
    articles, questions = generate(40)
    assert len(articles) == len(questions) == 40
    for number, question in enumerate(questions):
        holding = [a["url"] for a in articles if contains_answer(a["text"], question["answers"])]
        assert holding == question["urls"] == [articles[number]["url"]]


def test_the_same_seed_gives_the_same_collection_and_another_one_another():
    assert generate(10) == generate(10)
    assert generate(10) != generate(10, seed=8)


def test_generated_files_are_read_by_newsdesk(tmp_path):
    articles, questions = write_generated(tmp_path, 12)
    read = read_articles(articles, None)
    assert [a.title for a in read] == [a["title"] for a in generate(12)[0]]
    assert all(a.published is not None for a in read)
    assert [q.text for q in read_questions(questions)] == [q["question"] for q in generate(12)[1]]


def test_articles_are_read_once_each_and_up_to_the_limit(tmp_path):
    lines = [
        json.dumps({"url": f"https://news.example/{n}", "title": "T", "text": f"Text {n}."})
        for n in (1, 2, 1, 3)
    ]
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    assert [a.text for a in read_articles(path, None)] == ["Text 1.", "Text 2.", "Text 3."]
    assert [a.text for a in read_articles(path, 2)] == ["Text 1.", "Text 2."]


def test_what_is_cut_are_newsdesks_passages_title_in_front():
    article = make_article("ferry", title="Ferry", text="One two three.\n" + "word " * 150 + "end.")
    texts = cutter(count_words, 254)(article)
    assert [t.id for t in texts] == [f"{article.id}.{n}" for n in range(len(texts))]
    assert len(texts) >= 1
    assert all(t.text in article.text and t.whole == f"Ferry\n{t.text}" for t in texts)
    assert Text("1", "", "Body.").whole == "Body."


def test_named_articles_come_first_and_the_order_stays():
    articles = [make_article(str(n), "T.", url=f"https://news.example/{n}") for n in range(4)]
    urls = {"https://news.example/2", "https://news.example/3", "https://news.example/9"}
    order = [a.url[-1] for a in named_first(articles, urls)]
    assert order == ["2", "3", "0", "1"]


@given(st.lists(st.integers(0, 5), max_size=12), st.integers(0, 20))
def test_whole_articles_are_taken_until_there_are_enough_passages(sizes, wanted):
    cut = lambda size: [Text(str(n), "", "x") for n in range(size)]  # noqa: E731 - sizes as articles
    taken, texts = up_to(sizes, wanted, cut)
    assert taken == sizes[: len(taken)]
    assert len(texts) == sum(taken)
    assert sum(taken[:-1]) < wanted or not taken
    assert len(texts) >= wanted or taken == sizes


def test_texts_and_articles_survive_their_files(tmp_path):
    files = Files.within(tmp_path / "new")
    texts = [Text("a.0", "Tïtle", "One\nline"), Text("a.1", "", "“Two”")]
    write_texts(files.passages, texts)
    assert list(read_texts(files.passages)) == texts
    article = make_article(
        "x",
        "Body.",
        url="https://news.example/x",
        title="T",
        published=datetime(2024, 5, 1, tzinfo=UTC),
    )
    write_articles(files.articles, [article])
    again = read_articles(files.articles, None)
    assert [(a.title, a.text, a.published) for a in again] == [
        (article.title, article.text, article.published)
    ]


def test_a_file_that_is_missing_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="passages"):
        list(read_texts(Files.within(tmp_path).passages))
