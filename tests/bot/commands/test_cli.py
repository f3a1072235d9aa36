"""The command line as a person and a program meet it: real files, real index, real model."""

import gzip
import json
import shutil

import pytest

import bot.collection.syncing
import bot.desk
from bot.cli import main

LAVROV = """---
title: Minister meets counterpart
source: Test Gazette
published: 2022-04-01
url: https://news.example/minister
---

Foreign Minister Anna Berg is meeting her counterpart Tomas Lind in Oslo on Friday.

The visit lasts two days and ends with a dinner at the royal palace.
"""
FERRY = {
    "title": "Ferry line opens",
    "text": "A new ferry line between Kiel and Bergen opened.\nThe ferry crossing takes 19 hours.",
    "published": "2022-05-02",
    "url": "https://news.example/ferry",
}


@pytest.fixture(autouse=True)
def _place(tmp_path, monkeypatch, embedder):
    """An empty folder, and the session's model instead of loading one a command."""
    monkeypatch.chdir(tmp_path)
    for name in ("TELEGRAM_TOKEN", "DATA", "MODEL", "PASSAGE_TOKENS"):
        monkeypatch.delenv(f"NEWSDESK_{name}", raising=False)
    monkeypatch.setattr(bot.desk, "load_embedder", lambda _settings: embedder)
    monkeypatch.setattr(bot.collection.syncing, "load_embedder", lambda _settings: embedder)


@pytest.fixture
def newsdesk(capfd):
    """Run a command; return exit code, stdout and stderr."""

    def run(*arguments):
        capfd.readouterr()
        with pytest.raises(SystemExit) as stop:
            main([str(a) for a in arguments])
        out, err = capfd.readouterr()
        return int(stop.value.code), out, err

    return run


@pytest.fixture
def articles(tmp_path):
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "minister.md").write_text(LAVROV)
    with gzip.open(folder / "more.jsonl.gz", "wt") as stream:
        stream.write(json.dumps(FERRY) + "\n")
    return folder


@pytest.fixture
def indexed(newsdesk, articles):
    code, _, err = newsdesk("--data", "d", "index", articles)
    assert code == 0, err
    return articles


def test_a_question_in_a_cited_answer_out(newsdesk, indexed):
    code, out, err = newsdesk("--data", "d", "ask", "Who is Anna Berg meeting?", "--json")
    assert (code, err) == (0, "")
    reply = json.loads(out)
    assert reply["kind"] == "answer"
    first = reply["citations"][0]
    assert first["quote"] == (
        "Foreign Minister Anna Berg is meeting her counterpart Tomas Lind in Oslo on Friday."
    )
    assert first["quote"] in first["passage"]
    assert first["url"] == "https://news.example/minister"
    assert first["published"] == "2022-04-01T00:00:00+00:00"
    assert reply["sentences"][0] == {"text": first["quote"], "citations": [1]}
    assert reply["as_of"] == "2022-04-01T00:00:00+00:00"
    assert set(reply) == {
        *(
            "question",
            "kind",
            "text",
            "sentences",
            "citations",
            "confidence",
            "as_of",
            "dates",
            "differences",
        ),
        *("generation", "took_ms", "reason", "closest"),
    }


def test_as_of_hides_what_was_not_yet_written(newsdesk, indexed):
    question = "How long does the ferry crossing take?"
    code, out, _ = newsdesk("--data", "d", "ask", "--as-of", "2022-05-02", question, "--json")
    assert code == 0
    assert "19 hours" in json.loads(out)["text"]
    _, out, _ = newsdesk("--data", "d", "ask", "--as-of", "2022-05-01", question, "--json")
    assert "19 hours" not in json.loads(out)["text"]
    assert "https://news.example/ferry" not in out


def test_a_wrong_date_is_a_usage_error(newsdesk, indexed):
    code, _, err = newsdesk("--data", "d", "ask", "--as-of", "yesterdayish", "Who?")
    assert code == 2
    assert "2022-04-01" in err


def test_the_same_command_again_changes_nothing(newsdesk, indexed):
    code, out, _ = newsdesk("--data", "d", "index", indexed, "--json")
    report = json.loads(out)
    assert code == 0
    assert (report["embedded"], report["unchanged"], report["written"]) == (0, 2, False)
    code, out, _ = newsdesk("--data", "d", "index", "--json")
    assert code == 0
    assert json.loads(out)["unchanged"] == 2


def test_an_edited_article_replaces_its_old_text(newsdesk, indexed):
    (indexed / "minister.md").write_text(LAVROV.replace("Tomas Lind", "Petra Holm"))
    _, out, _ = newsdesk("--data", "d", "index", "--json")
    report = json.loads(out)
    assert (report["updated"], report["added"], report["articles"]) == (1, 0, 2)
    _, out, _ = newsdesk("--data", "d", "ask", "Who is Anna Berg meeting?")
    assert "Petra Holm" in out
    assert "Tomas Lind" not in out


