"""Quantities: read as a person reads them, and different only if they cannot both be right."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.quantities import Quantity, find_quantities


def only(text: str) -> Quantity:
    (found,) = find_quantities(text)
    return found.quantity


@pytest.mark.parametrize(
    ("text", "value", "low", "high", "unit"),
    [
        ("12 people died", 12, 12, 12, ""),
        ("Fourteen people died", 14, 14, 14, ""),
        ("twenty-two homes", 22, 22, 22, ""),
        ("two dozen homes", 24, 18, 30, ""),
        ("12,345 homes", 12_345, 12_345, 12_345, ""),
        ("12,000 homes", 12_000, 11_500, 12_500, ""),
        ("1.2 million homes", 1.2e6, 1.15e6, 1.25e6, ""),
        ("a million homes", 1e6, 0.5e6, 1.5e6, ""),
        ("$3bn in aid", 3e9, 2.5e9, 3.5e9, "$"),
        ("40 million euros", 40e6, 39.5e6, 40.5e6, "€"),
        ("5.6% of voters", 5.6, 5.55, 5.65, "%"),
        ("5 per cent of voters", 5, 4.5, 5.5, "%"),
        ("at least 12 people", 12, 12, math.inf, ""),
        ("12 or more people", 12, 12, math.inf, ""),
        ("as many as 12 people", 12, 0, 12, ""),
        ("about 50 people", 50, 45, 55, ""),
        ("more than $1,234", 1_234, 1_234, math.inf, "$"),
    ],
)
def test_a_quantity_is_read(text: str, value: float, low: float, high: float, unit: str) -> None:
    (found,) = find_quantities(text)
    assert found.value == pytest.approx(value)
    assert found.quantity.low == pytest.approx(low)
    assert found.quantity.high == pytest.approx(high)
    assert found.quantity.unit == unit


@pytest.mark.parametrize(
    "text", ["a 12-year-old", "they won 3-2", "at 12:30", "the 12th man", "in the 1990s", "a man"]
)
def test_what_counts_nothing_is_no_quantity(text: str) -> None:
    assert find_quantities(text) == []


def test_the_span_takes_in_the_bound_and_the_number_does_not() -> None:
    text = "It cost more than $1.2 million, and 12 died."
    first, second = find_quantities(text)
    assert first.span.of(text) == "more than $1.2 million"
    assert first.number.of(text) == "$1.2 million"
    assert second.span.of(text) == second.number.of(text) == "12"


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("12", "14", True),
        ("12", "twelve", False),
        ("at least 12", "14", False),
        ("at least 14", "12", True),
        ("more than 1,000", "1,200", False),
        ("1.2 million", "1,234,000", False),
        ("1.2 million", "1.4 million", True),
        ("1.2 million", "1.3 million", False),  # both may stand for 1.25 million
        ("about 50", "53", False),
        ("about 50", "60", True),
        ("12,000", "12,345", False),
        ("12,345", "12,346", True),
        ("up to 30", "31", True),
        ("up to 30", "more than 20", False),
        ("$5 million", "€7 million", False),  # two currencies can't be compared
        ("5%", "7", False),
        ("5%", "7%", True),
        ("45 percent", "45.4%", False),
    ],
)
def test_two_quantities_differ_only_if_both_cannot_hold(
    one: str, other: str, *, differ: bool
) -> None:
    assert only(one).differs(only(other)) is differ
    assert only(other).differs(only(one)) is differ


written = st.builds(
    lambda bound, number, scale: f"{bound}{number}{scale}",
    st.sampled_from(["", "at least ", "up to ", "about ", "$"]),
    st.integers(1, 99_999).map("{:,}".format) | st.integers(1, 9990).map(lambda n: f"{n / 10:.1f}"),
    st.sampled_from(["", " million", "%", " or more"]),
)


@given(written, written)
def test_difference_is_symmetric_and_never_from_oneself(one: str, other: str) -> None:
    first, second = only(one), only(other)
    assert not first.differs(first)
    assert first.differs(second) == second.differs(first)
    shared = first.low <= second.high and second.low <= first.high
    if shared:
        assert not first.differs(second)


@given(st.text(max_size=200))
def test_any_text_can_be_searched(text: str) -> None:
    end = 0
    for found in find_quantities(text):
        assert found.span.start <= found.number.start < found.number.end == found.span.end
        assert end <= found.number.start
        assert found.quantity.low <= found.quantity.high
        end = found.span.end


@given(st.integers(1, 999_999))
def test_a_whole_number_is_read_back(number: int) -> None:
    (found,) = find_quantities(f"There were {number:,} of them.")
    assert found.value == number
    assert found.quantity.low <= number <= found.quantity.high
