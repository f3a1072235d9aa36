"""The page of results: goals judged by hand-worked figures, pictures drawn, nothing needed."""

import json
from pathlib import Path

import pytest

from benchmarks.__main__ import commands, parsed
from benchmarks.goals import goals
from benchmarks.page import write_page

PEERS = {
    "machine": {"cores": 2, "processor": "a processor", "python": "3.11.7"},
    "collection": {"whole": {"passages": 82411, "articles": 4924}},
    "ingest": {
        name: {
            "texts": 100,
            "texts_a_second": 10.0,
            "seconds": seconds,
            "peak_mib": 500.0,
            "disk_mib": 9.0,
            "times": {"seconds": seconds / 2, "peak_mib": 1.0, "disk_mib": 1.0},
        }
        for name, seconds in (("newsdesk", 2.0), ("flat", 3.0), ("txtai", 8.0), ("haystack", 7.0))
    },
    "search": {
        name: {
            "open_seconds": 1.0,
            **{
                f"search {how}": {
                    "p50_ms": ms,
                    "p95_ms": ms,
                    "questions_a_second": 9.0,
                    "times": {"p50_ms": ms / 10, "p95_ms": 1.0},
                }
                for how in ("alone", "together")
            },
        }
        for name, ms in (("newsdesk", 10.0), ("txtai", 15.0), ("haystack", 400.0))
    },
    "quality": {
        "newsdesk": {
            "questions": 9,
            "characters_a_passage": 400,
            "evidence": {"fused, not told the day": {"1": 0.6, "3": 0.75, "5": 0.8}},
        },
        "txtai": {
            "questions": 9,
            "characters_a_passage": 400,
            "evidence": {"search": {"1": 0.6, "3": 0.7, "5": 0.8}},
        },
        "haystack": {
            "questions": 9,
            "characters_a_passage": 400,
            "evidence": {"search": {"1": 0.6, "3": 0.8, "5": 0.8}},
        },
    },
    "quality_of_slice": {},
}
ROUND = {"replies_a_second": 49.9, "p50_ms": 50.0, "p95_ms": 100.0, "p99_ms": 120.0}
REPLIES = {"medians": {"1": ROUND, "64": ROUND | {"longest_stall_ms": 10.0}}}
STARTING = {"ask_s": 4.0, "index_again_s": 2.1, "index_first_s": 9.0}
SIZE = {
    "passages": 1_000_000,
    "kind": "sketched",
    "build_s": 600,
    "sync_s": 15,
    "dense_ms": {"p50": 5.0, "p95": 8.0},
    "exhaustive_ms": {"p50": 50.0, "p95": 80.0},
    "search_ms": {"p50": 30.0, "p95": 60.0},
    "reply_ms": {"p50": 60.0, "p95": 90.0},
    "recall": {"at_10": 0.99, "at_100": 0.98},
    "open_s": 1.5,
    "open_unverified_s": 0.1,
    "start_to_answer_s": [12.0, 9.0],
    "memory_mib": {"asked": {"rss": 3072.0, "pss": 900.0}},
}
RESULTS = {
    "peers": PEERS,
    "replies": REPLIES,
    "starting": STARTING,
    "growth": {"sizes": {"1000000": SIZE}},
}


def test_goals_are_judged_as_they_are_worded():
    ingest, search, reply, askers, large, start, sync = goals(RESULTS)
    # 7 s to 2 s: what isn't a peer (the floor) doesn't count, the fastest peer does.
    assert (ingest.found, ingest.met) == ("3.50× (haystack)", True)
    # Haystack finds more, so it is out of the comparison; txtai takes 1.5 times as long.
    assert search.found == "1.50× (txtai; evidence@3 0.750 to 0.700)"
    assert not search.met
    assert (reply.found, reply.met) == ("50 / 100 ms", True)
    assert (askers.found, askers.met) == ("49.9 replies/s, stall 10 ms", False)
    assert (large.found, large.met) == ("p95 60 ms, recall@10 0.990, 3.0 GiB, 9.0 s", True)
    assert (start.met, sync.met) == (True, False)


def test_a_goal_that_was_not_measured_says_so():
    assert {goal.met for goal in goals({})} == {None}
    assert goals({"growth": {"sizes": {}}})[4].met is None


@pytest.mark.parametrize("parts", [[], ["peers"], ["replies", "starting"], list(RESULTS)])
def test_a_page_is_made_of_what_there_is(parts: list[str], tmp_path: Path):
    for part in parts:
        (tmp_path / f"{part}.json").write_text(json.dumps(RESULTS[part]), encoding="utf-8")
    write_page(tmp_path)
    text = (tmp_path / "README.md").read_text(encoding="utf-8")
    drawn = {picture.name for picture in tmp_path.glob("*.png")}
    assert {name for name in drawn if f"]({name})" in text} == drawn
    assert ("ingest.png" in drawn) == ("peers" in parts)
    assert ("growth.png" in drawn) == ("growth" in parts)
    assert "<td>≥ 3×</td>" in (tmp_path / "index.html").read_text(encoding="utf-8")


def test_files_and_their_places_reach_every_part(tmp_path: Path):
    options = parsed(["a.jsonl", "q.jsonl", "--work", str(tmp_path), "--out", str(tmp_path / "o")])
    for part, command in commands(options).items():
        assert str(tmp_path / "o" / f"{part}.json") in command
        assert str(Path("q.jsonl").resolve()) in command
    with pytest.raises(SystemExit):
        parsed(["a.jsonl"])
