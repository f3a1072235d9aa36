"""The same story in other words, by vectors laid out by hand."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from bot.alerts.sameness import ALIKE, WITHIN, likeness, same_stories
from bot.alerts.types import Candidate
from tests.support.articles import NOW

SAME = float(np.arccos(0.9))  # an angle whose cosine is well above the limit
APART = float(np.arccos(0.7))  # and one below it


def article(name: str, *angles: float, days: float = 0) -> Candidate:
    vectors = np.array([[np.cos(a), np.sin(a)] for a in angles], dtype=np.float32)
    when = NOW + timedelta(days=days)
    texts = tuple("" for _ in angles)
    return Candidate(name, name, name, "Times", None, when, when, texts, vectors.reshape(-1, 2))


def test_likeness_is_the_mean_of_two_cosines():
    one, other = article("a", 0.0, 1.0), article("b", 0.5)
    # The mean of the first's vectors points to 0.5 as well; its first passage is 0.5 off.
    assert likeness(one, other) == pytest.approx((1 + np.cos(0.5)) / 2, abs=1e-6)


def test_a_report_joins_what_was_told():
    told, new, other = article("told", 0.0), article("new", SAME), article("other", -APART)
    assert same_stories([new, other], [told]) == {"new": "told"}


def test_it_joins_the_one_most_like_it():
    told = [article("far", 0.0), article("near", 2 * SAME)]
    assert same_stories([article("new", 1.8 * SAME)], told) == {"new": "near"}


def test_two_that_come_at_once_are_one_story():
    assert same_stories([article("a", 0.0), article("b", SAME)], []) == {"b": "a"}


def test_stories_do_not_chain():
    """The third is like the second alone, which speaks for the first."""
    chain = [article(name, n * SAME) for n, name in enumerate("abc")]
    assert np.cos(2 * SAME) < ALIKE
    assert same_stories(chain, []) == {"b": "a"}


def test_days_apart_are_other_stories():
    told, late = article("told", 0.0), WITHIN.days + 0.1
    assert same_stories([article("late", 0.0, days=late)], [told]) == {}
    assert same_stories([article("early", 0.0, days=-WITHIN.days)], [told]) == {"early": "told"}


def test_without_passages_there_is_nothing_to_compare():
    assert same_stories([article("empty"), article("b", 0.0)], [article("none")]) == {}
