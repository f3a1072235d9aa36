"""`newsdesk eval` over a small collection: figures, replies, report."""

import json
import re
from datetime import UTC, datetime

import numpy as np
import pytest

import bot.collection.syncing
import bot.desk
import retrieval.evaluation.run
from bot.chat.feedback import evaluation_lines
from bot.chat.reply_records import reply_to_record
from bot.cli import main
from bot.store.records import Feedback
from retrieval.calibration import Curve
from retrieval.evaluation.stages import LABELS
from retrieval.types import Answer, AnswerSentence, Citation, Span

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
    monkeypatch.setattr(bot.collection.syncing, "load_embedder", lambda _settings: embedder)

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
    assert "#000000" not in page  # the page sets its colours, light or dark
    assert not re.search(r'(?:src|href)="(?!#)', page)
    assert figures["calibration"] is None
    stages = {s["stage"]: s for s in figures["stages"]}
    assert list(stages) == list(LABELS)
    assert stages["reranked"]["evidence"] == {"1": 0.5, "3": 0.5, "5": 0.5}
    assert stages["plain"]["answer"] == stages["extracted"]["answer"] == 0.5
    for label in LABELS.values():
        assert label in page


def test_the_table_names_every_measure(newsdesk):
    code, out, _ = newsdesk("eval", "questions.jsonl")
    assert code == 0
    for name in ("answer@300", "evidence@1", "gold@5", "MRR", "AUROC", "reply p50"):
        assert name in out
    assert "Gains per stage" not in out
    assert json.loads(newsdesk("eval", "questions.jsonl", "--json")[1])["stages"] is None


def test_the_stages_are_a_table_of_their_own(newsdesk):
    code, out, _ = newsdesk("eval", "questions.jsonl", "--stages")
    assert code == 0
    assert "Gains per stage" in out
    for label in LABELS.values():
        assert label in out


def test_a_bad_question_file_is_one_line(newsdesk, tmp_path):
    (tmp_path / "bad.jsonl").write_text("{}\n")
    code, _, err = newsdesk("eval", "bad.jsonl")
    assert code == 1
    assert "bad.jsonl:1" in err
    assert newsdesk("eval", "nowhere.jsonl")[0] == 2


def test_an_interrupted_run_keeps_what_is_done(newsdesk, tmp_path, monkeypatch):
    def interrupted(*arguments, real=retrieval.evaluation.run.evaluate, **options):
        yield next(real(*arguments, **options))
        raise KeyboardInterrupt

    monkeypatch.setattr(retrieval.evaluation.run, "evaluate", interrupted)
    code, out, err = newsdesk("eval", "questions.jsonl", "--json", "--replies", "replies.jsonl")
    assert code == 0
    assert json.loads(out)["questions"] == 1
    assert "1 of 3" in err
    assert len((tmp_path / "replies.jsonl").read_text().splitlines()) == 1


ENDS = ("dale", "ford", "mere", "wick", "holm")
TOWNS = [f"{start}{end}" for start in ("Ar", "Bel", "Cor", "Dun", "Elm", "Fal") for end in ENDS]


def _ask(newsdesk, question):
    return json.loads(newsdesk("ask", question, "--json")[1])


@pytest.fixture
def many(newsdesk, tmp_path):
    """Thirty towns with a festival each; thirty questions on them and thirty on others."""
    articles, questions = [], []
    for n, town in enumerate(TOWNS):
        text = f"The town of {town} counted {n + 11} horses at its spring festival on Sunday."
        articles.append({"title": f"Festival in {town}", "text": text, "published": "2022-05-01"})
        known = {"question": f"How many horses did the festival in {town} count?"}
        questions.append({**known, "answers": [f"{n + 11} horses"]})
        foreign = {"question": f"How many horses did the festival in Upper {town[::-1]} lose?"}
        questions.append({**foreign, "answers": []})
    for name, records in (("articles", articles), ("many", questions)):
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(r) + "\n" for r in records))
    assert newsdesk("index", "articles.jsonl")[0] == 0
    return newsdesk


