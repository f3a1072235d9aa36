"""What a question's query says of how the question was completed."""

from datetime import UTC, datetime

import pytest

from retrieval.followup import Turn
from retrieval.queries import make_query

NOW = datetime(2022, 6, 1, tzinfo=UTC)
BEFORE = [Turn("When did Finland apply?", "Finland applied on Wednesday.")]


@pytest.mark.parametrize(
    ("question", "whole"),
    [
        ("<b>Why?</b>", "Why did Finland apply?"),
        ("Why in May?", "Why in May did Finland apply?"),
        ("Who won best picture?", ""),
        ("Elon Musk", ""),
    ],
)
def test_only_a_follow_up_is_completed(question, whole):
    assert make_query(question, as_of=NOW, turns=BEFORE).completed == whole
    assert make_query(question, as_of=NOW).completed == ""


def test_what_was_completed_keeps_the_days_that_narrow_the_search():
    query = make_query("Why yesterday?", as_of=NOW, turns=BEFORE)
    assert query.published_from is not None
    assert "yesterday" in query.completed
    assert "yesterday" not in query.text
