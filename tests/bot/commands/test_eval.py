"""`newsdesk eval` over a small collection: figures, replies, report."""

import json
import re

import pytest

import bot.commands.eval
import bot.desk
import bot.indexing
from bot.cli import main

ARTICLES = [
    {
        "url": f"https://news.example/{town}",
        "title": f"Festival in {town}",
        "text": f"The town of {town} counted {prize} at its spring festival on Sunday.",
        "published": "2022-05-01",
    }
    for town, prize in {"Avaldsnes": "12 horses", "Cederby": "47 violins"}.items()
]
QUESTIONS = [
    {
        "id": "horses",
        "question": "What did the spring festival in Avaldsnes count?",
        "asked_at": "2022-05-02",
        "answers": ["12 horses"],
        "urls": ["https://news.example/Avaldsnes"],
    },
    {
        "id": "early",
        "question": "What did the spring festival in Cederby count?",
        "asked_at": "2022-04-30",
        "answers": ["47 violins"],
        "urls": ["https://news.example/Cederby"],
    },
    {"id": "none", "question": "<b>Who</b> won the chess title?", "answers": [], "urls": []},
]


@pytest.fixture
def newsdesk(tmp_path, monkeypatch, embedder, capfd):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(bot.desk, "load_embedder", lambda _settings: embedder)
    monkeypatch.setattr(bot.indexing, "load_embedder", lambda _settings: embedder)

    def run(*arguments):
        capfd.readouterr()
        with pytest.raises(SystemExit) as stop:
            main(["--data", "d", *map(str, arguments)])
        out, err = capfd.readouterr()
        return int(stop.value.code), out, err

    for name, records in (("articles", ARTICLES), ("questions", QUESTIONS)):
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(r) + "\n" for r in records))
    assert run("index", "articles.jsonl")[0] == 0
    return run


def test_figures_replies_and_report(newsdesk, tmp_path):
    code, out, err = newsdesk(
        "eval", "questions.jsonl", "--json", "--replies", "replies.jsonl", "--report", "r.html"
    )
    assert code == 0, err
    figures = json.loads(out)
    assert (figures["questions"], figures["answerable"], figures["with_gold"]) == (3, 2, 2)
    # The second question was asked before its article was published.
    assert figures["answer_if_forced"] == 0.5
    assert figures["evidence"] == {"1": 0.5, "3": 0.5, "5": 0.5}
    assert figures["gold"] == {"1": 0.5, "5": 0.5, "10": 0.5}
    assert figures["mrr"] == 0.5
    replies = [json.loads(line) for line in (tmp_path / "replies.jsonl").read_text().splitlines()]
    assert [reply["id"] for reply in replies] == ["horses", "early", "none"]
    assert "12 horses" in replies[0]["text"]
    page = (tmp_path / "r.html").read_text()
    assert page.count("<svg") == 5
    assert "<b>Who</b>" not in page
    assert not re.search(r'(?:src|href)="(?!#)', page)


def test_the_table_names_every_measure(newsdesk):
    code, out, _ = newsdesk("eval", "questions.jsonl")
    assert code == 0
    for name in ("answer@300", "evidence@1", "gold@5", "MRR", "AUROC", "reply p50"):
        assert name in out


def test_a_bad_question_file_is_one_line(newsdesk, tmp_path):
    (tmp_path / "bad.jsonl").write_text("{}\n")
    code, _, err = newsdesk("eval", "bad.jsonl")
    assert code == 1
    assert "bad.jsonl:1" in err
    assert newsdesk("eval", "nowhere.jsonl")[0] == 2


def test_an_interrupted_run_keeps_what_is_done(newsdesk, tmp_path, monkeypatch):
    def interrupted(settings, asked, real=bot.commands.eval._run):
        outcomes = real(settings, asked)
        yield next(outcomes)
        raise KeyboardInterrupt

    monkeypatch.setattr(bot.commands.eval, "_run", interrupted)
    code, out, err = newsdesk("eval", "questions.jsonl", "--json", "--replies", "replies.jsonl")
    assert code == 0
    assert json.loads(out)["questions"] == 1
    assert "1 of 3" in err
    assert len((tmp_path / "replies.jsonl").read_text().splitlines()) == 1