def test_a_fitted_threshold_is_saved_and_used(many, tmp_path):
    question = f"How many horses did the festival in {TOWNS[4]} count?"
    before = _ask(many, question)
    code, out, err = many("eval", "many.jsonl", "--fit-threshold", "--json", "--report", "r.html")
    assert code == 0, err
    file = tmp_path / "d" / "calibration.json"
    assert str(file.relative_to(tmp_path)) in err
    saved, fit = json.loads(file.read_text()), json.loads(out)["calibration"]
    assert np.array(saved["knots"]) == pytest.approx(np.array(fit["knots"]), abs=1e-4)
    assert (saved["answerable"], saved["unanswerable"]) == (30, 30)
    curve = Curve(tuple((a, b) for a, b in saved["knots"]))
    after = _ask(many, question)
    # What is printed is rounded to four digits.
    assert after["confidence"] == pytest.approx(curve(before["confidence"]), abs=1e-3)
    assert after["confidence"] != pytest.approx(before["confidence"], abs=2e-3)
    assert (after["kind"] == "answer") == (after["confidence"] >= saved["threshold"])
    # What is in use does not enter the next fit.
    assert many("eval", "many.jsonl", "--fit-threshold")[0] == 0
    assert json.loads(file.read_text())["knots"] == saved["knots"]
    assert json.loads(many("eval", "many.jsonl", "--json")[1])["threshold"] == saved["threshold"]
    file.unlink()
    assert _ask(many, question)["confidence"] == before["confidence"]


def test_a_set_threshold_wins_and_is_told(many, monkeypatch):
    monkeypatch.setenv("NEWSDESK_THRESHOLD", "0.99")
    code, out, err = many("eval", "many.jsonl", "--fit-threshold", "--refuse-at-most", "0.1")
    assert code == 0
    assert "wins over the fitted threshold" in err
    assert "after, cross-validated" in out
    assert json.loads(many("eval", "many.jsonl", "--json")[1])["threshold"] == 0.99


def test_too_few_questions_fit_no_threshold(newsdesk, tmp_path):
    code, out, err = newsdesk("eval", "questions.jsonl", "--fit-threshold")
    assert (code, out) == (1, "")
    assert len(err.splitlines()) == 1
    assert "30 answerable questions, there are 2" in err
    assert not (tmp_path / "d" / "calibration.json").exists()
    assert newsdesk("eval", "questions.jsonl", "--refuse-at-most", "0.1")[0] == 2


def test_an_interrupted_run_fits_no_threshold(many, tmp_path, monkeypatch):
    def interrupted(*arguments, real=retrieval.evaluation.run.evaluate, **options):
        yield next(real(*arguments, **options))
        raise KeyboardInterrupt

    monkeypatch.setattr(retrieval.evaluation.run, "evaluate", interrupted)
    code, _, err = many("eval", "many.jsonl", "--fit-threshold")
    assert code == 0
    assert "no threshold was fitted" in err
    assert not (tmp_path / "d" / "calibration.json").exists()


def test_a_broken_calibration_is_a_warning_and_the_defaults(newsdesk, tmp_path):
    question = QUESTIONS[0]["question"]
    before = _ask(newsdesk, question)
    (tmp_path / "d" / "calibration.json").write_text("{")
    code, out, err = newsdesk("ask", question, "--json")
    assert code == 0
    assert err.count("calibration.json") == 1
    assert json.loads(out)["confidence"] == before["confidence"]


def test_what_people_said_of_answers_is_a_questions_file(newsdesk, tmp_path):
    now = datetime(2026, 3, 14, tzinfo=UTC)
    url = "https://news.example/Avaldsnes"
    quote = ARTICLES[0]["text"]
    cited = Citation(1, "a", "p", "T", url, "S", now, quote, Span(0, 1), quote)
    reply = Answer("?", (AnswerSentence(quote, (1,)),), (cited,), 0.9, now, 1)
    question = QUESTIONS[0]["question"]
    verdicts = [
        Feedback(1, 7, question, reply_to_record(reply), "good", "", now, 1, 7),
        Feedback(2, 7, "Who won?", reply_to_record(reply), "bad", "Wrong answer", now, 2, 7),
    ]
    (tmp_path / "feedback.jsonl").write_text(evaluation_lines(verdicts), encoding="utf-8")
    code, out, err = newsdesk("eval", "feedback.jsonl", "--json")
    assert code == 0, err
    figures = json.loads(out)
    assert (figures["questions"], figures["answerable"], figures["with_gold"]) == (1, 1, 1)
    assert figures["answer_if_forced"] == figures["evidence"]["1"] == figures["mrr"] == 1
    # An answer that somebody filled in counts.
    lines = evaluation_lines(verdicts).replace('"answers": []', '"answers": ["47 violins"]')
    (tmp_path / "feedback.jsonl").write_text(lines, encoding="utf-8")
    assert json.loads(newsdesk("eval", "feedback.jsonl", "--json")[1])["answerable"] == 2
    (tmp_path / "feedback.jsonl").write_text(evaluation_lines(verdicts[1:]), encoding="utf-8")
    code, _, err = newsdesk("eval", "feedback.jsonl")
    assert code == 1
    assert "no question of which the answer is known" in err
