"""The two systems that need nothing but Newsdesk's own packages, and the jobs around them."""

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.peers.collection import Files, cutter, read_articles, write_articles, write_texts
from benchmarks.peers.generated import write_generated
from benchmarks.peers.running import Runner, environment
from benchmarks.peers.systems import SYSTEMS, flat, newsdesk
from benchmarks.peers.worker import disk_bytes, prepare
from retrieval.evaluation.dataset import read_questions


@pytest.fixture(scope="module")
def collection(tmp_path_factory, embedder):
    """Return a folder with a generated collection's files, its texts and its questions."""
    folder = tmp_path_factory.mktemp("collection")
    articles, questions = write_generated(folder, 12)
    read = read_articles(articles, None)
    cut = cutter(embedder.count_tokens, embedder.window)
    texts = [text for article in read for text in cut(article)]
    write_articles(Files.within(folder).articles, read)
    write_texts(Files.within(folder).passages, texts)
    return folder, texts, read_questions(questions)


def test_the_floor_finds_what_brute_force_finds(collection, embedder):
    folder, texts, questions = collection
    peer = flat.Peer()
    peer.load(texts=True)
    home = folder / "flat"
    home.mkdir()
    assert peer.ingest(Files.within(folder), home).texts == len(texts)
    search = peer.open(home)["search"].alone
    vectors = embedder.embed_passages([text.whole for text in texts])
    asked = embedder.embed_questions([q.text for q in questions])
    for question, vector in zip(questions, asked, strict=True):
        best = np.argsort(-(vectors @ vector), kind="stable")[:5]
        assert [found.id for found in search(question.text)] == [texts[n].id for n in best]


@pytest.mark.parametrize("given", [False, True], ids=["embedded", "vectors given"])
def test_newsdesk_returns_the_passages_that_the_others_get(
    collection, embedder, given, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)  # what is measured of the model is kept in the folder it runs in
    folder, texts, questions = collection
    peer = newsdesk.Peer("float32")
    peer.load(texts=True)
    home = folder / f"newsdesk-{given}"
    home.mkdir()
    if given:
        peer.build(texts, embedder.embed_passages([text.whole for text in texts]), home)
    else:
        assert peer.ingest(Files.within(folder), home).texts == len(texts)
    ways = peer.open(home)
    known = {text.id: text.text for text in texts}
    for way in ("search", "reply"):
        found = ways[way].alone(questions[3].text)
        assert len(found) == 5
        assert all(known[f.id] == f.text for f in found)
    ranks = peer.judge(questions)
    peer.close()
    assert {"dense, told the day", "fused, not told the day", "reranked, told the day"} <= set(
        ranks
    )
    assert all(len(r) == len(questions) for r in ranks.values())
    assert ranks["reranked, told the day"].count(1) >= 10


def test_preparing_puts_the_articles_that_questions_name_into_the_slice(tmp_path):
    articles, questions = write_generated(tmp_path, 9)
    lines = questions.read_text(encoding="utf-8").splitlines()
    questions.write_text(lines[7], encoding="utf-8")
    sizes = prepare(
        {
            "articles": str(articles),
            "questions": str(questions),
            "work": str(tmp_path),
            "limit": 8,
            "slice": 3,
        }
    )
    assert sizes["whole"]["articles"] == 8
    assert 3 <= sizes["slice"]["passages"] < sizes["whole"]["passages"]
    assert sizes["slice"]["urls"] == ["https://news.example/7"]
    first = json.loads(Files.within(tmp_path / "slice").articles.read_text().splitlines()[0])
    assert first["url"] == "https://news.example/7"


def test_a_done_job_is_not_done_again(tmp_path):
    runner = Runner(tmp_path)
    done = tmp_path / "jobs" / "ingest.json"
    done.parent.mkdir()
    done.write_text('{"seconds": 1}', encoding="utf-8")
    assert runner.run("ingest", {"job": "no such job"}) == {"seconds": 1}
    assert runner.failed == {}


def test_a_job_that_fails_is_told_and_leaves_no_result(tmp_path, capsys):
    runner = Runner(tmp_path)
    assert runner.run("odd", {"job": "no such job"}) is None
    assert runner.failed == {"odd": "KeyError: 'no such job'"}
    assert "odd FAILED" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="odd failed: KeyError"):
        runner.need("odd", {"job": "no such job"})


def test_a_folder_with_another_run_is_refused(tmp_path):
    Runner(tmp_path / "w").claim({"rounds": 1})
    Runner(tmp_path / "w").claim({"rounds": 1})
    with pytest.raises(SystemExit, match="other options; delete it, or name another"):
        Runner(tmp_path / "w").claim({"rounds": 2})


def test_jobs_see_neither_settings_nor_hub(monkeypatch):
    monkeypatch.setenv("NEWSDESK_DATABASE", "postgresql://somewhere/else")
    assert "NEWSDESK_DATABASE" not in environment()
    assert environment()["HF_HUB_OFFLINE"] == "1"


def test_sizes_on_disk_are_of_all_files_below(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "one").write_bytes(b"12345")
    (tmp_path / "two").write_bytes(b"123")
    assert disk_bytes(tmp_path) == 8


def test_every_peer_is_pinned():
    root = Path(__file__).parents[2]
    files = [root / "constraints.txt", root / "benchmarks" / "peers" / "constraints.txt"]
    ours, theirs = (dict(pin.lower().split("==") for pin in f.read_text().split()) for f in files)
    assert all(ours[name] == theirs[name] for name in ours.keys() & theirs.keys())
    assert {"txtai", "haystack-ai", "llama-index-core"} <= set(theirs)
    assert {entry.module for entry in SYSTEMS.values()} == {
        "newsdesk",
        "flat",
        "txtai",
        "haystack",
        "llamaindex",
    }
