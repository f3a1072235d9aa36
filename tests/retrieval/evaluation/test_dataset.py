"""Question files: what is read, and what is said of lines that are no question."""

import json
from datetime import UTC, datetime

import pytest

from retrieval.errors import ReadError
from retrieval.evaluation.dataset import read_questions

GOOD = {"id": "q1", "question": "Who?", "asked_at": "2022-04-01", "answers": ["Ann"], "urls": ["u"]}


def test_a_question_is_asked_at_the_end_of_its_day(tmp_path):
    file = tmp_path / "q.jsonl"
    bare = {"question": "And without the rest?"}
    file.write_text(json.dumps(GOOD) + "\n\n" + json.dumps(bare) + "\n")
    first, second = read_questions(file)
    assert first.as_of == datetime(2022, 4, 1, 23, 59, 59, 999999, tzinfo=UTC)
    assert (first.id, first.answers, first.urls, first.answerable) == ("q1", ("Ann",), ("u",), True)
    assert (second.id, second.as_of, second.answerable) == ("3", None, False)


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        '"text"',
        "{}",
        json.dumps({"question": ""}),
        json.dumps({"question": 3}),
        json.dumps({**GOOD, "asked_at": "soon"}),
        json.dumps({**GOOD, "asked_at": 5}),
        json.dumps({**GOOD, "answers": "Ann"}),
        json.dumps({**GOOD, "urls": [1]}),
    ],
)
def test_a_bad_line_is_named(tmp_path, line):
    file = tmp_path / "q.jsonl"
    file.write_text(json.dumps(GOOD) + "\n" + line + "\n")
    with pytest.raises(ReadError) as caught:
        read_questions(file)
    assert f"{file}:2" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xff\xfe\x00bad"])
def test_a_file_without_questions_is_named(tmp_path, data):
    file = tmp_path / "q.jsonl"
    file.write_bytes(data)
    with pytest.raises(ReadError, match=r"q\.jsonl"):
        read_questions(file)
