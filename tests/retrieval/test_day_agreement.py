"""Which day articles agree on, counted by hand, and what holds for any votes."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.dates.agreement import Vote, agreed_day, likeliest


def votes(*told: tuple[str, str], weight: float = 1.0) -> list[Vote]:
    """One vote for each article (a letter) of a list and its day; "*" ends a sure year."""
    return [
        Vote(article, date.fromisoformat(day.rstrip("*")), weight, day.endswith("*"))
        for articles, day in told
        for article in articles
    ]


@pytest.mark.parametrize(
    ("told", "day"),
    [
        ([("abc", "2022-02-24")], "2022-02-24"),
        ([("ab", "2022-02-24")], None),  # two articles are too few
        ([("aaa", "2022-02-24")], None),  # and so is one that says it three times
        ([("abcd", "2022-02-24"), ("ef", "2022-05-09")], "2022-02-24"),
        ([("abc", "2022-02-24"), ("de", "2022-05-09")], None),  # less than twice
        ([("abc", "2022-02-24"), *((c, f"2022-06-0{n}") for n, c in enumerate("defgh", 1))], None),
        ([("abcd", "2022-09-28"), ("ef", "2022-09-26")], "2022-09-26"),  # it began before its peak
        ([("abcd", "2022-09-28"), ("e", "2022-09-26")], "2022-09-28"),
        ([("abc", "2022-01-06"), ("de", "2021-01-06*")], "2021-01-06"),  # the year that is given
        ([("abc", "2022-01-06"), ("d", "2021-01-06*")], "2022-01-06"),
        ([("abc", "2022-08-29"), ("d", "2021-08-29*"), ("e", "2016-08-29*")], "2022-08-29"),
        ([], None),
    ],
)
def test_agreed_day(told: list[tuple[str, str]], day: str | None) -> None:
    expected = date.fromisoformat(day) if day else None
    assert agreed_day(votes(*told), least=3.0, share=0.4) == expected


def test_weaker_votes_count_less_and_an_articles_strongest_counts() -> None:
    weak = votes(("abcde", "2022-02-24"), weight=0.5)
    assert agreed_day(weak, least=3.0, share=0.4) is None
    strong = votes(("a", "2022-02-24"))
    assert agreed_day([*weak, *strong], least=3.0, share=0.4) == date(2022, 2, 24)


def test_likeliest_days_come_by_votes_and_then_by_date() -> None:
    told = votes(("a", "2022-03-02"), ("bc", "2022-04-01"), ("d", "2022-03-01"))
    days = [date(2022, 4, 1), date(2022, 3, 1), date(2022, 3, 2)]
    assert likeliest(told, 9) == days
    assert likeliest(told, 1) == days[:1]


any_votes = st.lists(
    st.builds(
        Vote,
        st.sampled_from("abcdef"),
        st.dates(date(2022, 2, 20), date(2022, 3, 5)),
        st.sampled_from([0.5, 1.0]),
        st.booleans(),
    )
)


@given(any_votes, st.randoms(use_true_random=False))
def test_order_changes_nothing_and_the_day_was_named_by_enough(told, random) -> None:
    day = agreed_day(told, least=2.0, share=0.3)
    shuffled = list(told)
    random.shuffle(shuffled)
    assert agreed_day(shuffled, least=2.0, share=0.3) == day
    if day is not None:
        assert any(vote.day == day for vote in told)
        near = {vote.article for vote in told if abs((vote.day - day).days) <= 6}
        assert len(near) >= 2
