"""Days that news text names, worked out by hand from the day it was published."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.dates.named import named_days

PUBLISHED = date(2022, 4, 6)  # a Wednesday


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("It began on Feb. 24.", "2022-02-24"),
        ("It began on February 24th, a Thursday.", "2022-02-24"),
        ("It began on 24 February.", "2022-02-24"),
        ("It began on the night of 24th of Feb 2021.", "2021-02-24"),
        ("It began on February 24, 2014.", "2014-02-24"),
        ("It opens on May 5.", "2022-05-05"),
        ("It opened on April 7 in Tokyo.", "2022-04-07"),  # a day ahead of the paper's
        ("It has rained since August 20.", "2021-08-20"),
        ("They voted on Wednesday.", "2022-04-06"),
        ("They voted on Thursday.", "2022-03-31"),
        ("They voted yesterday.", "2022-04-05"),
    ],
)
def test_a_day_is_read_from_the_day_of_publication(text: str, day: str) -> None:
    found = [named.day.isoformat() for named in named_days(text, PUBLISHED) if named.dated]
    if not found:
        found = [named.day.isoformat() for named in named_days(text, PUBLISHED)]
    assert found == [day]


@pytest.mark.parametrize(
    "text",
    [
        "It happened on Aug. 20.",  # 2021 or 2022
        "The Feb. 24 committee met.",
        "A vote is due by July 2.",
        "It was 30 February.",
        "On February 29 it snowed.",
        "The parade will be on Sunday.",
        "May 2000 people come? Marching 24 miles, in March.",
        "The train leaves on March 7:30 sharp.",
    ],
)
def test_what_may_be_another_day_or_none_is_left_out(text: str) -> None:
    assert list(named_days(text, PUBLISHED)) == []


def test_how_sure_a_day_is() -> None:
    text = "On March 3, 2022 and on March 9, and again on Monday"
    found = [(text[n.start : n.end], n.dated, n.full) for n in named_days(text, PUBLISHED)]
    assert found == [("March 3, 2022", True, True), ("March 9", True, False),
                     ("Monday", False, True)]  # fmt: skip


@given(
    st.dates(date(1990, 1, 1), date(2090, 1, 1)),
    st.lists(
        st.sampled_from("on since the Jan. June 1 6 24 29 31 2022 of , . Monday yesterday".split())
    ).map(" ".join),
)
def test_days_without_a_year_are_near_and_stand_where_they_say(published: date, text: str) -> None:
    for named in named_days(text, published):
        assert 0 <= named.start < named.end <= len(text)
        assert text[named.start : named.end].strip() == text[named.start : named.end]
        if not named.full:
            assert -366 <= (named.day - published).days <= 120
        if not named.dated:
            assert timedelta(0) <= published - named.day <= timedelta(days=6)