def test_a_broken_line_is_named_and_the_rest_goes_on(newsdesk, tmp_path):
    file = tmp_path / "news.jsonl"
    file.write_text(json.dumps(FERRY) + "\n{broken\n" + json.dumps({"title": "no text"}) + "\n")
    code, out, err = newsdesk("--data", "d", "index", file, "--json")
    assert code == 0
    assert json.loads(out)["articles"] == 1
    assert f"{file}:2" in err
    assert f"{file}:3" in err
    assert len(err.strip().splitlines()) == 2


@pytest.mark.parametrize("content", [b"", b"  \n\n ", bytes(range(256)) * 40])
def test_a_file_without_an_article_is_named(newsdesk, tmp_path, content):
    file = tmp_path / "odd.txt"
    file.write_bytes(content)
    code, _, err = newsdesk("--data", "d", "index", file)
    assert code == 3
    assert str(file) in err
    assert "Traceback" not in err


def test_a_missing_path_fails_but_the_others_are_indexed(newsdesk, articles):
    code, out, err = newsdesk("--data", "d", "index", "nowhere", articles, "--json")
    assert code == 1
    assert json.loads(out)["articles"] == 2
    assert "nowhere" in err


def test_nothing_indexed_is_exit_code_3(newsdesk):
    for command in (("ask", "Who?"), ("index",), ("chat",)):
        code, _, err = newsdesk("--data", "nowhere", *command)
        assert code == 3, command
        assert "newsdesk index PATH" in err
        assert len(err.strip().splitlines()) == 1


def test_another_model_is_refused_with_the_command_that_mends_it(newsdesk, indexed, monkeypatch):
    monkeypatch.setenv("NEWSDESK_MODEL", "another/model")
    for command in (("ask", "Who is Anna Berg meeting?"), ("index", indexed)):
        code, _, err = newsdesk("--data", "d", *command)
        assert code == 1
        assert "another/model" in err
        assert "newsdesk index --rebuild" in err


def test_rebuild_takes_another_passage_size(newsdesk, indexed, monkeypatch):
    monkeypatch.setenv("NEWSDESK_PASSAGE_TOKENS", "64")
    assert newsdesk("--data", "d", "index", indexed)[0] == 1
    assert newsdesk("--data", "d", "index", "--rebuild")[0] == 0
    assert newsdesk("--data", "d", "index")[0] == 0


def test_a_damaged_generation_is_left_aside_for_the_one_before(newsdesk, indexed):
    (indexed / "third.txt").write_text("Third\n\nA third article that is here to be damaged soon.")
    assert newsdesk("--data", "d", "index")[0] == 0
    dense = indexed.parent / "d" / "index" / "generations" / "000002" / "dense.faiss"
    data = bytearray(dense.read_bytes())
    data[-1] ^= 0xFF
    dense.write_bytes(data)
    code, out, err = newsdesk("--data", "d", "ask", "Who is Anna Berg meeting?", "--json")
    assert code == 0
    assert json.loads(out)["generation"] == 1
    assert "dense.faiss" in err
    shutil.rmtree(dense.parent.parent / "000001")
    code, _, err = newsdesk("--data", "d", "ask", "Who?")
    assert code == 1
    assert "dense.faiss" in err
    assert "--rebuild" in err


@pytest.mark.parametrize("question", ["x " * 5000, "😀🎉", "   ", "?!"])
def test_what_is_no_question_gets_a_kind_line(newsdesk, indexed, question):
    code, out, err = newsdesk("--data", "d", "ask", question)
    assert code == 1
    assert out == ""
    assert len(err.strip().splitlines()) == 1


def test_chat_reads_a_question_a_line(newsdesk, indexed, monkeypatch):
    lines = iter(["Who is Anna Berg meeting?", "", "😀", "How long is the ferry crossing?"])

    def read(_prompt):
        try:
            return next(lines)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr("builtins.input", read)
    code, out, err = newsdesk("--data", "d", "chat")
    assert code == 0
    assert "Tomas Lind" in out
    assert "19 hours" in out
    assert out.count("Sources:") == 2
    assert "question in words" in err


def test_run_without_a_token_is_a_configuration_error(newsdesk, indexed):
    code, _, err = newsdesk("--data", "d", "run")
    assert code == 4
    assert "NEWSDESK_TELEGRAM_TOKEN" in err


def test_if_empty_leaves_a_collection_alone(newsdesk, indexed, tmp_path):
    (tmp_path / "other.txt").write_text("Other\n\nAnother article, which should not come in.")
    assert newsdesk("--data", "d", "index", "--if-empty", tmp_path / "other.txt")[0] == 0
    _, out, _ = newsdesk("--data", "d", "index", "--json")
    assert json.loads(out)["articles"] == 2


def test_a_data_folder_that_cannot_be_written(newsdesk, articles, tmp_path):
    (tmp_path / "file").write_text("in the way")
    code, _, err = newsdesk("--data", tmp_path / "file" / "d", "index", articles)
    assert code == 1
    assert "check NEWSDESK_DATA" in err
    assert len(err.strip().splitlines()) == 1
    assert len(err.strip().splitlines()) == 1


def test_help_teaches_every_command(newsdesk):
    code, out, _ = newsdesk("--help")
    assert code == 0
    for name in ("run", "chat", "ask", "index", "doctor"):
        assert f"  {name}  " in out
        assert newsdesk(name, "--help")[1].count("\n") > 5
