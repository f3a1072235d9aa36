"""Rounds to medians and ratios, passages found to evidence, and asking one by one or together."""

import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.peers.__main__ import in_turns, parsed
from benchmarks.peers.asking import Asked, Supply, in_tasks, in_threads, turned
from benchmarks.peers.figures import evidence_shares, medians, ranks_of, rounded, times_of
from benchmarks.peers.report import report, table


def test_medians_are_taken_number_by_number():
    rounds = [{"seconds": 3.0, "note": "a"}, {"seconds": 1.0, "note": "a"}, {"seconds": 2.0}]
    assert medians(rounds) == {"seconds": 2.0, "note": "a"}
    assert medians([{"p50": None}, {"p50": 4}]) == {"p50": 4}
    assert medians([{"p50": None}]) == {"p50": None}


def test_ratios_are_of_the_same_round():
    slow_then_fast = {0: {"s": 10.0}, 1: {"s": 1.0}, 2: {"s": 4.0}}
    twice = {0: {"s": 20.0}, 1: {"s": 2.0}, 2: {"s": 4.0}, 3: {"s": 99.0}}
    assert times_of(twice, slow_then_fast, ["s", "absent"]) == {"s": 2.0}
    assert times_of({0: {"s": 1.0}}, {0: {"s": 0.0}}, ["s"]) == {}
    assert times_of({0: {"s": 1.0}}, {1: {"s": 2.0}}, ["s"]) == {}


def test_evidence_is_judged_as_newsdesk_judges_its_own():
    found = [["Nothing.", "The Lantern, he said."], ["No."], ["A lantern"]]
    ranks = ranks_of(found, [["lantern"], ["lantern"], ["The lantern"]])
    assert ranks == [2, None, 1]
    shares = evidence_shares(ranks)
    assert shares == {
        "1": pytest.approx(1 / 3),
        "3": pytest.approx(2 / 3),
        "5": pytest.approx(2 / 3),
    }
    assert evidence_shares([4, 5, 6]) == {"1": 0, "3": 0, "5": pytest.approx(2 / 3)}
    assert evidence_shares([]) == {"1": None, "3": None, "5": None}


def test_as_many_questions_as_passages_found():
    with pytest.raises(ValueError, match="zip"):
        ranks_of([["a"]], [])


def test_figures_keep_four_digits_that_count():
    assert rounded({"a": 1234.567, "b": [0.00012345], "c": True, "d": None, "e": "x"}) == {
        "a": 1235.0,
        "b": [0.0001234],
        "c": True,
        "d": None,
        "e": "x",
    }


@given(
    st.lists(st.text(min_size=1), min_size=1, max_size=5), st.integers(0, 20), st.integers(0, 20)
)
def test_questions_turn_and_begin_again(questions, by, count):
    got = turned(questions, by, count)
    assert got == [questions[(by + n) % len(questions)] for n in range(count)]


def test_percentiles_and_rate_of_what_was_asked():
    record = Asked(tuple(float(n) for n in range(1, 101)), 4.0).record()
    assert record == {"asked": 100, "p50_ms": 50.0, "p95_ms": 95.0, "questions_a_second": 25.0}
    assert Asked((), 0.0).record()["p50_ms"] is None


def test_threads_share_the_questions_and_ask_at_once():
    meeting = threading.Barrier(4, timeout=20)  # broken unless four ask at the same time
    seen = []

    def ask(question):
        meeting.wait()
        seen.append(question)

    asked = in_threads(ask, map(str, range(8)), askers=4, seconds=60)
    assert sorted(seen) == sorted(map(str, range(8)))
    assert len(asked.took_ms) == 8


async def test_tasks_share_the_questions():
    seen = []

    async def ask(question):
        seen.append(question)

    asked = await in_tasks(ask, map(str, range(10)), askers=3, seconds=60)
    assert sorted(seen) == sorted(map(str, range(10)))
    assert len(asked.took_ms) == 10


def test_an_error_of_a_system_is_not_swallowed():
    def ask(_question):
        raise KeyError("broken")

    with pytest.raises(KeyError, match="broken"):
        in_threads(ask, ["a"], askers=2, seconds=60)


def test_nothing_is_handed_out_after_the_time_is_over():
    assert list(Supply(["a"], 0)) == []
    supply = iter(Supply(iter(lambda: "again", None), 0.05))
    assert next(supply) == "again"
    time.sleep(0.06)
    assert next(supply, None) is None


def test_every_round_begins_with_another_system():
    assert in_turns(["a", "b", "c"], 2) == [
        (0, "a"),
        (0, "b"),
        (0, "c"),
        (1, "b"),
        (1, "c"),
        (1, "a"),
    ]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["only-articles.jsonl"], "ARTICLES and QUESTIONS"),
        (["--systems", "flat"], "--systems must name newsdesk"),
    ],
)
def test_a_wrong_command_line_says_what_is_right(arguments, told, capsys):
    with pytest.raises(SystemExit):
        parsed(arguments)
    assert told in capsys.readouterr().err


def test_a_report_of_all_kinds_of_jobs():
    asked = {"asked": 1, "p50_ms": 2.0, "p95_ms": 3.0, "questions_a_second": 9.0}
    slower = asked | {"p50_ms": 6.0}
    ingest = {"texts": 5, "texts_a_second": 2.5, "seconds": 2.0, "peak_mib": 8.0, "disk_mib": 1.0}
    both = {"alone": asked, "together": asked}
    judged = {0: {"ranks": {"search": [1, None]}, "characters_a_passage": 9.4}}
    run = {
        "sizes": {"whole": {"passages": 5, "urls": []}},
        "failed": {},
        "found": {
            "ingest slice": {"newsdesk": {0: ingest}, "flat": {0: ingest | {"seconds": 1.0}}},
            "search whole": {
                "newsdesk": {0: {"open_seconds": 1.0, "search": both, "reply": both}},
                "flat": {0: {"open_seconds": 1.0, "search": both | {"alone": slower}}},
            },
            "judge whole": {"flat": judged},
        },
    }
    figures = report(run, {"rounds": 1})
    assert figures["ingest"]["flat"]["times"] == {"seconds": 0.5, "peak_mib": 1, "disk_mib": 1}
    assert figures["search"]["flat"]["search alone"]["times"] == {"p50_ms": 3.0, "p95_ms": 1.0}
    assert figures["quality"]["flat"]["evidence"] == {"search": {"1": 0.5, "3": 0.5, "5": 0.5}}
    lines = table(figures).splitlines()
    assert "| flat | 5 | 2.5 | 1 (x0.5) | 8 (x1) | 1 (x1) |" in lines
    assert any(line.startswith("| newsdesk, reply | 2 (x1) |") for line in lines)
    assert "| flat | 0.5 | 0.5 | 0.5 | 2 | 9 |" in lines
